import { existsSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { withTemporaryFolder } from "../../sim/process.ts";
import type { SourceFile } from "../../sim/sources.ts";
import { SluiceError } from "../error.ts";
import { readJson, reasonOf } from "../files.ts";
import { writeFolder } from "../flow/folder.ts";
import { sha256 } from "../flow/manifest.ts";
import { synthesize, type Family, type SynthesisOptions, type SynthesisResult } from "./synthesize.ts";
import { rtlOfFolder } from "./target.ts";

/** Name of the file that says what a run is of: as in the folder of a run of Vivado. */
const runFile = "run.json";

/** Is there when, and only when, the run is complete. */
export const resultFile = "result.json";

const Run = z.object({
  format: z.literal("sluice-synthesis"),
  version: z.literal(1),
  /** sha256 of all that the result depends on. */
  key: z.string(),
  top: z.string(),
  family: z.enum(["xc7", "xcup"]),
});

/** A synthesis that is to be done, or has been. */
export type SynthesisRun = Readonly<z.infer<typeof Run>>;

/** What is checked of a result before it is believed to be one. */
const Result = z.looseObject({
  ...{ tool: z.string(), top: z.string(), hierarchy: z.string(), depthNs: z.number() },
  ...{ lut: z.number(), lutPaired: z.number(), lutram: z.number(), ff: z.number() },
  ...{ bram36: z.number(), dsp: z.number(), carry: z.number() },
  modules: z.array(z.looseObject({ module: z.string(), depthNs: z.number() })),
});

/** Is it the folder of a synthesis, rather than RTL alone or a run of Vivado? */
export function isSynthesisRun(folder: string): boolean {
  try {
    const { format } = readJson(join(folder, runFile)) as { format?: unknown };
    return format === "sluice-synthesis";
  } catch {
    return false;
  }
}

/** Is its result there? */
export function isSynthesisDone(folder: string): boolean {
  return existsSync(join(folder, resultFile));
}

export interface SynthesisRunOptions {
  /** Begins the folder's name, whatever characters it has. */
  readonly name: string;
  readonly files: readonly SourceFile[];
  readonly top: string;
  readonly family: Family;
  /** Folder in which runs lie under names by content. */
  readonly parent: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes the folder of a synthesis: `rtl/` and what it is of. Its name ends with a hash of these; where it is there
 * already, nothing is written, and a result is kept.
 *
 * @returns The folder's name in `parent`.
 * @throws SluiceErrors of `writeFolder`.
 */
export async function writeSynthesisRun(options: SynthesisRunOptions): Promise<string> {
  const { files, top, family, parent, signal } = options;
  const content = new Map(files.map(({ name, text }) => [`rtl/${name}`, text]));
  const key = sha256(JSON.stringify([top, family, [...content].sort(([a], [b]) => (a < b ? -1 : 1))]));
  const name = `${options.name.replaceAll(/[^\w.-]+/g, "-")}-${family}-${key.slice(0, 12)}`;
  if (isSynthesisRun(join(parent, name))) return name;
  const run: SynthesisRun = { format: "sluice-synthesis", version: 1, key, top, family };
  content.set(runFile, `${JSON.stringify(run, null, 2)}\n`);
  await writeFolder(join(parent, name), content, runFile, signal);
  return name;
}

export type SynthesisRunLimits = Pick<
  SynthesisOptions,
  "tool" | "hierarchy" | "timeoutSeconds" | "workers" | "signal" | "onProgress"
>;

/**
 * Does the synthesis of a folder and puts its result there, in one go when it is complete; where it is there, it is
 * only read.
 *
 * @throws SluiceErrors `run-invalid`, and those of `synthesize` and `readSynthesis`.
 */
export async function synthesizeRun(
  folder: string,
  limits: SynthesisRunLimits,
): Promise<{ readonly ran: boolean; readonly result: SynthesisResult }> {
  const before = readSynthesis(folder);
  if (before !== null) return { ran: false, result: before };
  const { top, family } = readSynthesisRun(folder);
  const result = await synthesize({ ...limits, ...rtlOfFolder(folder), top, family });
  await withTemporaryFolder(async (temporary) => {
    const file = join(temporary, resultFile);
    await writeFile(file, `${JSON.stringify(result)}\n`);
    await rename(file, join(folder, resultFile));
  }, folder);
  return { ran: true, result };
}

/**
 * The result of a run; null where it is not complete.
 *
 * @throws SluiceError `result-invalid`.
 */
export function readSynthesis(folder: string): SynthesisResult | null {
  if (!isSynthesisDone(folder)) return null;
  const where = join(folder, resultFile);
  try {
    // What else is in it was written by `synthesizeRun`, from a value of this type.
    return Result.parse(readJson(where)) as unknown as SynthesisResult;
  } catch (cause) {
    throw new SluiceError("result-invalid", `this is not the result of a synthesis: ${reasonOf(cause)}`, {
      where,
      hint: "delete it: the run is then done again",
      cause,
    });
  }
}

function readSynthesisRun(folder: string): SynthesisRun {
  const where = join(folder, runFile);
  try {
    return Run.parse(readJson(where));
  } catch (cause) {
    throw new SluiceError("run-invalid", `this is not the description of a synthesis: ${reasonOf(cause)}`, {
      where,
      hint: `delete the folder ${basename(folder)}, and write the sweep again`,
      cause,
    });
  }
}
