import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { SluiceError } from "../../src/error.ts";
import type { Module, Port } from "../../src/ir/index.ts";
import { forIcarus, helperFile, helperName } from "../icarus.ts";
import { mapParallel } from "../parallel.ts";
import { ending, errorLines, runTool, type ToolRun } from "../process.ts";
import { checkSources, compiledFiles, writeSources, type SourceFile, type TestDesign } from "../sources.ts";
import { requireTool } from "../tools.ts";
import { runtimeClasses, verilatorFlags } from "../verilator/build.ts";
import { cached } from "../verilator/cache.ts";
import { findToolchain, type Toolchain } from "../verilator/toolchain.ts";

export type CocotbSimulator = "verilator" | "icarus";

/** Where cocotb lies in its Python environment. */
export interface CocotbFiles {
  /** Folder of the VPI libraries that simulators load. */
  readonly libraries: string;
  /** The C++ of the loop that runs Verilated models. */
  readonly verilatorMain: string;
}

export interface CocotbBuildOptions {
  readonly simulator: CocotbSimulator;
  readonly cocotb: CocotbFiles;
  /** Shows cocotb all signals, not only the ports, so that Verilator optimises none away. Icarus always does. */
  readonly internals: boolean;
  readonly abort?: AbortSignal | undefined;
}

/** A design compiled for cocotb. */
export interface CocotbBuild {
  /** What starts the simulation. */
  readonly command: readonly string[];
  /** Where it has to run: memories are read from there. */
  readonly folder: string;
}

/**
 * Compiles a design for cocotb, or takes it from the cache, whose key is everything that goes in. Assertions are on, and
 * an assertion that fails is printed and does not end the simulation.
 *
 * @throws SluiceError `verilator-failed`, `compiler-failed`, `icarus-failed`, and those of the tools, the sources and the
 * cache.
 */
export async function buildForCocotb(design: TestDesign, options: CocotbBuildOptions): Promise<CocotbBuild> {
  checkSources(design.files);
  return options.simulator === "icarus" ? buildIcarus(design, options) : buildVerilator(design, options);
}

/** cocotb's clocks are stated in ns. */
const timescale: SourceFile = { name: "sluice_timescale.sv", text: "`timescale 1ns / 1ps\n" };

async function buildIcarus(
  { top, files }: TestDesign,
  { cocotb, abort }: CocotbBuildOptions,
): Promise<CocotbBuild> {
  const [iverilog, vvp] = await Promise.all([requireTool("iverilog"), requireTool("vvp")]);
  const sources = [timescale, helperFile, ...files.map(forIcarus)];
  const key = keyOf("icarus", [iverilog.versionLine, top.name, sources]);
  const { folder } = await cached(key, async (temporary) => {
    await writeSources(temporary, sources);
    const tops = [top.name, helperName].flatMap((name) => ["-s", name]);
    const names = compiledFiles(sources).map(({ name }) => name);
    const args = ["-g2012", "-gassertions", "-o", "design.vvp", ...tops, ...names];
    await runStep("icarus-failed", top.name, { command: iverilog.path, args, cwd: temporary, abort });
  });
  const vpi = ["-M", cocotb.libraries, "-m", "libcocotbvpi_icarus"];
  return { command: [vvp.path, "-n", ...vpi, join(folder, "design.vvp")], folder };
}

/** As verilator.cpp of cocotb wants it: its own time, no shared context. -O1, since Python is what takes the time. */
const compilerFlags = (include: string): readonly string[] => [
  ...["-O1", "-fwrapv", "-std=gnu++17", "-w", "-I."],
  ...["-DVERILATOR=1", "-DVM_COVERAGE=0", "-DVM_SC=0", "-DVM_TIMING=0", "-DVM_TRACE=0"],
  ...["-I", include, "-I", join(include, "vltstd")],
  ...(process.arch === "x64" ? ["-mpopcnt"] : []),
];

/** The prefix that cocotb's C++ asks for. */
const prefix = "Vtop";

async function buildVerilator(design: TestDesign, options: CocotbBuildOptions): Promise<CocotbBuild> {
  const { cocotb, internals, abort } = options;
  const toolchain = await findToolchain();
  const { include, modelCompiler, versions } = toolchain;
  const { top, files } = design;
  const visible = publicSignals(top);
  const sources = [...files, visible];
  const main = await readFile(cocotb.verilatorMain, "utf8");
  const flags = compilerFlags(include);
  const key = keyOf("verilator", [versions, flags, internals, top.name, sources, main, cocotb.libraries]);
  const { folder } = await cached(key, async (temporary) => {
    const model = join(temporary, prefix);
    await mkdir(model);
    await writeSources(temporary, sources);
    const names = compiledFiles(files).map(({ name }) => name);
    const shown = internals ? ["--public-flat-rw"] : [visible.name];
    const verilate = ["--vpi", "--timescale", "1ns/1ps", "--prefix", prefix, "--Mdir", prefix];
    const run = { command: toolchain.verilator, cwd: temporary, abort };
    const args = [...verilatorFlags, ...verilate, "--top-module", top.name, ...shown, ...names];
    await runStep("verilator-failed", top.name, { ...run, args });
    const generated = (await readdir(model)).filter((name) => name.endsWith(".cpp")).sort();
    const unit = [...generated, cocotb.verilatorMain].map((name) => `#include ${JSON.stringify(name)}\n`);
    await writeFile(join(model, "unit.cc"), unit.join(""));
    const classes = runtimeClasses(await readFile(join(model, `${prefix}_classes.mk`), "utf8"));
    const runtime = await runtimeObjects(classes, toolchain, abort);
    const compile = { command: modelCompiler.path, cwd: model, abort };
    await runStep("compiler-failed", top.name, { ...compile, args: [...flags, "-c", "unit.cc"] });
    const libraries = [`-L${cocotb.libraries}`, `-Wl,-rpath,${cocotb.libraries}`, "-lcocotbvpi_verilator"];
    const link = ["-o", "../simulation", "unit.o", ...runtime, ...libraries, "-lpthread"];
    await runStep("compiler-failed", top.name, { ...compile, args: link });
    await rm(model, { recursive: true });
  });
  // An assertion counts as an error; at the limit of these Verilator aborts, before cocotb can say what it found.
  return { command: [join(folder, "simulation"), `+verilator+error+limit+${String(2 ** 31 - 1)}`], folder };
}

/** A file that tells Verilator to show the ports to cocotb; everything else is optimised as ever. */
function publicSignals(top: Module): SourceFile {
  const line = ({ name, direction }: Port): string =>
    `public_flat_${direction === "in" ? "rw" : "rd"} -module "${top.name}" -var "${name}"`;
  return {
    name: "sluice_public.vlt",
    text: ["`verilator_config", ...top.ports.map(line), ""].join("\n"),
  };
}

/** Verilator's runtime, compiled once for all designs. */
async function runtimeObjects(
  classes: readonly string[],
  { include, runtimeCompiler, versions }: Toolchain,
  abort: AbortSignal | undefined,
): Promise<readonly string[]> {
  const flags = compilerFlags(include);
  const { folder } = await cached(keyOf("runtime", [versions, flags, classes]), async (temporary) => {
    await mapParallel(classes, availableParallelism(), (name) => {
      const args = [...flags, "-c", join(include, `${name}.cpp`)];
      const run = { command: runtimeCompiler.path, args, cwd: temporary, abort };
      return runStep("compiler-failed", "Verilator's runtime", run);
    });
  });
  return classes.map((name) => join(folder, `${name}.o`));
}

async function runStep(code: string, what: string, run: ToolRun): Promise<void> {
  const outcome = await runTool(run);
  if (outcome.exitCode === 0) return;
  throw new SluiceError(code, `${run.command} ${ending(outcome)} on ${what}:\n${errorLines(outcome)}`);
}

function keyOf(what: string, content: unknown): string {
  const hash = createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 32);
  return `cocotb-${what}-${hash}`;
}
