import { execa } from "execa";
import { mkdtemp, rm } from "node:fs/promises";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SluiceError } from "../src/error.ts";

export interface ToolOutcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
  /** Set when a signal ended the tool. */
  readonly signal: string | undefined;
}

export interface ToolRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Ends the tool, with everything that it started. */
  readonly abort?: AbortSignal | undefined;
}

/**
 * Runs an external tool to its end in a process group of its own, so that an abort, a Ctrl-C or the end of this
 * process takes the tool's children along. A tool that fails is an outcome, not an error.
 *
 * @throws SluiceError `tool-not-started`, `interrupted`.
 */
export async function runTool({ command, args, cwd, abort }: ToolRun): Promise<ToolOutcome> {
  throwIfAborted(abort);
  const child = execa(command, args, {
    cwd,
    detached: true,
    reject: false,
    stdin: "ignore",
    maxBuffer: 2 ** 28,
  });
  const killGroup = (): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It ended in the meantime.
    }
  };
  abort?.addEventListener("abort", killGroup, { once: true });
  try {
    const result = await withCleanup(killGroup, () => child);
    throwIfAborted(abort);
    if (result.exitCode === undefined && result.signal === undefined) {
      throw new SluiceError("tool-not-started", `${command} could not be started`, { cause: result });
    }
    return {
      stdout: result.stdout,
      stderr: result.stderr,
      exitCode: result.exitCode,
      signal: result.signal,
    };
  } finally {
    abort?.removeEventListener("abort", killGroup);
  }
}

/** The first lines in which a tool says what is wrong; its last lines where none says so. */
export function errorLines(outcome: ToolOutcome, count = 4): string {
  const lines = `${outcome.stderr}\n${outcome.stdout}`.split("\n").filter((line) => line.trim() !== "");
  const errors = lines.filter((line) => /error|fatal|no space|cannot/i.test(line));
  return (errors.length > 0 ? errors.slice(0, count) : lines.slice(-count)).join("\n");
}

/** How a tool ended, for a message: `ended with code 1`. */
export function ending(outcome: ToolOutcome): string {
  return outcome.signal === undefined
    ? `ended with code ${String(outcome.exitCode)}`
    : `was ended by ${outcome.signal}`;
}

/** Runs `work` with a temporary folder in `parent`, gone afterwards, on Ctrl-C too, unless `work` moved it away. */
export async function withTemporaryFolder<T>(
  work: (folder: string) => Promise<T>,
  parent: string = tmpdir(),
): Promise<T> {
  const folder = await mkdtemp(join(parent, ".sluice-"));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  return withCleanup(remove, async () => {
    try {
      return await work(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const cleanups = new Set<() => void>();

/** Runs `work`; if this process ends before, `cleanup` is called on its way out. */
async function withCleanup<T>(cleanup: () => void, work: () => PromiseLike<T>): Promise<T> {
  if (cleanups.size === 0) {
    for (const signal of signals) process.on(signal, endBySignal);
    process.on("exit", cleanUp);
  }
  cleanups.add(cleanup);
  try {
    return await work();
  } finally {
    cleanups.delete(cleanup);
    if (cleanups.size === 0) stopWatching();
  }
}

function stopWatching(): void {
  for (const signal of signals) process.off(signal, endBySignal);
  process.off("exit", cleanUp);
}

/** The tools first, as they were started last; then the folders that they write to. */
function cleanUp(): void {
  for (const cleanup of [...cleanups].reverse()) cleanup();
}

/** Ends this process as the signal would have, unless someone else handles it. */
function endBySignal(signal: NodeJS.Signals): void {
  cleanUp();
  stopWatching();
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}

function throwIfAborted(abort: AbortSignal | undefined): void {
  if (abort?.aborted === true) throw new SluiceError("interrupted", "interrupted");
}
