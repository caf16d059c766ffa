import { Command, Option } from "commander";
import { classify, confirmed, type ClassifyResult, type HardwareAnswer } from "../../flow/index.ts";
import {
  addHardwareOptions,
  hardwareOptions,
  hardwareRequest,
  jsonOption,
  modelHelp,
  positiveInteger,
  randomModelHelp,
  refuseOptions,
  type HardwareFlags,
} from "../options.ts";
import type { Session } from "../session.ts";
import { count, table } from "../table.ts";

interface Flags extends HardwareFlags {
  readonly simulator: "reference" | "native" | "verilator";
  readonly invert?: true;
  readonly top: number;
}

export function classifyCommand(session: Session): Command {
  const command = new Command("classify")
    .description("say what a picture shows: the software reference's answer, and the accelerator's")
    .argument("<model>", modelHelp)
    .argument("<image>", "a picture, or an idx or CIFAR-10 file, whose first image is taken")
    .addHelpText("after", randomModelHelp)
    .addOption(
      new Option("--simulator <name>", "what runs the accelerator; with reference, nothing does")
        .choices(["reference", "native", "verilator"])
        .default("reference"),
    )
    .option("--invert", "exchange dark and light: MNIST's digits are light on dark")
    .option("--top <count>", "how many classes to print", positiveInteger, 5);
  return addHardwareOptions(command)
    .addOption(jsonOption())
    .action(async (model: string, image: string, flags: Flags) => {
      const { simulator, invert, top } = flags;
      if (simulator === "reference") {
        refuseOptions(command, hardwareOptions, {
          why: "says how the accelerator is built, which the reference has no need of",
          hint: "add --simulator native or --simulator verilator",
        });
      }
      session.progress.update(`classifying ${image}`);
      const result = await classify({
        ...{ model, image, invert, top },
        hardware: simulator === "reference" ? undefined : { simulator, ...hardwareRequest(flags) },
        signal: session.signal,
        onProgress: (message) => {
          session.progress.update(message);
        },
      });
      session.print(result, () => describe(result));
      session.exitCode = confirmed(result) ? 0 : 1;
    });
}

function describe(result: ClassifyResult): string {
  const { model, image, classes, highestScore, hardware } = result;
  const [answer] = classes;
  const isBeaten = classes.some((one) => one.score > (answer?.score ?? 0));
  const score = highestScore === null ? "score" : `score, of ${count(highestScore)}`;
  return [
    `${image}: ${answer?.label ?? ""}, says ${model}`,
    table(
      classes.map((one) => [one.label, one.score]),
      ["class", score],
    ),
    ...(isBeaten ? ["The answer is the highest set bit of the network's outputs, whatever its score."] : []),
    ...(hardware === null ? [] : describeHardware(hardware, confirmed(result))),
  ].join("\n");
}

function describeHardware(hardware: HardwareAnswer, isConfirmed: boolean): string[] {
  const { label, board, simulator, latencyCycles, latencyMicroseconds, clockMHz } = hardware;
  const { predicted, measured } = latencyCycles;
  const microseconds = latencyMicroseconds.toLocaleString("en-US", { maximumFractionDigits: 3 });
  return [
    `The accelerator on ${board}, simulated by ${simulator}:`,
    table([
      ["class", label],
      ["latency in cycles", `${count(predicted)} predicted, ${count(measured)} measured`],
      ["latency", `${microseconds} µs at ${count(clockMHz)} MHz`],
    ]),
    isConfirmed
      ? "Class and latency are as they should be."
      : "FAILED: the class differs from the reference's, or the latency from the prediction.",
  ];
}
