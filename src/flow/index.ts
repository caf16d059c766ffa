export { buildAccelerator } from "./build.ts";
export type { BuildOptions, BuildResult } from "./build.ts";
export { bundledImages, bundledModels, resolveModel } from "./model.ts";
export { verified, verifyBuild } from "./verify.ts";
export type { Compared, VerifyOptions, VerifyResult } from "./verify.ts";
