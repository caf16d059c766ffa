import { Command } from "commander";
import { writeWeights } from "../../flow/index.ts";
import { jsonOption, modelHelp } from "../options.ts";
import type { Session } from "../session.ts";
import { count } from "../table.ts";

export function weightsCommand(session: Session): Command {
  return new Command("weights")
    .description("write what loads another network of the same shape into an accelerator that runs")
    .argument("<dir>", "a folder that build --interface axi --writable-weights wrote")
    .argument("<model>", modelHelp)
    .requiredOption("--out <file>", "file for the host driver's load_weights")
    .addOption(jsonOption())
    .action(async (dir: string, model: string, { out }: { readonly out: string }) => {
      session.progress.update(`planning ${model}`);
      const result = await writeWeights({ dir, model, out });
      session.print(result, () => `${result.model}: ${count(result.writes)} writes in ${result.file}`);
    });
}
