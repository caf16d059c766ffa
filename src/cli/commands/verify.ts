import { Command, Option } from "commander";
import { readdirSync, statSync } from "node:fs";
import { verified, verifyBuild, type Compared, type VerifyResult } from "../../flow/index.ts";
import {
  addBuildOptions,
  hardwareOptions,
  refuseOptions,
  jsonOption,
  modelHelp,
  positiveInteger,
  type BuildFlags,
} from "../options.ts";
import type { Session } from "../session.ts";
import { count, table } from "../table.ts";
import { build } from "./build.ts";

interface VerifyFlags extends BuildFlags {
  readonly frames?: number;
  readonly images?: string;
  readonly labels?: string;
  readonly simulator: "verilator" | "native";
  readonly workers?: number;
  readonly assertions?: true;
  readonly wave?: string;
}

export function verifyCommand(session: Session): Command {
  const command = addVerifyOptions(new Command("verify"))
    .description(
      "simulate an accelerator against the network's software reference: every output, every cycle",
    )
    .argument("<target>", "a folder that build wrote; or a model, which is built first: see build --help")
    .action(async (target: string, flags: VerifyFlags) => {
      if (!isBuild(target)) return buildAndVerify(session, target, flags);
      refuseBuildOptions(command);
      return verify(session, target, flags);
    });
  return command;
}

/** What `npm start` runs. */
export function startCommand(session: Session): Command {
  return addVerifyOptions(new Command("start"))
    .description("build and verify a bundled network at the rate of FINN's fastest, on all bundled images")
    .option("--model <model>", modelHelp, "sfc")
    .action((flags: VerifyFlags & { readonly model: string }) => {
      const fps = hasGoal(flags) ? undefined : startRates.get(flags.model);
      return buildAndVerify(session, flags.model, fps === undefined ? flags : { ...flags, fps });
    });
}

/** Frames per second of FINN's SFC-max, LFC-max and CNV-max (arXiv 1612.07119): what is built is a fraction of theirs. */
const startRates: ReadonlyMap<string, number> = new Map([
  ["sfc", 12_361_000],
  ["lfc", 1_561_000],
  ["cnv", 21_900],
]);

function hasGoal({ fold, fps, cycles, latency }: VerifyFlags): boolean {
  return [fold, fps, cycles, latency].some((goal) => goal !== undefined);
}

function addVerifyOptions(command: Command): Command {
  return addBuildOptions(command)
    .option("--frames <count>", "images to run (default: all)", positiveInteger)
    .option("--images <file>", "idx or CIFAR-10 file (default: 1,000 images of MNIST, or 200 of CIFAR-10)")
    .option("--labels <file>", "idx file of the labels of an idx file")
    .addOption(
      new Option("--simulator <name>", "what runs the RTL")
        .choices(["verilator", "native"])
        .default("verilator"),
    )
    .option("--workers <count>", "simulations side by side", positiveInteger)
    .option("--assertions", "check the rules of all streams in every cycle")
    .option(
      "--wave <file>",
      "write an FST waveform, of two images where --frames is not given, and save files for GTKWave and Surfer",
    )
    .addOption(jsonOption());
}

async function buildAndVerify(session: Session, model: string, flags: VerifyFlags): Promise<void> {
  const { dir } = await build(session, model, flags);
  await verify(session, dir, flags);
}

async function verify(session: Session, dir: string, flags: VerifyFlags): Promise<void> {
  session.progress.update(`verifying ${dir}`);
  const result = await verifyBuild({
    dir,
    simulator: flags.simulator,
    frames: flags.frames,
    images: flags.images,
    labels: flags.labels,
    workers: flags.workers,
    assertions: flags.assertions,
    wave: flags.wave,
    signal: session.signal,
    onProgress: (message) => {
      session.progress.update(message);
    },
  });
  session.print(result, () => describe(result));
  session.exitCode = verified(result) ? 0 : 1;
}

function describe(result: VerifyResult): string {
  const { accuracy, cyclesPerFrame, latencyCycles, clockMHz, frames } = result;
  const rows = [
    [
      "accuracy",
      accuracy === null ? "no labels given" : `${(accuracy * 100).toFixed(2)} % of ${count(frames)} images`,
    ],
    [
      "mismatches",
      `${count(result.mismatches)} of ${count(frames)} images against the software reference${result.simulator === "verilator" ? ", all layers" : ""}`,
    ],
    ["late or early outputs", count(result.timingMismatches)],
    ["cycles per frame", compare(cyclesPerFrame)],
    ["latency in cycles", compare(latencyCycles)],
    ["latency", nanoseconds(latencyCycles.measured ?? latencyCycles.predicted, clockMHz)],
    ["frames per second", `${count(result.fps)} at ${count(clockMHz)} MHz`],
    ["synapses per cycle", count(result.lanes)],
  ];
  if (result.waves.length > 0) rows.push(["waveform", result.waves.join("\n")]);
  if (result.changedFiles.length > 0) rows.push(["changed since the build", result.changedFiles.join(", ")]);
  const verdict = verified(result)
    ? "Every output and every cycle is as predicted."
    : "FAILED: outputs or cycles differ from what was predicted.";
  return [`${result.model} on ${result.board}, simulated by ${result.simulator}`, table(rows), verdict].join(
    "\n",
  );
}

function compare({ predicted, measured }: Compared): string {
  return `${count(predicted)} predicted, ${measured === null ? "too few images to measure" : `${count(measured)} measured`}`;
}

function nanoseconds(cycles: number, clockMHz: number): string {
  return `${count((cycles * 1000) / clockMHz)} ns at ${count(clockMHz)} MHz`;
}

/** A folder is a build, unless it holds the parameters of a BNN-PYNQ network. */
function isBuild(target: string): boolean {
  if (statSync(target, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  return !readdirSync(target).some((file) => file.endsWith("-weights.bin"));
}

/** A folder is built already: options that say how would be silently without effect. */
function refuseBuildOptions(command: Command): void {
  refuseOptions(command, [...hardwareOptions, "out", "front"], {
    why: "says how a model is built, but a built folder is given",
    hint: "give the model instead of the folder, or leave the option out",
  });
}
