import type { Line } from "./layout.ts";
import { memoryFile, moduleLines, type Child } from "./module.ts";
import { sourceMap } from "./source-map.ts";
import { SluiceError } from "../error.ts";
import { lower } from "../lower/lower.ts";
import type { Design, Module } from "../ir/index.ts";

export interface EmittedFile {
  /** File name without a folder. */
  readonly name: string;
  readonly text: string;
}

export interface EmittedDesign {
  /** Name of the top module. */
  readonly top: string;
  /** Sources of external modules, one `<module>.sv` for each distinct module, children first, and `.mem` files. */
  readonly files: readonly EmittedFile[];
  /** One `<module>.sv.map` for each module: source map version 3. */
  readonly maps: readonly EmittedFile[];
}

/**
 * SystemVerilog for a design that src/check has passed. Same design, same bytes.
 *
 * Throws SluiceError `expression-too-large`, `module-name-clash` or `external-source-clash`.
 */
export function emit(design: Design): EmittedDesign {
  const { top, modules, externals, nameOf } = lower(design);
  const childOf = (key: string): Child => {
    const module = design.modules[key];
    if (module === undefined) throw new Error(`no module ${key} in the design`);
    return { ...module, name: nameOf.get(key) ?? module.name };
  };
  const sources: EmittedFile[] = [];
  const maps: EmittedFile[] = [];
  const memories: EmittedFile[] = [];
  for (const [name, lowered] of modules) {
    const lines = moduleLines(lowered, childOf);
    const file = `${name}.sv`;
    sources.push({ name: file, text: textOf(lines) });
    maps.push({ name: `${file}.map`, text: sourceMap(file, lines) });
    for (const memory of lowered.module.memories)
      if (memory.init !== undefined)
        memories.push({ name: memoryFile(lowered.module, memory), text: `${memory.init.join("\n")}\n` });
  }
  return { top, files: [...externalSources(externals), ...sources, ...memories], maps };
}

function textOf(lines: readonly Line[]): string {
  return `${lines.map(({ text }) => text).join("\n")}\n`;
}

function externalSources(externals: readonly Module[]): EmittedFile[] {
  const texts = new Map<string, string>();
  for (const { external, name } of externals)
    for (const [file, text] of Object.entries(external?.sources ?? {})) {
      if ((texts.get(file) ?? text) !== text)
        throw new SluiceError("external-source-clash", `two external modules bring different files ${file}`, {
          where: name,
          hint: "give one of the files another name",
        });
      texts.set(file, text);
    }
  return [...texts].map(([name, text]) => ({ name, text }));
}
