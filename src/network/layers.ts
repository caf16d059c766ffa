import type { BitMatrix } from "./bits.ts";
import type { ConvLayer, MaxPoolLayer, Padding, Shape } from "./model.ts";

const one = { height: 1, width: 1 };
const none: Padding = { top: 0, left: 0, bottom: 0, right: 0, value: -1 };

/** A 3 x 3 convolution of stride 1. */
export function conv3x3(
  name: string,
  input: Shape,
  weights: BitMatrix,
  thresholds: ConvLayer["thresholds"],
  padding = none,
): ConvLayer {
  return {
    ...{ kind: "conv", name, input, kernel: { height: 3, width: 3 }, stride: one, dilation: one, padding },
    ...{ outChannels: weights.rows, weights, thresholds },
  };
}

/** A 2 x 2 max pool of stride 2. */
export function maxPool2x2(name: string, input: Shape): MaxPoolLayer {
  const two = { height: 2, width: 2 };
  return { kind: "max-pool", name, input, kernel: two, stride: two };
}
