import { SourceMap, type SourceMapPayload } from "node:module";

/** A place in TypeScript; line and column from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The TypeScript that a line of emitted SystemVerilog stems from, where it stems from some. */
export type Places = (line: number) => Place | undefined;

/** From the text of a source map of the emitter. */
export function placesOf(map: string | undefined): Places {
  if (map === undefined) return () => undefined;
  const source = new SourceMap(JSON.parse(map) as SourceMapPayload);
  return (line) => {
    const entry = source.findEntry(line - 1, Number.MAX_SAFE_INTEGER);
    if (!("originalSource" in entry) || entry.generatedLine !== line - 1) return undefined;
    const { originalSource, originalLine, originalColumn } = entry;
    return { file: originalSource, line: originalLine + 1, column: originalColumn + 1 };
  };
}
