import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeRun } from "../folder.ts";
import { arty, runShim, tinyBuild } from "../vivado.fixture.ts";

let folder: string;
const runs: Record<string, string> = {};
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-design-"));
  for (const [board, busWidth] of [
    ["zc706", 64],
    ["adm-pcie-8k5", 256],
  ] as const) {
    const build = await tinyBuild(join(folder, board), board, busWidth);
    const out = join(folder, `run-${board}`);
    await writeRun({ build, strategy: "default", ooc: false, out });
    runs[board] = out;
  }
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** A copy of a run's folder. */
async function runOf(board: string): Promise<string> {
  const copy = join(folder, `copy${++count}`);
  await cp(runs[board] ?? "", copy, { recursive: true });
  return copy;
}

test.each(["zc706", "adm-pcie-8k5"])("the block design of the %s, to a bitstream", async (board) => {
  const run = await runOf(board);
  const { exitCode, output } = await runShim(run, folder);
  expect(output).toContain("SLUICE: complete");
  expect(exitCode).toBe(0);
  expect(existsSync(join(run, "system_wrapper.bit"))).toBe(true);
  await expect(readFile(join(run, "run.json"), "utf8")).resolves.toContain('"top": "system_wrapper"');
});

test("a run that was stopped in synthesis begins it anew", async () => {
  const run = await runOf("zc706");
  await runShim(run, folder);
  for (const step of ["synth", "opt", "place", "phys_opt", "route"])
    await unlink(join(run, `checkpoints/${step}.dcp`));
  expect(await runShim(run, folder)).toMatchObject({ exitCode: 0 });
});

test("pins only where the board's description has them, clocks too", async () => {
  expect(existsSync(join(runs["zc706"] ?? "", "xdc"))).toBe(false);
  const timing = await readFile(join(runs["adm-pcie-8k5"] ?? "", "xdc/timing.xdc"), "utf8");
  expect(timing.match(/PACKAGE_PIN \w+/g)).toEqual([
    "PACKAGE_PIN AT10",
    "PACKAGE_PIN AT9",
    "PACKAGE_PIN AE15",
  ]);
  expect(timing).toContain("create_clock -name pcie_refclk -period 10.000 [get_ports pcie_refclk_p]");
});

/** What is wrong, in which design's script, and what the stand-in says to it. */
const mistakes: Readonly<
  Record<string, readonly [board: string, from: string | RegExp, to: string, says: string]>
> = {
  "an unknown option": [
    "zc706",
    "create_bd_cell -type ip",
    "create_bd_cell -kind ip",
    "Unknown option '-kind'",
  ],
  "an IP that is not there": [
    "zc706",
    "ip:axi_dma",
    "ip:axi_mda",
    "IP definition not found for VLNV: xilinx.com:ip:axi_mda",
  ],
  "another version of the accelerator": [
    "zc706",
    "-vlnv sluice:accelerators:tiny_axi:1.0",
    "-vlnv sluice:accelerators:tiny_axi:2.0",
    "IP definition not found",
  ],
  "an unknown parameter": ["zc706", "CONFIG.c_include_sg", "CONFIG.c_includes_sg", "dma has no parameter"],
  "a value out of range": [
    "zc706",
    "c_sg_length_width 26",
    "c_sg_length_width 27",
    "'27' is out of the range",
  ],
  "a stream wider than the memory": [
    "zc706",
    "c_m_axi_mm2s_data_width 64",
    "c_m_axi_mm2s_data_width 32",
    "is more than",
  ],
  "a pin that is not there": [
    "zc706",
    "pins accelerator/aclk",
    "pins accelerator/clk",
    "No bd_pin objects matched 'accelerator/clk'",
  ],
  "an interface that is off": [
    "zc706",
    /^ {2}CONFIG.PCW_USE_S_AXI_HP0 1 \\\n/m,
    "",
    "matched 'ps/S_AXI_HP0'",
  ],
  "interfaces of two types": [
    "zc706",
    "intf_pins accelerator/s_axi]",
    "intf_pins accelerator/s_axis]",
    "do not match",
  ],
  "two masters": [
    "zc706",
    "[get_bd_intf_pins accelerator/s_axis]",
    "[get_bd_intf_pins accelerator/m_axis]",
    "are both a Master",
  ],
  "an interface twice": [
    "zc706",
    "[get_bd_intf_pins memory/S01_AXI]",
    "[get_bd_intf_pins memory/S00_AXI]",
    "is connected already",
  ],
  "a clock that is not connected": [
    "zc706",
    / \\\n {2}\[get_bd_pins accelerator\/aclk\]/,
    "",
    "not connected to a valid clock source: accelerator/aclk",
  ],
  "a reset that is not connected": [
    "zc706",
    / \\\n {2}\[get_bd_pins memory\/aresetn\]/,
    "",
    "pins are not connected: memory/aresetn",
  ],
  "a reset as a clock": [
    "zc706",
    "connect_bd_net [get_bd_pins ps/FCLK_CLK0]",
    "connect_bd_net [get_bd_pins ps/FCLK_RESET0_N]",
    "is a clk",
  ],
  "a net without a driver": [
    "zc706",
    "connect_bd_net [get_bd_pins dma/mm2s_introut]",
    "connect_bd_net",
    "a net needs one driver",
  ],
  "a pin driven twice": [
    "zc706",
    "[get_bd_pins interrupts/In1]",
    "[get_bd_pins interrupts/In0]",
    "is driven already",
  ],
  "an interface that is left": [
    "zc706",
    /^connect_bd_intf_net .*s_axi\]\n/m,
    "",
    "The interface is not connected",
  ],
  "addresses that overlap": ["zc706", "0x43c00000", "0x40400000", "overlaps"],
  "addresses that are not aligned": ["zc706", "0x43c00000", "0x43c00800", "no aligned block"],
  "a segment without an address": [
    "zc706",
    /^assign_bd_address -offset 0x43.*\n.*\n/m,
    "",
    "accelerator/s_axi/registers> is not assigned",
  ],
  "a design that is not validated": ["zc706", "validate_bd_design\n", "", "is not validated"],
  "output products of another design": [
    "zc706",
    "all [get_files system.bd]",
    "all [get_files systems.bd]",
    "No files matched 'systems.bd'",
  ],
  "an unknown mode of synthesis": ["zc706", "MODE None", "MODE Never", "'Never'"],
  "a port of the wrong mode": [
    "zc706",
    "-mode Master -vlnv xilinx.com:interface:ddrx",
    "-mode Slave -vlnv xilinx.com:interface:ddrx",
    "are both a Master",
  ],
  "two clocks at one stream": [
    "adm-pcie-8k5",
    "[get_bd_pins frames/m_axis_aclk] \\\n",
    "\\\n",
    "frames/m_axis_aclk",
  ],
  "clock domains that differ": [
    "adm-pcie-8k5",
    /connect_bd_intf_net \[get_bd_intf_pins xdma\/M_AXIS_H2C_0\] \[get_bd_intf_pins frames\/S_AXIS\]\nconnect_bd_intf_net \[get_bd_intf_pins frames\/M_AXIS\] \[get_bd_intf_pins accelerator\/s_axis\]/,
    "connect_bd_intf_net [get_bd_intf_pins xdma/M_AXIS_H2C_0] [get_bd_intf_pins accelerator/s_axis]\nconnect_bd_intf_net [get_bd_intf_pins frames/M_AXIS] [get_bd_intf_pins frames/S_AXIS]",
    "CLK_DOMAIN does not match",
  ],
  "streams of two widths": [
    "zc706",
    "c_m_axis_mm2s_tdata_width 64",
    "c_m_axis_mm2s_tdata_width 32",
    "TDATA_NUM_BYTES does not match",
  ],
  "a link that is too fast for its width": [
    "adm-pcie-8k5",
    "axi_data_width 256_bit",
    "axi_data_width 128_bit",
    "too small for the link",
  ],
  "a clock without its buffer": ["adm-pcie-8k5", "IBUFDSGTE", "IBUFDS", "of type IBUFDSGTE only"],
};

test.each(Object.entries(mistakes))(
  "%s ends the script with an error",
  async (_, [board, from, to, says]) => {
    const run = await runOf(board);
    const path = join(run, "block_design.tcl");
    const text = await readFile(path, "utf8");
    const edited = text.replace(from, to);
    expect(edited).not.toBe(text);
    await writeFile(path, edited);
    const { exitCode, output } = await runShim(run, folder);
    expect(output).toMatch(/^ERROR: /m);
    expect(output).toContain(says);
    expect(exitCode).toBe(1);
  },
);

test("the package that a design is made of: a file or a port that is not there", async () => {
  for (const [from, to, says] of [
    ["rtl/tiny.sv", "rtl/tinier.sv", "file does not exist: 'ip/rtl/tinier.sv'"],
    [
      "<spirit:name>aclk</spirit:name>\n          </spirit:physicalPort>",
      "<spirit:name>clock</spirit:name>\n          </spirit:physicalPort>",
      "which the component lacks",
    ],
    [
      "xilinx_anylanguagesynthesis_view_fileset</spirit:name>\n      <spirit:file>",
      "other</spirit:name>\n      <spirit:file>",
      "no files for synthesis",
    ],
  ] as const) {
    const run = await runOf("zc706");
    const path = join(run, "ip/component.xml");
    const text = await readFile(path, "utf8");
    const edited = text.replace(from, to);
    expect(edited).not.toBe(text);
    await writeFile(path, edited);
    const { exitCode, output } = await runShim(run, folder);
    expect(output).toContain(says);
    expect(exitCode).toBe(1);
  }
});

test("a pin that is missing, and a port of XDC that the design lacks", async () => {
  for (const [from, to, says] of [
    [/^set_property PACKAGE_PIN AE15 .*\n/m, "", "DRC UCIO-1"],
    [/^set_property IOSTANDARD .*\n/m, "", "DRC NSTD-1"],
    ["get_ports perst_n", "get_ports perst", "No ports matched 'perst'"],
  ] as const) {
    const run = await runOf("adm-pcie-8k5");
    const path = join(run, "xdc/timing.xdc");
    await writeFile(path, (await readFile(path, "utf8")).replace(from, to));
    const { exitCode, output } = await runShim(run, folder);
    expect(output).toContain(says);
    expect(exitCode).toBe(1);
  }
});

test.each(["zc706", "adm-pcie-8k5"])("the same accelerator out of context, for the %s", async (board) => {
  const out = join(folder, `ooc-${board}`);
  await writeRun({ build: join(folder, board, "tiny"), strategy: "default", ooc: true, out });
  expect(await readFile(join(out, "xdc/timing.xdc"), "utf8")).toContain("[get_ports aclk]");
  expect(await runShim(out, folder)).toMatchObject({ exitCode: 0 });
});

test("a width that XDMA does not have, and a board of which nothing is known", async () => {
  const narrow = await tinyBuild(join(folder, "narrow"), "adm-pcie-8k5", 64);
  const asked = { strategy: "default", ooc: false, out: join(folder, "refused") } as const;
  await expect(writeRun({ ...asked, build: narrow })).rejects.toMatchObject({ code: "bus-width-impossible" });
  const unknown = await tinyBuild(join(folder, "unknown"), await arty(join(folder, "arty")), 64);
  await expect(writeRun({ ...asked, build: unknown })).rejects.toMatchObject({ code: "system-unknown" });
});
