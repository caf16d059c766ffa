import type { Random } from "../../src/random.ts";
import { divisorsOf, pick } from "./random.fixture.ts";
import { freesEarly, windowMoves, type WindowRanges } from "./sliding-window-schedule.ts";
import { fits } from "./sliding-window.fixture.ts";
import { windowShape, type WindowParams, type WindowShape } from "./sliding-window-shape.ts";

/*
 * What `slidingWindowDepth`, `slidingWindowLeastDepth` and `slidingWindowRanges` give, word by word and step by step of
 * whole maps. Slow and simple.
 */

export function steppedDepth(params: WindowParams, pause: number): number {
  const shape = windowShape("oracle", params);
  const steps = windowSteps(shape);
  const windowWords = shape.kernelY * shape.kernelX * shape.words;
  const period = shape.outputWords + shape.outHeight * shape.outWidth * pause;
  const depth =
    period >= shape.inputWords
      ? depthAtOutputRate(shape, steps, windowWords, pause)
      : depthAtInputRate(shape, steps, windowWords, pause);
  return Math.max(steppedLeastDepth(params), depth);
}

export function steppedLeastDepth(params: WindowParams): number {
  const { needs, frees, start } = windowSteps(windowShape("oracle", params));
  let [kept, depth] = [start, Math.max(2, 1 - start)];
  needs.forEach((need, step) => {
    depth = Math.max(depth, need - kept);
    kept += frees[step] ?? 0;
  });
  return depth;
}

export function steppedRanges(shape: WindowShape, depth: number): WindowRanges {
  const { needs, frees, places, start } = windowSteps(shape);
  let [roomLow, roomHigh, aheadLow, aheadHigh] = [-1, depth - 1 + start, -1, -1];
  // Between the fewest words that can be there, those read so far, and the most, all that there ever was room for.
  let [kept, fewest, most] = [start, 0, depth + start];
  const note = (place: number | undefined): void => {
    roomLow = Math.min(roomLow, depth - 1 + kept - most);
    roomHigh = Math.max(roomHigh, depth - 1 + kept - fewest);
    if (place === undefined) return;
    aheadLow = Math.min(aheadLow, fewest - 1 - place);
    aheadHigh = Math.max(aheadHigh, most - 1 - place);
  };
  for (let map = 0; map < 3; map++) {
    needs.forEach((need, step) => {
      note(places[step]);
      fewest = Math.max(fewest, need);
      kept += frees[step] ?? 0;
      most = Math.max(most, kept + depth);
      note(undefined);
    });
    kept -= shape.inputWords;
    fewest -= shape.inputWords;
    most -= shape.inputWords;
  }
  return { room: [roomLow, roomHigh], ahead: [aheadLow, aheadHigh] };
}

/** Steps follow each other without a wait; every word comes as late as it may. */
function depthAtOutputRate(
  { inputWords, outHeight, outWidth }: WindowShape,
  { needs, frees, start }: WindowSteps,
  windowWords: number,
  pause: number,
): number {
  const beat = windowWords + pause;
  const period = outHeight * outWidth * beat;
  const deadline = new Float64Array(inputWords + 1).fill(Infinity);
  needs.forEach((need, step) => {
    const tick = Math.floor(step / windowWords) * beat + (step % windowWords);
    if (need > 0 && deadline[need - 1] === Infinity) deadline[need - 1] = tick - 1;
  });
  // One word per cycle; the last words of a map have those of the next behind them.
  for (let pass = 0; pass < 2; pass++) {
    deadline[inputWords] = (deadline[0] ?? 0) + (pass === 0 ? Infinity : period);
    for (let word = inputWords - 1; word >= 0; word--)
      deadline[word] = Math.min(deadline[word] ?? 0, (deadline[word + 1] ?? 0) - 1);
  }
  const kept = new Float64Array(needs.length + 1);
  kept[0] = start;
  frees.forEach((free, step) => {
    kept[step + 1] = (kept[step] ?? 0) + free;
  });
  let depth = 0;
  for (let word = 0; word < inputWords; word++) {
    const tick = deadline[word] ?? 0;
    const maps = Math.floor(tick / period);
    const within = tick - maps * period;
    const done = Math.floor(within / beat) * windowWords + Math.min(within % beat, windowWords);
    depth = Math.max(depth, word - maps * inputWords - (kept[done] ?? 0) + 1);
  }
  return depth;
}

/** Words come without a wait; every step is taken as early as it may. */
function depthAtInputRate(
  { inputWords }: WindowShape,
  { needs, frees, start }: WindowSteps,
  windowWords: number,
  pause: number,
): number {
  const ticks = new Float64Array(needs.length);
  let before = -Infinity;
  for (let settled = false; !settled;) {
    const first = ticks[0];
    needs.forEach((need, step) => {
      const wait = step % windowWords === 0 ? 1 + pause : 1;
      before = Math.max(before + wait, need);
      ticks[step] = before;
    });
    before -= inputWords;
    settled = ticks[0] === first;
  }
  // The steps of a map may end while the next one comes in: start early enough that all earlier steps are counted.
  let [kept, step, base, depth] = [start - 2 * inputWords, 0, -2 * inputWords, 0];
  for (let word = -2 * inputWords; word < inputWords; word++) {
    while (base + (ticks[step] ?? 0) < word) {
      kept += frees[step++] ?? 0;
      if (step < needs.length) continue;
      step = 0;
      base += inputWords;
    }
    if (word >= 0) depth = Math.max(depth, word - kept + 1);
  }
  return depth;
}

/** What the words of a map's windows, in order, ask of the buffer and give back. */
interface WindowSteps {
  /** Words of the map that must have come in before each step. */
  readonly needs: Int32Array;
  /** By how many words the oldest word still kept moves on with each step. */
  readonly frees: Int32Array;
  /** The word of each step, relative to the map's first, as if rows simply went on. */
  readonly places: Int32Array;
  /** The oldest word kept at the start of a map, relative to its first word. */
  readonly start: number;
}

function windowSteps(shape: WindowShape): WindowSteps {
  const { height, width, words, kernelY, kernelX, outHeight, outWidth } = shape;
  const { frees: given, lead } = windowMoves(shape);
  const needs = new Int32Array(shape.outputWords);
  const frees = new Int32Array(shape.outputWords);
  const places = new Int32Array(shape.outputWords);
  const windowWords = kernelY * kernelX * words;
  const freed = (freesEarly(shape) ? kernelX * words : windowWords) - 1;
  let step = 0;
  for (let row = 0; row < outHeight; row++) {
    for (let column = 0; column < outWidth; column++) {
      const first = step;
      for (let ky = 0; ky < kernelY; ky++) {
        const y = row * shape.strideY + ky * shape.dilationY - shape.top;
        for (let kx = 0; kx < kernelX; kx++) {
          const x = column * shape.strideX + kx * shape.dilationX - shape.left;
          const inside = y >= 0 && y < height && x >= 0 && x < width;
          for (let word = 0; word < words; word++) {
            const place = (y * width + x) * words + word;
            places[step] = place;
            needs[step++] = inside ? place + 1 : 0;
          }
        }
      }
      if (column < outWidth - 1) frees[first + freed] = given.column;
      else if (row < outHeight - 1) frees[step - 1] = given.row;
      else {
        for (let ky = 1; ky < kernelY; ky++) frees[first + ky * kernelX * words - 1] = given.kernelRow;
        frees[step - 1] = given.map;
      }
    }
  }
  // Nothing of a map leaves before its first word has come.
  needs[0] = Math.max(1, needs[0] ?? 0);
  return { needs, frees, places, start: -lead };
}

/** A window and what its consumer pauses for. */
interface DepthTrial {
  readonly params: WindowParams;
  readonly pause: number;
}

/** Maps smaller than the kernel, windows wholly in the padding, and all else that the parameters allow. */
export function randomDepthTrial(random: Random, most: number): DepthTrial {
  const twice = (values: readonly number[]): readonly number[] => [
    pick(random, values),
    pick(random, values),
  ];
  for (;;) {
    const channels = pick(random, [1, 1, 2, 3, 4]);
    const [taps, padding] = [pick(random, [1, 3, 5, 7]), pick(random, [1, 1, 2, 4, 9])];
    const params: WindowParams = {
      height: 1 + random.below(most),
      width: 1 + random.below(most),
      channels,
      simd: pick(random, divisorsOf(channels)),
      kernel: [1 + random.below(taps), 1 + random.below(taps)],
      stride: twice([1, 1, 1, 2, 3, 5]),
      dilation: twice([1, 1, 1, 2, 3]),
      padding: Array.from({ length: 4 }, () => random.below(padding)),
    };
    if (fits(params)) return { params, pause: pick(random, [0, 0, 1, 2, 7, 40]) };
  }
}

/** Of convolutions in known networks, with all SIMD and some neuron groups, those of at most so many words of windows. */
export function usualWindows(most: number): readonly DepthTrial[] {
  const sizes = [5, 7, 12, 14, 28, 32, 56, 112, 224];
  const kinds = [
    { kernel: [3, 3], padding: [1, 1, 1, 1] },
    { kernel: [3, 3], padding: [0, 0, 0, 0] },
    { kernel: [3, 3], padding: [1, 1, 1, 1], stride: [2, 2] },
    { kernel: [3, 3], padding: [2, 2, 2, 2], dilation: [2, 2] },
    { kernel: [1, 1], padding: [0, 0, 0, 0], stride: [2, 2] },
    { kernel: [5, 5], padding: [2, 2, 2, 2] },
    { kernel: [7, 7], padding: [3, 3, 3, 3], stride: [2, 2] },
    { kernel: [2, 2], padding: [0, 0, 0, 0] },
  ];
  return sizes.flatMap((size) =>
    kinds.flatMap((kind) =>
      [3, 64].flatMap((channels) =>
        divisorsOf(channels).flatMap((simd) => {
          const params = { height: size, width: size, channels, simd, ...kind };
          const { outputWords, outHeight, outWidth } = windowShape("usual", params);
          const beats = outputWords / (outHeight * outWidth);
          return outputWords > most ? [] : [0, beats, 7 * beats].map((pause) => ({ params, pause }));
        }),
      ),
    ),
  );
}
