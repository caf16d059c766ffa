import { cp, mkdtemp, readdir, readFile, rm, unlink, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeRun } from "./folder.ts";
import { strategyNames, type StrategyName } from "./strategies.ts";
import { tclWord } from "./tcl.ts";
import { arty, rewrite, runShim, tinyBuild, withTinyPorts } from "./vivado.fixture.ts";

let folder: string;
let build: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-vivado-"));
  build = await tinyBuild(folder);
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

interface Wanted {
  readonly board?: string;
  readonly strategy?: StrategyName;
  readonly ooc?: boolean;
  readonly of?: string;
}

async function newRun({ board, strategy = "default", ooc = true, of = build }: Wanted = {}): Promise<string> {
  const out = join(folder, `run${++count}`);
  await writeRun({ build: of, board, strategy, ooc, out });
  return out;
}

test.each(strategyNames)("strategy %s runs to its end", async (strategy) => {
  const { exitCode, output } = await runShim(await newRun({ strategy }), folder);
  expect(output).toContain("SLUICE: complete");
  expect(output.includes("SLUICE: phys_opt")).toBe(strategy !== "quick");
  expect(exitCode).toBe(0);
});

test("steps in their order, a checkpoint for each, no bitstream of a module out of context", async () => {
  const run = await newRun();
  const { output } = await runShim(run, folder);
  const steps = ["synth", "opt", "place", "phys_opt", "route"];
  expect([...output.matchAll(/^SLUICE: (.*)$/gm)].map(([, step]) => step)).toEqual([
    ...steps,
    "reports",
    "complete",
  ]);
  expect(await readdir(join(run, "checkpoints"))).toEqual(steps.map((step) => `${step}.dcp`).sort());
  expect((await readdir(run)).filter((name) => name.endsWith(".bit"))).toEqual([]);
});

test("a script that starts over goes on behind the last checkpoint", async () => {
  const run = await newRun();
  await runShim(run, folder);
  for (const step of ["phys_opt", "route"]) await unlink(join(run, `checkpoints/${step}.dcp`));
  const { exitCode, output } = await runShim(run, folder);
  expect(output).toContain("SLUICE: opening the checkpoint of place");
  expect(output).not.toContain("Command: place_design");
  expect(output).toContain("Command: route_design");
  expect(exitCode).toBe(0);
});

test("the ADM-PCIE-8K5, out of context", async () => {
  const of = await tinyBuild(join(folder, "8k5"), "adm-pcie-8k5");
  const run = await newRun({ of });
  const script = await readFile(join(run, "run.tcl"), "utf8");
  expect(script).toContain("-part xcku115-flva1517-2-e");
  expect((await runShim(run, folder)).exitCode).toBe(0);
});

test("a third board, outside of the repo: pins, clock, bitstream", async () => {
  const board = await arty(join(folder, "my board"));
  const of = await tinyBuild(join(folder, "arty"), board);
  const run = await newRun({ of, ooc: false });
  const timing = await readFile(join(run, "xdc/timing.xdc"), "utf8");
  expect(timing).toContain("set_property PACKAGE_PIN A1 [get_ports clk] ; # here");
  expect(timing).toContain("create_clock -name board_clock -period 10.000 [get_ports clk]");
  expect(timing).toContain("set_false_path -from [get_ports rst]");
  const { exitCode, output } = await runShim(run, folder);
  expect(output).toContain("SLUICE: bitstream");
  expect(exitCode).toBe(0);
  expect(existsSync(join(run, "tiny.bit"))).toBe(true);
});

test.each(["zc706", "adm-pcie-8k5"])("the constraints of a full design on the %s", async (name) => {
  const board = await withTinyPorts(join(folder, `own-${name}`), name);
  const of = await tinyBuild(join(folder, `tiny-${name}`), board);
  const run = await newRun({ of, ooc: false });
  const { exitCode, output } = await runShim(run, folder);
  expect(output).toContain("SLUICE: bitstream");
  expect(exitCode).toBe(0);
  expect(existsSync(join(run, "xdc/board.xdc"))).toBe(name === "adm-pcie-8k5");
});

test("the full design of a board whose pins are not known for these ports", async () => {
  await expect(newRun({ ooc: false })).rejects.toMatchObject({
    code: "pins-unknown",
    message: expect.stringContaining("clk, rst, x_valid") as string,
    hint: expect.stringContaining("--ooc") as string,
  });
});

test("another clock than the board's, for a full design", async () => {
  const of = await tinyBuild(join(folder, "clock"), await arty(join(folder, "arty-clock")));
  const asked = {
    build: of,
    strategy: "default",
    ooc: false,
    clockMHz: 150,
    out: join(folder, "x"),
  } as const;
  await expect(writeRun(asked)).rejects.toMatchObject({ code: "clock-impossible" });
});

test("cells of another family", async () => {
  await expect(newRun({ board: "adm-pcie-8k5" })).rejects.toMatchObject({ code: "board-mismatch" });
});

/** What is wrong, in which file, and what the stand-in says to it. */
const mistakes: Readonly<
  Record<string, readonly [file: string, from: string | RegExp, to: string, says: string]>
> = {
  "an unknown option": ["run.tcl", "-sv ", "-systemverilog ", "Unknown option '-systemverilog'"],
  "an option of some versions only": [
    "run.tcl",
    "-flatten",
    "-retiming -flatten",
    "Unknown option '-retiming'",
  ],
  "an unknown command": [
    "run.tcl",
    "opt_design",
    "optimise_design",
    'invalid command name "optimise_design"',
  ],
  "an unknown directive": [
    "run.tcl",
    "\n  place_design",
    "\n  place_design -directive Best",
    "Invalid option value 'Best' specified for 'directive' of place_design",
  ],
  "an unknown flattening": ["run.tcl", "rebuilt", "rebuild", "'rebuild' specified for 'flatten_hierarchy'"],
  "a word too many": ["run.tcl", "opt_design", "opt_design now", "Too many positional options"],
  "an option without its value": ["run.tcl", "route_design", "route_design -directive", "needs a value"],
  "an unknown part": ["run.tcl", /xc7z045ffg900-2/g, "xc7z045ffg900-9", "Specified part could not be found"],
  "a file that is not there": [
    "run.tcl",
    "rtl/tiny.sv",
    "rtl/tinier.sv",
    "file does not exist: 'rtl/tinier.sv'",
  ],
  "SystemVerilog without -sv": ["run.tcl", "-sv ", "", "is SystemVerilog"],
  "a memory file that is not read": [
    "run.tcl",
    /^ {2}read_mem .*\n/gm,
    "",
    "could not open $readmem data file",
  ],
  "a module that is not there": ["run.tcl", "-top tiny", "-top tinier", "tinier"],
  "a step out of order": ["run.tcl", "\n  opt_design", "\n  route_design", "route_design after 'synth'"],
  "an option of a report": ["run.tcl", "-max_paths 10", "-worst 10", "Unknown option '-worst'"],
  "a bitstream out of context": [
    "run.tcl",
    'puts "SLUICE: complete"',
    "write_bitstream tiny.bit",
    "no bitstream of an out-of-context design",
  ],
  "a port that is not there": ["xdc/timing.xdc", "x_valid", "x_valued", "No ports matched 'x_valued'"],
  "a bit that is not there": [
    "xdc/timing.xdc",
    "x_payload[*]",
    "x_payload[64]",
    "No ports matched 'x_payload[64]'",
  ],
  "a vector as a bit": ["xdc/timing.xdc", "x_payload[*]", "x_payload", "No ports matched 'x_payload'"],
  "a clock that is not there": [
    "xdc/timing.xdc",
    "[get_clocks clk]",
    "[get_clocks clock]",
    "No clocks matched 'clock'",
  ],
  "a cell that is not there": [
    "xdc/board.xdc",
    "set_property",
    "set_property DONT_TOUCH TRUE [get_cells dense9]\nset_property",
    "No cells matched 'dense9'",
  ],
  "an input as an output": ["xdc/timing.xdc", "set_input_delay", "set_output_delay", "is no output"],
  "an unknown property": [
    "xdc/board.xdc",
    "property HD.CLK_SRC",
    "property HD.CLOCK_SRC",
    "does not have a property 'HD.CLOCK_SRC'",
  ],
  "a clock buffer that is not there": [
    "xdc/board.xdc",
    "BUFGCTRL_X0Y16",
    "BUFGCTRL_X0Y32",
    "is not a value of",
  ],
  "a name that is no object": ["xdc/timing.xdc", "[get_ports clk]", "clk", "not one of port"],
  "a period that is no number": ["xdc/timing.xdc", "-period 5.000", "-period fast", "not a number"],
  "Tcl that XDC lacks": ["xdc/timing.xdc", "create_clock", "if {1} {}\ncreate_clock", "invalid command name"],
};

test.each(Object.entries(mistakes))("%s ends the script with an error", async (_, [file, from, to, says]) => {
  const run = await newRun();
  const path = join(run, file);
  const text = await readFile(path, "utf8");
  const edited = text.replace(from, to);
  expect(edited).not.toBe(text);
  await writeFile(path, edited);
  const { exitCode, output } = await runShim(run, folder);
  expect(output).toMatch(/^ERROR: /m);
  expect(output).toContain(says);
  expect(exitCode).toBe(1);
  expect(existsSync(join(run, "reports/complete"))).toBe(
    file === "run.tcl" && to.startsWith("write_bitstream"),
  );
});

test("cells that are there can be named", async () => {
  const run = await newRun();
  const path = join(run, "xdc/board.xdc");
  await writeFile(path, "set_property -dict {DONT_TOUCH TRUE} [get_cells {dense0 dense1/elements}]\n");
  expect(await runShim(run, folder)).toMatchObject({ exitCode: 0 });
});

test("pins: two ports on one, and a standard that is missing", async () => {
  const of = await tinyBuild(join(folder, "pins"), await arty(join(folder, "arty-pins")));
  for (const [from, to, says] of [
    ["PACKAGE_PIN B2", "PACKAGE_PIN A1", "have the pin A1"],
    [/^set_property IOSTANDARD .*\n/m, "", "DRC NSTD-1"],
    [/^set_property PACKAGE_PIN B2 .*\n/m, "", "DRC UCIO-1"],
  ] as const) {
    const run = await newRun({ of, ooc: false });
    const path = join(run, "xdc/timing.xdc");
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace(from, to));
    const { exitCode, output } = await runShim(run, folder);
    expect(output).toContain(says);
    expect(exitCode).toBe(1);
  }
});

const hostile = [
  "a b",
  "[exec touch pwned]",
  "$env(HOME)",
  "{",
  "}",
  "a;exec touch pwned",
  "\\",
  "#x",
  "a'b",
  "é",
];

test("hostile names stay names: folders and files", async () => {
  const name = "a [exec touch pwned] $env(HOME) {b;c} \\d 'e'";
  const of = join(folder, name, "tiny");
  await cp(build, of, { recursive: true });
  await rewrite(of, { file: "rtl/tiny.sv", as: "rtl/[exec touch pwned];$x {tiny.sv" });
  await unlink(join(of, "rtl/tiny.sv"));
  const out = join(folder, name, "run");
  await writeRun({ build: of, strategy: "default", ooc: true, out });
  const { exitCode, output } = await runShim(out, folder);
  expect(output).toContain("SLUICE: complete");
  expect(exitCode).toBe(0);
  expect(existsSync(join(out, "pwned"))).toBe(false);
  expect(existsSync(join(out, "rtl/pwned"))).toBe(false);
});

test("hostile names are refused where a name has a form: the top module, and paths", async () => {
  const of = join(folder, "hostile");
  await cp(build, of, { recursive: true });
  const path = join(of, "manifest.json");
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace('"top": "tiny"', '"top": "tiny; exec touch pwned"'));
  await expect(newRun({ of })).rejects.toMatchObject({ code: "top-invalid" });
  await writeFile(path, text);
  await writeFile(join(folder, "outside.sv"), "");
  await rewrite(of, { file: "rtl/tiny.sv", as: "rtl/../../outside.sv" });
  await expect(newRun({ of })).rejects.toMatchObject({ code: "file-name-invalid" });
});

test("a file that is not as the build wrote it", async () => {
  const of = join(folder, "changed");
  await cp(build, of, { recursive: true });
  await writeFile(join(of, "rtl/tiny.sv"), "module tiny;\nendmodule\n");
  await expect(newRun({ of })).rejects.toMatchObject({ code: "build-changed" });
});

test("tclWord: tclsh reads back what went in", async () => {
  const { execa } = await import("execa");
  const words = [...hostile, hostile.join(""), "", "x\ny", "\t", '"', "plain/name-1.sv"];
  const script = words.map(
    (word) => `puts [binary encode hex [encoding convertto utf-8 ${tclWord(word)}]]\n`,
  );
  const file = join(folder, "words.tcl");
  await writeFile(file, script.join(""));
  const { stdout } = await execa("tclsh", ["-encoding", "utf-8", file]);
  expect(stdout.split("\n")).toEqual(words.map((word) => Buffer.from(word, "utf8").toString("hex")));
});

test("the same run is written once; another one has another name", async () => {
  const out = join(folder, "same");
  const asked = { build, strategy: "default", ooc: true, out } as const;
  const { run } = await writeRun(asked);
  await writeFile(join(out, "kept"), "");
  expect((await writeRun(asked)).run).toEqual(run);
  expect(existsSync(join(out, "kept"))).toBe(true);
  await expect(writeRun({ ...asked, strategy: "explore" })).rejects.toMatchObject({
    code: "output-other-run",
  });
  await expect(writeRun({ ...asked, clockMHz: 150 })).rejects.toMatchObject({ code: "output-other-run" });
});
