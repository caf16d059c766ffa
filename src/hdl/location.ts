import { existsSync } from "node:fs";
import { dirname, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { SourceLocation } from "../ir/index.ts";

/** Frames from here are the DSL's own, not the author's. */
const ownFolder = dirname(fileURLToPath(import.meta.url)) + sep;
const testFile = /\.(test|spec)\.[cm]?[jt]s$/;
const frame = /\(?((?:file:\/\/)?\/[^()\n]+?|(?:file:\/\/\/)?[A-Za-z]:[^()\n]+?):(\d+):(\d+)\)?$/;
const roots = new Map<string, string>();

/** Nearest folder above `file` that holds a package.json: places are given relative to it, so that output is the same on every machine. */
function projectRoot(file: string): string {
  const folder = dirname(file);
  const known = roots.get(folder);
  if (known !== undefined) return known;
  let root = folder;
  while (!existsSync(`${root}${sep}package.json`)) {
    const up = dirname(root);
    if (up === root) {
      root = folder;
      break;
    }
    root = up;
  }
  roots.set(folder, root);
  return root;
}

/** The author's line that led here: the first stack frame outside src/hdl. About 4 us: for declarations and statements only. */
export function captureLocation(): SourceLocation {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 24;
  const stack = new Error("location").stack ?? "";
  Error.stackTraceLimit = limit;
  for (const line of stack.split("\n").slice(1)) {
    const match = frame.exec(line.trim());
    if (match?.[1] === undefined) continue;
    const file = match[1].startsWith("file://") ? fileURLToPath(match[1]) : match[1];
    if (file.startsWith(ownFolder) && !testFile.test(file)) continue;
    return {
      file: relative(projectRoot(file), file).split(sep).join("/"),
      line: Number(match[2]),
      column: Number(match[3]),
    };
  }
  return { file: "unknown", line: 1, column: 1 };
}
