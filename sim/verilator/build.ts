import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { SluiceError } from "../../src/error.ts";
import { viewMacros, widthOf, type Module, type View } from "../../src/ir/index.ts";
import { mapParallel, splitEvenly } from "../parallel.ts";
import { ending, errorLines, runTool, type ToolOutcome } from "../process.ts";
import { checkSources, compiledFiles, writeSources, type TestDesign } from "../sources.ts";
import { className, dispatchText, modelFolder, unitText, type VerilatedModel } from "./binding.ts";
import { cached } from "./cache.ts";
import { findToolchain, type Toolchain } from "./toolchain.ts";

export interface BuildOptions {
  /** Makes models that can write a waveform; they compile and run several times slower. */
  readonly trace?: boolean;
  /** Default true. False compiles 2.4 times sooner and runs several times slower: for many designs with short runs. */
  readonly optimize?: boolean;
  /** Makes models that count which lines, branches and bits are used; they run slower. */
  readonly coverage?: boolean;
  /** Default `plain`; `implementation` makes models of the cells that synthesis sees, which run many times slower. */
  readonly view?: View;
  /** Ends the build, leaving nothing behind. */
  readonly abort?: AbortSignal;
}

/** Compiled designs in one shared library. Plain data: it can be sent to another process. */
export interface ModelLibrary {
  /** The shared library. */
  readonly path: string;
  /** The designs' tops, in the order in which they were given. */
  readonly tops: readonly Module[];
  readonly trace: boolean;
  /** Verilator and compilers, as they name themselves. */
  readonly versions: readonly string[];
  /** It was in the cache: neither Verilator nor a compiler ran. */
  readonly fromCache: boolean;
}

/** As {@link buildModels}, for one design. */
export function buildModel(design: TestDesign, options: BuildOptions = {}): Promise<ModelLibrary> {
  return buildModels([design], options);
}

/**
 * Compiles designs with Verilator and a C++ compiler into one shared library, or takes it from the cache, whose key is
 * everything that goes in: sources, ports, flags, harness, and the versions of the tools. Many small designs in one
 * library cost a fraction of as many libraries: each must be complete in itself, and their module names may clash.
 *
 * @throws SluiceError `verilator-failed`, `compiler-failed`, `zlib-missing`, `port-mismatch`, `interrupted`, and those
 * of the toolchain, the sources and the cache.
 */
export async function buildModels(
  designs: readonly TestDesign[],
  options: BuildOptions = {},
): Promise<ModelLibrary> {
  for (const { files } of designs) checkSources(files);
  const trace = options.trace ?? false;
  const build: Build = {
    toolchain: await findToolchain(),
    trace,
    optimize: options.optimize ?? true,
    coverage: options.coverage ?? false,
    view: options.view ?? "plain",
    abort: options.abort,
  };
  const { folder, hit } = await cached(libraryKey(designs, build), (temporary) =>
    makeLibrary(temporary, designs, build),
  );
  return {
    path: join(folder, libraryName),
    tops: designs.map(({ top }) => top),
    trace,
    versions: build.toolchain.versions,
    fromCache: hit,
  };
}

interface Build {
  readonly toolchain: Toolchain;
  readonly trace: boolean;
  readonly optimize: boolean;
  readonly coverage: boolean;
  readonly view: View;
  readonly abort: AbortSignal | undefined;
}

const libraryName = "model.so";

const here = dirname(fileURLToPath(import.meta.url));

/**
 * Undefined values are 0 and assertions are on; nothing that Verilator warns of matters here: that is for lint.
 * Verilator 5.006 loses an inversion where it rearranges trees of bitwise operators, and the peepholes of its data flow
 * graph take `a <= b` of two equal signed constants for false.
 */
export const verilatorFlags = [
  "--cc",
  "--assert",
  "--no-timing",
  ...["--x-assign", "0", "--x-initial", "0"],
  ...["-fno-const-bit-op-tree", "-fno-dfg-peephole"],
  ...["-Wno-fatal", "-Wno-lint", "-Wno-style"],
];

/** Verilator multiplies signed numbers as C++ ints, whose overflow compilers take for impossible but for -fwrapv. */
const commonFlags = [
  ...["-fwrapv", "-std=gnu++17", "-fPIC", "-fvisibility=hidden", "-w", "-I."],
  ...["-DVERILATOR=1", "-DVM_SC=0", "-DVM_TIMING=0", "-DVL_TIME_CONTEXT"],
  ...["-DVL_USER_STOP", "-DVL_USER_FINISH", "-DVL_USER_FATAL"],
  ...(process.arch === "x64" ? ["-mpopcnt", "-fcf-protection=none"] : []),
];

/** -Os, Verilator's own choice, makes models three times slower. */
export const modelFlags = (optimize: boolean): string[] => [
  optimize ? "-O2" : "-O0",
  ...["-include", join(here, "prelude.h")],
];
const runtimeFlags = ["-O3", "-include", join(here, "runtime.h")];

export function compilerFlags({
  toolchain,
  trace,
  coverage,
}: Pick<Build, "toolchain" | "trace" | "coverage">): string[] {
  const traceFlag = String(Number(trace));
  return [
    ...commonFlags,
    `-DVM_COVERAGE=${String(Number(coverage))}`,
    ...[`-DVM_TRACE=${traceFlag}`, `-DVM_TRACE_FST=${traceFlag}`, "-DVM_TRACE_VCD=0"],
    ...["-I", here, "-I", toolchain.include, "-I", join(toolchain.include, "vltstd")],
  ];
}

function libraryKey(designs: readonly TestDesign[], build: Build): string {
  const content = designs.map(({ top, files }) => [
    top.name,
    top.ports.map(({ name, direction, type }) => [name, direction, widthOf(type)]),
    files.map(({ name, text }) => [name, text]),
  ]);
  return keyOf(build, [build.optimize, viewMacros[build.view], content]);
}

/** Files of Sluice that decide on what is built. */
const script = extname(fileURLToPath(import.meta.url));
const ownFiles = ["harness.h", "harness.cpp", "prelude.h", "runtime.h", `build${script}`, `binding${script}`];

function keyOf({ toolchain, trace, coverage }: Build, content: unknown): string {
  const own = ownFiles.map((name) => readFileSync(join(here, name), "utf8"));
  return createHash("sha256")
    .update(JSON.stringify([content, trace, coverage, toolchain.versions, own]))
    .digest("hex")
    .slice(0, 32);
}

async function makeLibrary(folder: string, designs: readonly TestDesign[], build: Build): Promise<void> {
  const models = await mapParallel(designs, availableParallelism(), (design, index) =>
    verilate(folder, design, index, build),
  );
  const runtime = await runtimeFolder(folder, models, build);
  const units = splitEvenly(models, availableParallelism());
  const objects = await mapParallel(units, units.length, async (unit, i) => {
    const name = `unit${String(i)}`;
    const text = unitText(unit) + (i === 0 ? dispatchText(models.length) : "");
    await writeFile(join(folder, `${name}.cpp`), text);
    const args = [
      ...compilerFlags(build),
      ...modelFlags(build.optimize),
      "-c",
      `${name}.cpp`,
      "-o",
      `${name}.o`,
    ];
    await compile(folder, build.toolchain.modelCompiler.path, args, build);
    return `${name}.o`;
  });
  const runtimeObjects = (await readdir(runtime)).filter((name) => name.endsWith(".o")).sort();
  await compile(
    folder,
    build.toolchain.modelCompiler.path,
    [
      ...["-shared", "-o", libraryName, ...objects],
      ...runtimeObjects.map((name) => join(runtime, name)),
      ...(build.trace ? ["-lz"] : []),
    ],
    build,
  );
  for (const name of await readdir(folder)) {
    if (/^unit\d+\./.test(name)) await rm(join(folder, name));
  }
  for (const { index } of models) {
    await rm(join(folder, modelFolder(index), className(index)), { recursive: true });
  }
}

/** Writes the sources to the model's folder, where they stay for `$readmemh`, and the C++ to a folder in it. */
async function verilate(
  folder: string,
  { top, files }: TestDesign,
  index: number,
  { toolchain, trace, coverage, view, abort }: Build,
): Promise<VerilatedModel> {
  const sources = join(folder, modelFolder(index));
  const name = className(index);
  await mkdir(join(sources, name), { recursive: true });
  await writeSources(sources, files);
  const outcome = await runTool({
    command: toolchain.verilator,
    args: [
      ...verilatorFlags,
      ...viewMacros[view].map((macro) => `-D${macro}`),
      ...(trace ? ["--trace-fst"] : []),
      ...(coverage ? ["--coverage-line", "--coverage-toggle"] : []),
      ...["--prefix", name, "--Mdir", name, "--top-module", top.name],
      ...compiledFiles(files).map((file) => file.name),
    ],
    cwd: sources,
    abort,
  });
  if (outcome.exitCode !== 0) {
    throw new SluiceError(
      "verilator-failed",
      `Verilator ${ending(outcome)} on ${top.name}:\n${errorLines(outcome)}`,
    );
  }
  const generated = (await readdir(join(sources, name))).filter((file) => file.endsWith(".cpp")).sort();
  return {
    index,
    top,
    sources: generated.map((file) => `${modelFolder(index)}/${name}/${file}`),
    header: await readFile(join(sources, name, `${name}.h`), "utf8"),
    trace,
    coverage,
  };
}

/** Folder with the objects of Verilator's runtime and of the harness, which do not depend on the designs. */
async function runtimeFolder(
  folder: string,
  models: readonly VerilatedModel[],
  build: Build,
): Promise<string> {
  const { toolchain } = build;
  const classes = new Set<string>();
  for (const { index } of models) {
    const list = join(folder, modelFolder(index), className(index), `${className(index)}_classes.mk`);
    for (const name of runtimeClasses(await readFile(list, "utf8"))) classes.add(name);
  }
  const sources = [
    join(here, "harness.cpp"),
    ...[...classes].sort().map((name) => join(toolchain.include, `${name}.cpp`)),
  ];
  const entry = await cached(`runtime-${keyOf(build, sources)}`, async (temporary) => {
    await mapParallel(sources, availableParallelism(), (source, i) =>
      compile(
        temporary,
        toolchain.runtimeCompiler.path,
        [...compilerFlags(build), ...runtimeFlags, "-c", source, "-o", `${String(i)}.o`],
        build,
      ),
    );
  });
  return entry.folder;
}

/** Names of the runtime's sources in Verilator's list of what a model needs. */
export function runtimeClasses(makefile: string): readonly string[] {
  return [...makefile.matchAll(/^VM_GLOBAL_\w+ \+= \\\n((?:\t.*\n)*)/gm)].flatMap(([, list]) =>
    [...(list ?? "").matchAll(/\w+/g)].map(([name]) => name),
  );
}

async function compile(
  cwd: string,
  command: string,
  args: readonly string[],
  { trace, abort }: Build,
): Promise<void> {
  const outcome = await runTool({ command, args, cwd, abort });
  if (outcome.exitCode !== 0) throw compilerError(command, outcome, trace);
}

function compilerError(command: string, outcome: ToolOutcome, trace: boolean): SluiceError {
  if (trace && /zlib\.h|-lz\b/.test(outcome.stderr)) {
    return new SluiceError("zlib-missing", "writing waveforms needs zlib's header and library", {
      hint: "Debian, Ubuntu: apt-get install zlib1g-dev; macOS: brew install zlib",
    });
  }
  const hint = outcome.signal === "SIGKILL" ? "it may have run out of memory" : undefined;
  return new SluiceError(
    "compiler-failed",
    `${command} ${ending(outcome)} on a Verilator model:\n${errorLines(outcome)}`,
    { hint },
  );
}
