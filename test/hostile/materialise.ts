import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Entry, Tree } from "./mutations.ts";

/** Puts files, and what stands in their place, into a folder. */
export function materialise(folder: string, tree: Tree): void {
  for (const [name, entry] of tree) put(join(folder, name), entry);
}

function put(path: string, entry: Entry): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  switch (entry.kind) {
    case "file":
      writeFileSync(path, entry.bytes);
      return;
    case "unreadable":
      writeFileSync(path, "");
      chmodSync(path, 0);
      return;
    case "folder":
      mkdirSync(path);
      return;
    case "link":
      symlinkSync(entry.to, path);
      return;
    case "pipe":
      execFileSync("mkfifo", [path]);
      return;
    case "sparse": {
      const file = openSync(path, "w");
      ftruncateSync(file, entry.size);
      closeSync(file);
      return;
    }
    case "missing":
  }
}
