/** Arithmetic components. */
export { popcount, popcountLatency, xnorPopcount, xnorPopcountLatency } from "./popcount.ts";
export type { PopcountParams, XnorPopcountParams } from "./popcount.ts";
