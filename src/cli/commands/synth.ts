import { Command, Option } from "commander";
import {
  familyOf,
  isSynthesisRun,
  rtlOfFolder,
  rtlOfGenerator,
  rtlOfModel,
  synthesize,
  synthesizeRun,
  targetKind,
  type Family,
  type Hierarchy,
  type LongestPath,
  type ModuleResult,
  type Rtl,
  type SynthesisResult,
  type TargetKind,
  type YosysChoice,
} from "../../implement/index.ts";
import {
  addHardwareOptions,
  hardwareOptions,
  hardwareRequest,
  jsonOption,
  positiveInteger,
  positiveNumber,
  randomModelHelp,
  refuseOptions,
  type HardwareFlags,
} from "../options.ts";
import type { Session } from "../session.ts";
import { count, table } from "../table.ts";

interface Flags extends HardwareFlags {
  readonly param: readonly string[];
  readonly top?: string;
  readonly family?: Family;
  readonly tool: YosysChoice;
  readonly hierarchy: "flat" | "modules" | "auto";
  readonly timeout: number;
  readonly workers?: number;
}

const append = (text: string, before: readonly string[]): readonly string[] => [...before, text];

export function synthCommand(session: Session): Command {
  const command = addHardwareOptions(new Command("synth"))
    .description(
      "synthesise with Yosys for a Xilinx FPGA: LUTs, registers, block RAMs, longest path, per module",
    )
    .argument(
      "<target>",
      "a model, a folder with SystemVerilog that build or generate wrote, a run of a sweep, or a generator",
    )
    .option("--param <name=value>", "a parameter of the generator; repeat for each", append, [])
    .option("--top <module>", "top module of a folder (default: the one that is part of no other)")
    .addOption(
      new Option(
        "--family <family>",
        "7 series, or UltraScale and UltraScale+ (default: the board's)",
      ).choices(["xc7", "xcup"]),
    )
    .addOption(
      new Option("--tool <yosys>", "Yosys on the PATH, or the built-in one; auto: the former if there is one")
        .choices(["auto", "native", "builtin"])
        .default("auto"),
    )
    .addOption(
      new Option(
        "--hierarchy <how>",
        "the whole design as one, or module by module and summed; auto: parts of some 4,000 LUTs each as one",
      )
        .choices(["auto", "flat", "modules"])
        .default("auto"),
    )
    .option("--timeout <seconds>", "time limit for all of it", positiveNumber, 3600)
    .option("--workers <count>", "modules that are synthesised at a time", positiveInteger)
    .addHelpText("after", randomModelHelp)
    .addOption(jsonOption());
  return command.action(async (target: string, flags: Flags) => {
    const { tool, timeout: timeoutSeconds, workers } = flags;
    const hierarchy = flags.hierarchy === "auto" ? undefined : flags.hierarchy;
    const how = {
      ...{ tool, hierarchy, timeoutSeconds, workers, signal: session.signal },
      onProgress: (message: string): void => {
        session.progress.update(message);
      },
    };
    const result = isSynthesisRun(target)
      ? await resultOfRun(command, target, how)
      : await synthesize({ ...how, ...(await load(command, target, flags)) });
    session.print(result, () => describe(result));
  });
}

/** A run says itself what it is of. */
async function resultOfRun(
  command: Command,
  folder: string,
  how: Parameters<typeof synthesizeRun>[1],
): Promise<SynthesisResult> {
  refuseOptions(command, [...hardwareOptions, "param", "top", "family"], {
    why: "is not for the run of a sweep",
    hint: `${folder} is a run; leave the option out`,
  });
  return (await synthesizeRun(folder, how)).result;
}

/** The board tells the family of any target. */
const modelOptions = hardwareOptions.filter((name) => name !== "board");

/** Options that only other targets have. */
const withoutEffect: Readonly<Record<TargetKind, readonly string[]>> = {
  model: ["param", "top"],
  folder: ["param", ...modelOptions],
  generator: [...modelOptions, "top"],
};

async function load(
  command: Command,
  target: string,
  flags: Flags,
): Promise<Rtl & { readonly family: Family }> {
  const kind = await targetKind(target);
  refuseOptions(command, withoutEffect[kind], {
    why: `is not for a ${kind}`,
    hint: `${target} is a ${kind}; leave the option out`,
  });
  const rtl = await rtlOf(kind, target, flags);
  return { files: rtl.files, top: flags.top ?? rtl.top, family: flags.family ?? familyOf(flags.board) };
}

async function rtlOf(kind: TargetKind, target: string, flags: Flags): Promise<Rtl> {
  if (kind === "folder") return rtlOfFolder(target);
  if (kind === "generator") return rtlOfGenerator(target, flags.param);
  return rtlOfModel(target, hardwareRequest(flags));
}

const ways: Readonly<Record<Hierarchy, string>> = {
  flat: "The whole design was flattened into one netlist.",
  modules:
    "Each module was synthesised once, its parts as black boxes; figures are of one, the sum is over all instances.",
  parts:
    "Each of these was synthesised once, with all that is in it but the others of them; the sum is over all instances.",
};

const head = ["module", "times", "LUT", "paired", "LUTRAM", "FF", "BRAM36", "DSP", "CARRY", "ns"];

function describe(result: SynthesisResult): string {
  const { modules, hierarchy, tool, family } = result;
  const [longest] = [...modules].sort((a, b) => b.depthNs - a.depthNs);
  const total = { ...result, module: "sum", instances: "" };
  return [
    table([...modules, ...(hierarchy === "flat" ? [] : [total])].map(row), head),
    `${tool}, synth_xilinx -abc9 -flatten -family ${family}`,
    ways[hierarchy],
    ...(longest === undefined || longest.path === null ? [] : [pathText(longest.path, longest.module)]),
    ...modules.flatMap(remarks),
  ].join("\n");
}

type Row = Omit<ModuleResult, "instances" | "path" | "cells" | "memories" | "untimed"> & {
  readonly instances: number | string;
};

function row(entry: Row): (string | number)[] {
  const { module, instances, lut, lutPaired, lutram, ff, bram36, dsp, carry, depthNs } = entry;
  return [module, instances, lut, lutPaired, lutram, ff, bram36, dsp, carry, depthNs];
}

function pathText({ ps, from, to, steps }: LongestPath, module: string): string {
  const cells: { text: string; times: number }[] = [];
  for (const { cell, net } of steps) {
    const last = cells.at(-1);
    const text = net === null ? cell : `${cell} ${net}`;
    if (last?.text === text) last.times++;
    else cells.push({ text, times: 1 });
  }
  const way = cells.map(({ text, times }) => (times === 1 ? text : `${String(times)} x ${text}`));
  return `Longest path, ${(ps / 1000).toFixed(2)} ns in ${module}: ${[from, ...way, to].join(", ")}`;
}

/** Memories in logic, and what the timing leaves out. */
function remarks({ module, memories, untimed }: ModuleResult): readonly string[] {
  const inLogic = memories
    .filter(({ became }) => became === "logic")
    .map(({ name, words, width, style }) => {
      const wanted = style === "block" ? ", not in block RAM as the RTL asks for" : "";
      return `Memory ${module}.${name} (${count(words)} x ${count(width)} bits) is in LUTs or flip-flops${wanted}.`;
    });
  const { unknown, looping } = untimed;
  return [
    ...inLogic,
    ...(unknown.length === 0 ? [] : [`No delays are known of ${unknown.join(", ")}: paths end there.`]),
    ...(looping === 0
      ? []
      : [`${count(looping)} nets of ${module} are on combinational loops, without a time.`]),
  ];
}
