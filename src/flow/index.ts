export { buildAccelerator } from "./build.ts";
export type { BuildOptions, BuildResult } from "./build.ts";
export { loadImages } from "./images.ts";
export type { ImageOptions, Images } from "./images.ts";
export { bundledImages, bundledModels, resolveModel } from "./model.ts";
export { verified, verifyBuild } from "./verify.ts";
export type { Compared, VerifyOptions, VerifyResult } from "./verify.ts";
