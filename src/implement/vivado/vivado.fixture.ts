import { execa } from "execa";
import { chmod, cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildAccelerator } from "../../flow/index.ts";
import { manifestFile, sha256 } from "../../flow/manifest.ts";
import { randomNetwork, serializeNetwork } from "../../network/index.ts";
import { loadBoard } from "../../plan/index.ts";
import { shellWord } from "./tcl.ts";

const shim = fileURLToPath(new URL("shim/vivado.tcl", import.meta.url));

/**
 * A build of 16 x 16 x 4 synapses, with weights in a memory file: Yosys reads it in no time. With `busWidth` it has AXI
 * interfaces.
 */
export async function tinyBuild(folder: string, board = "zc706", busWidth?: number): Promise<string> {
  await mkdir(folder, { recursive: true });
  const model = join(folder, "model.json");
  const fold = join(folder, "fold.json");
  const out = join(folder, "tiny");
  await writeFile(model, serializeNetwork(randomNetwork({ name: "tiny", shape: [16, 16, 4], seed: 3 })));
  const layers = { dense0: { pe: 2, simd: 4 }, dense1: { pe: 1, simd: 4 } };
  await writeFile(fold, JSON.stringify({ format: "sluice-folding", version: 1, layers }));
  const ends = busWidth === undefined ? {} : ({ interface: "axi", busWidth } as const);
  await buildAccelerator({ model, board, fold, out, ...ends });
  return out;
}

/** Changes a file of a build as if the build had written it so, under another name where one is given. */
export async function rewrite(
  build: string,
  { file, as = file, edit }: { file: string; as?: string; edit?: (text: string) => string },
): Promise<void> {
  const path = join(build, manifestFile);
  const manifest = JSON.parse(await readFile(path, "utf8")) as { files: Record<string, string> };
  const text = await readFile(join(build, file), "utf8");
  const edited = edit?.(text) ?? text;
  await writeFile(join(build, as), edited);
  const others = Object.entries(manifest.files).filter(([name]) => name !== file);
  manifest.files = { ...Object.fromEntries(others), [as]: sha256(edited) };
  await writeFile(path, JSON.stringify(manifest));
}

/** Facts of a board whose pins, made up, are for the ports of the tiny build. */
function tinyPorts(): object {
  const names = [
    ...["clk", "rst", "x_valid", "x_ready", "y_valid", "y_ready"],
    ...[0, 1, 2, 3].map((bit) => `x_payload[${bit}]`),
    ...[0, 1].map((bit) => `y_payload[${bit}]`),
  ];
  const pin = (index: number): string => `${"ABCD"[index % 4] ?? ""}${index + 1}`;
  return {
    sources: { here: "made up for this test" },
    clocks: [{ name: "board_clock", MHz: 100, ports: ["clk"], source: "here" }],
    resets: [{ port: "rst", active: "high", source: "here" }],
    memories: [],
    ports: Object.fromEntries(
      names.map((name, index) => [name, { pin: pin(index), standard: "LVCMOS33", source: "here" }]),
    ),
  };
}

/** A third board: a folder outside of the repo. */
export async function arty(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const board = {
    ...{ name: "arty", title: "A third board", part: "xc7a35tcpg236-1", technology: "xilinx7" },
    ...{ clockMHz: 100, resources: { lut: 20_800, ff: 41_600, bram36: 50, dsp: 90 } },
    ...tinyPorts(),
  };
  await writeFile(join(folder, "board.json"), JSON.stringify(board));
  await writeFile(join(folder, "full.xdc"), "set_property CFGBVS VCCO [current_design]\n");
  return folder;
}

/** One of the boards that come along, with pins for the tiny build: what else its `full.xdc` says is as it is. */
export async function withTinyPorts(folder: string, name: string): Promise<string> {
  const board = loadBoard(name);
  await cp(board.folder, folder, { recursive: true });
  const text = await readFile(join(folder, "board.json"), "utf8");
  await writeFile(
    join(folder, "board.json"),
    JSON.stringify({ ...(JSON.parse(text) as object), ...tinyPorts(), system: undefined }),
  );
  return folder;
}

export interface ShimRun {
  readonly exitCode: number | undefined;
  readonly output: string;
}

/** Runs a run's script in `tclsh`, under the stand-in for Vivado's commands. Netlists are kept in `cache`. */
export async function runShim(folder: string, cache: string): Promise<ShimRun> {
  const { exitCode, all } = await execa("tclsh", [shim, "-mode", "batch", "-source", "run.tcl"], {
    cwd: folder,
    env: { SLUICE_SHIM_CACHE: cache },
    reject: false,
    all: true,
    stdin: "ignore",
  });
  return { exitCode, output: all };
}

/** A `vivado` for the PATH, which is the stand-in; the PATH with it in front. */
export async function fakeVivado(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, "vivado");
  // Vivado's own is a script that starts the tool as a child too.
  await writeFile(file, `#!/bin/sh\ntclsh ${shellWord(shim)} "$@"\n`);
  await chmod(file, 0o755);
  return `${folder}${delimiter}${process.env["PATH"] ?? ""}`;
}

export interface SampleNumbers {
  readonly slack: number;
  readonly from: string;
  readonly to: string;
}

/** Reports in Vivado's form, with made-up numbers, for the stand-in to hand out. */
export async function sampleReports(folder: string, top: string, numbers: SampleNumbers): Promise<string> {
  await mkdir(folder, { recursive: true });
  const { slack, from, to } = numbers;
  const head = (command: string): string =>
    [
      "| Tool Version : Vivado v.2022.2 (made up for a test)",
      `| Command      : ${command} -file some.rpt`,
      `| Design       : ${top}`,
      "| Device       : xc7z045ffg900-2",
      "| Design State : Routed",
      "",
    ].join("\n");
  const grid = (rows: readonly (readonly string[])[]): string => {
    const border = `+${(rows[0] ?? []).map(() => "---").join("+")}+`;
    const [names, ...rest] = rows.map((row) => `| ${row.join(" | ")} |`);
    return [border, names, border, ...rest, border, ""].join("\n");
  };
  const used = (name: string, count: string, available: string): string[] => [name, count, available];
  const site = ["Site Type", "Used", "Available"];
  await writeFile(
    join(folder, "utilization.rpt"),
    [
      head("report_utilization"),
      grid([
        site,
        used("Slice LUTs", "1200", "218600"),
        used("  LUT as Logic", "1100", "218600"),
        used("  LUT as Memory", "100", "70400"),
        used("Slice Registers", "900", "437200"),
      ]),
      grid([site, used("Block RAM Tile", "0.5", "545")]),
      grid([site, used("DSPs", "0", "900")]),
    ].join("\n"),
  );
  const met = slack >= 0;
  await writeFile(
    join(folder, "timing_summary.rpt"),
    [
      head("report_timing_summary"),
      "| Design Timing Summary",
      "| ---------------------",
      "    WNS(ns)      TNS(ns)  TNS Failing Endpoints  TNS Total Endpoints      WHS(ns)      THS(ns)",
      "    -------      -------  ---------------------  -------------------      -------      -------",
      `    ${slack}   0.000   ${met ? 0 : 3}   77   0.050   0.000`,
      met ? "All user specified timing constraints are met." : "Timing constraints are not met.",
      "| Clock Summary",
      "| -------------",
      "clk    {0.000 2.500}      5.000          200.000",
      "| Timing Details",
      "| --------------",
      `Slack (${met ? "MET" : "VIOLATED"}) :        ${slack}ns  (required time - arrival time)`,
      `  Source:                 ${from}`,
      `  Destination:            ${to}`,
      "  Path Group:             clk",
      "  Requirement:            5.000ns  (clk rise@5.000ns - clk rise@0.000ns)",
      "  Data Path Delay:        5.500ns  (logic 2.000ns (36.364%)  route 3.500ns (63.636%))",
      "  Logic Levels:           5  (LUT6=5)",
      `                         slack                                ${slack}`,
      "",
    ].join("\n"),
  );
  const watts = [
    ["Dynamic (W)", "0.300"],
    ["Device Static (W)", "0.200"],
    ["Junction Temperature (C)", "30.0"],
    ["Confidence Level", "Low"],
  ];
  await writeFile(
    join(folder, "power.rpt"),
    [
      head("report_power"),
      // A table without a head: Vivado's summary has none.
      [
        "+---+---+",
        ...[["Total On-Chip Power (W)", "0.500"], ...watts].map((row) => `| ${row.join(" | ")} |`),
      ].join("\n"),
      "+---+---+",
      "",
      grid([
        ["On-Chip", "Power (W)"],
        ["Total", "0.500"],
      ]),
    ].join("\n"),
  );
  await writeFile(
    join(folder, "drc.rpt"),
    [
      head("report_drc"),
      "             Violations found: 1",
      grid([
        ["Rule", "Severity", "Description", "Violations"],
        ["ZPS7-1", "Warning", "PS7 block required", "1"],
      ]),
      "ZPS7-1#1 Warning",
      "Related violations: <none>",
      "",
    ].join("\n"),
  );
  return folder;
}
