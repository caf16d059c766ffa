/** Arithmetic components. */
export { popcount, popcountLatency, xnorPopcount, xnorPopcountLatency } from "./popcount.ts";
export type { Technology } from "./compressor/index.ts";
export type { PopcountParams, XnorPopcountParams } from "./popcount.ts";
