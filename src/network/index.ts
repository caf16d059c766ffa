export { bitMatrix, getBit, setBit, type BitMatrix } from "./bits.ts";
export { loadBnnPynq } from "./bnn-pynq.ts";
export { checkNetwork } from "./check.ts";
export { cifar10Labels, parseCifar10, readCifar10, type Cifar10 } from "./cifar10.ts";
export { binarise, encode, parseIdx, quantise, readIdx, type ByteMatrix, type Idx } from "./images.ts";
export { loadNetwork, parseNetwork, saveNetwork, serializeNetwork } from "./model-file.ts";
export {
  pixelsPerImage,
  type BinaryInput,
  type ConvLayer,
  type DenseLayer,
  type DenseNetwork,
  type DepthwiseLayer,
  type GlobalAveragePoolLayer,
  type Input,
  type Layer,
  type MaxPoolLayer,
  type Network,
  type Padding,
  type Provenance,
  type Readout,
  type Shape,
  type SignedInput,
  type Size,
  type Tensor,
  type ValueKind,
  type WeightedLayer,
} from "./model.ts";
export { readPicture, type Picture } from "./picture.ts";
export { cnv, paddedCnv } from "./convolutional.ts";
export { randomBits, randomNetwork } from "./random-network.ts";
export { infer, readOut, trace, type Inference, type LayerTrace } from "./reference.ts";
export {
  inputTensor,
  kernelExtent,
  operations,
  outputTensor,
  tensors,
  volume,
  weightSize,
  windows,
} from "./shapes.ts";
