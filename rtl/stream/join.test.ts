import { expect, test } from "vitest";
import { checkCases } from "../../sim/cases.ts";
import { randomKind } from "../../sim/random-values.ts";
import type { Kind } from "../../src/hdl/index.ts";
import { join, joinLatency } from "./join.ts";

const names = ["left", "right", "top", "bottom"];

test("200 random cases in both simulators", async () => {
  const coverage = await checkCases(
    {
      pick: (random) => ({
        kinds: Object.fromEntries(
          names
            .slice(0, 1 + random.below(names.length))
            .map((name): [string, Kind] => [name, randomKind(random)]),
        ),
      }),
      hardware: join<Readonly<Record<string, Kind>>>,
      model: ({ x }) => {
        const count = Object.values(x)[0]?.length ?? 0;
        return {
          y: Array.from({ length: count }, (_, beat) =>
            Object.fromEntries(Object.entries(x).map(([name, beats]) => [name, beats[beat] ?? 0])),
          ),
        };
      },
      timing: ({ inputs: { x } }) => {
        const first = Object.values(x)[0] ?? [];
        return {
          x: Object.fromEntries(
            Object.entries(x).map(([name, beats]) => [name, beats.map((_, beat) => beat)]),
          ),
          y: first.map((_, beat) => beat + joinLatency),
        };
      },
    },
    { seed: 5 },
  );
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 10,
      },
      "nativeOnly": {
        "cases": 200,
        "parameterSets": 47,
      },
    }
  `);
});
