import { expect, test } from "vitest";
import { checkCases } from "../../sim/cases.ts";
import type { Kind } from "../../src/hdl/index.ts";
import { randomKind } from "../../sim/random-values.ts";
import { registerSlice, registerSliceLatency } from "./register-slice.ts";

test("200 random cases in both simulators", async () => {
  const coverage = await checkCases(
    {
      pick: (random) => ({ kind: randomKind(random) }),
      hardware: registerSlice<Kind>,
      model: ({ x }) => ({ y: x }),
      timing: ({ inputs: { x } }) => ({
        x: x.map((_, beat) => beat),
        y: x.map((_, beat) => beat + registerSliceLatency),
      }),
    },
    { seed: 1 },
  );
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 10,
      },
      "nativeOnly": {
        "cases": 200,
        "parameterSets": 32,
      },
    }
  `);
});
