/** All benches, one after the other, each in a process of its own; one table, or with `--json` one line. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { report, type Row } from "./measure.ts";

const benches = [
  "finn",
  "emit",
  "verilator-driver",
  "verilator-cnv",
  "native",
  "reference",
  "reference-cnv",
  "window-bits",
  "stream-rules",
];

const rows = benches.flatMap((name): readonly Row[] => {
  console.error(`bench/${name}.ts`);
  const script = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const { stdout, error } = spawnSync(process.execPath, [...process.execArgv, script, "--json"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (error !== undefined || stdout === "")
    throw new Error(`bench/${name}.ts printed nothing`, { cause: error });
  return JSON.parse(stdout) as readonly Row[];
});
report(rows);
