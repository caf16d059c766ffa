import { mkdir, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, normalize } from "node:path";
import { SluiceError } from "../src/error.ts";
import type { Module } from "../src/ir/index.ts";

/** A file of emitted RTL: SystemVerilog, or the contents of a memory for `$readmemh`. */
export interface SourceFile {
  /** Relative to the output folder. */
  readonly name: string;
  readonly text: string;
}

/** A design to simulate: the interface of its top, and its SystemVerilog with the memory files that it reads. */
export interface TestDesign {
  readonly top: Module;
  readonly files: readonly SourceFile[];
  /** Source maps of the files, by which failures are told with their place in TypeScript. */
  readonly maps?: readonly SourceFile[];
}

/** The files that a tool has to be given by name; the others are read by these. */
export function compiledFiles(files: readonly SourceFile[]): readonly SourceFile[] {
  return files.filter(({ name }) => /\.s?v$/.test(name));
}

/**
 * Checks that every memory file that the RTL reads is among the files: tools only warn about a missing one.
 *
 * @throws SluiceError `memory-file-missing`, `file-name-invalid`.
 */
export function checkSources(files: readonly SourceFile[]): void {
  const names = new Set(files.map(({ name }) => name));
  for (const { name } of files) {
    if (isAbsolute(name) || normalize(name).startsWith("..")) {
      throw new SluiceError("file-name-invalid", `file name ${name} leads out of the output folder`);
    }
  }
  for (const { name, text } of compiledFiles(files)) {
    for (const [, memory] of text.matchAll(/\$readmem[bh]\s*\(\s*"([^"]*)"/g)) {
      if (memory === undefined || names.has(memory) || isAbsolute(memory)) continue;
      throw new SluiceError("memory-file-missing", `${name} reads ${memory}, which is not among the files`, {
        where: name,
        hint: `give ${memory} along with the SystemVerilog`,
      });
    }
  }
}

export async function writeSources(folder: string, files: readonly SourceFile[]): Promise<void> {
  for (const { name, text } of files) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}
