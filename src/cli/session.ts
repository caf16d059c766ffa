import { printable } from "./printable.ts";
import { Progress } from "./progress.ts";

/** What a command has of the world: where its result goes, whom it tells how far it is, when it has to stop. */
export class Session {
  readonly progress = new Progress();
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Of the process, where nothing is thrown. */
  exitCode = 0;
  readonly #json: boolean;

  constructor(json: boolean, signal: AbortSignal) {
    this.#json = json;
    this.signal = signal;
  }

  /** Prints a command's result on stdout: one JSON object, or text for people. */
  print(result: object, text: () => string): void {
    this.progress.end();
    process.stdout.write(this.#json ? `${JSON.stringify(result)}\n` : `${printable(text())}\n`);
  }
}
