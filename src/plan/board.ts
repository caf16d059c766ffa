import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Technology } from "../../rtl/arith/index.ts";
import { SluiceError } from "../error.ts";

const Board = z.object({
  /** Folder under `constraints`. */
  name: z.string(),
  title: z.string(),
  /** Vivado part name. */
  part: z.string(),
  /** What synthesis builds sums of. */
  technology: z.enum(["portable", "xilinx7", "ultrascale"]),
  /** Clock that predictions are stated for where none is asked for. */
  clockMHz: z.number().positive(),
  resources: z.object({ lut: z.int(), ff: z.int(), bram36: z.int(), dsp: z.int() }),
});

/** A board that accelerators are built for: `constraints/<name>/board.json`. */
export type Board = Readonly<z.infer<typeof Board>>;

/** What the hardware of a plan is made for. */
export interface Target {
  /** What synthesis builds sums of. */
  readonly technology: Technology;
  /** Whole MHz. */
  readonly clockMHz: number;
}

/** Where no board is meant: plain SystemVerilog. */
export const anyTarget: Target = { technology: "portable", clockMHz: 200 };

export function targetOf({ technology, clockMHz }: Pick<Board, "technology" | "clockMHz">): Target {
  return { technology, clockMHz: Math.ceil(clockMHz) };
}

const folder = new URL("../../constraints/", import.meta.url);

/** Names of all boards. */
export function boardNames(): readonly string[] {
  return readdirSync(fileURLToPath(folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Throws SluiceError `unknown-board`. */
export function loadBoard(name: string): Board {
  if (!boardNames().includes(name)) {
    throw new SluiceError("unknown-board", `there is no board "${name}"`, {
      hint: `boards: ${boardNames().join(", ")}; a new one is a folder under constraints/ with a board.json`,
    });
  }
  const path = fileURLToPath(new URL(`${name}/board.json`, folder));
  const parsed = Board.safeParse(JSON.parse(readFileSync(path, "utf8")));
  if (parsed.success) return parsed.data;
  throw new SluiceError("board-invalid", z.prettifyError(parsed.error), { where: path });
}
