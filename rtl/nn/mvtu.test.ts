import { describe, expect, test } from "vitest";
import { checkCases } from "../../sim/cases.ts";
import { SluiceError } from "../../src/error.ts";
import { Random } from "../../src/random.ts";
import {
  matrixVectorSchedule,
  matrixVectorTicks,
  type MatrixVectorParams,
  type TotalsUse,
} from "./matrix-vector.ts";
import { mvtu, mvtuUse, mvu, mvuUse, type MvtuParams } from "./mvtu.ts";
import {
  apart,
  beatsOf,
  bitsOf,
  chunks,
  divisorsOf,
  pick,
  popcounts,
  randomThresholds,
  randomVectors,
  randomWeights,
  sideBySide,
} from "./random.fixture.ts";
import { foldOf } from "./weights.ts";

const sizes = [1, 2, 3, 4, 6, 8, 12, 16, 20, 24, 36, 40, 64, 72];

function randomUnit(random: Random): MvtuParams {
  const weights = randomWeights(random, pick(random, sizes), pick(random, sizes));
  return {
    weights,
    thresholds: randomThresholds(random, weights),
    pe: pick(random, divisorsOf(weights.rows)),
    simd: pick(random, divisorsOf(weights.columns)),
    mmv: pick(random, [1, 1, 2, 3, 4]),
    memory: pick(random, ["auto", "distributed", "block"] as const),
    technology: pick(random, ["portable", "xilinx7", "ultrascale"] as const),
    clockMHz: pick(random, [100, 200]),
  };
}

const vectorsIn = ({ weights, pe, simd, mmv = 1 }: MatrixVectorParams, random: Random) => ({
  x: randomVectors(random, { count: foldOf(weights, pe, simd).sf, width: mmv * simd, most: 6 }),
});

const vectorsOf = (
  x: readonly (number | bigint)[],
  { weights, simd, mmv = 1 }: MatrixVectorParams,
): number[][] => apart(bitsOf(x, mmv * simd), weights.columns, mmv, simd);

interface Run<P> {
  readonly params: P;
  readonly inputs: { readonly x: readonly unknown[] };
  readonly outputs: { readonly y?: readonly unknown[] };
}

const ticksOf = <P extends MatrixVectorParams>({ params, inputs, outputs }: Run<P>, use: TotalsUse) => {
  const ticks = matrixVectorTicks(matrixVectorSchedule(params, use));
  return { x: inputs.x.map((_, b) => ticks.x(b)), y: (outputs.y ?? []).map((_, b) => ticks.y(b)) };
};

test("mvtu: random matrices, folds, vectors side by side and memories, in both simulators, tick by tick", async () => {
  const coverage = await checkCases(
    {
      pick: randomUnit,
      hardware: mvtu,
      inputs: vectorsIn,
      model: ({ x }, params) => ({
        y: beatsOf(
          sideBySide(
            vectorsOf(x, params).map((vector) =>
              popcounts(params.weights, vector).map((count, r) =>
                count >= (params.thresholds[r] ?? 0) ? 1 : 0,
              ),
            ),
            params.mmv ?? 1,
            params.pe,
          ),
          (params.mmv ?? 1) * params.pe,
        ),
      }),
      timing: (run) => ticksOf(run, mvtuUse(run.params)),
    },
    { seed: 11, sets: 16, nativeSets: 100 },
  );
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 16,
      },
      "nativeOnly": {
        "cases": 400,
        "parameterSets": 100,
      },
    }
  `);
});

test("mvu: raw popcounts, in both simulators, tick by tick", async () => {
  const coverage = await checkCases(
    {
      pick: (random): MatrixVectorParams => randomUnit(random),
      hardware: ({ weights, pe, simd, mmv, memory, technology, clockMHz }: MatrixVectorParams) =>
        mvu({ weights, pe, simd, mmv, memory, technology, clockMHz }),
      inputs: vectorsIn,
      model: ({ x }, params) => ({
        y: chunks(
          sideBySide(
            vectorsOf(x, params).map((vector) => popcounts(params.weights, vector)),
            params.mmv ?? 1,
            params.pe,
          ),
          (params.mmv ?? 1) * params.pe,
        ),
      }),
      timing: (run) => ticksOf(run, mvuUse),
    },
    { seed: 12, sets: 12, nativeSets: 100 },
  );
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
