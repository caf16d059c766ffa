import { stringify } from "csv-stringify/sync";
import { join } from "node:path";
import { SluiceError } from "../../error.ts";
import { replaceFile } from "../../flow/folder.ts";
import { isSynthesisDone, readSynthesis } from "../synthesis-run.ts";
import { isComplete, readResults, readRun } from "../vivado/index.ts";
import { runFolder, runsOf, type SweepDescription, type SweepPoint, type SweepTool } from "./description.ts";

/** Name of the table in a sweep's folder. */
const csvFile = "results.csv";

/** What a tool makes of a run; null where it does not say. */
export interface Synthesised {
  /** With its version. */
  readonly tool: string;
  /** All, those that hold memory too, as the planner and Vivado count. */
  readonly lut: number;
  /** The same where pairs are joined as by `Area.lutPaired`; of Yosys only. */
  readonly lutPaired: number | null;
  /** Of these, those that hold memory. */
  readonly lutram: number;
  readonly ff: number;
  readonly bram36: number;
  readonly dsp: number;
  /** The longest path: before placement by `synth`, after routing by Vivado. */
  readonly depthNs: number | null;
  /** Of Vivado. */
  readonly timingMet: boolean | null;
  readonly powerW: number | null;
}

export type PointState = "refused" | "to do" | "done" | "failed";

export interface PointResult extends SweepPoint {
  readonly state: PointState;
  /** Why it is refused or failed. */
  readonly reason: string | null;
  readonly synthesised: Synthesised | null;
}

/** Is there nothing left to do of this run? */
export function isRunDone(folder: string, tool: SweepTool, run: string): boolean {
  const place = runFolder(folder, run);
  return tool === "vivado" ? isComplete(place) : isSynthesisDone(place);
}

/** The runs that are left, in the order of the points. */
export function runsToDo(folder: string, description: SweepDescription): readonly string[] {
  return runsOf(description).filter((run) => !isRunDone(folder, description.tool, run));
}

/** The points with what was asked for, estimated and synthesised. `failed` are runs that ended with an error just now. */
export function collect(
  folder: string,
  { tool, points }: SweepDescription,
  failed: ReadonlyMap<string, SluiceError>,
): readonly PointResult[] {
  return points.map((point): PointResult => {
    const { outcome } = point;
    if (outcome.kind === "refused")
      return { ...point, state: "refused", reason: outcome.message, synthesised: null };
    try {
      const error = failed.get(outcome.run);
      if (error !== undefined) throw error;
      const place = runFolder(folder, outcome.run);
      const synthesised = tool === "vivado" ? ofVivado(place) : ofYosys(place);
      return { ...point, state: synthesised === null ? "to do" : "done", reason: null, synthesised };
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      return { ...point, state: "failed", reason: error.message, synthesised: null };
    }
  });
}

function ofYosys(folder: string): Synthesised | null {
  const result = readSynthesis(folder);
  if (result === null) return null;
  const { tool, lut, lutPaired, lutram, ff, bram36, dsp, depthNs } = result;
  return {
    ...{ tool, lut: lut + lutram, lutPaired: lutPaired + lutram, lutram, ff, bram36, dsp, depthNs },
    ...{ timingMet: null, powerW: null },
  };
}

function ofVivado(folder: string): Synthesised | null {
  if (!isComplete(folder)) return null;
  const { top, stages } = readRun(folder);
  const { vivado, utilization, timing, power } = readResults(folder, top, stages);
  const { lut, lutMemory, ff, bram36, dsp } = utilization;
  return {
    ...{ tool: `Vivado ${vivado}`, lut: lut.used, lutPaired: null, lutram: lutMemory.used, ff: ff.used },
    ...{ bram36: bram36.used, dsp: dsp.used },
    depthNs: timing.fmaxMHz === null ? null : 1000 / timing.fmaxMHz,
    ...{ timingMet: timing.met, powerW: power.totalW },
  };
}

/** Writes the table of a sweep as CSV (RFC 4180), a line for each point; gives its path. */
export async function writeCsv(folder: string, results: readonly PointResult[]): Promise<string> {
  const path = join(folder, csvFile);
  await replaceFile(path, stringify(results.map(csvRow), { header: true, cast: { boolean: String } }));
  return path;
}

function csvRow({
  board,
  clockMHz,
  goal,
  strategy,
  outcome,
  state,
  reason,
  synthesised,
}: PointResult): object {
  const { run = null, folding = null, planned = null } = outcome.kind === "made" ? outcome : {};
  return {
    ...{ board, clock_mhz: clockMHz, goal, strategy, state, reason, run, folding },
    planned_cycles_per_frame: planned?.cyclesPerFrame ?? null,
    planned_fps: planned === null ? null : Math.round(planned.fps),
    planned_latency_cycles: planned?.latencyCycles ?? null,
    planned_lut: planned === null ? null : Math.round(planned.lut),
    planned_ff: planned === null ? null : Math.round(planned.ff),
    planned_bram36: planned?.bram36 ?? null,
    planned_dsp: planned?.dsp ?? null,
    tool: synthesised?.tool ?? null,
    lut: synthesised?.lut ?? null,
    lut_paired: synthesised?.lutPaired ?? null,
    lutram: synthesised?.lutram ?? null,
    ff: synthesised?.ff ?? null,
    bram36: synthesised?.bram36 ?? null,
    dsp: synthesised?.dsp ?? null,
    depth_ns: synthesised?.depthNs ?? null,
    timing_met: synthesised?.timingMet ?? null,
    power_w: synthesised?.powerW ?? null,
  };
}
