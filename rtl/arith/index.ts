/** Arithmetic components, and the pipelines that they are made of. */
export { popcount, popcountLatency, popcountPipeline } from "./popcount.ts";
export type { PopcountParams, PopcountPipeline } from "./popcount.ts";
