import { casesOf } from "../../sim/cases.ts";
import type { Random } from "../../src/random.ts";
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
  randomWeights,
  sideBySide,
  vectorsNearThresholds,
} from "./random.fixture.ts";

const sizes = [1, 2, 3, 4, 6, 8, 12, 16, 20, 24, 36, 40, 64, 72];

function randomUnit(random: Random): MvtuParams {
  const weights = randomWeights(random, pick(random, sizes), pick(random, sizes));
  return {
    weights,
    // One for all rows needs no bias.
    thresholds:
      random.below(4) === 0
        ? new Int32Array(weights.rows).fill(1 + random.below(weights.columns))
        : randomThresholds(random, weights),
    pe: pick(random, divisorsOf(weights.rows)),
    simd: pick(random, divisorsOf(weights.columns)),
    mmv: pick(random, [1, 1, 2, 3, 4]),
    memory: pick(random, ["auto", "distributed", "block"] as const),
    technology: pick(random, ["portable", "xilinx7", "ultrascale"] as const),
    clockMHz: pick(random, [100, 200]),
  };
}

const vectorsIn = (
  { weights, thresholds = [], simd, mmv = 1 }: MatrixVectorParams & Partial<MvtuParams>,
  random: Random,
) => {
  const vectors = vectorsNearThresholds(random, weights, thresholds, mmv * random.below(7));
  return { x: beatsOf(sideBySide(vectors, mmv, simd), mmv * simd) };
};

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

/** Matrix-vector units with thresholds. */
export const mvtuCases = casesOf(
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
  { seed: 11, sets: 16, nativeSets: 150 },
);

/** Matrix-vector units that give counts. */
export const mvuCases = casesOf(
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
