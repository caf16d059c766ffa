import { Random } from "../random.ts";
import { checkNetwork, outputTensor, randomBits, volume } from "./index.ts";
import type { Layer, Network, Padding, Shape, Size } from "./model.ts";
import { kernelExtent, weightSize } from "./shapes.ts";

/** A small network of random layers of all kinds, on bits or on signed bytes; the last one is dense. */
export function randomLayers(seed: number): Network {
  const random = new Random(seed);
  const isSigned = random.below(2) === 0;
  const start = {
    height: between(random, 1, 7),
    width: between(random, 1, 7),
    channels: between(random, 1, 70),
  };
  const layers: Layer[] = [];
  let shape: Shape = start;
  for (let index = random.below(4); index > 0; index--) {
    const layer = randomLayer(random, `layer${index}`, shape, isSigned && layers.length === 0);
    layers.push(layer);
    const { height, width, channels } = outputTensor(layer);
    shape = { height, width, channels };
  }
  const [inputs, outputs] = [volume(shape), between(random, 1, 40)];
  const weights = randomBits(random, outputs, inputs);
  layers.push({ kind: "dense", name: "last", inputs, outputs, weights, thresholds: undefined });
  const sizes = [start.height, start.width, start.channels];
  const network: Network = {
    name: "random",
    input: isSigned
      ? { shape: sizes, encoding: "signed-8bit" }
      : { shape: sizes, encoding: "binary-threshold", threshold: 128, bits: volume(start) },
    layers,
    readout: { kind: "argmax", classes: 1 },
    labels: ["only"],
  };
  return checkNetwork(network, "random");
}

function between(random: Random, least: number, most: number): number {
  return least + random.below(most - least + 1);
}

function randomLayer(random: Random, name: string, input: Shape, isSigned: boolean): Layer {
  const kind = isSigned
    ? "conv"
    : (["conv", "depthwise", "max-pool", "global-average-pool"] as const)[random.below(4)];
  const small = (most: number): Size => ({
    height: between(random, 1, most),
    width: between(random, 1, most),
  });
  const stride = small(3);
  if (kind === "max-pool") {
    const most = small(3);
    const kernel = { height: Math.min(most.height, input.height), width: Math.min(most.width, input.width) };
    return { kind, name, input, kernel, stride };
  }
  const thresholdsOf = (rows: number, columns: number): Int32Array<ArrayBuffer> =>
    Int32Array.from({ length: rows }, () =>
      isSigned ? between(random, -64 * columns, 64 * columns) : between(random, 0, columns + 1),
    );
  if (kind === "global-average-pool") {
    return { kind, name, input, thresholds: thresholdsOf(input.channels, input.height * input.width) };
  }
  const [kernel, dilation] = [small(4), small(3)];
  const padding: Padding = {
    top: random.below(kernelExtent(kernel, dilation).height),
    left: random.below(kernelExtent(kernel, dilation).width),
    bottom: random.below(kernelExtent(kernel, dilation).height),
    right: random.below(kernelExtent(kernel, dilation).width),
    value: isSigned ? random.below(256) - 128 : -1,
  };
  const extent = kernelExtent(kernel, dilation);
  const fits =
    extent.height <= input.height + padding.top + padding.bottom &&
    extent.width <= input.width + padding.left + padding.right;
  if (!fits) return randomLayer(random, name, input, isSigned);
  const common = { name, input, kernel, stride, dilation, padding };
  const shaped =
    kind === "depthwise"
      ? ({ kind: "depthwise", ...common } as const)
      : ({ kind: "conv", ...common, outChannels: between(random, 1, 70) } as const);
  const { rows, columns } = weightSize(shaped);
  return { ...shaped, weights: randomBits(random, rows, columns), thresholds: thresholdsOf(rows, columns) };
}
