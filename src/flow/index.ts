export { buildAccelerator } from "./build.ts";
export type { BuildOptions, BuildResult } from "./build.ts";
export { classify, confirmed } from "./classify.ts";
export type { ClassifyOptions, ClassifyResult, HardwareAnswer } from "./classify.ts";
export { loadImages } from "./images.ts";
export type { ImageOptions, Images } from "./images.ts";
export { bundledImages, bundledModels, randomModelNames, resolveModel } from "./model.ts";
export { verified, verifyBuild } from "./verify.ts";
export type { Compared, VerifyOptions, VerifyResult } from "./verify.ts";
