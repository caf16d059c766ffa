export { assertionFiles, assertionsFolder, emitAssertions } from "./assertions.ts";
export type { EmittedAssertions } from "./assertions.ts";
export { emit } from "./emit.ts";
export type { EmittedDesign, EmittedFile } from "./emit.ts";
export { writeDesign } from "./write.ts";
