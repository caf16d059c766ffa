import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { SluiceError } from "../../error.ts";
import { readJson, reasonOf } from "../../files.ts";
import { strategyNames } from "../vivado/index.ts";

/** What does the runs of a sweep. */
export const sweepTools = ["yosys", "vivado"] as const;

export type SweepTool = (typeof sweepTools)[number];

/** Name of the file that says what a sweep is of. */
export const sweepFile = "sweep.json";

const Count = z.number().nonnegative();

/** A point for which there is hardware. Points that come to the same files share a run. */
const Made = z.object({
  kind: z.literal("made"),
  /** A folder in `runs/`, named by its content. */
  run: z.string().regex(/^\w[\w.-]*$/),
  /** The folding that the goal came to, in the sweep's folder, as `--fold` takes it. */
  folding: z.string(),
  /** The planner's estimate. */
  planned: z.object({
    cyclesPerFrame: z.int().positive(),
    latencyCycles: z.int().positive(),
    fps: z.number().positive(),
    ...{ lut: Count, ff: Count, bram36: Count, dsp: Count },
  }),
});

/** A point whose goal the planner could not meet, and why. */
const Refused = z.object({ kind: z.literal("refused"), code: z.string(), message: z.string() });

const Point = z.object({
  board: z.string(),
  clockMHz: z.number().positive(),
  /** What was asked for, in terms of the command line: `--fps 1000000`. */
  goal: z.string(),
  /** Of Vivado. */
  strategy: z.enum(strategyNames).nullable(),
  outcome: z.discriminatedUnion("kind", [Made, Refused]),
});

const Description = z.object({
  format: z.literal("sluice-sweep"),
  version: z.literal(1),
  tool: z.enum(sweepTools),
  model: z.string(),
  points: z.array(Point),
});

export type SweepPoint = Readonly<z.infer<typeof Point>>;

export type SweepDescription = Readonly<z.infer<typeof Description>>;

/** Is it the folder of a sweep? */
export function isSweep(folder: string): boolean {
  return existsSync(join(folder, sweepFile));
}

/** @throws SluiceError `sweep-invalid`. */
export function readSweep(folder: string): SweepDescription {
  const where = join(folder, sweepFile);
  try {
    return Description.parse(readJson(where));
  } catch (cause) {
    throw new SluiceError("sweep-invalid", `this is not the description of a sweep: ${reasonOf(cause)}`, {
      where,
      hint: "write the sweep again into the same folder: runs that are done are kept",
      cause,
    });
  }
}

export function serializeSweep(description: SweepDescription): string {
  return `${JSON.stringify(description, null, 2)}\n`;
}

/** The runs of a sweep, each once, in the order of the points. */
export function runsOf({ points }: SweepDescription): readonly string[] {
  return [...new Set(points.flatMap(({ outcome }) => (outcome.kind === "made" ? [outcome.run] : [])))];
}

/** Where a run lies. */
export function runFolder(folder: string, run: string): string {
  return join(folder, "runs", run);
}
