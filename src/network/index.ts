export { bitMatrix, getBit, setBit, type BitMatrix } from "./bits.ts";
export { loadBnnPynqLfc } from "./bnn-pynq.ts";
export { binarise, parseIdx, readIdx, type Idx } from "./images.ts";
export { loadNetwork, parseNetwork, saveNetwork, serializeNetwork } from "./model-file.ts";
export {
  checkNetwork,
  pixelsPerImage,
  type DenseLayer,
  type Input,
  type Layer,
  type Network,
  type Provenance,
  type Readout,
} from "./model.ts";
export { randomBits, randomNetwork } from "./random-network.ts";
export { infer, readOut, trace, type Inference, type LayerTrace } from "./reference.ts";
