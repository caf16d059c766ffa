import { Command, InvalidArgumentError, Option } from "commander";
import { openBoard, serveBoard } from "../../host/index.ts";
import { positiveInteger } from "../options.ts";
import type { Session } from "../session.ts";

interface BoardFlags {
  readonly stall?: number;
  readonly seed?: number;
}

export function boardCommand(session: Session): Command {
  return new Command("board")
    .description(
      "simulate a board with the AXI top of a build, for the host driver: JSON lines on stdin and stdout",
    )
    .argument("<dir>", "a folder that build --interface axi wrote")
    .option("--stall <probability>", "random stalls of all channels, 0 to 0.95", probability)
    .option("--seed <number>", "of the stalls (default: 1)", positiveInteger)
    .addOption(new Option("--json", "print an error of the start on stdout, too, as the driver wants it"))
    .action(async (dir: string, flags: BoardFlags) => {
      session.progress.update(`compiling the RTL of ${dir}`);
      const board = await openBoard({ dir, ...flags, signal: session.signal });
      session.progress.end();
      try {
        await serveBoard(board, process.stdin, process.stdout);
      } finally {
        board.close();
      }
    });
}

function probability(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 0.95) return value;
  throw new InvalidArgumentError("It has to be a number from 0 to 0.95.");
}
