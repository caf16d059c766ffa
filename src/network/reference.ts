import { SluiceError } from "../error.ts";
import { bitMatrix, getBit, type BitMatrix } from "./bits.ts";
import { binarise } from "./images.ts";
import type { Layer, Network, Readout } from "./model.ts";
import { denseKernel, lanes, type DenseKernel } from "./wasm.ts";

/** What a network says of n images. */
export interface Inference {
  /** The class of each image. */
  readonly labels: Int32Array<ArrayBuffer>;
  /** n x classes, row-major: the last layer's accumulators of its first `classes` outputs. */
  readonly scores: Int32Array<ArrayBuffer>;
}

/** What one layer made of n images. */
export interface LayerTrace {
  readonly name: string;
  readonly outputs: number;
  /** n x outputs, row-major: popcount(xnor(activations, weights)), 0 to inputs. */
  readonly accumulators: Int32Array<ArrayBuffer>;
  /** n rows of `outputs` bits; undefined where the layer has no thresholds. */
  readonly activations: BitMatrix | undefined;
}

/**
 * The classes of n images: the bit-exact software reference that hardware is held against.
 *
 * @param pixels Image after image, each with the pixels of the network's input shape.
 * @throws SluiceError `images-size` if that is not a whole number of images.
 */
export function infer(network: Network, pixels: Uint8Array): Inference {
  const [last] = evaluate(network, binarise(pixels, network.input), network.layers.length - 1);
  return readOut(network.readout, last as LayerTrace); // a network has a last layer
}

/**
 * Every layer's accumulators and activations for n images, first layer first.
 *
 * @param bits One row of the network's input bits for each image; `binarise` makes them from pixels.
 * @throws SluiceError `images-size` if a row has another number of bits.
 */
export function trace(network: Network, bits: BitMatrix): LayerTrace[] {
  return evaluate(network, bits, 0);
}

/** The classes that a read-out makes of the last layer's trace. */
export function readOut({ kind, classes }: Readout, last: LayerTrace): Inference {
  const { accumulators, activations, outputs } = last;
  const images = accumulators.length / outputs;
  const labels = new Int32Array(images);
  const scores = new Int32Array(images * classes);
  for (let image = 0; image < images; image++) {
    const own = accumulators.subarray(image * outputs, image * outputs + classes);
    scores.set(own, image * classes);
    const isSet = (output: number): boolean =>
      activations !== undefined && getBit(activations, image, output) === 1;
    labels[image] = kind === "argmax" ? firstMaximum(own) : highest(classes, isSet);
  }
  return { labels, scores };
}

function firstMaximum(values: Int32Array): number {
  let best = 0;
  values.forEach((value, index) => {
    if (value > (values[best] ?? 0)) best = index;
  });
  return best;
}

/** The highest number below `limit` of which the predicate holds, 0 if there is none. */
function highest(limit: number, holds: (index: number) => boolean): number {
  let index = limit - 1;
  while (index > 0 && !holds(index)) index--;
  return index;
}

/** The traces of the layers from number `first` on. */
function evaluate(network: Network, bits: BitMatrix, first: number): LayerTrace[] {
  if (bits.columns !== network.input.bits) {
    throw new SluiceError(
      "images-size",
      `The images have ${bits.columns} bits, the network ${network.name} takes ${network.input.bits}.`,
    );
  }
  const { stages, memory, dense } = place(network);
  const traces = network.layers.slice(first).map((layer) => emptyTrace(layer, bits.rows));
  for (let image = 0; image < bits.rows; image += lanes) {
    const count = Math.min(lanes, bits.rows - image);
    interleave(bits, image, count, memory, stages[0]?.x ?? 0);
    for (const { layer, words, x, weights, thresholds, y, accumulators } of stages) {
      dense(x, weights, thresholds, y, accumulators, layer.outputs, words, layer.inputs);
    }
    traces.forEach((trace, index) => {
      const stage = stages[first + index];
      if (stage !== undefined) collect(stage, memory, image, count, trace);
    });
  }
  return traces;
}

/** A layer's place in the memory of the kernel, whose documentation says what lies there; byte addresses. */
interface Stage {
  readonly layer: Layer;
  /** 64-bit words per row. */
  readonly words: number;
  readonly x: number;
  readonly weights: number;
  readonly thresholds: number;
  readonly y: number;
  readonly accumulators: number;
}

/** Lays a network out in the memory of a fresh kernel. */
function place(network: Network): { stages: Stage[]; memory: ArrayBuffer; dense: DenseKernel } {
  let end = 0;
  const take = (bytes: number): number => {
    const start = end;
    end += Math.ceil(bytes / 64) * 64;
    return start;
  };
  let x = take(8 * lanes * Math.ceil(network.input.bits / 64));
  const stages = network.layers.map((layer): Stage => {
    const words = Math.ceil(layer.inputs / 64);
    const weights = take(8 * words * layer.outputs);
    const thresholds = take(4 * layer.outputs);
    const y = take(8 * lanes * Math.ceil(layer.outputs / 64));
    const accumulators = take(4 * lanes * layer.outputs);
    const stage = { layer, words, x, weights, thresholds, y, accumulators };
    x = y;
    return stage;
  });

  const { memory, dense } = denseKernel(end);
  for (const { layer, words, weights, thresholds } of stages) {
    const { wordsPerRow, words: source } = layer.weights;
    for (let row = 0; row < layer.outputs; row++) {
      const from = source.subarray(row * wordsPerRow, (row + 1) * wordsPerRow);
      new Uint32Array(memory, weights + 8 * words * row, wordsPerRow).set(from);
    }
    if (layer.thresholds !== undefined) new Int32Array(memory, thresholds).set(layer.thresholds);
  }
  return { stages, memory, dense };
}

function emptyTrace({ name, outputs, thresholds }: Layer, images: number): LayerTrace {
  return {
    ...{ name, outputs, accumulators: new Int32Array(images * outputs) },
    activations: thresholds === undefined ? undefined : bitMatrix(images, outputs),
  };
}

/** The place of a row's 32-bit word among the interleaved 64-bit words of all lanes. */
function interleaved(word: number, lane: number): number {
  return ((word >> 1) * lanes + lane) * 2 + (word & 1);
}

/** Puts `count` rows of bits, from row `first` on, into the lanes at byte address `x`. */
function interleave(bits: BitMatrix, first: number, count: number, memory: ArrayBuffer, x: number): void {
  const to = new Uint32Array(memory, x);
  for (let lane = 0; lane < count; lane++) {
    const row = (first + lane) * bits.wordsPerRow;
    for (let word = 0; word < bits.wordsPerRow; word++) {
      to[interleaved(word, lane)] = bits.words[row + word] ?? 0;
    }
  }
}

/** Takes what a stage made of `count` images into the rows of its trace from `first` on. */
function collect(stage: Stage, memory: ArrayBuffer, first: number, count: number, trace: LayerTrace): void {
  const { outputs, accumulators, activations } = trace;
  const sums = new Int32Array(memory, stage.accumulators);
  const packed = new Uint32Array(memory, stage.y);
  for (let lane = 0; lane < count; lane++) {
    const start = (first + lane) * outputs;
    for (let row = 0; row < outputs; row++) accumulators[start + row] = sums[row * lanes + lane] ?? 0;
    if (activations === undefined) continue;
    const { words, wordsPerRow } = activations;
    for (let word = 0; word < wordsPerRow; word++) {
      words[(first + lane) * wordsPerRow + word] = packed[interleaved(word, lane)] ?? 0;
    }
  }
}
