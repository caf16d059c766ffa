import { SourceMap, type SourceMapPayload } from "node:module";
import type { SourceFile } from "./sources.ts";

/** The source map of an emitted file by the file's name, where there is one. */
export type FindSourceMap = (file: string) => string | undefined;

export function amongMaps(maps: readonly SourceFile[] = []): FindSourceMap {
  return (file) => maps.find(({ name }) => name === `${file}.map`)?.text;
}

/**
 * The TypeScript that a simulator's message about emitted SystemVerilog stems from, as `file:line:column`: such messages
 * begin with a file and a line, as in `fifo.sv:31: Assertion failed in top.fifo`. Undefined where no map knows the line.
 */
export function placeOf(message: string, mapOf: FindSourceMap): string | undefined {
  const [, file, line] = /^(?:\S*\/)?([^\s/:]+\.sv):(\d+):/.exec(message) ?? [];
  const map = file === undefined ? undefined : mapOf(file);
  if (map === undefined) return undefined;
  const payload = JSON.parse(map) as SourceMapPayload;
  const entry = new SourceMap(payload).findEntry(Number(line) - 1, Number.MAX_SAFE_INTEGER);
  if (!("originalSource" in entry) || entry.generatedLine !== Number(line) - 1) return undefined;
  const { originalSource, originalLine, originalColumn } = entry;
  return `${originalSource}:${String(originalLine + 1)}:${String(originalColumn + 1)}`;
}
