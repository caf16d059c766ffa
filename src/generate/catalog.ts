import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SluiceError } from "../error.ts";

/** A parameter of a generator, as its TypeScript type and doc comment describe it. */
export interface Parameter {
  readonly name: string;
  readonly doc: string;
  readonly type: ParameterType;
  readonly required: boolean;
  /** What holds where it is not given, as text. */
  readonly default?: string;
}

export type ParameterType =
  | { readonly kind: "integer"; readonly min?: number; readonly max?: number }
  | { readonly kind: "boolean" }
  /** Bits as a whole number of any size. */
  | { readonly kind: "word" }
  | { readonly kind: "choice"; readonly values: readonly (string | number)[] }
  /** A kind of the DSL: `bits(8)`, `vec(4, uint(3))`. */
  | { readonly kind: "kind" }
  /** Kinds by name. */
  | { readonly kind: "kinds" }
  /** A binary weight matrix. */
  | { readonly kind: "weights" }
  /** Whole numbers, nested `depth` deep. */
  | { readonly kind: "numbers"; readonly depth: number }
  /** Can only be given in TypeScript. */
  | { readonly kind: "code"; readonly typescript: string };

/** A function exported by `rtl/index.ts` that makes hardware. */
export interface Generator {
  /** On the command line: `register-slice`. */
  readonly name: string;
  /** In TypeScript: `registerSlice`. */
  readonly export: string;
  /** Folder under `rtl`: `stream`. */
  readonly group: string;
  readonly doc: string;
  readonly parameters: readonly Parameter[];
}

/** Written by the build into the package; in the repo the sources themselves are read. */
const table = new URL("./generators.json", import.meta.url);

let catalog: Promise<readonly Generator[]> | undefined;

/** Every generator, by group and name. Read once per process. */
export function loadCatalog(): Promise<readonly Generator[]> {
  catalog ??= read();
  return catalog;
}

async function read(): Promise<readonly Generator[]> {
  const text = readIfThere(fileURLToPath(table));
  if (text !== undefined) return JSON.parse(text) as readonly Generator[];
  const { readSources } = await import("./read-sources.ts");
  return readSources();
}

/** Throws SluiceError `unknown-generator`. */
export function findGenerator(generators: readonly Generator[], name: string): Generator {
  const found = generators.find((generator) => generator.name === name);
  if (found !== undefined) return found;
  throw new SluiceError("unknown-generator", `there is no generator "${name}"`, {
    hint: `generators: ${generators.map((generator) => generator.name).join(", ")}`,
  });
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
