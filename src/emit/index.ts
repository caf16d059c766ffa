export { emit } from "./emit.ts";
export type { EmittedDesign, EmittedFile } from "./emit.ts";
export { writeDesign } from "./write.ts";
