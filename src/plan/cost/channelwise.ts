import { romCost } from "../../../rtl/memory-shape.ts";
import type { MaxPoolParams, VectorVectorParams } from "../../../rtl/nn/index.ts";
import { windowShape } from "../../../rtl/nn/index.ts";
import { bitsFor } from "../../hdl/index.ts";
import { noCost, type Cost } from "./cost.ts";
import { counterLuts, indexBits, ramLuts } from "./parts.ts";

/** Of a `vvtu`, or without thresholds a `vvu`: a counter for each channel of a beat. */
export function channelwiseCost(params: VectorVectorParams, thresholds?: ArrayLike<number>): Cost {
  const { channels, pe, weights } = params;
  const taps = params.taps ?? weights?.columns ?? 1;
  const groups = channels / pe;
  const count = bitsFor(taps);
  const words = weights === undefined ? 1 : taps * groups;
  const rom = words === 1 ? noCost : { ...noCost, ...romCost({ words, width: pe }, "portable") };
  const store = groups === 1 ? 0 : ramLuts({ words: groups, width: pe * count });
  const agreement = weights === undefined ? 0 : pe + rom.lut + (groups === 1 ? 0 : 3 * indexBits(words));
  const address = indexBits(groups);
  const registers =
    pe * (1 + count) + (weights === undefined ? 0 : pe) + (groups === 1 ? pe * count : address);
  const counters = indexBits(taps) + address + indexBits(words);
  const limits = thresholds === undefined ? noCost : limitsCost({ pe, groups, count });
  return {
    lut: 4 + counterLuts(taps) + counterLuts(groups) + pe * count + agreement + store + limits.lut,
    ff: registers + counters + 2 + limits.ff,
    bram36: rom.bram36,
    dsp: 0,
  };
}

/** Comparisons of counts with thresholds: constants, of two groups a single LUT with the group's number; else of a ROM. */
function limitsCost(of: { readonly pe: number; readonly groups: number; readonly count: number }): Cost {
  const { pe, groups, count } = of;
  const perChannel = groups <= 2 ? 1 : groups <= 4 ? count / 2 : 1.3 * count;
  const address = indexBits(groups);
  return { ...noCost, lut: pe * perChannel + counterLuts(groups), ff: 1 + pe + address };
}

/** Of a max pool. */
export function maxPoolCost(params: MaxPoolParams): Cost {
  const { kernel, stride = kernel } = params;
  const shape = windowShape("maxPool", { ...params, simd: params.pe, stride });
  const { kernelY, kernelX, outWidth, words, wordBits, strideX, strideY, width, height } = shape;
  const slots = kernelY * kernelX === 1 ? 0 : kernelY === 1 || outWidth === 1 ? words : outWidth * words;
  const counts = [
    words,
    Math.min(strideX, width),
    width % strideX === 0 ? 1 : width,
    Math.min(strideY, height),
  ];
  const counters = counts.reduce((sum, count) => sum + counterLuts(count), 0);
  const bits = counts.reduce((sum, count) => sum + indexBits(count), 0);
  const slot = slots > words ? indexBits(slots) : 0;
  return {
    lut:
      8 +
      (words > 1 ? 5 : 0) +
      counters +
      2 * slot +
      wordBits +
      (slots > 1 ? ramLuts({ words: slots, width: wordBits }) : 0),
    // Yosys keeps the address that is read a second time.
    ff: 1 + wordBits + bits + (slot === 0 ? 2 : 2 * slot + 4) + (slots === 1 ? wordBits : 0),
    bram36: 0,
    dsp: 0,
  };
}
