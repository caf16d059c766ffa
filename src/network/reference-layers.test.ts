import { expect, test } from "vitest";
import { Random } from "../random.ts";
import { bitMatrix, getBit, setBit, type BitMatrix } from "./bits.ts";
import {
  encode,
  inputTensor,
  outputTensor,
  parseNetwork,
  pixelsPerImage,
  serializeNetwork,
} from "./index.ts";
import type { Layer, Network, Shape } from "./model.ts";
import { randomLayers } from "./random-layers.fixture.ts";
import { infer, trace, type LayerTrace } from "./reference.ts";

test("agrees with a naive loop on random layers of all kinds, in every accumulator and activation", () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 200; seed++) {
    const network = randomLayers(seed);
    const images = seed % 6;
    const random = new Random(seed + 1);
    const pixels = Uint8Array.from({ length: images * pixelsPerImage(network.input) }, () =>
      random.below(256),
    );
    const expected = naiveTrace(network, pixels, images);
    expect(trace(network, encode(pixels, network.input)), `seed ${seed}`).toEqual(expected);
    const scores = infer(network, pixels).scores;
    expect([...scores]).toEqual(firstOutputs(expected.at(-1), images));
    for (const { kind } of network.layers) seen.add(`${network.input.encoding} ${kind}`);
  }
  expect(seen).toHaveLength(2 * 5);
});

test("random networks survive their files", () => {
  for (let seed = 0; seed < 50; seed++) {
    const network = randomLayers(seed);
    expect(parseNetwork(serializeNetwork(network), "x")).toEqual(network);
  }
});

function firstOutputs(last: LayerTrace | undefined, images: number): (number | undefined)[] {
  return Array.from({ length: images }, (_, image) => last?.accumulators?.[image * last.outputs]);
}

/** Value of a feature map at (y, x, channel). */
type At = (y: number, x: number, channel: number) => number;

/** The same as `trace`, one value after the other, from the definitions. */
function naiveTrace(network: Network, pixels: Uint8Array, images: number): LayerTrace[] {
  const traces = network.layers.map((layer): LayerTrace => {
    const { height, width, channels, values } = outputTensor(layer);
    const outputs = height * width * channels;
    return {
      ...{ name: layer.name, outputs },
      accumulators: layer.kind === "max-pool" ? undefined : new Int32Array(images * outputs),
      activations: values === "bit" ? bitMatrix(images, outputs) : undefined,
    };
  });
  const { height, width, channels } = inputTensor(network.input);
  const size = height * width * channels;
  for (let image = 0; image < images; image++) {
    let shape: Shape = { height, width, channels };
    let values = [...pixels.subarray(image * size, (image + 1) * size)].map((pixel) =>
      network.input.encoding === "signed-8bit" ? signedByte(pixel) : pixel >= 128 ? 1 : -1,
    );
    network.layers.forEach((layer, index) => {
      const layerTrace = traces[index];
      if (layerTrace === undefined) return;
      const map = { shape, values };
      const isCount = index > 0 || network.input.encoding !== "signed-8bit";
      [shape, values] = naiveLayer(layer, map, isCount, (position, accumulator, fires) => {
        if (layerTrace.accumulators !== undefined)
          layerTrace.accumulators[image * layerTrace.outputs + position] = accumulator;
        if (layerTrace.activations !== undefined && fires) setBit(layerTrace.activations, image, position);
      });
    });
  }
  return traces;
}

/** BNN-PYNQ's rule in whole numbers: floor((512 p - 255 * 255) / 510), at most 127. */
function signedByte(pixel: number): number {
  return Math.min(127, Math.floor((512 * pixel - 255 * 255) / 510));
}

function naiveLayer(
  layer: Layer,
  map: { readonly shape: Shape; readonly values: readonly number[] },
  isCount: boolean,
  put: (position: number, accumulator: number, fires: boolean) => void,
): [Shape, number[]] {
  const { height, width, channels } = map.shape;
  const padding = "padding" in layer ? layer.padding : { top: 0, left: 0, value: -1 };
  const at: At = (y, x, channel) =>
    y < 0 || y >= height || x < 0 || x >= width
      ? padding.value
      : (map.values[(y * width + x) * channels + channel] ?? NaN);
  const output = outputTensor(layer);
  const results: number[] = [];
  for (let y = 0; y < output.height; y++) {
    for (let x = 0; x < output.width; x++) {
      for (let channel = 0; channel < output.channels; channel++) {
        const terms = naiveTerms(layer, map.shape, at, y, x, channel);
        const sum = terms.reduce((total, term) => total + term, 0);
        const accumulator = isCount ? (sum + terms.length) / 2 : sum;
        const fires =
          layer.kind === "max-pool"
            ? Math.max(...terms) > 0
            : layer.thresholds !== undefined && accumulator >= (layer.thresholds[channel] ?? NaN);
        put(results.length, accumulator, fires);
        results.push(fires ? 1 : -1);
      }
    }
  }
  return [output, results];
}

/** What an output at (y, x, channel) sums up, or takes the largest of. */
function naiveTerms(layer: Layer, shape: Shape, at: At, y: number, x: number, channel: number): number[] {
  const terms: number[] = [];
  if (layer.kind === "dense" || layer.kind === "global-average-pool") {
    for (let iy = 0; iy < shape.height; iy++) {
      for (let ix = 0; ix < shape.width; ix++) {
        for (let c = 0; c < shape.channels; c++) {
          const column = (iy * shape.width + ix) * shape.channels + c;
          if (layer.kind === "dense") terms.push(at(iy, ix, c) * sign(layer.weights, channel, column));
          else if (c === channel) terms.push(at(iy, ix, c));
        }
      }
    }
    return terms;
  }
  const { kernel, stride } = layer;
  const { dilation, padding } =
    layer.kind === "max-pool" ? { dilation: { height: 1, width: 1 }, padding: { top: 0, left: 0 } } : layer;
  for (let ky = 0; ky < kernel.height; ky++) {
    for (let kx = 0; kx < kernel.width; kx++) {
      const iy = y * stride.height - padding.top + ky * dilation.height;
      const ix = x * stride.width - padding.left + kx * dilation.width;
      const tap = ky * kernel.width + kx;
      if (layer.kind === "max-pool") terms.push(at(iy, ix, channel));
      else if (layer.kind === "depthwise")
        terms.push(at(iy, ix, channel) * sign(layer.weights, channel, tap));
      else {
        for (let c = 0; c < shape.channels; c++) {
          terms.push(at(iy, ix, c) * sign(layer.weights, channel, tap * shape.channels + c));
        }
      }
    }
  }
  return terms;
}

function sign(weights: BitMatrix, row: number, column: number): number {
  return 2 * getBit(weights, row, column) - 1;
}
