import { blockCost } from "../../../rtl/memory-shape.ts";
import {
  slidingWindowBuffer,
  windowShape,
  type ParallelWindowParams,
  type SlidingWindowBuffer,
  type SlidingWindowParams,
  type WindowDealParams,
  type WindowGatherParams,
  type WindowShape,
} from "../../../rtl/nn/index.ts";
import { bitsFor } from "../../hdl/index.ts";
import type { Cost } from "./cost.ts";
import { counterLuts, indexBits, isPowerOfTwo, ramLuts, wordLuts } from "./parts.ts";

/**
 * Of a sliding window: its rows, and what walks over them. Walk, free words and words ahead are numbers of as many bits
 * as an address has; what adds them up is fitted.
 */
export function slidingWindowCost(params: SlidingWindowParams): Cost {
  const shape = windowShape("slidingWindow", params);
  const { words, kernelX, kernelY, outWidth, outHeight, wordBits, strideX, strideY } = shape;
  const buffer = slidingWindowBuffer(params);
  const size = { words: addressedWords(buffer), width: wordBits };
  const address = indexBits(size.words);
  const counts = [words, kernelX, kernelY, outWidth, outHeight];
  const counters = counts.reduce((sum, count) => sum + counterLuts(count), 0);
  // Addresses that do not wrap by themselves are kept, and compared.
  const wraps = isPowerOfTwo(size.words);
  const axes = [
    [shape.top, shape.bottom, shape.height],
    [shape.left, shape.right, shape.width],
  ].filter(([before = 0, after = 0]) => before + after > 0);
  const strides = axes.length > 0 && strideX * strideY > 1 ? 25 : 0;
  const control =
    6 + counters + 7 * address + (wraps ? 0 : 22) + 3 * axes.length + strides - (outWidth === 1 ? 15 : 0);
  const registers =
    counts.reduce((sum, count) => sum + indexBits(count), 0) +
    (wraps ? 3 : 4) * address +
    axes.reduce(
      (sum, [before = 0, after = 0, length = 0]) => sum + 2 * bitsFor(before + length + after - 1),
      0,
    ) +
    3 +
    wordBits;
  if (buffer.style === "distributed")
    return { lut: control + ramLuts(size), ff: registers, bram36: 0, dsp: 0 };
  const block = blockCost(size);
  return { lut: control - 3 + block.lut, ff: registers + 1, bram36: block.bram36, dsp: 0 };
}

/** Above this, words of a parallel window go through a memory. */
const longestShift = 32;

/**
 * Of a parallel window: per row of the kernel the words between its taps as registers or shift registers of LUTs, between
 * rows memories.
 */
export function parallelWindowCost(params: ParallelWindowParams): Cost {
  const shape = windowShape("parallelWindow", params);
  const { wordBits, words, outHeight, strideX, strideY } = shape;
  const mmv = params.mmv ?? 1;
  let [lut, ff, bram36] = [0, 0, 0];
  const depths = new Set<number>();
  const lengths = lineLengths(shape, mmv);
  for (const beats of lengths) {
    if (beats <= 2) ff += beats * wordBits;
    else if (beats <= longestShift) lut += wordBits;
    else {
      const size = { words: beats - 1, width: wordBits };
      depths.add(size.words);
      ff += wordBits;
      const isBlock = params.memory === "block" || (params.memory !== "distributed" && size.words > 256);
      const block = isBlock ? blockCost(size) : { bram36: 0, lut: ramLuts(size, "oneAddress") };
      lut += block.lut;
      bram36 += block.bram36;
    }
  }
  const columns = shape.width / mmv;
  const counts = [words, columns, outHeight, strideX, strideY, shape.height * columns * words, ...depths];
  for (const count of counts) {
    lut += counterLuts(count);
    ff += indexBits(count);
  }
  const { top, left, bottom, right } = shape;
  const padding = (top + bottom > 0 ? 6 : 0) + (left + right > 0 ? 6 : 0);
  // Taps that windows side by side share have one register.
  return { lut: lut + 2 + padding, ff: ff + 2 + lengths.length * wordBits, bram36, dsp: 0 };
}

/** Beats between the taps that come one after the other, of every pixel of a beat. */
function lineLengths(shape: WindowShape, mmv: number): readonly number[] {
  const { kernelX, kernelY, dilationX, dilationY, left, width, words } = shape;
  const ahead = Math.floor((mmv - 1 + (kernelX - 1) * dilationX - left) / mmv);
  const lengths: number[] = [];
  for (let lane = 0; lane < mmv; lane++) {
    const columns = new Set<number>();
    for (let window = 0; window < mmv; window++) {
      for (let kx = 0; kx < kernelX; kx++) {
        const x = window + kx * dilationX - left;
        const beat = Math.floor(x / mmv);
        if (x - beat * mmv === lane) columns.add(ahead - beat);
      }
    }
    const rows = Array.from({ length: kernelY }, (_, ky) => ky * dilationY * (width / mmv));
    const delays = rows.flatMap((row) => [...columns].map((column) => (row + column) * words));
    delays
      .sort((a, b) => a - b)
      .forEach((delay, i) => lengths.push(delay - (i === 0 ? 0 : (delays[i - 1] ?? 0))));
  }
  return lengths;
}

/** Of what lays windows side by side. */
export function windowDealCost({ width, beats, mmv }: WindowDealParams): Cost {
  const kept = (mmv - 1) * width;
  const counters = counterLuts(beats) + counterLuts(mmv);
  const registers = 1 + mmv * width + indexBits(beats) + indexBits(mmv);
  if (beats === 1) return { lut: 3 + counters, ff: registers + kept, bram36: 0, dsp: 0 };
  // Of two windows each word is only written; of more it is shifted, which Yosys takes for another address.
  const store = { words: beats, width: kept };
  return mmv === 2
    ? { lut: 3 + counters + ramLuts(store, "oneAddress"), ff: registers, bram36: 0, dsp: 0 }
    : { lut: 6 + counters + ramLuts(store), ff: registers + indexBits(beats), bram36: 0, dsp: 0 };
}

/** Of what puts the results of windows one after the other. */
export function windowGatherCost({ width, beats, mmv }: WindowGatherParams): Cost {
  const stored = bitsFor(2 * beats);
  const words = 2 * 2 ** indexBits(beats);
  return {
    lut: 14 + 2.7 * stored + ramLuts({ words, width: mmv * width }) + wordLuts(mmv, width),
    ff: 1 + width + 2 * stored + 2 * indexBits(beats) + indexBits(mmv) + 2,
    bram36: 0,
    dsp: 0,
  };
}

/** Words of a sliding window's memory: a power of two, at which addresses wrap, where that takes no more RAM. */
function addressedWords({ depth, style }: SlidingWindowBuffer): number {
  const step = style === "distributed" ? 32 : 512;
  const rounded = 2 ** indexBits(depth);
  return rounded <= Math.ceil(depth / step) * step ? rounded : depth;
}
