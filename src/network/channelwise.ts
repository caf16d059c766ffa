import type { DepthwiseLayer, GlobalAveragePoolLayer, MaxPoolLayer } from "./model.ts";
import type { BitMap, Stage } from "./stage.ts";
import { windowSources } from "./windows.ts";

/** The stage of a layer that treats each channel for itself. */
export function channelwise(
  layer: DepthwiseLayer | MaxPoolLayer | GlobalAveragePoolLayer,
  input: BitMap,
  output: BitMap,
): Stage {
  switch (layer.kind) {
    case "depthwise":
      return depthwise(layer, input, output);
    case "max-pool":
      return maxPool(layer, input, output);
    case "global-average-pool":
      return globalAveragePool(layer, input, output);
  }
}

/** Max pool of bits: the OR of each window, 32 channels at a time. */
function maxPool(layer: MaxPoolLayer, input: BitMap, output: BitMap): Stage {
  const sources = windowSources(layer);
  const taps = layer.kernel.height * layer.kernel.width;
  const { wordsPerPixel } = input;
  const [pixels, count] = [input.height * input.width, output.height * output.width];
  const run = (images: number): void => {
    for (let window = 0; window < images * count; window++) {
      const image = Math.floor(window / count);
      const firstTap = (window % count) * taps;
      for (let word = 0; word < wordsPerPixel; word++) {
        let any = 0;
        for (let tap = firstTap; tap < firstTap + taps; tap++) {
          any |= input.words[(image * pixels + (sources[tap] ?? 0)) * wordsPerPixel + word] ?? 0;
        }
        output.words[window * wordsPerPixel + word] = any;
      }
    }
  };
  return { run };
}

/** Depthwise convolution, a count of matches for each channel. */
function depthwise(layer: DepthwiseLayer, input: BitMap, output: BitMap): Stage {
  const { weights, thresholds } = layer;
  const sources = windowSources(layer);
  const taps = weights.columns;
  const { channels, wordsPerPixel } = input;
  const [pixels, count] = [input.height * input.width, output.height * output.width];
  const run: Stage["run"] = (images, accumulators) => {
    output.words.fill(0);
    for (let window = 0; window < images * count; window++) {
      const image = Math.floor(window / count);
      const firstTap = (window % count) * taps;
      for (let channel = 0; channel < channels; channel++) {
        let matches = 0;
        for (let tap = 0; tap < taps; tap++) {
          const source = sources[firstTap + tap] ?? 0;
          const from = (image * pixels + source) * wordsPerPixel + (channel >>> 5);
          const value = source < 0 ? 0 : (input.words[from] ?? 0) >>> (channel & 31);
          const weight = (weights.words[channel * weights.wordsPerRow + (tap >>> 5)] ?? 0) >>> (tap & 31);
          matches += (value ^ weight ^ 1) & 1;
        }
        finish(output, window, channel, matches, thresholds, accumulators);
      }
    }
  };
  return { run };
}

/** Global average pool, a count of ones for each channel. */
function globalAveragePool(layer: GlobalAveragePoolLayer, input: BitMap, output: BitMap): Stage {
  const { channels, wordsPerPixel } = input;
  const pixels = input.height * input.width;
  const run: Stage["run"] = (images, accumulators) => {
    output.words.fill(0);
    for (let image = 0; image < images; image++) {
      for (let channel = 0; channel < channels; channel++) {
        let ones = 0;
        for (let pixel = image * pixels; pixel < (image + 1) * pixels; pixel++) {
          ones += ((input.words[pixel * wordsPerPixel + (channel >>> 5)] ?? 0) >>> (channel & 31)) & 1;
        }
        finish(output, image, channel, ones, layer.thresholds, accumulators);
      }
    }
  };
  return { run };
}

/** Keeps a channel's accumulator, and sets its bit where it reaches the threshold. */
function finish(
  output: BitMap,
  pixel: number,
  channel: number,
  accumulator: number,
  thresholds: Int32Array | undefined,
  accumulators: Int32Array | undefined,
): void {
  if (accumulators !== undefined) accumulators[pixel * output.channels + channel] = accumulator;
  if (accumulator < (thresholds?.[channel] ?? Infinity)) return;
  const word = pixel * output.wordsPerPixel + (channel >>> 5);
  output.words[word] = (output.words[word] ?? 0) | (1 << (channel & 31));
}
