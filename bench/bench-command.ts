/** What the benches with options share: they start, fail and end as the command line does. */
import type { Command } from "commander";
import { reportError } from "../src/cli/errors.ts";
import { watchInterrupts } from "../src/cli/interrupt.ts";
import { Session } from "../src/cli/session.ts";
import { SluiceError } from "../src/error.ts";

/** Parses the command line and runs a bench; the exit code is the session's, or that of an error or interrupt. */
export async function runBench(command: (session: Session) => Command): Promise<void> {
  const json = process.argv.includes("--json");
  const interrupts = watchInterrupts();
  const session = new Session(json, interrupts.signal);
  try {
    await command(session).parseAsync();
    process.exitCode = session.exitCode;
  } catch (error) {
    session.progress.end();
    process.exitCode = interrupts.exitCode ?? reportError(error, json);
  } finally {
    session.progress.end();
    interrupts.stop();
  }
}

/**
 * Those with one of the texts in their name.
 *
 * @throws SluiceError `unknown-name`.
 */
export function withTexts<T>(
  all: readonly T[],
  texts: readonly string[],
  names: { readonly whole: (one: T) => string; readonly kind: (one: T) => string },
): readonly T[] {
  const has = (one: T, text: string): boolean => names.whole(one).toLowerCase().includes(text.toLowerCase());
  const unknown = texts.find((text) => !all.some((one) => has(one, text)));
  if (unknown !== undefined) {
    throw new SluiceError("unknown-name", `nothing here has "${unknown}" in its name`, {
      hint: `there are: ${[...new Set(all.map(names.kind))].join(", ")}`,
    });
  }
  return all.filter((one) => texts.some((text) => has(one, text)));
}
