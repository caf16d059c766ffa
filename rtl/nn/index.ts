/** Units of neural networks. */
export { labelSelect, labelSelectDepth } from "./label-select.ts";
export type { LabelSelectParams } from "./label-select.ts";
export { matrixVectorSchedule, matrixVectorTicks } from "./matrix-vector.ts";
export type { MatrixVectorParams, MatrixVectorSchedule } from "./matrix-vector.ts";
export { mvtuConstant } from "./mvtu-constant.ts";
export type { MvtuConstantParams } from "./mvtu-constant.ts";
export { mvtu, mvu } from "./mvtu.ts";
export type { MvtuParams } from "./mvtu.ts";
export { threshold, thresholdDepth } from "./threshold.ts";
export type { ThresholdParams } from "./threshold.ts";
export { foldOf } from "./weights.ts";
export type { Fold, WeightMatrix } from "./weights.ts";
