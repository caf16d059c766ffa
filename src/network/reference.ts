import { SluiceError } from "../error.ts";
import { bitMatrix, copyBits, getBit, type BitMatrix } from "./bits.ts";
import { channelwise } from "./channelwise.ts";
import { encode, type ByteMatrix } from "./images.ts";
import { kernels, lanes } from "./kernels.ts";
import type { Layer, Network, Readout, Tensor } from "./model.ts";
import { planProduct } from "./product.ts";
import { inputTensor, outputTensor, volume } from "./shapes.ts";
import { bitMap, featureMap, type BitMap, type FeatureMap, type PlannedStage, type Stage } from "./stage.ts";

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
  /** Values of its feature map, in the order height, width, channel. */
  readonly outputs: number;
  /** n x outputs, row-major, as the layer's kind says; undefined for a max pool, which has none. */
  readonly accumulators: Int32Array<ArrayBuffer> | undefined;
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
  const [last] = evaluate(network, encode(pixels, network.input), network.layers.length - 1);
  return readOut(network.readout, last as LayerTrace); // a network has a last layer
}

/**
 * Every layer's accumulators and activations for n images, first layer first.
 *
 * @param inputs One row of the network's input bits or bytes for each image; `encode` makes them from pixels.
 * @throws SluiceError `images-size` if the rows have another length, `images-encoding` if they are bits
 *   where the network takes bytes or the other way round.
 */
export function trace(network: Network, inputs: BitMatrix | ByteMatrix): LayerTrace[] {
  return evaluate(network, inputs, 0);
}

/** The classes that a read-out makes of the last layer's trace. */
export function readOut({ kind, classes }: Readout, last: LayerTrace): Inference {
  const { accumulators = new Int32Array(), activations, outputs } = last;
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
function evaluate(network: Network, inputs: BitMatrix | ByteMatrix, first: number): LayerTrace[] {
  const { input, stages } = prepare(network, inputs);
  const traces = network.layers.slice(first).map((layer) => emptyTrace(layer, inputs.rows));
  for (let image = 0; image < inputs.rows; image += lanes) {
    const count = Math.min(lanes, inputs.rows - image);
    load(inputs, image, count, input);
    stages.forEach(({ stage, output }, index) => {
      const own = traces[index - first];
      if (own === undefined) {
        stage.run(count, undefined);
        return;
      }
      const [start, end] = [image * own.outputs, (image + count) * own.outputs];
      stage.run(count, own.accumulators?.subarray(start, end));
      if (own.activations !== undefined) collect(output, image, count, own.activations);
    });
  }
  return traces;
}

interface Prepared {
  /** The map of the network's input, for `lanes` images. */
  readonly input: FeatureMap;
  /** The layers: each stage reads the map that the one before it writes. */
  readonly stages: readonly { readonly stage: Stage; readonly output: BitMap }[];
}

function prepare(network: Network, inputs: BitMatrix | ByteMatrix): Prepared {
  const input = featureMap(firstTensor(network, inputs), lanes);
  const planned: { plan: PlannedStage; output: BitMap; start: number }[] = [];
  let [map, end] = [input, 0];
  for (const layer of network.layers) {
    const output = bitMap(outputTensor(layer), lanes);
    const plan = planStage(layer, map, output);
    planned.push({ plan, output, start: end });
    end += plan.bytes;
    map = output;
  }
  const ready = kernels(end);
  return {
    input,
    stages: planned.map(({ plan, output, start }) => ({ stage: plan.place(ready, start), output })),
  };
}

/** What the first layer gets, which the inputs have to fit. */
function firstTensor(network: Network, inputs: BitMatrix | ByteMatrix): Tensor {
  const tensor = inputTensor(network.input);
  const channels = volume(tensor);
  const isBytes = "values" in inputs;
  if (isBytes !== (tensor.values === "int8")) {
    const [got, takes] = isBytes ? ["signed bytes", "bits"] : ["bits", "signed bytes"];
    throw new SluiceError(
      "images-encoding",
      `The images are ${got}, the network ${network.name} takes ${takes}.`,
    );
  }
  if (inputs.columns !== channels) {
    const unit = isBytes ? "bytes" : "bits";
    throw new SluiceError(
      "images-size",
      `The images have ${inputs.columns} ${unit}, the network ${network.name} takes ${channels}.`,
    );
  }
  // To a dense layer the image is a vector: so its bits lie side by side.
  return network.layers[0]?.kind === "dense" ? { ...tensor, height: 1, width: 1, channels } : tensor;
}

function planStage(layer: Layer, input: FeatureMap, output: BitMap): PlannedStage {
  if (layer.kind === "dense" || layer.kind === "conv") return planProduct(layer, input, output);
  if (input.kind === "bytes") throw new Error(`checkNetwork lets no ${layer.kind} layer get bytes`);
  return { bytes: 0, place: () => channelwise(layer, input, output) };
}

function emptyTrace(layer: Layer, images: number): LayerTrace {
  const tensor = outputTensor(layer);
  const outputs = volume(tensor);
  return {
    name: layer.name,
    outputs,
    accumulators: layer.kind === "max-pool" ? undefined : new Int32Array(images * outputs),
    activations: tensor.values === "accumulator" ? undefined : bitMatrix(images, outputs),
  };
}

/** Puts `count` images, from row `first` on, into a map. */
function load(inputs: BitMatrix | ByteMatrix, first: number, count: number, map: FeatureMap): void {
  if ("values" in inputs) {
    const { columns, values } = inputs;
    if (map.kind === "bytes") map.bytes.set(values.subarray(first * columns, (first + count) * columns));
    return;
  }
  if (map.kind !== "bits") return;
  const pixels = map.height * map.width;
  for (let pixel = 0; pixel < count * pixels; pixel++) {
    const row = first + Math.floor(pixel / pixels);
    copyBits(
      inputs,
      row,
      (pixel % pixels) * map.channels,
      map.channels,
      map.words,
      pixel * map.wordsPerPixel,
    );
  }
}

/** Takes the maps of `count` images into the rows of a matrix from `first` on. */
function collect(map: BitMap, first: number, count: number, { words, wordsPerRow }: BitMatrix): void {
  const { channels, wordsPerPixel } = map;
  const pixels = map.height * map.width;
  for (let pixel = 0; pixel < count * pixels; pixel++) {
    const row = (first + Math.floor(pixel / pixels)) * wordsPerRow;
    let column = (pixel % pixels) * channels;
    for (let word = 0; word < wordsPerPixel && 32 * word < channels; word++, column += 32) {
      const bits = map.words[pixel * wordsPerPixel + word] ?? 0;
      const [to, shift] = [row + (column >>> 5), column & 31];
      words[to] = (words[to] ?? 0) | (bits << shift);
      if (shift > 0 && bits >>> (32 - shift) !== 0)
        words[to + 1] = (words[to + 1] ?? 0) | (bits >>> (32 - shift));
    }
  }
}
