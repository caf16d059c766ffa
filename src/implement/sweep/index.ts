export { isSweep, sweepTools } from "./description.ts";
export type { SweepTool } from "./description.ts";
export type { SweepAxes } from "./points.ts";
export type { PointResult } from "./results.ts";
export { sweep } from "./sweep.ts";
export type { Sweep } from "./sweep.ts";
export { writeSweep } from "./write.ts";
