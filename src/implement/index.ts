export { isSynthesisRun, synthesizeRun } from "./synthesis-run.ts";
export { synthesize } from "./synthesize.ts";
export type { Family, Hierarchy, ModuleResult, SynthesisOptions, SynthesisResult } from "./synthesize.ts";
export { familyOf, rtlOfFolder, rtlOfGenerator, rtlOfModel, targetKind } from "./target.ts";
export type { Rtl, TargetKind } from "./target.ts";
export type { LongestPath } from "./timing.ts";
export type { YosysChoice } from "./yosys.ts";
