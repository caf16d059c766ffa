import { Command } from "commander";
import { basename, join } from "node:path";
import { exploreDesigns, type Exploration } from "../../flow/index.ts";
import {
  addDeviceOptions,
  jsonOption,
  modelHelp,
  positiveInteger,
  randomModelHelp,
  type DeviceFlags,
} from "../options.ts";
import type { Session } from "../session.ts";
import { count, table } from "../table.ts";

interface Flags extends DeviceFlags {
  readonly intervals: number;
  readonly out?: string;
  readonly workers?: number;
}

export function exploreCommand(session: Session): Command {
  return addDeviceOptions(new Command("explore"))
    .description("find what a board can make of a network: throughput against latency, LUTs and block RAM")
    .argument("<model>", modelHelp)
    .option("--intervals <count>", "rates to look at, from the fastest to the slowest", positiveInteger, 24)
    .option("--out <folder>", "where what is found is kept; a run that was cut off goes on from it")
    .option("--workers <count>", "processes side by side (default: one for each core)", positiveInteger)
    .addHelpText("after", randomModelHelp)
    .addOption(jsonOption())
    .action(async (model: string, flags: Flags) => {
      const { board, clock: clockMHz, budget, intervals, workers } = flags;
      session.progress.update(`exploring ${model}`);
      const result = await exploreDesigns({
        ...{ model, board, clockMHz, budget, intervals, workers },
        out: flags.out ?? join("build", `explore-${basename(model).replaceAll(":", "-")}-${basename(board)}`),
        signal: session.signal,
        onProgress: (message) => {
          session.progress.update(message);
        },
      });
      session.print(result, () => describe(result));
    });
}

function describe(result: Exploration): string {
  const { front, candidates, planned, intervals, resumed, dir, model, board, clockMHz } = result;
  const rows = front.map(({ cyclesPerFrame, fps, latencyCycles, cost, file }) => [
    ...[cyclesPerFrame, Math.round(fps), latencyCycles, Math.round(cost.lut), cost.bram36, basename(file)],
  ]);
  const again = resumed === 0 ? "" : `, ${String(resumed)} of them from an earlier run`;
  return [
    table(rows, ["cycles per frame", "frames per s", "latency", "LUT", "BRAM36", "folding"]),
    `${model} on ${board} at ${count(clockMHz)} MHz: ${count(candidates)} foldings priced at ${String(intervals)} intervals${again}; ${count(planned)} planned to the cycle; ${String(front.length)} of which none is better in all.`,
    `Foldings: ${join(dir, "foldings")}, for build --fold. The front in a report: build --front ${dir}`,
  ].join("\n");
}
