import { casesOf } from "../../sim/cases.ts";
import type { Random } from "../../src/random.ts";
import { matrixVectorSchedule, matrixVectorTicks } from "./matrix-vector.ts";
import { mvtuSigned, mvtuSignedUse, type MvtuSignedParams } from "./mvtu-signed.ts";
import {
  apart,
  beatsOf,
  chunks,
  divisorsOf,
  pick,
  randomWeights,
  sideBySide,
  weightAt,
} from "./random.fixture.ts";
import type { WeightMatrix } from "./weights.ts";

/** Neurons of the cases that did not fire, and that did. */
export const fired = [0, 0];

const sizes = [1, 2, 3, 4, 6, 8, 12, 27, 36];

/** Dot products of a vector with rows of -1 and +1, one by one: the oracle. */
function dots(weights: WeightMatrix, vector: readonly number[]): number[] {
  return Array.from({ length: weights.rows }, (_, row) =>
    vector.reduce((dot, value, column) => dot + (weightAt(weights, row, column) === 1 ? value : -value), 0),
  );
}

function randomUnit(random: Random): MvtuSignedParams {
  const weights = randomWeights(random, pick(random, sizes), pick(random, sizes));
  if (random.below(6) === 0) weights.words.fill(0);
  const inputBits = pick(random, [8, 8, 8, 2, 3, 5, 12, 16]);
  const most = 2 ** (inputBits - 1) * weights.columns;
  // From always to never; mostly where sums of random values are.
  const low = random.below(4) === 0;
  const threshold = (): number => {
    if (low) return -most + random.below(Math.ceil(most / 4));
    const spread = pick(random, [most, Math.ceil(most / 4), Math.ceil(most / 16)]);
    const value = pick(random, [random.below(2 * spread + 1) - spread, random.below(5) - 2, most + 1, -most]);
    return Math.min(Math.max(value, -most), most + 1);
  };
  return {
    weights,
    // One for all rows needs no bias.
    thresholds:
      random.below(4) === 0
        ? new Array<number>(weights.rows).fill(threshold())
        : Array.from({ length: weights.rows }, threshold),
    inputBits,
    pe: pick(random, divisorsOf(weights.rows)),
    simd: pick(random, divisorsOf(weights.columns)),
    mmv: pick(random, [1, 1, 2, 3, 4]),
  };
}

/** The vector with numbers changed, the first ones first, until its product with a row is `to`, or as near as it gets. */
function moved(
  vector: readonly number[],
  {
    weights,
    row,
    to,
    half,
  }: { readonly weights: WeightMatrix; readonly row: number; readonly to: number; readonly half: number },
): number[] {
  let missing = to - (dots(weights, vector)[row] ?? 0);
  return vector.map((value, column) => {
    const sign = weightAt(weights, row, column) === 1 ? 1 : -1;
    const changed = Math.min(Math.max(value + sign * missing, -half), half - 1);
    missing -= sign * (changed - value);
    return changed;
  });
}

/** Matrix-vector units on signed numbers. */
export const mvtuSignedCases = casesOf(
  {
    pick: randomUnit,
    hardware: mvtuSigned,
    inputs: ({ weights, thresholds, simd, mmv = 1, inputBits = 8 }, random) => {
      const half = 2 ** (inputBits - 1);
      // Extremes are common: they find the accumulator that is a bit too narrow.
      const extreme = random.below(3) === 0;
      const value = (): number => (extreme ? pick(random, [-half, half - 1]) : random.below(2 * half) - half);
      const vectors = Array.from({ length: random.below(7) * mmv }, () => {
        const vector = Array.from({ length: weights.columns }, value);
        if (random.below(2) === 0) return vector;
        const row = random.below(weights.rows);
        return moved(vector, { weights, row, to: (thresholds[row] ?? 0) - random.below(2), half });
      });
      return { x: chunks(sideBySide(vectors, mmv, simd), mmv * simd) };
    },
    model: ({ x }, { weights, thresholds, pe, simd, mmv = 1 }) => {
      const results = apart(x.flat() as number[], weights.columns, mmv, simd).map((vector) =>
        dots(weights, vector).map((dot, r) => (dot >= (thresholds[r] ?? NaN) ? 1 : 0)),
      );
      for (const bit of results.flat()) fired[bit] = (fired[bit] ?? 0) + 1;
      return { y: beatsOf(sideBySide(results, mmv, pe), mmv * pe) };
    },
    timing: ({ params, inputs, outputs }) => {
      const ticks = matrixVectorTicks(matrixVectorSchedule(params, mvtuSignedUse(params)));
      return { x: inputs.x.map((_, b) => ticks.x(b)), y: (outputs.y ?? []).map((_, b) => ticks.y(b)) };
    },
  },
  { seed: 51, sets: 14, nativeSets: 150 },
);
