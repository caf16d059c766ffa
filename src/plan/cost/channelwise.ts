import { blockCost } from "../../../rtl/memory-shape.ts";
import { windowShape, type MaxPoolParams, type VectorVectorParams } from "../../../rtl/nn/index.ts";
import { bitsFor } from "../../hdl/index.ts";
import { noCost, type Cost } from "./cost.ts";
import { counterLuts, indexBits, ramLuts, romLuts } from "./parts.ts";

/** Of a `vvtu`, or without thresholds a `vvu`: a counter for each channel of a beat. */
export function channelwiseCost(params: VectorVectorParams, thresholds?: ArrayLike<number>): Cost {
  const { channels, pe, weights } = params;
  const taps = params.taps ?? weights?.columns ?? 1;
  const groups = channels / pe;
  const count = bitsFor(taps);
  const store = groups === 1 ? 0 : ramLuts({ words: groups, width: pe * count });
  const agreement = weights === undefined ? noCost : agreementCost(params, taps * groups);
  const limits = thresholds === undefined ? noCost : limitsCost({ pe, groups, count });
  const address = indexBits(groups);
  const registers = pe * (1 + count) + (groups === 1 ? pe * count : 2 * address) + indexBits(taps) + 2;
  return {
    lut: 4 + counterLuts(taps) + counterLuts(groups) + pe * count + agreement.lut + store + limits.lut,
    ff: registers + agreement.ff + limits.ff,
    bram36: agreement.bram36,
    dsp: 0,
  };
}

/** Of the weights, in `words` words, and what compares them with the beat. */
function agreementCost({ channels, pe, memory = "auto" }: VectorVectorParams, words: number): Cost {
  const size = { words, width: pe };
  const isLarge = words > 64 && words * pe > 4096;
  const isBlock = words > 1 && (memory === "block" || (memory === "auto" && isLarge));
  const { lut, bram36 } = isBlock ? blockCost(size) : { lut: romLuts(size), bram36: 0 };
  const groups = channels / pe;
  const control = groups === 1 ? 0 : 3 * indexBits(words) + (groups > 2 ? 0.7 * pe : 0);
  return { ...noCost, lut: pe + lut + control, ff: pe + indexBits(words), bram36 };
}

/** Comparisons of counts with thresholds: constants, of two groups a single LUT with the group's number; else of a ROM. */
function limitsCost(of: { readonly pe: number; readonly groups: number; readonly count: number }): Cost {
  const { pe, groups, count } = of;
  const perChannel = groups <= 2 ? 1 : groups <= 4 ? count / 2 : 1.4 * count;
  // Yosys holds part of a deeper ROM's words in registers.
  const held = groups <= 2 ? 0 : (groups <= 4 ? 0.2 : 0.65) * pe * count;
  return { ...noCost, lut: pe * perChannel + counterLuts(groups), ff: 1 + pe + indexBits(groups) + held };
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
