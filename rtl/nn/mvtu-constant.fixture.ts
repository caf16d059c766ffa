import { casesOf } from "../../sim/cases.ts";
import type { Random } from "../../src/random.ts";
import {
  mvtuConstant,
  mvtuConstantLatency,
  mvuConstant,
  mvuConstantLatency,
  type MvuConstantParams,
} from "./mvtu-constant.ts";
import {
  beatsOf,
  bitsOf,
  chunks,
  pick,
  popcounts,
  randomThresholds,
  randomVectors,
  randomWeights,
  vectorsNearThresholds,
} from "./random.fixture.ts";
import type { WeightMatrix } from "./weights.ts";

function anyParams(random: Random): MvuConstantParams {
  // Few rows share groups of three columns, many share groups of six.
  const [rows, columns] = pick(random, [
    [1 + random.below(12), 1 + random.below(50)],
    [1 + random.below(12), 1 + random.below(50)],
    [1 + random.below(3), 1 + random.below(9)],
    [100, 1 + random.below(14)],
  ] as const);
  return {
    weights: randomWeights(random, rows, columns),
    technology: pick(random, ["portable", "xilinx7", "ultrascale"] as const),
    clockMHz: pick(random, [0, 100, 200, 250]),
  };
}

const counts = (weights: WeightMatrix, beats: readonly (number | bigint)[]): number[][] =>
  chunks(bitsOf(beats, weights.columns), weights.columns).map((vector) => popcounts(weights, vector));

/** Layers of constant weights with thresholds. */
export const mvtuConstantCases = casesOf(
  {
    pick: (random) => {
      const params = anyParams(random);
      return { ...params, thresholds: randomThresholds(random, params.weights) };
    },
    hardware: mvtuConstant,
    inputs: ({ weights, thresholds }, random) => ({
      x: beatsOf(
        vectorsNearThresholds(random, weights, thresholds, random.below(31)).flat(),
        weights.columns,
      ),
    }),
    model: ({ x }, { weights, thresholds }) => ({
      y: beatsOf(
        counts(weights, x)
          .flat()
          .map((count, i) => (count >= (thresholds[i % weights.rows] ?? 0) ? 1 : 0)),
        weights.rows,
      ),
    }),
    timing: ({ inputs: { x }, params }) => ({
      x: x.map((_, beat) => beat),
      y: x.map((_, beat) => beat + mvtuConstantLatency(params)),
    }),
  },
  { seed: 13, sets: 8, nativeSets: 0 },
);

/** Layers of constant weights that give counts. */
export const mvuConstantCases = casesOf(
  {
    pick: anyParams,
    hardware: mvuConstant,
    inputs: ({ weights }, random) => ({
      x: randomVectors(random, { count: 1, width: weights.columns, most: 30 }),
    }),
    model: ({ x }, { weights }) => ({ y: counts(weights, x) }),
    timing: ({ inputs: { x }, params }) => ({
      x: x.map((_, beat) => beat),
      y: x.map((_, beat) => beat + mvuConstantLatency(params)),
    }),
  },
  { seed: 14, sets: 8, nativeSets: 0 },
);
