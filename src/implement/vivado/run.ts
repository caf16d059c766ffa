import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ending, errorLines, runTool } from "../../../sim/process.ts";
import { findOnPath } from "../../../sim/tools.ts";
import { SluiceError } from "../../error.ts";
import { endOfLog } from "../log.ts";
import { completeFile, scriptFile, stepMark } from "./script.ts";
import { shellWord } from "./tcl.ts";

const logFile = "vivado.log";

/** A run that goes on writes on in the log, as what was done before belongs to it. */
const vivadoArgs = [
  ...["-mode", "batch", "-source", scriptFile],
  ...["-log", logFile, "-applog", "-journal", "vivado.jou", "-appjournal"],
];

/** How often the log is looked at. */
const lookMs = 500;

/** What does a run, in its folder. */
export const vivadoCommand = ["vivado", ...vivadoArgs].map(shellWord).join(" ");

/** The one command that does a run, on any machine that has the folder and Vivado. */
export function runCommand(folder: string): string {
  return `cd ${shellWord(resolve(folder))} && ${vivadoCommand}`;
}

/** Has the script of this run come to its end? */
export function isComplete(folder: string): boolean {
  return existsSync(join(folder, completeFile));
}

export function findVivado(): string | undefined {
  return findOnPath("vivado");
}

export interface VivadoRun {
  readonly vivado: string;
  readonly folder: string;
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal | undefined;
  /** Told the step, and the phase that the log shows. */
  readonly onProgress?: ((message: string) => void) | undefined;
}

/**
 * Runs Vivado on a run's folder to the end of its script. Whatever ends it before, the tool goes with all processes that
 * it started, and the next run goes on behind the last checkpoint.
 *
 * @throws SluiceErrors `vivado-failed`, `implementation-timeout`, `interrupted`.
 */
export async function runVivado(options: VivadoRun): Promise<void> {
  const { vivado, folder, timeoutSeconds } = options;
  const log = join(folder, logFile);
  // Timers of Node end at once where they should run for longer than 2^31 ms, 25 days.
  const limit = AbortSignal.timeout(Math.min(timeoutSeconds * 1000, 2 ** 31 - 1));
  const { signal = limit } = options;
  const before = existsSync(log) ? readFileSync(log, "utf8").length : 0;
  let doing = "starting Vivado";
  const timer = setInterval(() => {
    doing = progressOf(log) ?? doing;
    options.onProgress?.(doing);
  }, lookMs);
  try {
    const abort = AbortSignal.any([signal, limit]);
    const outcome = await runTool({ command: vivado, args: vivadoArgs, cwd: folder, abort });
    if (outcome.exitCode === 0 && isComplete(folder)) return;
    const said = (existsSync(log) ? readFileSync(log, "utf8").slice(before) : "")
      .split("\n")
      .filter((line) => line.startsWith("ERROR: "));
    throw new SluiceError(
      "vivado-failed",
      said.length > 0 ? said.slice(0, 4).join("\n") : `Vivado ${ending(outcome)}: ${errorLines(outcome)}`,
      { where: log, hint: "the same command goes on behind the last step that was done" },
    );
  } catch (error) {
    const isLimit =
      error instanceof SluiceError &&
      error.code === "interrupted" &&
      limit.aborted &&
      (signal === limit || !signal.aborted);
    if (!isLimit) throw error;
    throw new SluiceError(
      "implementation-timeout",
      `not done after ${timeoutSeconds} s: ${progressOf(log) ?? doing}`,
      {
        where: "--timeout",
        hint: "allow more seconds; the same command goes on behind the last step that was done",
        cause: error,
      },
    );
  } finally {
    clearInterval(timer);
  }
}

/** `place: Global Placement`: the script's last step, and the phase within it. */
function progressOf(log: string): string | undefined {
  const tail = endOfLog(log);
  const step = [...tail.matchAll(stepMark)].at(-1);
  const phase = [...tail.matchAll(/^Phase [\d.]+ (.*)$/gm)].at(-1);
  if (step === undefined) return phase?.[1];
  return phase === undefined || phase.index < step.index ? step[1] : `${step[1] ?? ""}: ${phase[1] ?? ""}`;
}
