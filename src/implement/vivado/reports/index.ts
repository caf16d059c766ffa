export { readDesignRules } from "./drc.ts";
export type { BrokenRule, DesignRules } from "./drc.ts";
export { readPower } from "./power.ts";
export type { Power } from "./power.ts";
export type { ReportHead } from "./text.ts";
export { readTimingSummary } from "./timing.ts";
export type { TimingPath, TimingSummary } from "./timing.ts";
export { readUtilization } from "./utilization.ts";
export type { Used, Utilization } from "./utilization.ts";
