import type { Kernels } from "./kernels.ts";
import type { Shape, Tensor } from "./model.ts";
import { volume } from "./shapes.ts";

/** Bits of a few images: [image][y][x][words], each pixel in whole 64-bit words, bits beyond the channels 0. */
export interface BitMap extends Shape {
  readonly kind: "bits";
  readonly words: Uint32Array;
  /** 32-bit words of a pixel, an even number. */
  readonly wordsPerPixel: number;
}

/** Signed bytes of a few images: [image][y][x][channel]. */
export interface ByteMap extends Shape {
  readonly kind: "bytes";
  readonly bytes: Int8Array;
}

export type FeatureMap = BitMap | ByteMap;

/** One layer of the reference, made ready for one input map and one output map. */
export interface Stage {
  /**
   * Makes the output map of the first `images` images of the input map.
   *
   * @param accumulators Takes the accumulators, [image][y][x][channel], where they are wanted.
   */
  readonly run: (images: number, accumulators: Int32Array | undefined) => void;
}

/** A stage before there is memory for the kernels. */
export interface PlannedStage {
  /** What it needs of that memory: a multiple of 64. */
  readonly bytes: number;
  /** @param start The byte address of its part of the memory, a multiple of 64. */
  readonly place: (kernels: Kernels, start: number) => Stage;
}

/** An empty map of bits or of bytes. */
export function featureMap(tensor: Tensor, images: number): FeatureMap {
  if (tensor.values !== "int8") return bitMap(tensor, images);
  const { height, width, channels } = tensor;
  return { kind: "bytes", height, width, channels, bytes: new Int8Array(images * volume(tensor)) };
}

export function bitMap({ height, width, channels }: Shape, images: number): BitMap {
  const wordsPerPixel = 2 * Math.ceil(channels / 64);
  const words = new Uint32Array(images * height * width * wordsPerPixel);
  return { kind: "bits", height, width, channels, words, wordsPerPixel };
}
