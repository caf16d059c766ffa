import { Command, Option } from "commander";
import { busWidths } from "../../../rtl/axi/index.ts";
import { basename, join } from "node:path";
import { SluiceError } from "../../error.ts";
import { buildAccelerator, type BuildResult } from "../../flow/index.ts";
import {
  addBuildOptions,
  hardwareRequest,
  jsonOption,
  modelHelp,
  randomModelHelp,
  type BuildFlags,
} from "../options.ts";
import type { Session } from "../session.ts";
import { count, table } from "../table.ts";

export function buildCommand(session: Session): Command {
  const command = addBuildOptions(new Command("build"))
    .description("build an accelerator from a trained network: RTL, memories, folding, manifest, report")
    .argument("<model>", modelHelp)
    .addHelpText("after", randomModelHelp)
    .addOption(
      new Option("--interface <kind>", "ports of the top module: plain streams, or AXI4-Stream and AXI4-Lite")
        .choices(["stream", "axi"])
        .default("stream"),
    )
    .addOption(
      new Option("--bus-width <bits>", "TDATA of AXI interfaces (default: 64)").choices(
        busWidths.map(String),
      ),
    )
    .option("--writable-weights", "weights and thresholds can be written at run time, over AXI4-Lite")
    .addOption(jsonOption());
  return command.action(async (model: string, flags: BuildFlags & InterfaceFlags) => {
    if (flags.busWidth !== undefined && flags.interface !== "axi") {
      throw new SluiceError("option-without-effect", "--bus-width is of AXI interfaces", {
        where: "--bus-width",
        hint: "add --interface axi",
      });
    }
    if (flags.writableWeights === true && flags.interface !== "axi") {
      throw new SluiceError("option-without-effect", "weights are written over AXI4-Lite", {
        where: "--writable-weights",
        hint: "add --interface axi",
      });
    }
    const result = await build(session, model, flags);
    session.print(result, () => describe(result));
  });
}

interface InterfaceFlags {
  readonly interface?: BuildResult["interface"];
  readonly busWidth?: string;
  readonly writableWeights?: boolean;
}

export function build(
  session: Session,
  model: string,
  flags: BuildFlags & InterfaceFlags,
): Promise<BuildResult> {
  session.progress.update(`building ${model}`);
  return buildAccelerator({
    model,
    ...hardwareRequest(flags),
    out: flags.out ?? defaultFolder(model, flags),
    front: flags.front,
    interface: flags.interface,
    writable: flags.writableWeights,
    busWidth: flags.busWidth === undefined ? undefined : Number(flags.busWidth),
    signal: session.signal,
    onProgress: (message) => {
      session.progress.update(message);
    },
  });
}

/** `build/sfc-zc706-max`, `build/sfc-zc706-fps9000` */
function defaultFolder(model: string, { board, fold, fps, cycles, latency }: BuildFlags): string {
  const goals = Object.entries({ fps, cycles, latency }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}${String(value)}`],
  );
  const how = fold ?? (goals.length > 0 ? goals.join("-") : "max");
  const name = [model, board, how].map((part) => basename(part, ".json")).join("-");
  return join("build", name.replaceAll(":", "-"));
}

function describe(result: BuildResult): string {
  const stages = result.stages.map(({ name, unit, pe, simd, mmv, cycles, depth, weights }) =>
    [name, unit, pe, simd, mmv, cycles, depth, ...weightCells(weights)].map((cell) =>
      cell === 0 ? "" : (cell ?? ""),
    ),
  );
  const { weightEfficiency: efficiency } = result;
  const bram36 = result.stages.reduce((sum, { weights }) => sum + (weights?.bram36 ?? 0), 0);
  return [
    table(stages, ["stage", "unit", "PE", "SIMD", "MMV", "cycles", "depth", "weights", "in", "BRAM36"]),
    table([
      ["frames per second", `${count(result.fps)} at ${count(result.clockMHz)} MHz on ${result.board}`],
      ["cycles per frame", count(result.cyclesPerFrame)],
      ["latency", `${count(result.latencyCycles)} cycles`],
      ["lanes", count(result.lanes)],
      ...(efficiency === null
        ? []
        : [["weights in block RAM", `${count(bram36)} BRAM36, ${count(100 * efficiency)} % full`]]),
    ]),
    `${result.model}: ${String(result.files.length)} files in ${result.dir}; ${join(result.dir, "report.html")} shows the design`,
  ].join("\n");
}

/** Words and their bits; what they are in; block RAMs. */
function weightCells(weights: BuildResult["stages"][number]["weights"]): readonly (string | number)[] {
  if (weights === undefined) return ["", "", ""];
  const { words, width, style, bram36 } = weights;
  const places = { block: "block RAM", distributed: "LUTs", constant: "constants" };
  return [`${count(words)} x ${count(width)}`, places[style], bram36];
}
