export type * from "./expr.ts";
export type * from "./module.ts";
export * from "./types.ts";
export * from "./hierarchy.ts";
export * from "./walk.ts";
export type * from "./diagnostic.ts";
