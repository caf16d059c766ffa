import { blockCost } from "../../../rtl/memory-shape.ts";
import {
  parallelWindowBits,
  slidingWindowBuffer,
  windowShape,
  type ParallelWindowParams,
  type SlidingWindowParams,
  type WindowDealParams,
  type WindowGatherParams,
} from "../../../rtl/nn/index.ts";
import { bitsFor } from "../../hdl/index.ts";
import type { Cost } from "./cost.ts";
import { counterLuts, indexBits, ramLuts, sharedAddressRamLuts, wordLuts } from "./parts.ts";

/** Of a sliding window: its rows and the counters that walk over them. */
export function slidingWindowCost(params: SlidingWindowParams): Cost {
  const { words, kernelX, kernelY, outWidth, outHeight, wordBits } = windowShape("slidingWindow", params);
  const { depth, style } = slidingWindowBuffer(params);
  const counts = [words, kernelX, kernelY, outWidth, outHeight];
  const counters = counts.reduce((sum, count) => sum + counterLuts(count), 0);
  const bits = counts.reduce((sum, count) => sum + indexBits(count), 0);
  const address = indexBits(depth);
  const control = 6 + counters + 7 * address;
  const registers = bits + 3 * address + 4 + wordBits;
  if (style === "distributed")
    return { lut: control + ramLuts({ words: depth, width: wordBits }), ff: registers, bram36: 0, dsp: 0 };
  const block = blockCost({ words: depth, width: wordBits });
  return { lut: control + block.lut, ff: registers + 1, bram36: block.bram36, dsp: 0 };
}

/** Of a parallel window. */
export function parallelWindowCost(params: ParallelWindowParams): Cost {
  const { wordBits, kernelX, kernelY, words, outWidth, outHeight } = windowShape("parallelWindow", params);
  const mmv = params.mmv ?? 1;
  const counters = counterLuts(words) + counterLuts(outWidth) + counterLuts(outHeight);
  return {
    lut: 12 + 2 * counters + parallelWindowBits(params) / 16,
    ff: mmv * kernelX * kernelY * wordBits * 2 + 30,
    bram36: 0,
    dsp: 0,
  };
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
    ? { lut: 3 + counters + sharedAddressRamLuts(store), ff: registers, bram36: 0, dsp: 0 }
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
