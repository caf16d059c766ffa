import { statSync } from "node:fs";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { randomNetwork, serializeNetwork } from "../../network/index.ts";
import { runFolder, runsOf, type SweepDescription } from "./description.ts";
import type { SweepAxes } from "./points.ts";
import { writeSweep, type WriteSweepOptions } from "./write.ts";

/** What starts Sluice from its sources. */
export const launcher: readonly string[] = [
  ...[process.execPath, "--import", import.meta.resolve("tsx")],
  fileURLToPath(new URL("../../cli/bin.ts", import.meta.url)),
];

export const noAxes: SweepAxes = {
  ...{ boards: ["zc706"], clocks: [], folds: [], fps: [], cycles: [], latenciesMicroseconds: [] },
  strategies: [],
};

/** A model file of 16 x 16 x 4 synapses, of which Yosys has a netlist in seconds. */
export async function tinyModel(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const model = join(folder, "tiny model.json");
  await writeFile(model, serializeNetwork(randomNetwork({ name: "tiny", shape: [16, 16, 4], seed: 3 })));
  return model;
}

/** Writes a sweep of the model, for Yosys where nothing else is said. */
export function writeTinySweep(
  model: string,
  out: string,
  { axes = {}, ...more }: { axes?: Partial<SweepAxes> } & Partial<Omit<WriteSweepOptions, "axes">> = {},
): Promise<SweepDescription> {
  const usual = { tool: "yosys", ooc: false, timeoutSeconds: 600, launcher } as const;
  return writeSweep({ ...usual, model, out, axes: { ...noAxes, ...axes }, ...more });
}

/**
 * A stand-in for Yosys: a real process with a child, that takes a moment and gives a netlist of one LUT and two
 * registers. It writes of each synthesis when it starts and ends into the file that `STANDIN_JOURNAL` names. `STANDIN_HANG`
 * and `STANDIN_FAIL` are how many are to be well before one hangs or fails.
 */
const standIn = `#!/bin/sh
if [ "$1" = -V ]; then echo "Yosys 0.99 (a stand-in)"; exit; fi
: > yosys.log
if grep -q survey.json run.ys; then
  echo '{"modules":{"tiny":{"ports":{},"cells":{},"netnames":{}}}}' > survey.json
  exit
fi
before=$(grep -c ^start "$STANDIN_JOURNAL" 2> /dev/null)
echo "start $$" >> "$STANDIN_JOURNAL"
if [ "\${before:-0}" = "$STANDIN_HANG" ]; then sleep 1000 & wait; fi
if [ "\${before:-0}" = "$STANDIN_FAIL" ]; then echo "ERROR: it does not like that" > yosys.log; exit 1; fi
sleep 0.2
cat > netlist.json << END
{"modules":{"tiny":{"ports":{},"netnames":{},"cells":{
  "a":{"type":"LUT6","connections":{}},
  "b":{"type":"FDRE","connections":{}},
  "c":{"type":"FDRE","connections":{}}}}}}
END
echo "end $$" >> "$STANDIN_JOURNAL"
`;

/** Puts the stand-in for Yosys into a folder; the PATH with it in front. */
export async function fakeYosys(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "yosys"), standIn);
  await chmod(join(folder, "yosys"), 0o755);
  return `${folder}${delimiter}${process.env["PATH"] ?? ""}`;
}

/** What the stand-in has written: how many syntheses have begun, and how many were under way at most. */
export async function journalOf(file: string): Promise<{ begun: number; most: number }> {
  const lines = (await readFile(file, "utf8").catch(() => "")).split("\n");
  const begun = lines.filter((line) => line.startsWith("start")).length;
  let now = 0;
  let most = 0;
  for (const line of lines) {
    if (line.startsWith("start")) now++;
    if (line.startsWith("end")) now--;
    most = Math.max(most, now);
  }
  return { begun, most };
}

/** The results that are there, by run: their text, and the file as the system knows it, which a new one would not be. */
export async function resultsIn(
  folder: string,
  description: SweepDescription,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const run of runsOf(description)) {
    const file = join(runFolder(folder, run), "result.json");
    const state = statSync(file, { bigint: true, throwIfNoEntry: false });
    if (state === undefined) continue;
    found.set(run, `${state.ino} ${state.mtimeNs} ${await readFile(file, "utf8")}`);
  }
  return found;
}
