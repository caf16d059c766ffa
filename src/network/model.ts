import type { BitMatrix } from "./bits.ts";

/** Height and width: of an image, a kernel, a stride, a dilation. */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/** Sizes of a feature map; its values are in this order, channels innermost (HWC). A vector is 1 x 1 x channels. */
export interface Shape extends Size {
  readonly channels: number;
}

/**
 * What a value is: a bit (1 stands for +1, 0 for -1), a pixel as a signed byte, or the raw accumulator of
 * a layer without thresholds.
 */
export type ValueKind = "bit" | "int8" | "accumulator";

/** The shape and the values of what one layer hands to the next. */
export interface Tensor extends Shape {
  readonly values: ValueKind;
}

/** One bit per pixel. */
export interface BinaryInput {
  /** Sizes of one image, e.g. [28, 28]; pixels are bytes, in row-major order. */
  readonly shape: readonly number[];
  readonly encoding: "binary-threshold";
  /** A pixel at or above this value, 0 to 255, is the bit 1 (+1), any other the bit 0 (-1). */
  readonly threshold: number;
  /** Bits of the first layer's input: the pixels, then zeros up to this many. */
  readonly bits: number;
}

/**
 * A signed byte per pixel p: q = clip(floor((2p / 255 - 1) * 128 + 0.5), -128, 127), the rule of FINN's
 * BNN-PYNQ: -1 to almost 1 in steps of 1/128.
 */
export interface SignedInput {
  /** Sizes of one image, height, width, channels, e.g. [32, 32, 3]; pixels are bytes, in this order (HWC). */
  readonly shape: readonly number[];
  readonly encoding: "signed-8bit";
}

/** How the pixels of an image become the input of the first layer. */
export type Input = BinaryInput | SignedInput;

/** Thresholds of a layer's outputs, one per output channel, or none. */
interface Thresholded {
  /**
   * An output is 1 when its accumulator >= the threshold of its channel. Undefined: the layer ends in raw
   * accumulators (the last layer only).
   */
  readonly thresholds: Int32Array<ArrayBuffer> | undefined;
}

/**
 * A layer with +-1 weights. On bits the accumulator is popcount(xnor(activations, weights)), 0 to the
 * number of weights of an output; as the first layer on signed bytes it is the sum of +q and -q.
 */
interface Weighted extends Thresholded {
  /** One row per output channel. */
  readonly weights: BitMatrix;
}

/** A layer that slides a window over its input. */
interface Windowed {
  readonly input: Shape;
  readonly kernel: Size;
  readonly stride: Size;
}

/** Rows and columns that are put around a feature map. */
export interface Padding {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  /** What stands there: -1 among bits, that is the bit 0; -128 to 127 among signed bytes. */
  readonly value: number;
}

interface Convolution extends Windowed, Weighted {
  /** Distance of neighbouring taps of the kernel; 1 is a dense kernel. */
  readonly dilation: Size;
  readonly padding: Padding;
}

interface Named {
  /** Unique in the network, fit for an identifier: a small letter, then small letters, digits and `_`. */
  readonly name: string;
}

/** A fully connected layer. Its inputs are all values of the feature map before it, in their order (HWC). */
export interface DenseLayer extends Named, Weighted {
  readonly kind: "dense";
  readonly inputs: number;
  readonly outputs: number;
}

/**
 * A convolution. Column (ky * kernel.width + kx) * channels + c of the weights is for tap (ky, kx) and
 * channel c: outChannels rows of kernel.height * kernel.width * channels columns.
 */
export interface ConvLayer extends Named, Convolution {
  readonly kind: "conv";
  readonly outChannels: number;
}

/** A convolution of each channel for itself: `channels` rows of kernel.height * kernel.width columns. */
export interface DepthwiseLayer extends Named, Convolution {
  readonly kind: "depthwise";
}

/** The largest value of each window, channel by channel; of bits, that is their OR. No padding. */
export interface MaxPoolLayer extends Named, Windowed {
  readonly kind: "max-pool";
}

/**
 * The average of each channel over the whole feature map, left as a sum: the accumulator is the number of
 * ones, 0 to height * width.
 */
export interface GlobalAveragePoolLayer extends Named, Thresholded {
  readonly kind: "global-average-pool";
  readonly input: Shape;
}

/** One layer. Switch on `kind`. */
export type Layer = DenseLayer | ConvLayer | DepthwiseLayer | MaxPoolLayer | GlobalAveragePoolLayer;

/** The layers that have weights. */
export type WeightedLayer = DenseLayer | ConvLayer | DepthwiseLayer;

/**
 * How the last layer becomes a class. `argmax`: the largest of the first `classes` accumulators, the
 * first one of equals. `highest-bit`: the highest set bit of the first `classes` outputs, 0 if none is set.
 */
export interface Readout {
  readonly kind: "argmax" | "highest-bit";
  readonly classes: number;
}

/** Where a network comes from. */
export interface Provenance {
  readonly source?: string | undefined;
  readonly dataset?: string | undefined;
  /** Right answers over `images` images of the data set's test part. */
  readonly correct?: number | undefined;
  readonly images?: number | undefined;
  readonly command?: string | undefined;
  /** YYYY-MM-DD */
  readonly date?: string | undefined;
}

/** A trained binarized network. `checkNetwork` states what holds of it. */
export interface Network {
  readonly name: string;
  readonly input: Input;
  readonly layers: readonly Layer[];
  readonly readout: Readout;
  /** The name of each class. */
  readonly labels: readonly string[];
  readonly provenance?: Provenance | undefined;
}

/** A network of dense layers alone, on bits. */
export interface DenseNetwork extends Network {
  readonly input: BinaryInput;
  readonly layers: readonly DenseLayer[];
}

/** Pixels of one image, which are also its bytes. */
export function pixelsPerImage(input: Input): number {
  return input.shape.reduce((product, size) => product * size, 1);
}
