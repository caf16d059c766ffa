import { GenMapping, addMapping, toEncodedMap } from "@jridgewell/gen-mapping";
import type { Line } from "./layout.ts";

/**
 * Source map (version 3) from the lines of a SystemVerilog file to the author's TypeScript. The places live here and
 * not in comments, so that a line of RTL changes only when the hardware does.
 */
export function sourceMap(file: string, lines: readonly Line[]): string {
  const map = new GenMapping({ file });
  for (const [i, { text, loc }] of lines.entries()) {
    if (loc === undefined) continue;
    const column = text.length - text.trimStart().length;
    addMapping(map, {
      generated: { line: i + 1, column },
      source: loc.file,
      original: { line: loc.line, column: Math.max(loc.column - 1, 0) },
    });
  }
  return `${JSON.stringify(toEncodedMap(map))}\n`;
}
