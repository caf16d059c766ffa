import { casesOf, type CaseStudy } from "../../sim/cases.ts";
import type { BitsKind, PortRecord, SinkPort, SourcePort } from "../../src/hdl/index.ts";
import type { Random } from "../../src/random.ts";
import { controlTrials } from "./control.fixture.ts";
import { chunks, divisorsOf, pick } from "./random.fixture.ts";
import {
  parallelWindow,
  parallelWindowTicks,
  parallelWindowTiming,
  type ParallelWindowParams,
} from "./sliding-window-parallel.ts";
import { slidingWindowLeastDepth } from "./sliding-window-depth.ts";
import {
  slidingWindow,
  slidingWindowTicks,
  slidingWindowTiming,
  type SlidingWindowParams,
} from "./sliding-window.ts";
import { windowShape, type WindowParams } from "./sliding-window-shape.ts";

/** A map as pixels [y][x][channel]. */
export type FeatureMap = readonly (readonly (readonly number[])[])[];

/** Kernel 1 to 7, stride 1 to 4, dilation 1 to 3, padding 0 to 3, on a map of up to `most` pixels a side. */
export function randomWindow(random: Random, most = 9): WindowParams {
  for (;;) {
    const size = pick(random, [1, 2, 3, 3, 3, 4, 5, 6, 7]);
    const square = random.below(2) === 0;
    const pair = (choose: () => number): readonly number[] => {
      const a = choose();
      return [a, square ? a : choose()];
    };
    const channels = pick(random, [1, 1, 2, 3, 4, 6]);
    const bits = pick(random, [1, 1, 1, 2, 8]);
    const params: WindowParams = {
      height: 1 + random.below(most),
      width: 1 + random.below(most),
      channels,
      simd: pick(random, divisorsOf(channels)),
      bits,
      kernel: pair(() => (square ? size : 1 + random.below(size))),
      stride: pair(() => pick(random, [1, 1, 1, 2, 2, 3, 4])),
      dilation: pair(() => pick(random, [1, 1, 1, 2, 3])),
      padding: random.below(3) === 0 ? [0, 0, 0, 0] : Array.from({ length: 4 }, () => random.below(4)),
      padValue: random.below(2) === 0 ? 0 : random.below(2 ** bits),
    };
    if (fits(params)) return params;
  }
}

/** Whether a kernel has room in the padded map. */
export function fits({ height, width, kernel, dilation = [], padding = [] }: WindowParams): boolean {
  const span = (axis: number): number => ((kernel[axis] ?? 1) - 1) * (dilation[axis] ?? 1) + 1;
  const [top = 0, left = 0, bottom = 0, right = 0] = padding;
  return span(0) <= height + top + bottom && span(1) <= width + left + right;
}

export function randomMaps(
  random: Random,
  { height, width, channels, bits = 1 }: WindowParams,
  count: number,
): FeatureMap[] {
  const list = <T>(length: number, item: () => T): T[] => Array.from({ length }, item);
  return list(count, () =>
    list(height, () => list(width, () => list(channels, () => random.below(2 ** bits)))),
  );
}

/** Beats of `simd` channels of one pixel. */
export function beatsOfMaps(
  maps: readonly FeatureMap[],
  { simd, bits = 1 }: WindowParams,
): (number | bigint)[] {
  return maps
    .flat(2)
    .flatMap((pixel) =>
      Array.from({ length: pixel.length / simd }, (_, g) =>
        wordOf(pixel.slice(g * simd, (g + 1) * simd), bits),
      ),
    );
}

/** Values of `bits` bits, the first least significant; a number up to 32 bits in all, as signals give them. */
export function wordOf(values: readonly number[], bits: number): number | bigint {
  const word = values.reduceRight((sum, value) => (sum << BigInt(bits)) | BigInt(value), 0n);
  return values.length * bits > 32 ? word : Number(word);
}

/** The windows of a map, one after the other, as taps [ky * KX + kx][channel]: the oracle (im2col). */
export function windowsOf(map: FeatureMap, params: WindowParams): number[][][] {
  const {
    kernel,
    stride = [1, 1],
    dilation = [1, 1],
    padding = [0, 0, 0, 0],
    padValue = 0,
    channels,
  } = params;
  const { outHeight, outWidth } = windowShape("oracle", params);
  const [ky = 1, kx = 1] = kernel;
  const windows: number[][][] = [];
  for (let oy = 0; oy < outHeight; oy++)
    for (let ox = 0; ox < outWidth; ox++) {
      const taps: number[][] = [];
      for (let i = 0; i < ky; i++)
        for (let j = 0; j < kx; j++) {
          const y = oy * (stride[0] ?? 1) + i * (dilation[0] ?? 1) - (padding[0] ?? 0);
          const x = ox * (stride[1] ?? 1) + j * (dilation[1] ?? 1) - (padding[1] ?? 0);
          taps.push([...(map[y]?.[x] ?? new Array<number>(channels).fill(padValue))]);
        }
      windows.push(taps);
    }
  return windows;
}

interface Ports extends PortRecord {
  readonly x: SinkPort<BitsKind>;
  readonly y: SourcePort<BitsKind>;
}

/** The sliding window against the oracle, up to three maps back to back. */
export function slidingWindowStudy(most: number): CaseStudy<SlidingWindowParams, Ports> {
  return {
    pick: (random) => {
      const params = randomWindow(random, most);
      const memory = pick(random, ["auto", "distributed", "block"] as const);
      const least = slidingWindowLeastDepth(params);
      // Half of them with the depth that follows; of the others, many above the sizes that are rounded up.
      const depth =
        random.below(2) === 0 ? undefined : least + random.below(random.below(2) === 0 ? 20 : 300);
      return { ...params, memory, depth };
    },
    hardware: slidingWindow,
    inputs: (params, random) => ({ x: beatsOfMaps(randomMaps(random, params, random.below(4)), params) }),
    model: ({ x }, params) => {
      const { simd, bits = 1 } = params;
      return {
        y: mapsOfBeats(x, params)
          .flatMap((map) => windowsOf(map, params))
          .flatMap((taps) => taps.flatMap((pixel) => chunks(pixel, simd).map((word) => wordOf(word, bits)))),
      };
    },
    timing: ({ params, inputs }) => {
      const { inputWords } = windowShape("oracle", params);
      return slidingWindowTicks(params, inputs.x.length / inputWords);
    },
  };
}

function mapsOfBeats(
  beats: readonly (number | bigint)[],
  { height, width, channels, simd, bits = 1 }: WindowParams,
): FeatureMap[] {
  const values = beats.flatMap((beat) =>
    Array.from({ length: simd }, (_, i) =>
      Number((BigInt(beat) >> BigInt(i * bits)) & ((1n << BigInt(bits)) - 1n)),
    ),
  );
  return chunks(chunks(chunks(values, channels), width), height);
}

/** A random window with no more padding than keeps the map's size, and an MMV that fits. */
function randomParallel(random: Random, most: number): ParallelWindowParams {
  for (;;) {
    const params = randomWindow(random, most);
    const { kernel, dilation = [], padding = [], stride = [] } = params;
    const span = (axis: number): number => ((kernel[axis] ?? 1) - 1) * (dilation[axis] ?? 1);
    const [top = 0, left = 0, bottom = 0, right = 0] = padding;
    if (top + bottom > span(0) || left + right > span(1)) continue;
    const { outWidth } = windowShape("oracle", params);
    const fitting = divisorsOf(params.width).filter(
      (d) => d === 1 || (stride[1] === 1 && outWidth % d === 0),
    );
    return {
      ...params,
      mmv: pick(random, fitting),
      memory: pick(random, ["auto", "distributed", "block"] as const),
    };
  }
}

/** The parallel window against the oracle, up to six maps back to back. */
export function parallelWindowStudy(most: number): CaseStudy<ParallelWindowParams, Ports> {
  return {
    pick: (random) => randomParallel(random, most),
    hardware: parallelWindow,
    inputs: (params, random) => ({
      x: parallelBeats(
        randomMaps(random, params, random.below(7)).flatMap((map) => map.flat().map((pixel) => [pixel])),
        params,
      ),
    }),
    model: ({ x }, params) => ({
      y: mapsOfParallel(x, params).flatMap((map) => parallelBeats(windowsOf(map, params), params)),
    }),
    timing: ({ params, inputs, outputs }) => {
      const ticks = parallelWindowTicks(params);
      return { x: inputs.x.map((_, b) => ticks.x(b)), y: (outputs.y ?? []).map((_, b) => ticks.y(b)) };
    },
  };
}

export const slidingWindowCases = casesOf(slidingWindowStudy(7), {
  seed: 31,
  cases: 40,
  sets: 8,
  nativeSets: 80,
});

export const parallelWindowCases = casesOf(parallelWindowStudy(7), {
  seed: 32,
  cases: 24,
  sets: 6,
  nativeSets: 60,
});

export const slidingWindowControl = controlTrials(9, 40, (random) => {
  const params = slidingWindowStudy(6).pick(random);
  return { hardware: slidingWindow(params), timing: slidingWindowTiming(params) };
});

export const parallelWindowControl = controlTrials(10, 40, (random) => {
  const params = parallelWindowStudy(6).pick(random);
  return { hardware: parallelWindow(params), timing: parallelWindowTiming(params) };
});

/** MMV windows, or pixels as windows of one tap, side by side; beats of SIMD channels of all their taps. */
function parallelBeats(
  windows: readonly (readonly (readonly number[])[])[],
  { channels, simd, bits = 1, mmv = 1 }: ParallelWindowParams,
): (number | bigint)[] {
  return chunks(windows, mmv).flatMap((group) =>
    Array.from({ length: channels / simd }, (_, g) =>
      wordOf(
        group.flat().flatMap((pixel) => pixel.slice(g * simd, (g + 1) * simd)),
        bits,
      ),
    ),
  );
}

function mapsOfParallel(
  beats: readonly (number | bigint)[],
  { height, width, channels, simd, bits = 1, mmv = 1 }: ParallelWindowParams,
): FeatureMap[] {
  const value = (beat: number | bigint | undefined, i: number): number =>
    Number((BigInt(beat ?? 0) >> BigInt(i * bits)) & ((1n << BigInt(bits)) - 1n));
  const pixels = chunks(beats, channels / simd).flatMap((group) =>
    Array.from({ length: mmv }, (_, lane) =>
      Array.from({ length: channels }, (__, c) =>
        value(group[Math.floor(c / simd)], lane * simd + (c % simd)),
      ),
    ),
  );
  return chunks(chunks(pixels, width), height);
}

/**
 * Words that the schedule itself needs: words come as late as they may for windows that follow each other without a
 * wait (a consumer that pauses for `pause` cycles after each window) and stay until their last use. `inOrder` for a
 * buffer that is overwritten in stream order, `anyOrder` for one that could take any free place. Slow and simple.
 */
export function leastWords(
  params: WindowParams,
  pause = 0,
): { readonly inOrder: number; readonly anyOrder: number } {
  const { inputWords, words, width, height } = windowShape("oracle", params);
  // Words by number, from 1; 0 is padding.
  const places = Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (__, x) =>
      Array.from({ length: words }, (___, c) => (y * width + x) * words + c + 1),
    ),
  );
  const windows = windowsOf(places, { ...params, channels: words, simd: 1, padValue: 0 });
  const period = windows.reduce((sum, taps) => sum + taps.length * words + pause, 0);
  const [needed, used] = [
    new Array<number>(inputWords).fill(Infinity),
    new Array<number>(inputWords).fill(-1),
  ];
  let tick = 0;
  for (const taps of windows) {
    for (const number of taps.flat()) {
      const word = number - 1;
      if (word >= 0) {
        needed[word] = Math.min(needed[word] ?? 0, tick);
        used[word] = tick;
      }
      tick++;
    }
    tick += pause;
  }
  if (period < inputWords) throw new Error("words come as fast as they can");
  // As late as the word itself and the ones behind it, one per cycle, allow: those of the next map included.
  let next = Infinity;
  const pushed = new Array<number>(inputWords).fill(0);
  for (let pass = 0; pass < 2; pass++) {
    for (let word = inputWords - 1; word >= 0; word--) {
      next = Math.min(next, needed[word] ?? Infinity) - 1;
      pushed[word] = next;
    }
    next += period;
  }
  const overlap = (last: readonly number[]): number => {
    const changes = new Int32Array(period + 1);
    let most = 0;
    pushed.forEach((start, word) => {
      const end = Math.max(last[word] ?? 0, start) + 1;
      for (let at = start; at < end; at += period) {
        const from = ((at % period) + period) % period;
        const length = Math.min(end - at, period);
        changes[from] = (changes[from] ?? 0) + 1;
        if (from + length > period) {
          changes[0] = (changes[0] ?? 0) + 1;
          changes[from + length - period] = (changes[from + length - period] ?? 0) - 1;
        } else changes[from + length] = (changes[from + length] ?? 0) - 1;
      }
    });
    let now = 0;
    for (let at = 0; at < period; at++) most = Math.max(most, (now += changes[at] ?? 0));
    return most;
  };
  let latest = -1;
  return { anyOrder: overlap(used), inOrder: overlap(used.map((at) => (latest = Math.max(latest, at)))) };
}
