import { expect, test } from "vitest";
import { checkCases } from "../../sim/cases.ts";
import type { Kind } from "../../src/hdl/index.ts";
import { randomKind } from "../../sim/random-values.ts";
import { fork, forkLatency } from "./fork.ts";

test("200 random cases in both simulators", async () => {
  const coverage = await checkCases(
    {
      pick: (random) => ({ kind: randomKind(random), n: 2 + random.below(random.below(3) === 0 ? 30 : 3) }),
      hardware: fork<Kind>,
      model: ({ x }, { n }) => ({ y: Array.from({ length: n }, () => x) }),
      timing: ({ inputs: { x }, params: { n } }) => {
        const stamps = x.map((_, beat) => beat + forkLatency);
        return { x: stamps, y: Array.from({ length: n }, () => stamps) };
      },
    },
    { seed: 4 },
  );
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 9,
      },
      "nativeOnly": {
        "cases": 200,
        "parameterSets": 42,
      },
    }
  `);
});
