import { execa } from "execa";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { fifo, interfaceOf, rom } from "../designs.fixture.ts";
import { findOnPath } from "../tools.ts";
import { buildModel, cacheFolder, VerilatorSimulator } from "./index.ts";

const { PATH: path, SLUICE_CACHE: cache } = process.env;
const commonCache = cacheFolder();
const builder = fileURLToPath(new URL("build.fixture.ts", import.meta.url));
let folder: string;
let log: string;

beforeAll(() => buildModel(fifo(8)), 180_000);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-build-"));
  log = join(folder, "log");
  mkdirSync(join(folder, "bin"));
  mkdirSync(join(folder, "cache"));
});

afterEach(() => {
  process.env["PATH"] = path;
  if (cache === undefined) delete process.env["SLUICE_CACHE"];
  else process.env["SLUICE_CACHE"] = cache;
  rmSync(folder, { recursive: true });
});

/** Puts a shell script ahead of a tool; `$real` is the tool. It answers version questions itself, as the tool does. */
function shadow(tool: string, script: string): void {
  const real = findOnPath(tool) ?? "";
  const text = `#!/bin/sh\nreal=${real}\ncase "$1" in --version|--getenv) exec $real "$@";; esac\n${script}\n`;
  writeFileSync(join(folder, "bin", tool), text);
  chmodSync(join(folder, "bin", tool), 0o755);
}

function ownCache(): void {
  process.env["SLUICE_CACHE"] = join(folder, "cache");
}

/** Spares a test the seconds that Verilator's runtime takes to compile. */
function copyRuntime(): readonly string[] {
  const runtimes = readdirSync(commonCache).filter((name) => name.startsWith("runtime-"));
  for (const name of runtimes) {
    cpSync(join(commonCache, name), join(folder, "cache", name), { recursive: true });
  }
  return runtimes;
}

function useShadows(): void {
  process.env["PATH"] = `${join(folder, "bin")}:${path ?? ""}`;
}

test("the second build runs neither Verilator nor a compiler; a changed memory file or trace builds anew", async () => {
  for (const tool of ["verilator", "clang++", "g++"]) shadow(tool, `echo "$0" >> ${log}; exec $real "$@"`);
  useShadows();
  ownCache();
  copyRuntime();
  const first = await buildModel(rom);
  expect(first.fromCache).toBe(false);
  const runs = readFileSync(log, "utf8");
  expect(runs).toContain("verilator");
  const second = await buildModel(rom);
  expect(second).toEqual({ ...first, fromCache: true });
  expect(readFileSync(log, "utf8")).toBe(runs);
  const changed = rom.files.map(({ name, text }) => ({ name, text: text.replace("deadbeef", "deadbeee") }));
  expect((await buildModel({ top: rom.top, files: changed })).path).not.toBe(first.path);
  expect(
    readdirSync(join(folder, "cache")).filter((name) => !/^(runtime-)?[0-9a-f]{32}$/.test(name)),
  ).toEqual([]);
}, 180_000);

test("two processes that build the same model at once end with the same library", async () => {
  const env = { SLUICE_CACHE: join(folder, "cache") };
  const runtimes = copyRuntime();
  const run = (): PromiseLike<{ stdout: string }> => execa(process.execPath, [builder, "9"], { env });
  const [one, two] = await Promise.all([run(), run()]);
  const library = one.stdout.split("\n")[1];
  expect(two.stdout).toBe(one.stdout);
  expect(existsSync(library ?? "")).toBe(true);
  expect(readdirSync(join(folder, "cache"))).toHaveLength(runtimes.length + 1);
}, 180_000);

test("Ctrl-C ends the compiler with everything it started, and leaves nothing half-written", async () => {
  const pids = join(folder, "pids");
  shadow("clang++", `sleep 100 & echo $$ $! > ${pids}.part; mv ${pids}.part ${pids}; wait`);
  const runtimes = copyRuntime();
  const child = execa(process.execPath, [builder, "10"], {
    env: { SLUICE_CACHE: join(folder, "cache"), PATH: `${join(folder, "bin")}:${path ?? ""}` },
    reject: false,
  });
  while (!existsSync(pids)) await sleep(20);
  child.kill("SIGINT");
  const { signal } = await child;
  expect(signal).toBe("SIGINT");
  expect(readdirSync(join(folder, "cache"))).toEqual(runtimes);
  for (const pid of readFileSync(pids, "utf8").trim().split(" ")) {
    expect(await isRunning(pid)).toBe(false);
  }
}, 180_000);

/** Whether the process still runs; one that was killed may take a moment to go. */
async function isRunning(pid: string): Promise<boolean> {
  for (let i = 0; i < 50; i++) {
    const stat = join("/proc", pid, "stat");
    if (!existsSync(stat) || readFileSync(stat, "utf8").includes(" Z ")) return false;
    await sleep(20);
  }
  return true;
}

test("an abort is an error of its own", async () => {
  ownCache();
  const abort = new AbortController();
  const build = buildModel(fifo(11), { abort: abort.signal });
  setTimeout(() => {
    abort.abort();
  }, 300);
  await expect(build).rejects.toMatchObject({ code: "interrupted" });
  expect(readdirSync(join(folder, "cache"))).toEqual([]);
});

test("broken SystemVerilog is one error with Verilator's words; the folder is kept", async () => {
  const broken = {
    ...fifo(8),
    files: [{ name: "fifo.sv", text: "module fifo (input logic clk);\n  assign a = ;\nendmodule\n" }],
  };
  const error: unknown = await buildModel(broken).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: "verilator-failed",
    message: expect.stringMatching(
      /^Verilator ended with code 1 on fifo:\n%Error: fifo\.sv:2:14: syntax error/,
    ) as string,
  });
  const { where } = error as { where: string };
  expect(readFileSync(join(where, "m0", "fifo.sv"), "utf8")).toMatch(/assign a = ;/);
  rmSync(where, { recursive: true });
});

test("ports that the SystemVerilog does not have, and memory files that are missing", async () => {
  const { top } = fifo(9);
  await expect(buildModel({ top, files: fifo(8).files })).rejects.toMatchObject({
    code: "port-mismatch",
    message: "port x_payload of 9 bits: the SystemVerilog has 8 bits",
    where: "fifo.x_payload",
  });
  await expect(buildModel({ ...rom, files: rom.files.slice(0, 1) })).rejects.toMatchObject({
    code: "memory-file-missing",
    message: "rom.sv reads rom.mem, which is not among the files",
  });
});

test("no tools at all, a compiler that is killed, a cache that cannot be written", async () => {
  process.env["PATH"] = join(folder, "bin");
  await expect(buildModel(fifo(12))).rejects.toMatchObject({
    code: "tool-missing",
    message: expect.stringMatching(/^verilator is not on the PATH/) as string,
    hint: expect.stringContaining("apt-get install verilator") as string,
  });
  process.env["PATH"] = path;
  shadow("clang++", "kill -9 $$");
  shadow("g++", "kill -9 $$");
  useShadows();
  ownCache();
  await expect(buildModel(fifo(12))).rejects.toMatchObject({
    code: "compiler-failed",
    message: expect.stringMatching(/was ended by SIGKILL/) as string,
    hint: "it may have run out of memory",
  });
  process.env["PATH"] = path;
  writeFileSync(join(folder, "file"), "");
  process.env["SLUICE_CACHE"] = join(folder, "file", "cache");
  await expect(buildModel(fifo(12))).rejects.toMatchObject({ code: "cache-not-writable" });
});

test("a parity that Verilator 5.006 inverts where it rearranges it", async () => {
  const text = `module parity (
    input logic clk,
    input logic rst,
    input logic [7:0] x,
    output logic odd
);
  logic [6:0] n;
  logic [1:0] c;
  logic e;
  always_ff @(posedge clk) if (rst) n <= 7'd0; else n <= n + 7'd1;
  assign c = 2'd2;
  assign e = n == 7'd99;
  assign odd = ^{x, x[0], e, c, x[1], e, c, 1'b0, e, c};
endmodule
`;
  const top = interfaceOf({ name: "parity", ports: { x: 8, ">odd": 1 } });
  const simulator = new VerilatorSimulator(await buildModel({ top, files: [{ name: "parity.sv", text }] }));
  expect(simulator.peek("odd")).toEqual(Uint32Array.of(1));
  simulator.poke("x", Uint32Array.of(4));
  expect(simulator.peek("odd")).toEqual(Uint32Array.of(0));
  simulator.close();
});

test("a signed product that overflows keeps its low bits", async () => {
  const text = `module square (
    input logic clk,
    input logic rst,
    input logic signed [30:0] x,
    output logic [30:0] y
);
  assign y = x * x;
endmodule
`;
  const top = interfaceOf({ name: "square", ports: { x: 31, ">y": 31 } });
  const simulator = new VerilatorSimulator(await buildModel({ top, files: [{ name: "square.sv", text }] }));
  simulator.poke("x", Uint32Array.of(0x50000001));
  expect(simulator.peek("y")).toEqual(Uint32Array.of(0x20000001));
  simulator.close();
});

test("equal signed constants that meet at a port are at most each other", async () => {
  const text = `module inner (
    input logic signed [7:0] a,
    output logic y
);
  assign y = a >= 8'sd0;
endmodule
module outer (
    input logic clk,
    input logic rst,
    output logic y
);
  inner u (
      .a(8'sd0),
      .y(y)
  );
endmodule
`;
  const top = interfaceOf({ name: "outer", ports: { ">y": 1 } });
  const simulator = new VerilatorSimulator(await buildModel({ top, files: [{ name: "outer.sv", text }] }));
  expect(simulator.peek("y")).toEqual(Uint32Array.of(1));
  simulator.close();
});
