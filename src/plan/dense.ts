import { SluiceError } from "../error.ts";
import type { DenseLayer, DenseNetwork, Layer, Network } from "../network/index.ts";

/** The network itself, if hardware is generated for all of it. Throws SluiceError `layer-unsupported`. */
export function denseNetwork(network: Network): DenseNetwork {
  const { input, layers } = network;
  if (input.encoding !== "binary-threshold") {
    throw new SluiceError("layer-unsupported", `there is no hardware yet for inputs of ${input.encoding}`, {
      where: network.name,
      hint: "only networks of dense layers on binary inputs become hardware",
    });
  }
  return { ...network, input, layers: layers.map(denseLayer) };
}

function denseLayer(layer: Layer): DenseLayer {
  if (layer.kind === "dense") return layer;
  throw new SluiceError("layer-unsupported", `there is no hardware yet for ${layer.kind} layers`, {
    where: layer.name,
    hint: "only networks of dense layers become hardware",
  });
}
