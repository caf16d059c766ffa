/** All hardware generators. Importing this gives streams their operators `.pipe()`, `.skid()` and `.queue(n)`. */
export * from "./arith/index.ts";
export * from "./nn/index.ts";
export * from "./stream/index.ts";
