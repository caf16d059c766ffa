import { Command } from "commander";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { boardCommand } from "./commands/board.ts";
import { buildCommand } from "./commands/build.ts";
import { classifyCommand } from "./commands/classify.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { exploreCommand } from "./commands/explore.ts";
import { generateCommand } from "./commands/generate.ts";
import { implementCommand } from "./commands/implement.ts";
import { packageCommand } from "./commands/package.ts";
import { planCommand } from "./commands/plan.ts";
import { sweepCommand } from "./commands/sweep.ts";
import { synthCommand } from "./commands/synth.ts";
import { testCommand } from "./commands/test.ts";
import { startCommand, verifyCommand } from "./commands/verify.ts";
import { weightsCommand } from "./commands/weights.ts";
import { reportError } from "./errors.ts";
import { watchInterrupts } from "./interrupt.ts";
import { Session } from "./session.ts";

/** Runs one command line; gives the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const json = args.includes("--json");
  const interrupts = watchInterrupts();
  const session = new Session(json, interrupts.signal);
  try {
    await program(session).parseAsync(args.length === 0 ? ["--help"] : args, { from: "user" });
    return session.exitCode;
  } catch (error) {
    session.progress.end();
    return interrupts.exitCode ?? reportError(error, json);
  } finally {
    session.progress.end();
    interrupts.stop();
  }
}

const commands = [
  ...[planCommand, exploreCommand, buildCommand, verifyCommand, classifyCommand, startCommand],
  ...[
    generateCommand,
    synthCommand,
    implementCommand,
    sweepCommand,
    packageCommand,
    boardCommand,
    weightsCommand,
    testCommand,
    doctorCommand,
  ],
];

function program(session: Session): Command {
  const sluice = new Command("sluice")
    .description("Streaming binarized neural network accelerators, from TypeScript to SystemVerilog")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand(false)
    // Errors are thrown, and printed in one place, as those of the commands.
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  for (const command of commands) {
    sluice.addCommand(command(session).copyInheritedSettings(sluice));
  }
  return sluice;
}

function version(): string {
  const path = fileURLToPath(new URL("../../package.json", import.meta.url));
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
