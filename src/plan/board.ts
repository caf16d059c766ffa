import { existsSync, readdirSync } from "node:fs";
import { isAbsolute, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Technology } from "../../rtl/arith/index.ts";
import { SluiceError } from "../error.ts";
import { problems, quoted, readJson, reasonOf } from "../files.ts";

/** A name in the netlist: a port, a part of a board. */
const Name = z.string().regex(/^[A-Za-z_]\w*$/, "letters, digits and underscores");

const BoardFile = z
  .strictObject({
    /** That of the folder. */
    name: z.string(),
    title: z.string(),
    /** Vivado part name: device, package and speed grade. */
    part: z.string().regex(/^xc[a-z0-9-]+$/, "a Vivado part name such as xc7z045ffg900-2"),
    package: z.string().optional(),
    speedGrade: z.string().optional(),
    /** What synthesis builds sums of. */
    technology: z.enum(["portable", "xilinx7", "ultrascale"]),
    /** Clock that predictions are stated for where none is asked for. */
    clockMHz: z.number().positive(),
    resources: z.strictObject({ lut: z.int(), ff: z.int(), bram36: z.int(), dsp: z.int() }),
    /** Bytes per second that can reach the accelerator and leave it, at best; see `ioSource`. */
    ioBytesPerSecond: z.number().positive().optional(),
    ioSource: z.string().optional(),
    /** Where facts come from, by the short names that the fields below use. */
    sources: z.record(Name, z.string()).default({}),
    clocks: z
      .array(
        z.strictObject({ name: Name, MHz: z.number().positive(), ports: z.array(Name), source: z.string() }),
      )
      .default([]),
    resets: z
      .array(z.strictObject({ port: Name, active: z.enum(["low", "high"]), source: z.string() }))
      .default([]),
    memories: z
      .array(z.strictObject({ title: z.string(), bytesPerSecond: z.number().positive(), source: z.string() }))
      .default([]),
    /** What stands around an accelerator with AXI interfaces in a full design. */
    system: z
      .discriminatedUnion("kind", [
        /** The processing system of a Zynq-7000; `preset` is what its IP calls the board. */
        z.strictObject({ kind: z.literal("zynq7"), preset: Name, source: z.string() }),
        /** PCI Express 3.0 x8 with XDMA; `refclk` is the clock of the link. */
        z.strictObject({ kind: z.literal("xdma"), refclk: Name, source: z.string() }),
      ])
      .optional(),
    /** Pins of the package by the name of the top module's port. A bus has one entry per bit: `led[0]`. */
    ports: z
      .record(
        z.string().regex(/^[A-Za-z_]\w*(\[\d+\])?$/, "a port, or a bit of one: led[0]"),
        z.strictObject({
          pin: z.string().regex(/^[A-Z]{1,2}\d{1,2}$/, "a package pin such as AM19"),
          /** I/O standard; transceiver pins have none. */
          standard: z
            .string()
            .regex(/^[A-Z0-9_]+$/)
            .optional(),
          source: z.string(),
        }),
      )
      .default({}),
  })
  .superRefine(({ sources, clocks, resets, memories, system, ports }, context) => {
    const systems = system === undefined ? [] : [system];
    for (const { source } of [...clocks, ...resets, ...memories, ...systems, ...Object.values(ports)]) {
      if (!Object.hasOwn(sources, source))
        context.addIssue({ code: "custom", message: `"${source}" is not among the sources` });
    }
    for (const port of [...clocks.flatMap((clock) => clock.ports), ...resets.map((reset) => reset.port)]) {
      if (!Object.hasOwn(ports, port))
        context.addIssue({ code: "custom", message: `"${port}" is not among the ports` });
    }
    if (system?.kind === "xdma" && !clocks.some(({ name }) => name === system.refclk))
      context.addIssue({ code: "custom", message: `"${system.refclk}" is not among the clocks` });
  });

/** A board that accelerators are built for: a folder with a `board.json`; see docs/boards.md. */
export interface Board extends Readonly<z.infer<typeof BoardFile>> {
  /** What `loadBoard` finds it by: its name, or, where it is outside of `constraints`, the folder's absolute path. */
  readonly name: string;
  readonly folder: string;
}

/** What the hardware of a plan is made for. */
export interface Target {
  /** What synthesis builds sums of. */
  readonly technology: Technology;
  /** Whole MHz. */
  readonly clockMHz: number;
  /** Weights and thresholds can be written at run time. */
  readonly writable?: boolean;
}

/** Where no board is meant: plain SystemVerilog. */
export const anyTarget: Target = { technology: "portable", clockMHz: 200 };

export function targetOf({ technology, clockMHz, writable }: Target): Target {
  return { technology, clockMHz: Math.ceil(clockMHz), ...(writable === true ? { writable } : {}) };
}

const constraints = fileURLToPath(new URL("../../constraints/", import.meta.url));

const boardFile = "board.json";

/** Names of all boards that come with Sluice. */
export function boardNames(): readonly string[] {
  return readdirSync(constraints, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(constraints, entry.name, boardFile)))
    .map((entry) => entry.name)
    .sort();
}

/**
 * A board by its name, or by the path of its folder, which has a slash in it: `./my-board`.
 *
 * @throws SluiceError `unknown-board`, `board-invalid`.
 */
export function loadBoard(board: string): Board {
  const isPath = board.includes("/") || board.includes(sep) || isAbsolute(board);
  const folder = isPath ? resolve(board) : join(constraints, board);
  const isKnown = isPath ? existsSync(join(folder, boardFile)) : boardNames().includes(board);
  if (!isKnown) {
    throw new SluiceError(
      "unknown-board",
      isPath ? `there is no ${boardFile} in ${quoted(board)}` : `there is no board ${quoted(board)}`,
      { hint: `boards: ${boardNames().join(", ")}, or the path of a folder with a ${boardFile}: ./my-board` },
    );
  }
  const where = join(folder, boardFile);
  const parsed = BoardFile.safeParse(jsonOf(where));
  if (!parsed.success) throw boardInvalid(problems(parsed.error), where);
  return { ...parsed.data, name: isPath ? folder : board, folder };
}

function jsonOf(path: string): unknown {
  try {
    return readJson(path);
  } catch (cause) {
    throw boardInvalid(`it cannot be read: ${reasonOf(cause)}`, path, cause);
  }
}

function boardInvalid(message: string, where: string, cause?: unknown): SluiceError {
  return new SluiceError("board-invalid", message, {
    where,
    hint: "docs/boards.md says what a board.json is; constraints/zc706 is one",
    cause,
  });
}
