import { InvalidArgumentError, Option, type Command } from "commander";
import { SluiceError } from "../error.ts";
import { bundledModels, randomModelNames, type HardwareRequest } from "../flow/index.ts";

/** The option that every command has. `main` looks for it before the command line is parsed, for errors in it. */
export function jsonOption(): Option {
  return new Option("--json", "print one JSON object on stdout");
}

/** What can be given as a model. */
export const modelHelp = `${bundledModels().join(", ")}, a model file, a BNN-PYNQ folder, or random:NAME`;

/** What NAME can be, for the end of a command's help. */
export const randomModelHelp = `
Networks with random weights, to try a topology out:
  ${randomModelNames.map((name) => `random:${name}`).join(", ")}
  random:7:${randomModelNames[0] ?? ""} has the weights of seed 7, not those of seed 1`;

/** What accelerator a network becomes. */
export interface HardwareFlags extends DeviceFlags {
  readonly fold?: string;
  readonly fps?: number;
  readonly cycles?: number;
  readonly latency?: number;
}

/** What it may take, and of what. */
export interface DeviceFlags {
  readonly board: string;
  readonly budget?: HardwareRequest["budget"];
  readonly clock?: number;
}

/** Names of the options that say what accelerator a network becomes. */
export const hardwareOptions = ["board", "fold", "fps", "cycles", "latency", "budget", "clock"] as const;

export function hardwareRequest(flags: HardwareFlags): HardwareRequest {
  const { board, fold, fps, cycles, latency, budget, clock } = flags;
  return { board, fold, fps, cycles, latencyMicroseconds: latency, budget, clockMHz: clock };
}

/** How an accelerator is built. */
export interface BuildFlags extends HardwareFlags {
  readonly out?: string;
  readonly front?: string;
}

export function addDeviceOptions(command: Command): Command {
  return command
    .option("--board <name>", "board to build for, or the path of a board's folder", "zc706")
    .addOption(budgetOption())
    .option("--clock <MHz>", "clock that pipelines are made for (default: the board's)", positiveNumber);
}

export function budgetOption(): Option {
  return new Option(
    "--budget <parts>",
    "percent of the board that may be taken: 50 (of the LUTs), or lut=50,bram36=80,ff=..,dsp=.. (default: lut=70)",
  ).argParser(budgetParts);
}

export function addHardwareOptions(command: Command): Command {
  return addDeviceOptions(
    command
      .option(
        "--fps <rate>",
        "frames per second to reach, with as little of the board as can be",
        positiveNumber,
      )
      .option("--cycles <count>", "the same in cycles per frame at the most", positiveInteger)
      .option("--latency <microseconds>", "the most from a frame's first beat to its result", positiveNumber)
      .option(
        "--fold <folding>",
        '"max", the fastest that fits the board (the default where no goal is given), or a folding file',
      ),
  );
}

export function addBuildOptions(command: Command): Command {
  return addHardwareOptions(command)
    .option("--out <folder>", "output folder (default: build/ and the model's name)")
    .option("--front <folder>", "what explore has found, to be drawn in the report");
}

/** Refuses options that would be silently without effect. */
export function refuseOptions(
  command: Command,
  names: readonly string[],
  { why, hint }: { readonly why: string; readonly hint: string },
): void {
  for (const name of names) {
    if (command.getOptionValueSource(name) !== "cli") continue;
    throw new SluiceError("option-without-effect", `--${name} ${why}`, { where: `--${name}`, hint });
  }
}

const resources = ["lut", "ff", "bram36", "dsp"] as const;

/** `50`, percent of the LUTs, or `lut=50,bram36=80`; as parts of one. */
function budgetParts(text: string): NonNullable<HardwareRequest["budget"]> {
  const parts = (/^[\d.]+$/.test(text) ? `lut=${text}` : text).split(",").map((item) => {
    const [name, percent = ""] = item.split("=");
    const resource = resources.find((known) => known === name);
    const value = Number(percent);
    if (resource === undefined || percent.trim() === "" || !(value >= 0 && value <= 100)) {
      throw new InvalidArgumentError(
        `It has to be percents, like 50 or lut=50,bram36=80; of ${resources.join(", ")}.`,
      );
    }
    return [resource, value / 100] as const;
  });
  return Object.fromEntries(parts);
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
