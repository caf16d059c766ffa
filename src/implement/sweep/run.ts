import { mapParallel } from "../../../sim/parallel.ts";
import { SluiceError } from "../../error.ts";
import { synthesizeRun } from "../synthesis-run.ts";
import { runVivado } from "../vivado/index.ts";
import { runFolder, runsOf, type SweepDescription } from "./description.ts";
import { runsToDo } from "./results.ts";

export interface RunSweepOptions {
  readonly folder: string;
  readonly description: SweepDescription;
  /** Its command; where not given, Yosys does the runs. */
  readonly vivado: string | undefined;
  /** Runs side by side. */
  readonly jobs: number;
  /** Of one run. */
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((message: string) => void) | undefined;
}

/**
 * Does what is left of a sweep, here. A run that fails does not keep the others from being done. An abort ends the tools
 * with all that they started; a run that was cut off has no result.
 *
 * @returns The runs that failed, and why.
 * @throws SluiceError `interrupted`.
 */
export async function runSweep(options: RunSweepOptions): Promise<ReadonlyMap<string, SluiceError>> {
  const { folder, description, vivado, jobs, timeoutSeconds, signal } = options;
  const failed = new Map<string, SluiceError>();
  const left = runsToDo(folder, description);
  const all = runsOf(description).length;
  let done = all - left.length;
  const doing = new Set<string>();
  const say = (message?: string): void => {
    const what = message ?? (doing.size === 0 ? "collecting" : [...doing].join(", "));
    options.onProgress?.(`${String(done)} of ${String(all)} runs done; ${what}`);
  };
  await mapParallel(left, jobs, async (run) => {
    doing.add(run);
    say();
    try {
      const place = runFolder(folder, run);
      if (vivado === undefined) {
        await synthesizeRun(place, { timeoutSeconds, signal, workers: 1 });
      } else {
        const onProgress = (step: string): void => {
          say(`${run}: ${step}`);
        };
        await runVivado({ vivado, folder: place, timeoutSeconds, signal, onProgress });
      }
      done++;
    } catch (error) {
      if (!(error instanceof SluiceError) || error.code === "interrupted") throw error;
      failed.set(run, error);
    } finally {
      doing.delete(run);
    }
    say();
  });
  return failed;
}
