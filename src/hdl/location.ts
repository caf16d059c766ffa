import { existsSync } from "node:fs";
import { dirname, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { SourceLocation } from "../ir/index.ts";

/** Frames between a declaration and its author, mostly and at most. A stack is captured in time that grows with its depth. */
const near = 8;
const depth = 24;
const testFile = /\.(test|spec)\.[cm]?[jt]s$/;
const frame = /\(?((?:file:\/\/)?\/[^()\n]+?|(?:file:\/\/\/)?[A-Za-z]:[^()\n]+?):(\d+):(\d+)\)?$/;
/** Frames from here are the DSL's own, not the author's. Read off a stack, which source maps may move elsewhere. */
const ownFolder = dirname(parseFrame(new Error("here").stack?.split("\n")[1] ?? "")?.file ?? "") + sep;
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

/** As V8 has it: the running file, before source maps. */
const rawOwnFolder = (callSites(1)[0]?.getFileName() ?? "").replace(/[^\\/]*$/, "");
/** By the author's place in the running code: mapping a stack to the sources takes ten times as long as finding it. */
const locations = new Map<string, SourceLocation>();

/** The author's line that led here: the first stack frame outside src/hdl. Microseconds: for declarations and statements only. */
export function captureLocation(): SourceLocation {
  const site = authorsSite(near) ?? authorsSite(depth);
  if (site === undefined) return mappedLocation();
  const key = `${site.getFileName() ?? ""}:${String(site.getLineNumber())}:${String(site.getColumnNumber())}`;
  let location = locations.get(key);
  if (location === undefined) locations.set(key, (location = mappedLocation()));
  return location;
}

function authorsSite(frames: number): NodeJS.CallSite | undefined {
  return callSites(frames).find((each) => isAuthors(each.getFileName() ?? "", rawOwnFolder));
}

function isAuthors(file: string, folder: string): boolean {
  return file !== "" && !file.startsWith("node:") && (!file.startsWith(folder) || testFile.test(file));
}

/** The stack as it is, from here. */
function callSites(frames: number): readonly NodeJS.CallSite[] {
  const settings: Pick<ErrorConstructor, "stackTraceLimit"> & { prepareStackTrace?: unknown } = Error;
  const { stackTraceLimit, prepareStackTrace } = settings;
  settings.stackTraceLimit = frames;
  settings.prepareStackTrace = (_: Error, sites: readonly NodeJS.CallSite[]) => sites;
  const { stack } = new Error("location") as unknown as { readonly stack?: readonly NodeJS.CallSite[] };
  settings.prepareStackTrace = prepareStackTrace;
  settings.stackTraceLimit = stackTraceLimit;
  return stack ?? [];
}

function mappedLocation(): SourceLocation {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = depth;
  const stack = new Error("location").stack ?? "";
  Error.stackTraceLimit = limit;
  for (const line of stack.split("\n").slice(1)) {
    const place = parseFrame(line);
    if (place === undefined) continue;
    const { file } = place;
    if (!isAuthors(file, ownFolder)) continue;
    return { ...place, file: relative(projectRoot(file), file).split(sep).join("/") };
  }
  return { file: "unknown", line: 1, column: 1 };
}

/** Place of a line of a stack; `file` is absolute. */
function parseFrame(line: string): SourceLocation | undefined {
  const match = frame.exec(line.trim());
  if (match?.[1] === undefined) return undefined;
  const file = match[1].startsWith("file://") ? fileURLToPath(match[1]) : match[1];
  return { file, line: Number(match[2]), column: Number(match[3]) };
}
