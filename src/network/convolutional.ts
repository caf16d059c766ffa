import { Random } from "../random.ts";
import { checkNetwork } from "./check.ts";
import { cifar10Labels } from "./cifar10.ts";
import { conv3x3, maxPool2x2 } from "./layers.ts";
import type { Layer, Network, Padding, Shape } from "./model.ts";
import { randomBits } from "./random-network.ts";
import { outputTensor, volume } from "./shapes.ts";

/** What the members of FINN's CNV family differ in. */
interface Family {
  readonly name: string;
  /** Output channels of the six convolutions, in pairs; behind the pairs marked so stands a max pool. */
  readonly pairs: readonly { readonly channels: number; readonly pooled: boolean }[];
  /** Outputs of the hidden dense layers. */
  readonly dense: readonly number[];
  readonly padded: boolean;
  readonly seed: number;
}

/**
 * FINN's CNV for CIFAR-10 (arXiv 1612.07119) with random weights: 3 x 3 convolutions without padding 64,
 * 64, pool, 128, 128, pool, 256, 256, then dense 512, 512, 10.
 *
 * @param options.seed The same seed gives the same network.
 */
export function cnv({ seed }: { readonly seed: number }): Network {
  return build({
    name: "cnv-random",
    pairs: [
      { channels: 64, pooled: true },
      { channels: 128, pooled: true },
      { channels: 256, pooled: false },
    ],
    dense: [512, 512],
    padded: false,
    seed,
  });
}

/**
 * A net of "Scaling Binarized Neural Networks on Reconfigurable Logic" (arXiv 1701.03400) with random
 * weights: convolutions padded with -1 64, 64, pool, 128, 128, pool, 256, 256, pool, then dense 512, 512,
 * 10, the hidden sizes times `width`. Width 2 is 1.234 G operations per frame.
 *
 * @param options.seed The same seed gives the same network.
 */
export function paddedCnv({ width, seed }: { readonly width: 0.5 | 1 | 2; readonly seed: number }): Network {
  return build({
    name: `padded-cnv-${{ 0.5: "half", 1: "1", 2: "2" }[width]}-random`,
    pairs: [64, 128, 256].map((channels) => ({ channels: channels * width, pooled: true })),
    dense: [512 * width, 512 * width],
    padded: true,
    seed,
  });
}

function build({ name, pairs, dense, padded, seed }: Family): Network {
  const random = new Random(seed);
  const layers: Layer[] = [];
  let shape: Shape = { height: 32, width: 32, channels: 3 };
  const add = (layer: Layer): void => {
    layers.push(layer);
    const { height, width, channels } = outputTensor(layer);
    shape = { height, width, channels };
  };

  let index = 0;
  for (const { channels, pooled } of pairs) {
    for (const isSecond of [false, true]) {
      const isFirst = index === 0;
      const columns = 9 * shape.channels;
      const thresholds = isFirst
        ? byteThresholds(random, channels, columns)
        : countThresholds(random, channels, columns, pooled && isSecond);
      const padding = frame(padded ? 1 : 0, isFirst ? -128 : -1);
      add(conv3x3(`conv${index}`, shape, randomBits(random, channels, columns), thresholds, padding));
      if (pooled && isSecond) add(maxPool2x2(`pool${index}`, shape));
      index++;
    }
  }
  for (const [position, outputs] of [...dense, 10].entries()) {
    const inputs = volume(shape);
    const isLast = position === dense.length;
    const weights = randomBits(random, outputs, inputs);
    const thresholds = isLast ? undefined : countThresholds(random, outputs, inputs, false);
    add({ kind: "dense", name: `dense${index}`, inputs, outputs, weights, thresholds });
    index++;
  }
  const network: Network = {
    name,
    input: { shape: [32, 32, 3], encoding: "signed-8bit" },
    layers,
    readout: { kind: "argmax", classes: 10 },
    labels: cifar10Labels,
  };
  return checkNetwork(network, name);
}

function frame(lines: number, value: number): Padding {
  return { top: lines, left: lines, bottom: lines, right: lines, value };
}

/**
 * Thresholds around the middle of the counts, so that activations are mixed; before a 2 x 2 max pool, whose
 * outputs are 1 more often than its inputs, a standard deviation higher.
 */
function countThresholds(
  random: Random,
  rows: number,
  columns: number,
  pooled: boolean,
): Int32Array<ArrayBuffer> {
  const deviation = Math.sqrt(columns) / 2;
  const middle = columns / 2 + (pooled ? deviation : 0);
  return around(random, rows, middle, deviation, [0, columns + 1]);
}

/** Thresholds around 0, for sums of signed bytes. */
function byteThresholds(random: Random, rows: number, columns: number): Int32Array<ArrayBuffer> {
  return around(random, rows, 0, 74 * Math.sqrt(columns), [-128 * columns, 128 * columns + 1]);
}

/** Whole numbers up to half a `deviation` away from `middle`, within limits. */
function around(
  random: Random,
  rows: number,
  middle: number,
  deviation: number,
  [least, most]: readonly [number, number],
): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length: rows }, () => {
    const threshold = Math.round(middle + deviation * (random.float() - 0.5));
    return Math.min(most, Math.max(least, threshold));
  });
}
