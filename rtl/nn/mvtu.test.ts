import { describe, expect, test } from "vitest";
import { SluiceError } from "../../src/error.ts";
import { Random } from "../../src/random.ts";
import { mvtu, type MvtuParams } from "./mvtu.ts";
import { randomWeights } from "./random.fixture.ts";
import { mvtuCases, mvuCases } from "./mvtu.fixture.ts";

test("mvtu: random matrices, folds, vectors side by side and memories, in both simulators, tick by tick", async () => {
  const coverage = await mvtuCases.check();
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 16,
      },
      "nativeOnly": {
        "cases": 600,
        "parameterSets": 150,
      },
    }
  `);
});

test("mvu: raw popcounts, in both simulators, tick by tick", async () => {
  const coverage = await mvuCases.check();
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 12,
      },
      "nativeOnly": {
        "cases": 400,
        "parameterSets": 100,
      },
    }
  `);
});

describe("bad parameters", () => {
  const weights = randomWeights(new Random(1), 8, 12);
  const good: MvtuParams = { weights, thresholds: new Array<number>(8).fill(3), pe: 2, simd: 4 };
  test.each([
    [
      "PE that does not divide",
      { pe: 3 },
      "folding-does-not-divide",
      "PE = 3 does not divide the 8 rows (neurons)",
    ],
    [
      "SIMD that does not divide",
      { simd: 5 },
      "folding-does-not-divide",
      "SIMD = 5 does not divide the 12 columns (synapses)",
    ],
    ["a PE of 0", { pe: 0 }, "folding-does-not-divide", "PE = 0"],
    ["too few thresholds", { thresholds: [1] }, "wrong-threshold-count", "1 thresholds for 8 neurons"],
    [
      "a threshold out of range",
      { thresholds: [0, 1, 2, 3, 4, 5, 13, 14] },
      "threshold-out-of-range",
      "threshold 14 of neuron 7 is not from 0 to 13",
    ],
    ["no vectors", { mmv: 0 }, "parameter-out-of-range", "mvtu.mmv must be a whole number from 1"],
    [
      "an unknown memory",
      { memory: "ultra" as "block" },
      "parameter-unknown-value",
      'mvtu.memory has no value "ultra"',
    ],
  ] as const)("%s", (_, change, code, message) => {
    let thrown: unknown;
    try {
      mvtu({ ...good, ...change });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(SluiceError);
    expect((thrown as SluiceError).code).toBe(code);
    expect((thrown as SluiceError).message).toContain(message);
  });
});
