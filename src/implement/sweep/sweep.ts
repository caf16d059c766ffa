import { resolve } from "node:path";
import type { SluiceError } from "../../error.ts";
import { findVivado } from "../vivado/index.ts";
import { shellWord } from "../vivado/tcl.ts";
import { readSweep, runsOf, type SweepTool } from "./description.ts";
import { collect, runsToDo, writeCsv, type PointResult } from "./results.ts";
import { runSweep, type RunSweepOptions } from "./run.ts";

export interface SweepOptions extends Omit<RunSweepOptions, "description" | "vivado"> {
  /** Do here what is left; else only what is done is collected. */
  readonly run: boolean;
}

export interface Sweep {
  readonly folder: string;
  readonly model: string;
  readonly tool: SweepTool;
  /** Points that come to the same files share a run. */
  readonly runs: number;
  /** Runs that are not done. */
  readonly left: number;
  /** What the runs take is not on the PATH here. */
  readonly toolMissing: boolean;
  /** Each does the rest: here, with Slurm, with Snakemake. */
  readonly commands: { readonly local: string; readonly slurm: string; readonly snakemake: string };
  /** The table of the points, as CSV. */
  readonly csv: string;
  readonly points: readonly PointResult[];
}

/**
 * Does what is left of a sweep, where that is asked for and its tool is there, and collects what is done.
 *
 * @throws SluiceErrors `sweep-invalid`, `interrupted`, those of the output folder.
 */
export async function sweep(options: SweepOptions): Promise<Sweep> {
  const { folder, run, jobs } = options;
  const description = readSweep(folder);
  const { tool, model } = description;
  const vivado = tool === "vivado" ? findVivado() : undefined;
  const toolMissing = tool === "vivado" && vivado === undefined;
  const failed =
    run && !toolMissing
      ? await runSweep({ ...options, description, vivado })
      : new Map<string, SluiceError>();
  const points = collect(folder, description, failed);
  const there = `cd ${shellWord(resolve(folder))} &&`;
  return {
    ...{ folder, model, tool, runs: runsOf(description).length, toolMissing },
    left: runsToDo(folder, description).length,
    commands: {
      local: `sluice sweep ${shellWord(folder)} --run`,
      slurm: `${there} sbatch sweep.sbatch`,
      snakemake: `${there} snakemake --cores ${jobs}`,
    },
    csv: await writeCsv(folder, points),
    points,
  };
}
