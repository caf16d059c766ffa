export * from "./expr.ts";
export * from "./module.ts";
export * from "./types.ts";
export * from "./walk.ts";
export * from "./diagnostic.ts";
