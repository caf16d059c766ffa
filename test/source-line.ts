import { readFileSync } from "node:fs";

const lines = new Map<string, readonly string[]>();

/** A line, from 1, of a file of this repository, without the space around it: names a place while lines come and go. */
export function sourceLine(file: string, line: number): string {
  let all = lines.get(file);
  if (all === undefined) {
    all = readFileSync(new URL(`../${file}`, import.meta.url), "utf8").split("\n");
    lines.set(file, all);
  }
  return all[line - 1]?.trim() ?? "";
}
