import { describe, expect, test } from "vitest";
import { SluiceError } from "../../src/error.ts";
import { Random } from "../../src/random.ts";
import { mvtuSigned, type MvtuSignedParams } from "./mvtu-signed.ts";
import { randomWeights } from "./random.fixture.ts";
import { fired, mvtuSignedCases } from "./mvtu-signed.fixture.ts";

test("mvtu-signed: random matrices, folds, vectors side by side and widths, in both simulators, tick by tick", async () => {
  const coverage = await mvtuSignedCases.check();
  // Neurons that fire and neurons that do not: neither is rare.
  expect(Math.min(...fired)).toBeGreaterThan(1000);
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 14,
      },
      "nativeOnly": {
        "cases": 600,
        "parameterSets": 150,
      },
    }
  `);
});

describe("bad parameters", () => {
  const good: MvtuSignedParams = {
    weights: randomWeights(new Random(1), 4, 6),
    thresholds: [-768, 0, 1, 769],
    pe: 2,
    simd: 3,
  };
  test("thresholds from always to never are good", () => {
    expect(() => mvtuSigned(good)).not.toThrow();
  });
  test.each([
    ["SIMD that does not divide", { simd: 4 }, "folding-does-not-divide", "SIMD = 4 does not divide the 6"],
    ["too few thresholds", { thresholds: [1] }, "wrong-threshold-count", "1 thresholds for 4 neurons"],
    [
      "a threshold out of range",
      { thresholds: [0, 0, -769, 0] },
      "threshold-out-of-range",
      "threshold -769 of neuron 2 is not from -768 to 769",
    ],
    ["half a vector", { mmv: 0.5 }, "parameter-out-of-range", "mvtu-signed.mmv must be a whole number"],
    ["inputs of one bit", { inputBits: 1 }, "parameter-out-of-range", "mvtuSigned.inputBits"],
  ] as const)("%s", (_, change, code, message) => {
    let thrown: unknown;
    try {
      mvtuSigned({ ...good, ...change });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(SluiceError);
    expect((thrown as SluiceError).code).toBe(code);
    expect((thrown as SluiceError).message).toContain(message);
  });
});
