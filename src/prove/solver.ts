import { runTool, type ToolOutcome } from "../../sim/process.ts";
import { findOnPath } from "../../sim/tools.ts";
import { SluiceError } from "../error.ts";

const packages = { yosys: "yosys", "yosys-abc": "yosys", "yosys-smtbmc": "yosys", z3: "z3" } as const;

export interface SolverRun {
  readonly command: keyof typeof packages;
  readonly args: readonly string[];
  readonly folder: string;
  /** Processor time that each of its processes may take. */
  readonly seconds: number;
  readonly abort?: AbortSignal | undefined;
}

export interface SolverOutcome extends ToolOutcome {
  /** Processor time of it and all that it started, in seconds. */
  readonly cpu: number;
}

/** A shell sets the limit and tells the time: what else the machine does then changes no verdict. */
const limited = 'ulimit -t "$0"; "$@"; code=$?; times >&2; exit $code';

/** On a machine that does much else a second of processor time may take so many. */
const patience = 20;

/** @throws SluiceError `tool-missing`, `tool-not-started`, `interrupted`. */
export async function runSolver(run: SolverRun): Promise<SolverOutcome> {
  const { command, args, folder, seconds, abort } = run;
  if (findOnPath(command) === undefined) {
    throw new SluiceError("tool-missing", `${command} is not on the PATH (needed: proofs)`, {
      hint: `Debian, Ubuntu: apt-get install ${packages[command]}`,
    });
  }
  const asleep = AbortSignal.timeout(patience * seconds * 1000);
  try {
    const outcome = await runTool({
      command: "sh",
      args: ["-c", limited, String(seconds), command, ...args],
      cwd: folder,
      abort: abort === undefined ? asleep : AbortSignal.any([abort, asleep]),
    });
    return { ...outcome, cpu: cpuOf(outcome.stderr) };
  } catch (error) {
    if (!asleep.aborted || abort?.aborted === true) throw error;
    return { stdout: "", stderr: "", exitCode: undefined, signal: "SIGKILL", cpu: seconds };
  }
}

/** The last line of what `times` says: of the shell's children, user and system, as `0m1.250s 0m0.040s`. */
function cpuOf(text: string): number {
  const line = text.trimEnd().split("\n").at(-1) ?? "";
  return [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds),
    0,
  );
}
