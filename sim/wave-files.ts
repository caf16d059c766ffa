import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { SluiceError } from "../src/error.ts";
import type { Design } from "../src/ir/index.ts";
import { gtkwaveLabels, gtkwaveSave } from "../src/simulate/gtkwave.ts";
import { surferCommands, surferLabels } from "../src/simulate/surfer.ts";
import { enumsIn, waveView, type WaveViewOptions } from "../src/simulate/wave-view.ts";
import { ending, errorLines, runTool } from "./process.ts";
import { findOnPath } from "./tools.ts";

/**
 * The VCD file that the native simulator has written, as FST; the VCD goes. GTKWave's own converter is the only writer
 * of FST that is packaged everywhere GTKWave is, and GTKWave's FST is what defines the format.
 *
 * @throws SluiceError `tool-missing`, `wave-conversion-failed`.
 */
export async function vcdToFst(vcd: string, fst: string, abort?: AbortSignal): Promise<void> {
  const command = findVcdToFst(fst);
  const partial = `${resolve(fst)}.partial`;
  const outcome = await runTool({ command, args: [resolve(vcd), partial], cwd: dirname(partial), abort });
  if (outcome.exitCode !== 0) {
    await rm(partial, { force: true });
    throw new SluiceError("wave-conversion-failed", `vcd2fst ${ending(outcome)}:\n${errorLines(outcome)}`, {
      where: vcd,
    });
  }
  await rename(partial, fst);
  await rm(vcd);
}

/** @throws SluiceError `tool-missing`: before a long simulation, not after it. */
export function findVcdToFst(fst: string): string {
  const command = findOnPath("vcd2fst");
  if (command !== undefined) return command;
  throw new SluiceError(
    "tool-missing",
    "vcd2fst is not on the PATH (needed: FST from the native simulator)",
    {
      where: fst,
      hint: "Debian, Ubuntu: apt-get install gtkwave; macOS: brew install gtkwave; or simulate with Verilator",
    },
  );
}

/**
 * Writes beside a waveform file what viewers open it with: `<name>.gtkw` and `<name>.<Enum>.txt` for GTKWave,
 * `<name>.sucl` and `.surfer/mappings` for Surfer. Gives the paths of the first and the third, the save files.
 */
export async function writeWaveViews(
  design: Design,
  dump: string,
  options: WaveViewOptions,
): Promise<readonly string[]> {
  const base = resolve(dump).replace(/\.\w+$/, "");
  const view = waveView(design, options);
  const enums = enumsIn(view, options);
  const labels = ({ name }: { readonly name: string }): string => `${base}.${name}.txt`;
  const [gtkwave, surfer] = [`${base}.gtkw`, `${base}.sucl`];
  await writeFile(gtkwave, gtkwaveSave(view, options, { dump: resolve(dump), save: gtkwave, labels }));
  await writeFile(surfer, surferCommands(view, options, basename(dump)));
  const mappings = join(dirname(base), ".surfer", "mappings");
  if (enums.length > 0) await mkdir(mappings, { recursive: true });
  for (const type of enums) {
    await writeFile(labels(type), gtkwaveLabels(type));
    await writeFile(join(mappings, type.name), surferLabels(type));
  }
  return [gtkwave, surfer];
}
