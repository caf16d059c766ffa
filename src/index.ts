/** The public surface of the package: describe hardware, emit it, test it. */
export * from "./hdl/index.ts";
export { emit, emitAssertions, writeDesign } from "./emit/index.ts";
export type { EmittedAssertions, EmittedDesign, EmittedFile } from "./emit/index.ts";
export { SluiceError } from "./error.ts";
export type { Design, Diagnostic, SourceLocation } from "./ir/index.ts";
export { testbench } from "../sim/testbench.ts";
export type { Testbench, TestbenchOptions } from "../sim/testbench.ts";
export { vcdToFst, writeWaveViews } from "../sim/wave-files.ts";
