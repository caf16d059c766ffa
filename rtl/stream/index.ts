/** Stream components, and stream operators as methods: importing this module gives Producer `.pipe()`, `.skid()`, `.queue(n)`. */
import "./operators.ts";

export { asyncFifo, asyncFifoTiming, type AsyncFifoClocks, type AsyncFifoParams } from "./async-fifo.ts";
export { fifo, fifoCapacity, fifoLatency, type FifoParams, type FifoStyle } from "./fifo.ts";
export { fork, forkLatency, type ForkParams } from "./fork.ts";
export { join, joinLatency, type JoinParams } from "./join.ts";
export type { Pass } from "./payload.ts";
export { registerSlice, registerSliceLatency, type RegisterSliceParams } from "./register-slice.ts";
export { skidBuffer, skidBufferLatency, type SkidBufferParams } from "./skid-buffer.ts";
export { synchronizer, type SynchronizerParams } from "./synchronizer.ts";
export {
  widthConverter,
  widthConverterBuffer,
  widthConverterTiming,
  type WidthConverterBuffer,
  type WidthConverterParams,
} from "./width-converter.ts";
