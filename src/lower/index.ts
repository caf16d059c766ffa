export { lower } from "./lower.ts";
export type { LoweredDesign, LoweredModule } from "./lower.ts";
export { splitBody } from "./split.ts";
export type { CheckBlock, ClockedBlock, MemoryBlock, SplitBody } from "./split.ts";
export { signalKey } from "./comb.ts";
export type { CombBlock } from "./comb.ts";
