import { isRun, readRun, writeRun, type Run, type RunOptions } from "./folder.ts";
import { publishedFor, type Published } from "./published.ts";
import { readResults, type Results } from "./results.ts";
import { findVivado, isComplete, runCommand, runVivado } from "./run.ts";

export interface ImplementOptions extends RunOptions {
  readonly timeoutSeconds: number;
  readonly onProgress?: ((message: string) => void) | undefined;
}

export interface Implementation {
  readonly folder: string;
  readonly run: Run;
  /** Vivado ran now. */
  readonly ran: boolean;
  /** The one command that does the run, here or elsewhere. */
  readonly command: string;
  /** Null where the run is not complete. */
  readonly results: Results | null;
  /** What a paper reports of the same network on the same board. */
  readonly published: Published | null;
}

/**
 * Places and routes a built accelerator with Vivado: writes the run's folder, runs the tool where it is on the PATH and
 * the run is not complete yet, and reads its reports. `build` may be the folder of a run as well, for instance one that
 * was done on another machine.
 *
 * @throws SluiceErrors of `writeRun`, `runVivado` and `readResults`.
 */
export async function implement(options: ImplementOptions): Promise<Implementation> {
  const { signal, timeoutSeconds, onProgress } = options;
  const { folder, run } = isRun(options.build)
    ? { folder: options.build, run: readRun(options.build) }
    : await writeRun(options);
  const vivado = findVivado();
  const runs = vivado !== undefined && !isComplete(folder);
  if (runs) await runVivado({ vivado, folder, timeoutSeconds, signal, onProgress });
  return {
    folder,
    run,
    ran: runs,
    command: runCommand(folder),
    results: isComplete(folder) ? readResults(folder, run.top, run.stages) : null,
    published: publishedFor(run.model, run.board),
  };
}
