/** Units of neural networks. */
export { vvtu, vvtuDepth, vvtuTicks, vvtuTiming, vvu, vvuDepth, vvuTicks, vvuTiming } from "./channelwise.ts";
export type { VectorVectorParams, VvtuParams } from "./channelwise.ts";
export { labelSelect, labelSelectLatency } from "./label-select.ts";
export type { LabelSelectParams } from "./label-select.ts";
export { matrixVectorSchedule, matrixVectorTicks, weightContents, weightMemory } from "./matrix-vector.ts";
export type {
  MatrixVectorParams,
  MatrixVectorSchedule,
  TotalsUse,
  WeightMemory,
  WeightWrites,
} from "./matrix-vector.ts";
export { maxPool, maxPoolDepth, maxPoolTicks, maxPoolTiming } from "./max-pool.ts";
export type { MaxPoolParams } from "./max-pool.ts";
export { mvtuConstant, mvtuConstantLatency, mvuConstant, mvuConstantLatency } from "./mvtu-constant.ts";
export type { MvtuConstantParams, MvuConstantParams } from "./mvtu-constant.ts";
export { mvtuSigned, mvtuSignedUse, unsignedThresholds } from "./mvtu-signed.ts";
export type { MvtuSignedParams } from "./mvtu-signed.ts";
export { checkWritable, mvtu, mvtuUse, mvu, mvuUse } from "./mvtu.ts";
export type { MvtuParams } from "./mvtu.ts";
export { slidingWindowDepth, slidingWindowLeastDepth } from "./sliding-window-depth.ts";
export {
  parallelWindow,
  parallelWindowBits,
  parallelWindowInterval,
  parallelWindowOrder,
  parallelWindowTicks,
  parallelWindowTiming,
} from "./sliding-window-parallel.ts";
export type { ParallelWindowParams } from "./sliding-window-parallel.ts";
export { slidingWindowInterval } from "./sliding-window-schedule.ts";
export { windowShape } from "./sliding-window-shape.ts";
export type { WindowParams, WindowShape } from "./sliding-window-shape.ts";
export {
  slidingWindow,
  slidingWindowBuffer,
  slidingWindowTicks,
  slidingWindowTiming,
} from "./sliding-window.ts";
export type { SlidingWindowBuffer, SlidingWindowParams } from "./sliding-window.ts";
export { threshold, thresholdDepth } from "./threshold.ts";
export type { ThresholdParams } from "./threshold.ts";
export { partWrite, wordParts } from "./weight-writer.ts";
export type { PartWrite } from "./weight-writer.ts";
export { foldOf } from "./weights.ts";
export type { Fold, WeightMatrix } from "./weights.ts";
export {
  windowDeal,
  windowDealBits,
  windowDealDepth,
  windowDealTicks,
  windowDealTiming,
} from "./window-deal.ts";
export type { WindowDealParams } from "./window-deal.ts";
export { windowGather, windowGatherDepth, windowGatherTiming } from "./window-gather.ts";
export type { WindowGatherParams } from "./window-gather.ts";
