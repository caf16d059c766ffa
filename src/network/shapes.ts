import {
  pixelsPerImage,
  type ConvLayer,
  type Input,
  type Layer,
  type Network,
  type Shape,
  type Size,
  type Tensor,
  type WeightedLayer,
} from "./model.ts";

/** Values of a feature map. */
export function volume({ height, width, channels }: Shape): number {
  return height * width * channels;
}

/** What the first layer gets: a feature map where the input's shape is one, a vector where bits fill it up. */
export function inputTensor(input: Input): Tensor {
  const values = input.encoding === "signed-8bit" ? "int8" : "bit";
  const [first = 1, second, channels = 1] = input.shape;
  const filled = input.encoding === "binary-threshold" && input.bits !== pixelsPerImage(input);
  if (filled) return { height: 1, width: 1, channels: input.bits, values };
  if (second === undefined) return { height: 1, width: 1, channels: first, values };
  return { height: first, width: second, channels, values };
}

/** What a layer hands on. */
export function outputTensor(layer: Layer): Tensor {
  const isRaw = layer.kind !== "max-pool" && layer.thresholds === undefined;
  const values = isRaw ? "accumulator" : "bit";
  switch (layer.kind) {
    case "dense":
      return { height: 1, width: 1, channels: layer.outputs, values };
    case "conv":
      return { ...windows(layer), channels: layer.outChannels, values };
    case "depthwise":
    case "max-pool":
      return { ...windows(layer), channels: layer.input.channels, values };
    case "global-average-pool":
      return { height: 1, width: 1, channels: layer.input.channels, values };
  }
}

/** The tensors of a network: number i is the input of layer i, the last one the output of the last layer. */
export function tensors(network: Network): readonly Tensor[] {
  return [inputTensor(network.input), ...network.layers.map(outputTensor)];
}

type Windowed = Pick<ConvLayer, "input" | "kernel" | "stride"> &
  Partial<Pick<ConvLayer, "dilation" | "padding">>;

/** Rows and columns that a kernel spans, the gaps of its dilation included. */
export function kernelExtent(kernel: Size, dilation: Size = { height: 1, width: 1 }): Size {
  return {
    height: dilation.height * (kernel.height - 1) + 1,
    width: dilation.width * (kernel.width - 1) + 1,
  };
}

/** Windows in each direction: the height and width of the output. Rows and columns that no window needs are left. */
export function windows({ input, kernel, stride, dilation, padding }: Windowed): Size {
  const extent = kernelExtent(kernel, dilation);
  const { top, left, bottom, right } = padding ?? { top: 0, left: 0, bottom: 0, right: 0 };
  return {
    height: Math.floor((input.height + top + bottom - extent.height) / stride.height) + 1,
    width: Math.floor((input.width + left + right - extent.width) / stride.width) + 1,
  };
}

/** What decides the size of the weights: what a file's layer has before they are read. */
type Unweighted<L extends WeightedLayer = WeightedLayer> = L extends WeightedLayer
  ? Omit<L, "weights" | "thresholds">
  : never;

/** Rows and columns that the weights of a layer must have. */
export function weightSize(layer: Unweighted): { readonly rows: number; readonly columns: number } {
  if (layer.kind === "dense") return { rows: layer.outputs, columns: layer.inputs };
  const { input, kernel } = layer;
  const taps = kernel.height * kernel.width;
  return layer.kind === "conv"
    ? { rows: layer.outChannels, columns: taps * input.channels }
    : { rows: input.channels, columns: taps };
}

/** Operations per frame as FINN counts them: 2 per synapse, one XNOR (or +-) and one addition. */
export function operations(network: Network): number {
  return network.layers.reduce((sum, layer) => {
    if (!("weights" in layer)) return sum;
    const { height, width } = outputTensor(layer);
    const { rows, columns } = weightSize(layer);
    return sum + 2 * height * width * rows * columns;
  }, 0);
}
