import { InvalidArgumentError, Option, type Command } from "commander";

/** The option that every command has. `main` looks for it before the command line is parsed, for errors in it. */
export function jsonOption(): Option {
  return new Option("--json", "print one JSON object on stdout");
}

/** How an accelerator is built. */
export interface BuildFlags {
  readonly board: string;
  readonly fold: string;
  readonly clock?: number;
  readonly out?: string;
}

export function addBuildOptions(command: Command): Command {
  return command
    .option("--board <name>", "board to build for", "zc706")
    .option("--fold <folding>", '"max", the fastest that fits the board, or a folding file', "max")
    .option("--clock <MHz>", "clock that rates are stated for (default: the board's)", positiveNumber)
    .option("--out <folder>", "output folder (default: build/ and the model's name)");
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError("It has to be a number above 0.");
  return value;
}

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || !Number.isSafeInteger(value))
    throw new InvalidArgumentError("It has to be a whole number of at least 1.");
  return value;
}
