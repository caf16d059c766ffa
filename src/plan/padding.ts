import { SluiceError } from "../error.ts";
import {
  bitMatrix,
  getBit,
  inputTensor,
  outputTensor,
  setBit,
  type BitMatrix,
  type Layer,
  type Network,
  type Tensor,
} from "../network/index.ts";
import type { Folding } from "./folding.ts";

/**
 * Dead neurons make a number of rows one that has more divisors (1701.03400 pads likewise). A dead neuron never fires:
 * it is 0, and a weight of +1, the bit 1, counts nothing for it in the layers behind. What is computed stays the same.
 *
 * @throws SluiceError `folding-too-few-rows`.
 */
export function padNetwork(network: Network, folding: Folding): Network {
  if (!Object.values(folding).some(({ rows }) => rows !== undefined)) return network;
  let input = inputTensor(network.input);
  let channels = input.channels;
  const layers = network.layers.map((layer) => {
    const padded = padLayer(layer, input, channels, folding[layer.name]?.rows);
    input = outputTensor(layer);
    channels = outputTensor(padded).channels;
    return padded;
  });
  return { ...network, layers };
}

/**
 * A layer whose input has `channels` channels, those of `input` and dead ones behind them in every pixel, with `rows`
 * rows; as many as it has where not given.
 */
export function padLayer(layer: Layer, input: Tensor, channels: number, rows?: number): Layer {
  const { channels: own } = outputTensor(layer);
  const isChannelwise = layer.kind !== "dense" && layer.kind !== "conv";
  const wanted = rows ?? (isChannelwise ? channels : own);
  if (wanted < own || (isChannelwise && wanted !== channels)) {
    throw new SluiceError(
      "folding-too-few-rows",
      `${String(wanted)} rows are not the ${String(own)} of layer ${layer.name} and dead ones`,
      { where: layer.name, hint: "rows can only be added, to dense layers and convolutions" },
    );
  }
  if (wanted === own && channels === input.channels) return layer;
  switch (layer.kind) {
    case "dense": {
      const pixels = layer.inputs / input.channels;
      return {
        ...layer,
        inputs: pixels * channels,
        outputs: wanted,
        weights: padWeights(layer.weights, wanted, input.channels, channels),
        thresholds: padThresholds(layer, input, channels, wanted),
      };
    }
    case "conv":
      return {
        ...layer,
        input: { ...layer.input, channels },
        outChannels: wanted,
        weights: padWeights(layer.weights, wanted, input.channels, channels),
        thresholds: padThresholds(layer, input, channels, wanted),
      };
    case "depthwise":
      return {
        ...layer,
        input: { ...layer.input, channels },
        weights: padWeights(layer.weights, wanted, 1, 1),
        thresholds: padThresholds(layer, input, channels, wanted),
      };
    case "global-average-pool":
      return {
        ...layer,
        input: { ...layer.input, channels },
        thresholds: padThresholds(layer, input, channels, wanted),
      };
    case "max-pool":
      return { ...layer, input: { ...layer.input, channels } };
  }
}

function padWeights(weights: BitMatrix, rows: number, channels: number, padded: number): BitMatrix {
  const groups = weights.columns / channels;
  const result = bitMatrix(rows, groups * padded);
  for (let row = 0; row < weights.rows; row++) {
    for (let group = 0; group < groups; group++) {
      for (let channel = 0; channel < padded; channel++) {
        const isDead = channel >= channels;
        if (isDead || getBit(weights, row, group * channels + channel) === 1)
          setBit(result, row, group * padded + channel);
      }
    }
  }
  return result;
}

/** Those of dead neurons are never reached. */
function padThresholds(
  layer: Exclude<Layer, { kind: "max-pool" }>,
  input: Tensor,
  channels: number,
  rows: number,
): Int32Array<ArrayBuffer> | undefined {
  if (layer.thresholds === undefined) return undefined;
  const summed = "weights" in layer ? layer.weights.columns : layer.input.height * layer.input.width;
  const isOverChannels = layer.kind === "dense" || layer.kind === "conv";
  const columns = isOverChannels ? (summed / input.channels) * channels : summed;
  const thresholds = new Int32Array(rows).fill((input.values === "int8" ? 128 : 1) * columns + 1);
  thresholds.set(layer.thresholds);
  return thresholds;
}
