import { SluiceError } from "../error.ts";
import { paddingMask } from "./bits.ts";
import {
  pixelsPerImage,
  type ConvLayer,
  type DepthwiseLayer,
  type Input,
  type Layer,
  type MaxPoolLayer,
  type Network,
  type Shape,
  type Tensor,
  type WeightedLayer,
} from "./model.ts";
import { inputTensor, kernelExtent, outputTensor, volume, weightSize } from "./shapes.ts";

/** Values of the largest feature map: far above what fits a chip, small enough to be held in memory. */
const maximumVolume = 1 << 24;

/**
 * Checks that the parts of a network fit each other, and returns it.
 *
 * @param where The file or folder that an error names.
 * @throws SluiceError `model-input-bits`, `model-input-shape`, `model-layer-name`, `model-shape-chain`,
 *   `model-values`, `model-window`, `model-padding`, `model-size`, `model-weights-shape`,
 *   `model-weights-padding`, `model-thresholds-missing`, `model-thresholds-length`,
 *   `model-thresholds-range`, `model-readout` or `model-labels`.
 */
export function checkNetwork(network: Network, where: string): Network {
  const fail: Fail = (code, message, hint) => {
    throw new SluiceError(code, message, { where, hint });
  };
  const { input, layers, labels, readout } = network;
  checkInput(input, fail);

  const names = new Set<string>();
  let tensor = inputTensor(input);
  for (const [index, layer] of layers.entries()) {
    if (names.has(layer.name)) fail("model-layer-name", `Two layers are named ${layer.name}.`);
    names.add(layer.name);
    checkChain(layer, tensor, fail);
    if (layer.kind !== "dense" && layer.kind !== "global-average-pool") checkWindow(layer, tensor, fail);
    if ("weights" in layer) checkWeights(layer, fail);
    checkThresholds(layer, tensor, fail);
    tensor = outputTensor(layer);
    if (volume(tensor) > maximumVolume) {
      fail("model-size", `Layer ${layer.name} has ${volume(tensor)} outputs; at most 2^24 are handled.`);
    }
    if (tensor.values === "accumulator" && index < layers.length - 1) {
      fail("model-thresholds-missing", `Layer ${layer.name} is not the last one and has no thresholds.`);
    }
  }
  const last = layers.at(-1) ?? fail("model-shape-chain", "The network has no layers.");
  checkReadout(network, last, tensor, fail);
  if (labels.length !== readout.classes) {
    fail("model-labels", `There are ${labels.length} labels for ${readout.classes} classes.`);
  }
  return network;
}

type Fail = (code: string, message: string, hint?: string) => never;

function checkInput(input: Input, fail: Fail): void {
  const pixels = pixelsPerImage(input);
  if (pixels > maximumVolume) fail("model-size", `The input has ${pixels} pixels; at most 2^24 are handled.`);
  if (input.encoding === "signed-8bit") {
    if (input.shape.length === 3) return;
    fail("model-input-shape", `The input has ${input.shape.length} sizes, not height, width and channels.`);
  } else if (pixels > input.bits) {
    fail("model-input-bits", `The input has ${pixels} pixels but only ${input.bits} bits.`);
  }
}

/** A layer takes exactly what the one before it makes. */
function checkChain(layer: Layer, tensor: Tensor, fail: Fail): void {
  if (layer.kind === "dense") {
    if (layer.inputs !== volume(tensor)) {
      fail(
        "model-shape-chain",
        `Layer ${layer.name} takes ${layer.inputs} inputs but gets ${volume(tensor)}.`,
      );
    }
    return;
  }
  const { input } = layer;
  const isSame =
    input.height === tensor.height && input.width === tensor.width && input.channels === tensor.channels;
  if (!isSame) {
    fail("model-shape-chain", `Layer ${layer.name} takes ${text(input)} inputs but gets ${text(tensor)}.`);
  }
  if (tensor.values === "int8" && layer.kind !== "conv") {
    fail(
      "model-values",
      `Layer ${layer.name} is a ${layer.kind} layer and gets signed bytes.`,
      "Only a convolution or a dense layer can be the first one after a signed-8bit input.",
    );
  }
}

function text({ height, width, channels }: Shape): string {
  return `${height} x ${width} x ${channels}`;
}

function checkWindow(layer: ConvLayer | DepthwiseLayer | MaxPoolLayer, tensor: Tensor, fail: Fail): void {
  const { name, input, kernel, stride } = layer;
  const isPool = layer.kind === "max-pool";
  const dilation = isPool ? { height: 1, width: 1 } : layer.dilation;
  const padding = isPool ? { top: 0, left: 0, bottom: 0, right: 0 } : layer.padding;

  const isPositive = (value: number): boolean => Number.isInteger(value) && value >= 1;
  if (![kernel, stride, dilation].every(({ height, width }) => isPositive(height) && isPositive(width))) {
    fail("model-window", `Layer ${name} has a kernel, stride or dilation that is no positive whole number.`);
  }
  const extent = kernelExtent(kernel, dilation);
  const around = [
    [padding.top, padding.bottom, extent.height, "rows"],
    [padding.left, padding.right, extent.width, "columns"],
  ] as const;
  for (const [before, after, span, lines] of around) {
    for (const count of [before, after]) {
      if (Number.isInteger(count) && count >= 0 && count < span) continue;
      fail(
        "model-padding",
        `Layer ${name} has ${count} ${lines} of padding.`,
        `Its kernel spans ${span} ${lines}: 0 to ${span - 1} of them make sense.`,
      );
    }
  }
  const height = input.height + padding.top + padding.bottom;
  const width = input.width + padding.left + padding.right;
  if (extent.height > height || extent.width > width) {
    fail(
      "model-window",
      `The kernel of layer ${name} spans ${extent.height} x ${extent.width}, its input with padding ${height} x ${width}.`,
    );
  }
  if (!isPool) checkPaddingValue(layer, tensor, fail);
}

function checkPaddingValue({ name, padding }: ConvLayer | DepthwiseLayer, tensor: Tensor, fail: Fail): void {
  const [low, high] = tensor.values === "int8" ? [-128, 127] : [-1, -1];
  if (Number.isInteger(padding.value) && padding.value >= low && padding.value <= high) return;
  fail(
    "model-padding",
    `The padding of layer ${name} has the value ${padding.value}.`,
    tensor.values === "int8" ? "Among signed bytes it is -128 to 127." : "Among bits it is -1.",
  );
}

function checkWeights(layer: WeightedLayer, fail: Fail): void {
  const size = weightSize(layer);
  const { name } = layer;
  const { rows, columns, wordsPerRow, words } = layer.weights;
  const isWhole = wordsPerRow === Math.ceil(columns / 32) && words.length === rows * wordsPerRow;
  if (rows !== size.rows || columns !== size.columns || !isWhole) {
    fail(
      "model-weights-shape",
      `Layer ${name} has ${rows} x ${columns} weights, not ${size.rows} x ${size.columns}.`,
    );
  }
  const mask = paddingMask(columns);
  for (let row = 0; row < rows; row++) {
    if (((words[(row + 1) * wordsPerRow - 1] ?? 0) & mask) !== 0) {
      fail("model-weights-padding", `Layer ${name} has weights beyond column ${columns - 1} in row ${row}.`);
    }
  }
}

function checkThresholds(layer: Layer, tensor: Tensor, fail: Fail): void {
  if (layer.kind === "max-pool" || layer.thresholds === undefined) return;
  const { name, thresholds } = layer;
  const { channels } = outputTensor(layer);
  if (thresholds.length !== channels) {
    fail(
      "model-thresholds-length",
      `Layer ${name} has ${thresholds.length} thresholds for ${channels} outputs.`,
    );
  }
  const columns = "weights" in layer ? layer.weights.columns : tensor.height * tensor.width;
  const [always, never] = tensor.values === "int8" ? [-128 * columns, 128 * columns + 1] : [0, columns + 1];
  thresholds.forEach((threshold, row) => {
    if (threshold >= always && threshold <= never) return;
    fail(
      "model-thresholds-range",
      `Threshold ${threshold} of row ${row} in layer ${name} is not in ${always} to ${never}.`,
      `${always} fires always, ${never} never.`,
    );
  });
}

function checkReadout({ readout }: Network, last: Layer, tensor: Tensor, fail: Fail): void {
  if (tensor.height !== 1 || tensor.width !== 1) {
    fail("model-readout", `The read-out wants one vector; layer ${last.name} ends in ${text(tensor)}.`);
  }
  if (last.kind === "max-pool") {
    fail("model-readout", `The read-out wants accumulators; layer ${last.name} is a max pool and has none.`);
  }
  if (readout.classes > tensor.channels) {
    fail("model-readout", `The read-out wants ${readout.classes} classes of ${tensor.channels} outputs.`);
  }
  const isRaw = tensor.values === "accumulator";
  if ((readout.kind === "argmax") !== isRaw) {
    fail(
      "model-readout",
      `The read-out ${readout.kind} does not fit layer ${last.name} ${isRaw ? "without" : "with"} thresholds.`,
      "argmax needs raw accumulators: no thresholds in the last layer; highest-bit needs thresholds there.",
    );
  }
}
