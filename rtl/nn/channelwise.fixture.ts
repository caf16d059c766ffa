import { casesOf } from "../../sim/cases.ts";
import type { Random } from "../../src/random.ts";
import { vvtu, vvtuTicks, vvu, vvuTicks, type VectorVectorParams, type VvtuParams } from "./channelwise.ts";
import {
  beatsOf,
  bitsOf,
  chunks,
  divisorsOf,
  pick,
  randomThresholds,
  randomVectors,
  randomWeights,
  weightAt,
} from "./random.fixture.ts";

/** Depthwise or plain, one tap to many, one group of channels to many. */
export function randomUnit(random: Random): VvtuParams {
  const channels = pick(random, [1, 2, 3, 4, 6, 8, 12, 36, 40, 64]);
  const taps = pick(random, [1, 2, 3, 4, 6, 9, 9, 16, 25, 49]);
  const matrix = randomWeights(random, channels, taps);
  return {
    channels,
    pe: pick(random, divisorsOf(channels)),
    thresholds: randomThresholds(random, matrix),
    ...(random.below(3) === 0 ? { taps } : { weights: matrix }),
    memory: pick(random, ["auto", "distributed", "block"] as const),
  };
}

export const tapsOf = ({ weights, taps }: VectorVectorParams): number => taps ?? weights?.columns ?? 0;

const vectorsIn = (params: VectorVectorParams, random: Random) => ({
  x: randomVectors(random, {
    count: (tapsOf(params) * params.channels) / params.pe,
    width: params.pe,
    most: 5,
  }),
});

/** Counts of each channel of each vector, one tap after the other, from the definition. */
function countsOf(x: readonly (number | bigint)[], params: VectorVectorParams): number[] {
  const { channels, pe, weights } = params;
  const taps = chunks(bitsOf(x, pe), channels);
  return chunks(taps, tapsOf(params)).flatMap((vector) =>
    Array.from({ length: channels }, (_, c) => {
      const agrees = (tap: readonly number[], t: number): boolean =>
        tap[c] === (weights === undefined ? 1 : weightAt(weights, c, t));
      return vector.filter(agrees).length;
    }),
  );
}

const stamps = (
  { x, y }: ReturnType<typeof vvtuTicks>,
  run: { inputs: { x: readonly unknown[] }; outputs: { y?: readonly unknown[] } },
) => ({ x: run.inputs.x.map((_, b) => x(b)), y: (run.outputs.y ?? []).map((_, b) => y(b)) });

/** Units with weights per channel, with thresholds. */
export const vvtuCases = casesOf(
  {
    pick: randomUnit,
    hardware: vvtu,
    inputs: vectorsIn,
    model: ({ x }, params) => ({
      y: beatsOf(
        countsOf(x, params).map((count, i) =>
          count >= (params.thresholds[i % params.channels] ?? 0) ? 1 : 0,
        ),
        params.pe,
      ),
    }),
    timing: (run) => stamps(vvtuTicks(run.params), run),
  },
  { seed: 51, sets: 16, nativeSets: 100 },
);

/** Units with weights per channel that give counts. */
export const vvuCases = casesOf(
  {
    pick: (random): VectorVectorParams => randomUnit(random),
    hardware: ({ channels, pe, weights, taps, memory }: VectorVectorParams) =>
      vvu({ channels, pe, weights, taps, memory }),
    inputs: vectorsIn,
    model: ({ x }, params) => ({ y: chunks(countsOf(x, params), params.pe) }),
    timing: (run) => stamps(vvuTicks(run.params), run),
  },
  { seed: 52, sets: 12, nativeSets: 100 },
);
