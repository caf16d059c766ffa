import { Command } from "commander";
import { planHardware, resolveModel } from "../../flow/index.ts";
import { planReport } from "../../plan/index.ts";
import {
  addHardwareOptions,
  hardwareRequest,
  jsonOption,
  modelHelp,
  randomModelHelp,
  type HardwareFlags,
} from "../options.ts";
import { planTables } from "../plan-tables.ts";
import type { Session } from "../session.ts";

export function planCommand(session: Session): Command {
  return addHardwareOptions(new Command("plan"))
    .description(
      "fold a network for a goal: schedule, buffers, and what it takes of the board, without building it",
    )
    .argument("<model>", modelHelp)
    .addHelpText("after", randomModelHelp)
    .addOption(jsonOption())
    .action((model: string, flags: HardwareFlags) => {
      session.progress.update(`planning ${model}`);
      const { planned, device } = planHardware(resolveModel(model), hardwareRequest(flags));
      const report = planReport(planned, device);
      session.print(report, () => planTables(report));
    });
}
