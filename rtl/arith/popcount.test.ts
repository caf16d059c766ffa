import { expect, test } from "vitest";
import { checkCases } from "../../sim/cases.ts";
import { popcount, popcountLatency } from "./popcount.ts";

function ones(value: number | bigint): number {
  return BigInt(value).toString(2).replaceAll("0", "").length;
}

test("200 random cases in both simulators", async () => {
  const coverage = await checkCases(
    {
      pick: (random) => ({
        width: 1 + random.below(random.below(2) === 0 ? 16 : 300),
        stages: 1 + random.below(5),
      }),
      hardware: popcount,
      model: ({ x }) => ({ y: x.map(ones) }),
      timing: ({ inputs: { x }, params }) => ({
        x: x.map((_, beat) => beat),
        y: x.map((_, beat) => beat + popcountLatency(params)),
      }),
    },
    { seed: 8 },
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
