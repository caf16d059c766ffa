import { Command, InvalidArgumentError, Option } from "commander";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  isSweep,
  sweep,
  sweepTools,
  writeSweep,
  type PointResult,
  type Sweep,
  type SweepTool,
} from "../../implement/sweep/index.ts";
import { strategyNames, type StrategyName } from "../../implement/vivado/index.ts";
import {
  budgetOption,
  jsonOption,
  modelHelp,
  positiveInteger,
  positiveNumber,
  randomModelHelp,
  refuseOptions,
  type DeviceFlags,
} from "../options.ts";
import type { Session } from "../session.ts";
import { count, table } from "../table.ts";

interface Flags extends Pick<DeviceFlags, "budget"> {
  readonly board?: readonly string[];
  readonly clock?: readonly number[];
  readonly fold?: readonly string[];
  readonly fps?: readonly number[];
  readonly cycles?: readonly number[];
  readonly latency?: readonly number[];
  readonly strategy?: readonly StrategyName[];
  readonly tool: SweepTool;
  readonly ooc: boolean;
  readonly out?: string;
  readonly run: boolean;
  readonly jobs: number;
  readonly timeout: number;
}

const help = `
All combinations are points of the sweep. --fps, --cycles and --fold each name goals; --latency goes with every one.
Values that are numbers or names may be given in one option with commas between them, or the option is repeated.

Written are one folder for each run, named by its content, and what does them: run.sh for one, sweep.sbatch for Slurm,
a Snakefile for Snakemake. --run does them here. Whatever does them, what is done is kept, and only the rest is done:
  sluice sweep sfc --fps 10000,1000000 --clock 100,200 --out build/sweep-sfc
  sluice sweep build/sweep-sfc --run        goes on
  sluice sweep build/sweep-sfc              shows what is done so far, and writes results.csv
${randomModelHelp}`;

/** What makes a sweep; not for the folder of one. */
const writing = [
  ...["board", "clock", "fold", "fps", "cycles", "latency", "strategy", "budget", "tool", "ooc", "out"],
];

export function sweepCommand(session: Session): Command {
  const command = new Command("sweep")
    .description("try a network at many clocks, foldings, boards and strategies, here or on a cluster")
    .argument("<model>", `${modelHelp}; or the folder of a sweep`)
    .option(
      "--board <name>",
      "board, or the path of a board's folder; repeat for each (default: zc706)",
      append,
    )
    .option("--clock <MHz,...>", "clocks to make pipelines for (default: the board's)", numbers)
    .option("--fps <rate,...>", "frames per second to reach", numbers)
    .option("--cycles <count,...>", "the same in cycles per frame at the most", integers)
    .option("--fold <folding>", '"max", or a folding file; repeat for each (default: max)', append)
    .option("--latency <microseconds,...>", "the most from a frame's first beat to its result", numbers)
    .option("--strategy <name,...>", "of Vivado: see implement (default: default)", strategies)
    .addOption(budgetOption())
    .addOption(
      new Option("--tool <name>", "what does the runs: Yosys, as synth does, or Vivado, as implement does")
        .choices(sweepTools)
        .default("yosys"),
    )
    .option("--ooc", "of Vivado: the accelerators for themselves, without pins", false)
    .option("--out <folder>", "output folder (default: build/ and the model's name)")
    .option("--run", "do here what is not done yet", false)
    .option(
      "--jobs <count>",
      "runs side by side (default: one for each core)",
      positiveInteger,
      availableParallelism(),
    )
    .option("--timeout <seconds>", "time limit for each run", positiveNumber, 86_400)
    .addHelpText("after", help)
    .addOption(jsonOption());
  return command.action(async (target: string, flags: Flags) => {
    const folder = await written(command, target, flags, session);
    const { run, jobs, timeout: timeoutSeconds } = flags;
    const result = await sweep({ folder, run, jobs, timeoutSeconds, ...watch(session) });
    if (result.points.some(({ state }) => state === "failed")) session.exitCode = 1;
    session.print(result, () => describe(result));
  });
}

const watch = (session: Session) => ({
  signal: session.signal,
  onProgress: (message: string): void => {
    session.progress.update(message);
  },
});

/** The folder of the sweep; written, where it is a model that is given. */
async function written(command: Command, target: string, flags: Flags, session: Session): Promise<string> {
  if (isSweep(target)) {
    refuseOptions(command, writing, {
      why: "is not for the folder of a sweep",
      hint: `${target} is a sweep; leave the option out, or give the model and --out ${target}`,
    });
    return target;
  }
  const { tool, ooc, budget, timeout: timeoutSeconds } = flags;
  if (tool === "yosys") {
    refuseOptions(command, ["strategy", "ooc"], { why: "is for Vivado", hint: "give --tool vivado as well" });
  }
  const out = flags.out ?? join("build", `sweep-${basename(target).replaceAll(":", "-")}`);
  session.progress.update(`planning ${target}`);
  await writeSweep({
    axes: {
      boards: flags.board ?? ["zc706"],
      ...{ clocks: flags.clock ?? [], folds: flags.fold ?? [], fps: flags.fps ?? [] },
      ...{ cycles: flags.cycles ?? [], latenciesMicroseconds: flags.latency ?? [] },
      strategies: tool === "yosys" ? [] : (flags.strategy ?? ["default"]),
    },
    ...{ model: target, budget, tool, ooc, out, timeoutSeconds, launcher: launcher() },
    ...watch(session),
  });
  return out;
}

/** What starts this program from any folder. */
function launcher(): readonly string[] {
  const isSource = import.meta.url.endsWith(".ts");
  const bin = fileURLToPath(new URL(`../bin.${isSource ? "ts" : "js"}`, import.meta.url));
  return [process.execPath, ...(isSource ? ["--import", import.meta.resolve("tsx")] : []), bin];
}

function append(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function numbers(text: string, before: readonly number[] = []): readonly number[] {
  return [...before, ...text.split(",").map(positiveNumber)];
}

function integers(text: string, before: readonly number[] = []): readonly number[] {
  return [...before, ...text.split(",").map(positiveInteger)];
}

function strategies(text: string, before: readonly StrategyName[] = []): readonly StrategyName[] {
  const found = text.split(",").map((name) => strategyNames.find((known) => known === name));
  const all = found.filter((name) => name !== undefined);
  if (all.length === found.length) return [...before, ...all];
  throw new InvalidArgumentError(`Allowed are ${strategyNames.join(", ")}.`);
}

function describe(result: Sweep): string {
  const { folder, model, tool, runs, left, toolMissing, commands, csv, points } = result;
  const boards = new Set(points.map(({ board }) => board)).size > 1;
  const strategy = points.some(({ strategy: name }) => name !== null);
  const head = [
    ...[...(boards ? ["board"] : []), "MHz", "goal", ...(strategy ? ["strategy"] : [])],
    ...["frames per s", "planned LUT", "FF", "BRAM36", tool === "yosys" ? "Yosys LUT" : "Vivado LUT"],
    ...["FF", "BRAM36", "ns", "run"],
  ];
  const rows = points.map((point) => [
    ...[...(boards ? [point.board] : []), point.clockMHz, point.goal],
    ...(strategy ? [point.strategy ?? ""] : []),
    ...figures(point),
  ]);
  const why = [...new Set(points.map(({ reason }) => reason))].filter((reason) => reason !== null);
  return [
    table(rows, head),
    `${model}: ${count(points.length)} points, ${count(runs)} runs, ${count(left)} of them left to do, in ${folder}`,
    ...why.map((reason) => `  ${reason}`),
    `Table: ${csv}`,
    ...(left === 0 ? [] : whatDoesTheRest(folder, toolMissing, commands)),
  ].join("\n");
}

function figures({ outcome, state, synthesised }: PointResult): readonly (string | number)[] {
  if (outcome.kind === "refused") return ["", "", "", "", "", "", "", "", state];
  const { fps, lut, ff, bram36 } = outcome.planned;
  const { lut: luts, ff: ffs, bram36: blocks, depthNs } = synthesised ?? {};
  return [
    ...[Math.round(fps), Math.round(lut), Math.round(ff), bram36],
    ...[luts ?? "", ffs ?? "", blocks ?? "", depthNs?.toFixed(2) ?? "", state],
  ];
}

function whatDoesTheRest(
  folder: string,
  toolMissing: boolean,
  { local, slurm, snakemake }: Sweep["commands"],
): readonly string[] {
  return [
    toolMissing
      ? "There is no Vivado on the PATH. Where there is one, with a copy of that folder, one of these does the rest:"
      : "One of these does the rest:",
    ...(toolMissing ? [] : [`  ${local}`]),
    `  ${slurm}`,
    `  ${snakemake}`,
    `Then, to see it: sluice sweep ${folder}`,
  ];
}
