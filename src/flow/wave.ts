import { extname } from "node:path";
import { findVcdToFst, vcdToFst, writeWaveViews } from "../../sim/wave-files.ts";
import { SluiceError } from "../error.ts";
import type { Design } from "../ir/index.ts";

/** A waveform that a simulation writes. */
export interface Wave {
  /** FST file. */
  readonly file: string;
  readonly simulator: "verilator" | "native";
}

/** Frames that a waveform holds where no number is given: the second shows what the pipeline does when it is full. */
export const framesOfWave = 2;

/**
 * What the simulation is to write, as a simulator option: FST, or VCD where that is converted afterwards.
 *
 * @throws SluiceError `wave-format-unknown`, `tool-missing`.
 */
export function traceOf({ file, simulator }: Wave): string {
  if (extname(file) !== ".fst") {
    throw new SluiceError("wave-format-unknown", "waveforms are written as FST", {
      where: file,
      hint: "give a file whose name ends in .fst",
    });
  }
  if (simulator === "verilator") return file;
  findVcdToFst(file);
  return `${file}.vcd`;
}

/**
 * Makes the waveform ready for viewers. `top`: path of the accelerator in it. Gives the paths of the save files.
 *
 * @throws SluiceErrors of the conversion.
 */
export async function finishWave(
  wave: Wave,
  { design, top, signal }: { readonly design: Design; readonly top: string; readonly signal?: AbortSignal },
): Promise<readonly string[]> {
  if (wave.simulator === "native") await vcdToFst(traceOf(wave), wave.file, signal);
  return writeWaveViews(design, wave.file, { top, from: wave.simulator });
}
