/**
 * Writes output folders, as a process of its own that can be killed.
 *
 *     loop <folder>             writes one content and another in turn, without end
 *     hold <folder>             holds the lock under which folders in <folder> are written
 *     sizes <folder> <KiB>...   writes a folder for each size, with a file of so many KiB; prints the last error and what
 *                               is there then, as JSON
 */
import { openSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname } from "node:path";
import { SluiceError } from "../../src/error.ts";
import { writeFolder } from "../../src/flow/folder.ts";
import { lock } from "../../src/flow/system-calls.ts";
import { contentOf, filesOf, marker, type Said } from "./writer.ts";

const [mode, folder = "", ...sizes] = process.argv.slice(2);
switch (mode) {
  case "loop":
    for (let turn = 0; ; turn++) {
      await writeFolder(folder, contentOf(turn % 2), marker);
      process.stdout.write("written\n");
    }
  case "hold":
    process.stdout.write(`${lock(openSync(folder, "r"))}\n`);
    setInterval(() => undefined, 1_000_000);
    break;
  default: {
    let error: unknown;
    for (const [version, size] of sizes.entries()) {
      const files = new Map([...contentOf(version), ["large", "x".repeat(1024 * Number(size))]]);
      error = await writeFolder(folder, files, marker).catch((thrown: unknown) => thrown);
    }
    if (!(error instanceof SluiceError)) throw new Error("all of them could be written");
    const { code, message, hint } = error;
    const beside = await readdir(dirname(folder));
    const files = Object.fromEntries(await filesOf(folder));
    process.stdout.write(JSON.stringify({ code, message, hint, beside, files } satisfies Said));
  }
}
