export { buildModel, buildModels } from "./build.ts";
export type { BuildOptions, ModelLibrary } from "./build.ts";
export { cacheFolder } from "./cache.ts";
export { VerilatorSimulator } from "./simulator.ts";
export type { VerilatorOptions } from "./simulator.ts";
export { simulateFrames } from "./frames.ts";
export type { FrameShard, FramesRequest, FramesResult } from "./frames.ts";
