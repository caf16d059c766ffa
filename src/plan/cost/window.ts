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
import { counterLuts, indexBits, ramLuts, selectLuts } from "./parts.ts";

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
  return {
    lut:
      6 + counterLuts(beats) + counterLuts(mmv) + (beats === 1 ? 0 : ramLuts({ words: beats, width: kept })),
    ff: 1 + mmv * width + indexBits(beats) + indexBits(mmv) + (beats === 1 ? kept : 0),
    bram36: 0,
    dsp: 0,
  };
}

/** Of what puts the results of windows one after the other. */
export function windowGatherCost({ width, beats, mmv }: WindowGatherParams): Cost {
  const stored = bitsFor(2 * beats);
  const counters = 2 * counterLuts(beats) + counterLuts(mmv) + 2;
  return {
    lut:
      8 +
      counters +
      4 * stored +
      ramLuts({ words: 2 * 2 ** indexBits(beats), width: mmv * width }) +
      selectLuts(mmv, width),
    ff: 1 + width + 2 * stored + 2 * indexBits(beats) + indexBits(mmv) + 2,
    bram36: 0,
    dsp: 0,
  };
}
