import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runTool, withTemporaryFolder } from "../../sim/process.ts";
import { writeSources } from "../../sim/sources.ts";
import { requireTool } from "../../sim/tools.ts";
import { emit, type EmittedDesign } from "../../src/emit/index.ts";
import { bits, elaborate } from "../../src/hdl/index.ts";
import { fifo, type FifoStyle } from "./fifo.ts";
import { fifoCapacityTrials, fifoCases } from "./cases.fixture.ts";

const styles: readonly FifoStyle[] = ["shift", "distributed", "block"];

test.each(styles)("%s: 200 random cases in both simulators", async (style) => {
  const coverage = await fifoCases(style).check();
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 10,
      },
      "nativeOnly": {
        "cases": 200,
        "parameterSets": 48,
      },
    }
  `);
});

test.each(styles)("%s: holds as many beats as fifoCapacity says", async (style) => {
  for (const { design, check } of fifoCapacityTrials(style)) await check(design);
});

test.each([
  { style: "shift", depth: 16, cells: { SRL16E: 8 } },
  { style: "shift", depth: 20, cells: { SRLC32E: 8 } },
  { style: "distributed", depth: 32, cells: { RAM32M: 2 } },
  { style: "block", depth: 1000, cells: { RAMB18E1: 1 } },
] as const)("Yosys makes $cells of style $style, depth $depth, 8 bits", async ({ style, depth, cells }) => {
  expect(await memoryCells(emit(elaborate(fifo({ kind: bits(8), depth, style }))))).toEqual(cells);
});

/** The primitives of Xilinx 7-series parts that hold words, and how many Yosys uses. */
async function memoryCells({ top, files }: EmittedDesign): Promise<Record<string, number>> {
  const { path } = await requireTool("yosys");
  return withTemporaryFolder(async (cwd) => {
    await writeSources(cwd, files);
    const script = `read_verilog -sv ${files.map(({ name }) => name).join(" ")}; synth_xilinx -family xc7 -top ${top} -run begin:map_ffs; tee -o stat.txt stat`;
    const outcome = await runTool({ command: path, args: ["-q", "-p", script], cwd });
    expect(outcome.exitCode, outcome.stderr).toBe(0);
    const statistics = await readFile(join(cwd, "stat.txt"), "utf8");
    return Object.fromEntries(
      [...statistics.matchAll(/^ +((?:SRL|RAM)\w+) +(\d+)$/gm)].map(([, cell = "", count]) => [
        cell,
        Number(count),
      ]),
    );
  });
}
