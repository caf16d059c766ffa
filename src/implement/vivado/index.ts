export { isRun } from "./folder.ts";
export { implement } from "./implement.ts";
export type { Implementation, ImplementOptions } from "./implement.ts";
export { describePlace } from "./place.ts";
export type { Published } from "./published.ts";
export type { PlacedPath, Results } from "./results.ts";
export { strategies, strategyNames } from "./strategies.ts";
export type { StrategyName } from "./strategies.ts";
