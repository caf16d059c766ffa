import { printable } from "./printable.ts";

/** What is going on, on stderr: on a terminal one line that changes, elsewhere a line a second where there is news. */
export class Progress {
  readonly #stream = process.stderr;
  readonly #terminal = process.stderr.isTTY;
  readonly #period = process.stderr.isTTY ? 100 : 1_000;
  #message = "";
  #since = 0;
  #shown = 0;
  #printed = "";
  #timer: NodeJS.Timeout | undefined;

  /** Says what goes on from now; shown if it takes long enough to be read. */
  update(message: string): void {
    this.#message = printable(message);
    if (this.#timer === undefined) {
      this.#since = Date.now();
      this.#shown = this.#since;
      this.#timer = setInterval(() => {
        this.#show();
      }, this.#period).unref();
    }
    // Work that keeps the timer from firing calls this in between.
    if (Date.now() - this.#shown >= this.#period) this.#show();
  }

  /** Clears the line. */
  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#terminal && this.#printed !== "") this.#stream.write("\r\u001b[K");
    this.#printed = "";
  }

  #show(): void {
    this.#shown = Date.now();
    if (this.#terminal) {
      const seconds = ((this.#shown - this.#since) / 1000).toFixed(1);
      const line = `${seconds} s  ${this.#message}`.slice(0, this.#stream.columns - 1);
      this.#stream.write(`\r\u001b[K${line}`);
    } else if (this.#message !== this.#printed) {
      this.#stream.write(`${this.#message}\n`);
    }
    this.#printed = this.#message;
  }
}
