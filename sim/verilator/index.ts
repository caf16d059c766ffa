export { buildModel, buildModels } from "./build.ts";
export type { BuildOptions, ModelLibrary, TestDesign } from "./build.ts";
export { cacheFolder } from "./cache.ts";
export { VerilatorSimulator } from "./simulator.ts";
export type { VerilatorOptions } from "./simulator.ts";
