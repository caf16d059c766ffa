import { casesOf } from "../../sim/cases.ts";
import { bits, component, sink, source } from "../../src/hdl/index.ts";
import type { Random } from "../../src/random.ts";
import { controlTrials } from "./control.fixture.ts";
import { maxPool, maxPoolTicks, maxPoolTiming, type MaxPoolParams } from "./max-pool.ts";
import { chunks, divisorsOf, pick } from "./random.fixture.ts";
import {
  beatsOfMaps,
  randomMaps,
  randomWindow,
  windowsOf,
  type FeatureMap,
} from "./sliding-window.fixture.ts";
import { slidingWindow, type SlidingWindowParams } from "./sliding-window.ts";

export function randomPool(random: Random): MaxPoolParams {
  const channels = pick(random, [1, 2, 3, 4, 6]);
  const kernel = [1 + random.below(4), 1 + random.below(4)];
  // Mostly stride = kernel on a map of whole windows, as in CNV; else gaps and rests at the right and at the bottom.
  const plain = random.below(2) === 0;
  const stride = kernel.map((size) => (plain ? size : size + pick(random, [0, 0, 1, 2])));
  const [height = 1, width = 1] = kernel.map((size, axis) =>
    plain ? size * (1 + random.below(4)) : size + random.below(3 * (stride[axis] ?? 1)),
  );
  const pe = pick(random, divisorsOf(channels));
  return { height, width, channels, pe, kernel, stride, bits: pick(random, [1, 1, 2, 5, 8]) };
}

/** The maximum of each window, value by value: the oracle. */
function pooled(
  map: FeatureMap,
  { height, width, channels, kernel, stride = kernel }: MaxPoolParams,
): FeatureMap {
  const [[ky = 1, kx = 1], [sy = 1, sx = 1]] = [kernel, stride];
  const list = <T>(length: number, item: (i: number) => T): T[] => Array.from({ length }, (_, i) => item(i));
  return list(Math.floor((height - ky) / sy) + 1, (y) =>
    list(Math.floor((width - kx) / sx) + 1, (x) =>
      list(channels, (c) =>
        Math.max(...list(ky * kx, (i) => map[y * sy + Math.floor(i / kx)]?.[x * sx + (i % kx)]?.[c] ?? NaN)),
      ),
    ),
  );
}

function mapsOf(beats: readonly (number | bigint)[], params: MaxPoolParams): FeatureMap[] {
  const { width, height, channels, pe, bits: valueBits = 1 } = params;
  const wide = BigInt(valueBits);
  const values = beats.flatMap((beat) =>
    Array.from({ length: pe }, (_, p) => Number((BigInt(beat) >> (BigInt(p) * wide)) & ((1n << wide) - 1n))),
  );
  return chunks(chunks(chunks(values, channels), width), height);
}

const windowed = (params: MaxPoolParams) => ({ ...params, simd: params.pe });

/** Pools of windows that do not overlap. */
export const maxPoolCases = casesOf(
  {
    pick: randomPool,
    hardware: maxPool,
    inputs: (params, random) => {
      // Mostly few values above 0: of many random ones the greatest is nearly always the same.
      const kept = pick(random, [1, 4, 12]);
      const sparse = (value: number): number => (random.below(kept) === 0 ? value : 0);
      const maps = randomMaps(random, windowed(params), random.below(4));
      return {
        x: beatsOfMaps(
          maps.map((map) => map.map((row) => row.map((pixel) => pixel.map(sparse)))),
          windowed(params),
        ),
      };
    },
    model: ({ x }, params) => ({
      y: beatsOfMaps(
        mapsOf(x, params).map((map) => pooled(map, params)),
        windowed(params),
      ),
    }),
    timing: ({ params, inputs, outputs }) => {
      const ticks = maxPoolTicks(params);
      return { x: inputs.x.map((_, b) => ticks.x(b)), y: (outputs.y ?? []).map((_, b) => ticks.y(b)) };
    },
  },
  { seed: 41, sets: 16, nativeSets: 120 },
);

/** Windows that overlap or are padded come from a sliding window. */
export const overlappingPoolCases = casesOf(
  {
    pick: (random): SlidingWindowParams => ({ ...randomWindow(random, 7), padValue: 0 }),
    hardware: (params) => {
      const [height = 1, width = 1] = params.kernel;
      const { channels, simd, bits: valueBits } = params;
      const pool: MaxPoolParams = {
        height,
        width,
        channels,
        pe: simd,
        kernel: params.kernel,
        bits: valueBits,
      };
      const kind = bits(simd * (valueBits ?? 1));
      return component({
        name: "overlapping_pool",
        ports: () => ({ x: sink(kind), y: source(kind) }),
        build(_m, { x, y }) {
          x.through({ window: slidingWindow(params) })
            .through({ pool: maxPool(pool) })
            .into(y);
        },
      })();
    },
    inputs: (params, random) => ({ x: beatsOfMaps(randomMaps(random, params, random.below(3)), params) }),
    model: ({ x }, params) => ({
      y: beatsOfMaps(
        mapsOf(x, { ...params, pe: params.simd }).map((map) => [
          windowsOf(map, params).map((taps) =>
            Array.from({ length: params.channels }, (_, c) => Math.max(...taps.map((tap) => tap[c] ?? NaN))),
          ),
        ]),
        params,
      ),
    }),
    timing: () => ({}),
  },
  { seed: 43, cases: 24, sets: 6, nativeSets: 50 },
);

export const maxPoolControl = controlTrials(42, 60, (random) => {
  const params = randomPool(random);
  return { hardware: maxPool(params), timing: maxPoolTiming(params) };
});
