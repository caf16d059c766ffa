export { findGenerator, loadCatalog } from "./catalog.ts";
export type { Generator, Parameter, ParameterType } from "./catalog.ts";
export { constructComponent, generateComponent, parameterLines } from "./generate.ts";
export type { ConstructedComponent, GenerateOptions, GenerateResult } from "./generate.ts";
export { generatorsMarkdown } from "./markdown.ts";
export { expected } from "./values.ts";
