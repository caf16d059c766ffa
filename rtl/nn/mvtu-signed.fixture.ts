import { casesOf } from "../../sim/cases.ts";
import type { Random } from "../../src/random.ts";
import { matrixVectorSchedule, matrixVectorTicks } from "./matrix-vector.ts";
import { mvtuSigned, mvtuSignedUse, type MvtuSignedParams } from "./mvtu-signed.ts";
import { apart, beatsOf, chunks, divisorsOf, pick, randomWeights, sideBySide } from "./random.fixture.ts";
import type { WeightMatrix } from "./weights.ts";

/** Neurons of the cases that did not fire, and that did. */
export const fired = [0, 0];

const sizes = [1, 2, 3, 4, 6, 8, 12, 27, 36];

/** Dot products of a vector with rows of -1 and +1, one by one: the oracle. */
function dots({ rows, columns, wordsPerRow, words }: WeightMatrix, vector: readonly number[]): number[] {
  return Array.from({ length: rows }, (_, r) => {
    let dot = 0;
    for (let c = 0; c < columns; c++) {
      const positive = (((words[r * wordsPerRow + (c >>> 5)] ?? 0) >>> (c & 31)) & 1) === 1;
      dot += positive ? (vector[c] ?? NaN) : -(vector[c] ?? NaN);
    }
    return dot;
  });
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
    thresholds: Array.from({ length: weights.rows }, threshold),
    inputBits,
    pe: pick(random, divisorsOf(weights.rows)),
    simd: pick(random, divisorsOf(weights.columns)),
    mmv: pick(random, [1, 1, 2, 3, 4]),
  };
}

/** Matrix-vector units on signed numbers. */
export const mvtuSignedCases = casesOf(
  {
    pick: randomUnit,
    hardware: mvtuSigned,
    inputs: ({ weights, simd, mmv = 1, inputBits = 8 }, random) => {
      const half = 2 ** (inputBits - 1);
      // Extremes are common: they find the accumulator that is a bit too narrow.
      const extreme = random.below(3) === 0;
      const value = (): number => (extreme ? pick(random, [-half, half - 1]) : random.below(2 * half) - half);
      const vectors = random.below(7) * mmv;
      return { x: chunks(Array.from({ length: vectors * weights.columns }, value), mmv * simd) };
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
  { seed: 51, sets: 14, nativeSets: 100 },
);
