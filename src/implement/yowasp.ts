/**
 * A process of its own for the built-in Yosys, which is WebAssembly and cannot be stopped from within: reads all files of
 * the working folder, runs the script that is its argument, writes the log as it comes and then the files that are new.
 */
import { runYosys, type Tree } from "@yowasp/yosys";
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

const [script = "", log = ""] = process.argv.slice(2);
const files: Tree = Object.fromEntries(readdirSync(".").map((name) => [name, readFileSync(name)]));
const write = (bytes: Uint8Array | null): void => {
  if (bytes !== null) appendFileSync(log, bytes);
};
try {
  const written = await runYosys(["-s", script], files, { stdout: write, stderr: write });
  for (const [name, content] of Object.entries(written ?? {})) {
    const isNew = files[name] === undefined && name !== log;
    if (isNew && (typeof content === "string" || content instanceof Uint8Array)) writeFileSync(name, content);
  }
} catch (error) {
  // Yosys has said in the log what is wrong, unless it fell over.
  appendFileSync(log, `\nended: ${String(error)}\n`);
  process.exitCode = 1;
}
