import { copyBits } from "./bits.ts";
import { lanes, type Kernels } from "./kernels.ts";
import type { ConvLayer, DenseLayer, Shape } from "./model.ts";
import { windows } from "./shapes.ts";
import type { BitMap, ByteMap, FeatureMap, PlannedStage, Stage } from "./stage.ts";
import { windowSources } from "./windows.ts";

/** Where the parts of a product lie in the memory of the kernels, which say what they are; byte addresses. */
interface Place {
  readonly x: number;
  readonly weights: number;
  readonly thresholds: number;
  readonly y: number;
  readonly accumulators: number;
}

/**
 * A convolution as matrix products: windows of all images are gathered into vectors, `lanes` at a time. A
 * dense layer is one whose kernel covers the whole input.
 */
export function planProduct(layer: DenseLayer | ConvLayer, input: FeatureMap, output: BitMap): PlannedStage {
  const conv = layer.kind === "conv" ? layer : wholeInput(layer, input);
  const { rows } = layer.weights;
  const words = input.kind === "bits" ? bitWords(conv, input) : byteWords(conv);
  const unit = input.kind === "bits" ? 8 : 4;
  const round = (bytes: number): number => Math.ceil(bytes / 64) * 64;
  const sizes = {
    x: round(unit * lanes * words),
    weights: round(unit * rows * words),
    thresholds: round(4 * rows),
    y: round(8 * lanes * Math.ceil(rows / 64)),
    accumulators: round(4 * lanes * rows),
  };
  return {
    bytes: sizes.x + sizes.weights + sizes.thresholds + sizes.y + sizes.accumulators,
    place(kernels, start) {
      const weights = start + sizes.x;
      const thresholds = weights + sizes.weights;
      const y = thresholds + sizes.thresholds;
      const place = { x: start, weights, thresholds, y, accumulators: y + sizes.y };
      new Int32Array(kernels.memory, thresholds, rows).set(layer.thresholds ?? []);
      const ready = { conv, words, rows, place, kernels, output };
      return input.kind === "bits" ? bitProduct(ready, input) : byteProduct(ready, input);
    },
  };
}

function wholeInput({ name, weights, thresholds, outputs }: DenseLayer, input: Shape): ConvLayer {
  const one = { height: 1, width: 1 };
  return {
    ...{ kind: "conv", name, input, kernel: input, stride: one, dilation: one, outChannels: outputs },
    padding: { top: 0, left: 0, bottom: 0, right: 0, value: 0 },
    ...{ weights, thresholds },
  };
}

interface Product {
  readonly conv: ConvLayer;
  readonly rows: number;
  /** Words per vector, as the kernel takes them. */
  readonly words: number;
  readonly place: Place;
  readonly kernels: Kernels;
  readonly output: BitMap;
}

// ---- bits: a tap of the kernel is a whole number of 64-bit words, as a pixel of the map is ----------------

function bitWords({ kernel }: ConvLayer, { wordsPerPixel }: BitMap): number {
  return (kernel.height * kernel.width * wordsPerPixel) / 2;
}

function bitProduct(product: Product, input: BitMap): Stage {
  const { conv, rows, words, place, kernels } = product;
  placeBitWeights(product, input.wordsPerPixel);
  const sources = windowSources(conv);
  const taps = conv.kernel.height * conv.kernel.width;
  const x = new Uint32Array(kernels.memory, place.x, 2 * lanes * words);
  const { wordsPerPixel } = input;
  const pixels = input.height * input.width;
  const gather = (image: number, window: number, lane: number): void => {
    let word = 0;
    for (let tap = window * taps; tap < (window + 1) * taps; tap++) {
      const source = sources[tap] ?? 0;
      let from = (image * pixels + source) * wordsPerPixel;
      for (let end = word + wordsPerPixel; word < end; word++, from++) {
        // Padding is the value -1: zeros.
        x[bitPosition(word, lane)] = source < 0 ? 0 : (input.words[from] ?? 0);
      }
    }
  };
  const { bits } = kernels;
  const multiply = (): void => {
    const { columns } = conv.weights;
    bits(place.x, place.weights, place.thresholds, place.y, place.accumulators, rows, words, columns);
  };
  return { run: runner(product, gather, multiply, bitPosition) };
}

/** The place of a vector's 32-bit word among the interleaved 64-bit words of all lanes. */
function bitPosition(word: number, lane: number): number {
  return ((word >> 1) * lanes + lane) * 2 + (word & 1);
}

/** Weights with the bits of each tap in whole 64-bit words. */
function placeBitWeights({ conv, rows, words, place, kernels }: Product, wordsPerPixel: number): void {
  const { input, weights } = conv;
  const target = new Uint32Array(kernels.memory, place.weights, 2 * words * rows);
  const taps = weights.columns / input.channels;
  for (let row = 0; row < rows; row++) {
    for (let tap = 0; tap < taps; tap++) {
      const to = 2 * words * row + tap * wordsPerPixel;
      copyBits(weights, row, tap * input.channels, input.channels, target, to);
    }
  }
}

// ---- signed bytes: vectors and weights are pairs of int16 -------------------------------------------------

function byteWords({ weights }: ConvLayer): number {
  return Math.ceil(weights.columns / 2);
}

function byteProduct(product: Product, input: ByteMap): Stage {
  const { conv, rows, words, place, kernels } = product;
  placeByteWeights(product);
  const sources = windowSources(conv);
  const { channels } = input;
  const taps = conv.kernel.height * conv.kernel.width;
  const x = new Int16Array(kernels.memory, place.x, 2 * lanes * words);
  const size = input.height * input.width * channels;
  const gather = (image: number, window: number, lane: number): void => {
    let column = 0;
    for (let tap = window * taps; tap < (window + 1) * taps; tap++) {
      const source = sources[tap] ?? 0;
      let from = image * size + source * channels;
      for (let end = column + channels; column < end; column++, from++) {
        const value = source < 0 ? conv.padding.value : (input.bytes[from] ?? 0);
        x[((column >> 1) * lanes + lane) * 2 + (column & 1)] = value;
      }
    }
  };
  const { bytes } = kernels;
  const multiply = (): void => {
    bytes(place.x, place.weights, place.thresholds, place.y, place.accumulators, rows, words, 0);
  };
  return { run: runner(product, gather, multiply, (word, lane) => word * lanes + lane) };
}

function placeByteWeights({ conv, rows, words, place, kernels }: Product): void {
  const { columns, wordsPerRow, words: source } = conv.weights;
  const target = new Int16Array(kernels.memory, place.weights, 2 * words * rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const bit = ((source[row * wordsPerRow + (column >>> 5)] ?? 0) >>> (column & 31)) & 1;
      target[2 * words * row + column] = 2 * bit - 1;
    }
  }
}

// ---- both ------------------------------------------------------------------------------------------------

/** @param position The place of a 32-bit word of outputs of a lane in `y`. */
function runner(
  { conv, rows, place, kernels, output }: Product,
  gather: (image: number, window: number, lane: number) => void,
  multiply: () => void,
  position: (word: number, lane: number) => number,
): Stage["run"] {
  const { height, width } = windows(conv);
  const count = height * width;
  const wordsOut = Math.ceil(rows / 32);
  const y = new Uint32Array(kernels.memory, place.y);
  const sums = new Int32Array(kernels.memory, place.accumulators, lanes * rows);
  return (images, accumulators) => {
    for (let first = 0; first < images * count; first += lanes) {
      const used = Math.min(lanes, images * count - first);
      for (let lane = 0; lane < used; lane++) {
        gather(Math.floor((first + lane) / count), (first + lane) % count, lane);
      }
      multiply();
      for (let lane = 0; lane < used; lane++) {
        const to = (first + lane) * output.wordsPerPixel;
        for (let word = 0; word < wordsOut; word++) output.words[to + word] = y[position(word, lane)] ?? 0;
        if (accumulators === undefined) continue;
        const start = (first + lane) * rows;
        for (let row = 0; row < rows; row++) accumulators[start + row] = sums[row * lanes + lane] ?? 0;
      }
    }
  };
}
