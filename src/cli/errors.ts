import { CommanderError } from "commander";
import { SluiceError } from "../error.ts";
import { printable } from "./printable.ts";

interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly where: string | null;
  readonly hint: string | null;
}

/** Prints an error, for people on stderr or as the one JSON object on stdout; gives the exit code. */
export function reportError(error: unknown, json: boolean): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const report = describe(error);
  if (json) process.stdout.write(`${JSON.stringify({ error: report })}\n`);
  else process.stderr.write(printable(peoples(report)));
  if (process.env["SLUICE_DEBUG"] === "1") process.stderr.write(`${stackOf(error)}\n`);
  return 1;
}

function describe(error: unknown): ErrorReport {
  if (error instanceof SluiceError) {
    const { code, message, where, hint } = error;
    return { code, message, where: where ?? null, hint: hint ?? null };
  }
  if (error instanceof CommanderError) return describeUsage(error);
  return {
    code: "internal-error",
    message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    where: null,
    hint: "this is a defect of Sluice; SLUICE_DEBUG=1 shows where it happened",
  };
}

/** `commander.unknownOption`, "error: unknown option '--bord'\n(Did you mean --board?)" in our terms. */
function describeUsage(error: CommanderError): ErrorReport {
  const [message = "", ...suggestion] = error.message.replace(/^error: /, "").split("\n");
  return {
    code: error.code.replace(/^commander\./, "").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    message,
    where: null,
    hint: suggestion.length > 0 ? suggestion.join(" ").replace(/^\(|\)$/g, "") : "see sluice --help",
  };
}

function peoples({ message, where, hint }: ErrorReport): string {
  const lines = [
    `error: ${message}`,
    ...(where === null ? [] : [`  at: ${where}`]),
    ...(hint === null ? [] : [`  hint: ${hint.replaceAll("\n", "\n    ")}`]),
  ];
  return `${lines.join("\n")}\n`;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const cause = error.cause === undefined ? "" : `\ncaused by: ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
