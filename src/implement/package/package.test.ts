import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { tinyBuild } from "../vivado/vivado.fixture.ts";
import { fusesoc, validate } from "./fusesoc.fixture.ts";
import { packageBuild } from "./package.ts";

let folder: string;
let build: string;
let ip: string;
const core = "sluice:accelerators:tiny:1.0";
const asked = { vendor: "sluice", version: "1.0", frames: 5 } as const;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-ip-"));
  build = await tinyBuild(folder);
  ip = join(folder, "ip");
  await packageBuild({ ...asked, build, out: ip });
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** A copy of the package, one file of which is changed. */
async function changed(name: string, file: string, from: string | RegExp, to: string): Promise<string> {
  const copy = join(folder, name);
  await cp(ip, copy, { recursive: true });
  const text = await readFile(join(copy, file), "utf8");
  const edited = text.replace(from, to);
  expect(edited).not.toBe(text);
  await writeFile(join(copy, file), edited);
  return copy;
}

test("component.xml and the bus definition are valid IP-XACT", async () => {
  const files = ["component.xml", "interfaces/stream.xml", "interfaces/stream_rtl.xml"];
  expect(await validate(...files.map((name) => join(ip, name)))).toEqual({ exitCode: 0, output: "" });
});

test.each([
  ["an element out of order", /(<spirit:vendor>.*\n)(.*<spirit:library>.*\n)/, "$2$1"],
  ["an unknown element", "<spirit:version>1.0</spirit:version>", "<spirit:release>1.0</spirit:release>"],
  ["a file type that is not listed", "systemVerilogSource", "systemVerilog"],
  ["a direction that is none", "<spirit:direction>in<", "<spirit:direction>input<"],
])("%s is not valid", async (name, from, to) => {
  const copy = await changed(name, "component.xml", from, to);
  const { exitCode, output } = await validate(join(copy, "component.xml"));
  expect(output).toContain("SCHEMAV");
  expect(exitCode).toBe(1);
});

test("component.xml names the files of the package, all ports, and what belongs together", async () => {
  const xml = await readFile(join(ip, "component.xml"), "utf8");
  const all = await readdir(ip, { recursive: true });
  const named = [...xml.matchAll(/<spirit:name>([^<]*\.(?:sv|v|mem|tcl))</g)].map(([, name]) => name ?? "");
  expect(all).toEqual(expect.arrayContaining(named));
  const hdl = all.filter((name) => /\.(sv|v|mem|tcl)$/.test(name));
  expect(new Set(named)).toEqual(new Set(hdl));
  for (const port of ["clk", "rst", "x_valid", "x_ready", "x_payload", "y_valid", "y_ready", "y_payload"]) {
    expect(xml).toMatch(new RegExp(`<spirit:physicalPort>\\s*<spirit:name>${port}</`));
    expect(xml).toMatch(new RegExp(`<spirit:port>\\s*<spirit:name>${port}</`));
  }
  expect(xml).toMatch(/ASSOCIATED_BUSIF<[^]*?>x:y</);
  expect(xml).toMatch(/ASSOCIATED_RESET<[^]*?>rst</);
  expect(xml).toMatch(/FREQ_HZ<[^]*?>200000000</);
  expect(xml).toMatch(/POLARITY<[^]*?>ACTIVE_HIGH</);
});

test("an accelerator with AXI: streams, registers and their addresses", async () => {
  const out = join(folder, "axi-ip");
  const axi = await tinyBuild(join(folder, "axi"), "zc706", 32);
  const { buses } = await packageBuild({ ...asked, build: axi, out });
  const kinds = {
    s_axis: "axi-stream",
    m_axis: "axi-stream",
    s_axi: "axi-lite",
    aclk: "clock",
    aresetn: "reset",
  };
  expect(Object.fromEntries(buses.map(({ name, kind }) => [name, kind]))).toEqual(kinds);
  expect(await validate(join(out, "component.xml"))).toEqual({ exitCode: 0, output: "" });
  const xml = await readFile(join(out, "component.xml"), "utf8");
  expect(xml).toMatch(/ASSOCIATED_BUSIF<[^]*?>s_axis:m_axis:s_axi</);
  expect(xml).toMatch(/POLARITY<[^]*?>ACTIVE_LOW</);
  expect(xml).toMatch(/<spirit:range [^>]*>4096</);
  expect(xml).toMatch(/<spirit:name>control<[^]*?<spirit:addressOffset>16<[^]*?<spirit:name>enable</);
  const lint = ["run", "--target", "lint", "sluice:accelerators:tiny_axi:1.0"];
  expect((await fusesoc(out, join(folder, "axi-lint"), ...lint)).exitCode).toBe(0);
});

test("FuseSoC lists the core, and lints it", async () => {
  const work = join(folder, "lint");
  expect((await fusesoc(ip, work, "core", "list")).output).toContain(core);
  const { exitCode, output } = await fusesoc(ip, work, "run", "--target", "lint", core);
  expect(output).not.toContain("%Warning");
  expect(exitCode).toBe(0);
});

test("FuseSoC refuses a broken core, and lint a broken file", async () => {
  const misspelt = await changed("misspelt", "tiny.core", "filesets:", "filesetz:");
  expect((await fusesoc(misspelt, join(folder, "m"), "core", "list")).output).not.toContain(core);
  const missing = await changed("missing", "tiny.core", "rtl/tiny.sv", "rtl/tinier.sv");
  expect((await fusesoc(missing, join(folder, "n"), "run", "--target", "lint", core)).exitCode).not.toBe(0);
  const unused = await changed("unused", "rtl/tiny.sv", "endmodule", "  logic nobody;\nendmodule");
  const { exitCode, output } = await fusesoc(unused, join(folder, "u"), "run", "--target", "lint", core);
  expect(output).toContain("%Warning-UNUSED");
  expect(exitCode).not.toBe(0);
});

test("FuseSoC runs it in Verilator, and any other beat or cycle fails the run", async () => {
  const copy = join(folder, "sim");
  await cp(ip, copy, { recursive: true });
  // Built once: memory files are read when it runs.
  const run = (...options: string[]) =>
    fusesoc(copy, join(folder, "work"), "run", "--target", "sim", core, ...options);
  const stalled = await run();
  expect(stalled.output).toContain("PASS: 5 frames with stalls, 5 beats");
  expect(stalled.exitCode).toBe(0);
  const straight = await run("--stalls", "0");
  expect(straight.output).toContain("PASS: 5 frames, 5 beats as the reference has them, each in its cycle");
  expect(straight.exitCode).toBe(0);
  const mistakes: readonly (readonly [string, RegExp, string | ((part: string) => string), string])[] = [
    ["results", /^./, (first) => (first === "0" ? "1" : "0"), "FAIL: beat 0 is"],
    ["frames", /\n.+\n$/, "\n", "cannot be read"],
    ["ticks", /^0000/, "0001", "predicted is"],
  ];
  for (const [name, from, to, says] of mistakes) {
    const file = join(copy, `sim/tiny_tb_${name}.mem`);
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace(from, to as string));
    const { exitCode, output } = await run("--stalls", "0");
    expect(output).toContain(says);
    expect(output).not.toContain("PASS");
    expect(exitCode).not.toBe(0);
    await writeFile(file, text);
  }
});

test("synthesis with Vivado is set up with all files, memories read as such", async () => {
  const work = join(folder, "synth");
  expect((await fusesoc(ip, work, "run", "--target", "synth", "--setup", core)).exitCode).toBe(0);
  const made = join(work, "build/sluice_accelerators_tiny_1.0/synth/sluice_accelerators_tiny_1.0");
  const script = await readFile(`${made}.tcl`, "utf8");
  const { filesets } = parse((await readFile(join(ip, "tiny.core"), "utf8")).replace(/^CAPI.*\n/, "")) as {
    filesets: { rtl: { files: (string | Record<string, unknown>)[] } };
  };
  for (const file of filesets.rtl.files) {
    const name = typeof file === "string" ? file : (Object.keys(file)[0] ?? "");
    const bare = name.slice(name.lastIndexOf("/") + 1);
    expect(script).toMatch(new RegExp(`^read_(verilog|mem) .*${bare.replace(".", "\\.")}`, "m"));
  }
  expect(script).toContain("read_mem");
});

test.each([
  [{ vendor: "a:b" }, "vendor-invalid"],
  [{ version: "1" }, "version-invalid"],
  [{ build: "/nowhere" }, "not-a-build"],
])("%j is refused", async (wrong, code) => {
  const out = join(folder, "refused");
  await expect(packageBuild({ ...asked, build, out, ...wrong })).rejects.toMatchObject({ code });
});
