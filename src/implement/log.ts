import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";

/** The last 16 KiB of a log that a tool is writing; nothing where there is none yet. */
export function endOfLog(file: string): string {
  if (!existsSync(file)) return "";
  const handle = openSync(file, "r");
  try {
    const { size } = fstatSync(handle);
    const tail = Buffer.alloc(Math.min(size, 16_384));
    readSync(handle, tail, 0, tail.length, size - tail.length);
    return tail.toString();
  } finally {
    closeSync(handle);
  }
}
