import { bits, cat, uint, valueOf, type Bits } from "../hdl/index.ts";
import {
  windowShape,
  type MaxPoolParams,
  type MvtuParams,
  type WindowDealParams,
  type WindowGatherParams,
  type WindowParams,
} from "../../rtl/nn/index.ts";
import type { Claims } from "./harness.ts";

/** The figures of `Claims` that depend on how a unit is built, not on what it computes. */
export type Limits = Pick<Claims, "room" | "offers" | "accepts">;

const list = <T>(length: number, item: (index: number) => T): readonly T[] =>
  Array.from({ length }, (_, i) => item(i));

/** Every beat at x leaves at y as it is. */
export function passing(limits: Limits): Claims {
  return mapping((beat) => beat, limits);
}

/** Every beat at x makes one at y. */
export function mapping(make: (beat: Bits) => Bits, limits: Limits): Claims {
  return { ...limits, frame: { x: 1, y: 1 }, expected: ({ x = [] }) => ({ y: x.map(make) }) };
}

/** Every beat at x leaves at each of y0 to y(n-1). */
export function forking(n: number, limits: Limits): Claims {
  const branches = list(n, (i) => `y${String(i)}`);
  const each = <T>(value: T): Record<string, T> => Object.fromEntries(branches.map((name) => [name, value]));
  return { ...limits, frame: { x: 1, ...each(1) }, expected: ({ x = [] }) => each(x) };
}

/** One beat of each of x_a and x_b leave together, a in the low bits. */
export function joining(limits: Limits): Claims {
  return {
    ...limits,
    frame: { x_a: 1, x_b: 1, y: 1 },
    expected: ({ x_a = [], x_b = [] }) => ({ y: [packed([...x_a, ...x_b])] }),
  };
}

/** The same bits in beats of another width; a frame is as many as fill beats of both. */
export function repacking(
  { from, to }: { readonly from: number; readonly to: number },
  limits: Limits,
): Claims {
  let total = from;
  while (total % to !== 0) total += from;
  return {
    ...limits,
    frame: { x: total / from, y: total / to },
    expected: ({ x = [] }) => ({ y: list(total / to, (i) => packed(x).slice(i * to, to)) }),
    needs: (_, beat) => ({ x: Math.ceil(((beat + 1) * to) / from) }),
  };
}

/** Words s of MMV windows side by side, see `windowDeal`. */
export function dealing({ beats, mmv }: WindowDealParams, limits: Limits): Claims {
  return {
    ...limits,
    frame: { x: mmv * beats, y: beats },
    expected: ({ x = [] }) => ({
      y: list(beats, (s) => packed(list(mmv, (window) => at(x, window * beats + s)))),
    }),
    needs: (_, s) => ({ x: (mmv - 1) * beats + s + 1 }),
  };
}

/** Windows side by side one after the other, see `windowGather`. */
export function gathering({ width, beats, mmv }: WindowGatherParams, limits: Limits): Claims {
  return {
    ...limits,
    frame: { x: beats, y: mmv * beats },
    expected: ({ x = [] }) => ({
      y: list(mmv * beats, (word) => at(x, word % beats).slice(Math.floor(word / beats) * width, width)),
    }),
    needs: (_, word) => ({ x: Math.min(word + 1, beats) }),
  };
}

/** The windows of a map of one word per pixel, tap by tap, see `slidingWindow`. */
export function sliding(params: WindowParams, limits: Limits): Claims {
  const shape = windowShape("proof", params);
  const taps = tapsOf(params);
  // Words leave in order, and none before the map's first has come.
  let least = 1;
  const needs = taps.map((word) => (least = Math.max(least, (word ?? 0) + 1)));
  const padding = valueOf(bits(shape.wordBits), params.padValue ?? 0);
  return {
    ...limits,
    frame: { x: params.height * params.width, y: taps.length },
    expected: ({ x = [] }) => ({ y: taps.map((word) => (word === undefined ? padding : at(x, word))) }),
    needs: (_, beat) => ({ x: at(needs, beat) }),
  };
}

/** The pixel of each tap of each window in turn; none where it is padding. */
function tapsOf(params: WindowParams): readonly (number | undefined)[] {
  const { height, width } = params;
  const { kernelY, kernelX, strideY, strideX, dilationY, dilationX, top, left, outHeight, outWidth } =
    windowShape("proof", params);
  return list(outHeight * outWidth * kernelY * kernelX, (beat) => {
    const [window, tap] = [Math.floor(beat / (kernelY * kernelX)), beat % (kernelY * kernelX)];
    const row = Math.floor(window / outWidth) * strideY + Math.floor(tap / kernelX) * dilationY - top;
    const column = (window % outWidth) * strideX + (tap % kernelX) * dilationX - left;
    return row >= 0 && row < height && column >= 0 && column < width ? row * width + column : undefined;
  });
}

/** The OR of each window of a map of bits that do not overlap, all channels of a pixel in a beat, see `maxPool`. */
export function pooling({ height, width, kernel }: MaxPoolParams, limits: Limits): Claims {
  const [kernelY = 1, kernelX = 1] = kernel;
  const outWidth = Math.floor(width / kernelX);
  const windows = list(Math.floor(height / kernelY) * outWidth, (window) =>
    list(kernelY * kernelX, (tap) => {
      const row = Math.floor(window / outWidth) * kernelY + Math.floor(tap / kernelX);
      return row * width + (window % outWidth) * kernelX + (tap % kernelX);
    }),
  );
  return {
    ...limits,
    frame: { x: height * width, y: windows.length },
    expected: ({ x = [] }) => ({
      y: windows.map((taps) => taps.map((pixel) => at(x, pixel)).reduce((a, b) => a.or(b))),
    }),
    needs: (_, window) => ({ x: Math.max(...at(windows, window)) + 1 }),
  };
}

/** What a matrix-vector-threshold unit computes, as a plain sum for each neuron, see `mvtu`. */
export function thresholding({ weights, thresholds, pe, simd }: MvtuParams, limits: Limits): Claims {
  const [sf, nf] = [weights.columns / simd, weights.rows / pe];
  const fires = (vector: Bits, row: number) => {
    let word = 0n;
    for (let c = 0; c < weights.columns; c++) {
      const bit = ((weights.words[row * weights.wordsPerRow + (c >>> 5)] ?? 0) >>> (c & 31)) & 1;
      word |= BigInt(bit) << BigInt(c);
    }
    const count = vector.xnor(word).popcount();
    return count.extend(uint(count.width + 1)).ge(thresholds[row] ?? 0);
  };
  return {
    ...limits,
    frame: { x: sf, y: nf },
    expected: ({ x = [] }) => ({
      y: list(nf, (group) => cat(...list(pe, (p) => fires(packed(x), group * pe + p)).toReversed())),
    }),
  };
}

/** The first in the least significant bits. */
const packed = (beats: readonly Bits[]): Bits => cat(...beats.toReversed());

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no item ${String(index)} of ${String(items.length)}`);
  return item;
}
