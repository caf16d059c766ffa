const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

type Signal = keyof typeof exitCodes;

/** How long the work has to stop and clean up before the process ends regardless. */
const patienceMs = 5_000;

export interface Interrupts {
  /** Aborts at the first Ctrl-C or request to end. */
  readonly signal: AbortSignal;
  /** Set once that has happened. */
  readonly exitCode: number | undefined;
  stop(): void;
}

/** Turns Ctrl-C and requests to end into an abort, with one line to people; the work cleans up behind itself. */
export function watchInterrupts(): Interrupts {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const interrupt = (signal: Signal): void => {
    if (exitCode !== undefined) return;
    const code = exitCodes[signal];
    exitCode = code;
    process.stderr.write(`${process.stderr.isTTY ? "\r\u001b[K" : ""}interrupted\n`);
    controller.abort();
    setTimeout(() => process.exit(code), patienceMs).unref();
  };
  const signals = Object.keys(exitCodes) as Signal[];
  for (const signal of signals) process.on(signal, interrupt);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    stop: () => {
      for (const signal of signals) process.off(signal, interrupt);
    },
  };
}
