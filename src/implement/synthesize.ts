import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { mapParallel } from "../../sim/parallel.ts";
import { checkSources, compiledFiles, writeSources, type SourceFile } from "../../sim/sources.ts";
import { cached } from "../../sim/verilator/cache.ts";
import { SluiceError } from "../error.ts";
import { add, areaOf, cellCounts, noArea, times, type Area } from "./area.ts";
import type { CellTiming } from "./delays.ts";
import { memoryResults, type MemoryResult } from "./memories.ts";
import type { Netlist, NetlistModule } from "./netlist.ts";
import {
  findTop,
  readCommand,
  readSurvey,
  surveyCommands,
  unitsOf,
  withParts,
  yosysName,
  type Survey,
  type Unit,
} from "./survey.ts";
import { timeModule, type LongestPath, type TimedModule } from "./timing.ts";
import { chooseYosys, runScript, type Yosys, type YosysChoice } from "./yosys.ts";

/** Yosys' name of a device family: 7 series; UltraScale and UltraScale+, whose logic is the same. */
export type Family = "xc7" | "xcup";

/**
 * The whole design at once; every module for itself; or parts of up to `flatSize` each at once, with all that is in
 * them, and the larger modules around them for themselves.
 */
export type Hierarchy = "flat" | "modules" | "parts";

export interface SynthesisOptions {
  readonly files: readonly SourceFile[];
  /** The module that is part of no other where not given. */
  readonly top?: string | undefined;
  readonly family: Family;
  readonly tool?: YosysChoice | undefined;
  /** `parts` where not given, which is `flat` where the whole design is no larger than such a part. */
  readonly hierarchy?: Hierarchy | undefined;
  /** For all of it. */
  readonly timeoutSeconds: number;
  /** How many modules are synthesised at a time; as many as there are processors where not given. */
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((message: string) => void) | undefined;
}

export interface ModuleResult extends Area {
  readonly module: string;
  readonly instances: number;
  /** Of the longest path within it, through its parts too; 0 where it has none. */
  readonly depthNs: number;
  readonly path: LongestPath | null;
  readonly cells: Readonly<Record<string, number>>;
  readonly memories: readonly MemoryResult[];
  /** Cells whose delays are not known, and nets on loops: paths through these are left out. */
  readonly untimed: Pick<TimedModule, "unknown" | "looping">;
}

export interface SynthesisResult extends Area {
  readonly tool: string;
  readonly family: Family;
  readonly top: string;
  /** Counted in one netlist of the whole design, or summed over `modules`. */
  readonly hierarchy: Hierarchy;
  readonly depthNs: number;
  /** Parts before what they are parts of. */
  readonly modules: readonly ModuleResult[];
}

/** The sum of `SurveyedModule.size` up to which a module is flattened: some 4,000 LUTs, and a minute of Yosys. */
export const flatSize = 60_000;

const flattenedSizes: Readonly<Record<Hierarchy, number>> = { flat: Infinity, parts: flatSize, modules: 0 };

/**
 * Synthesises RTL with Yosys for a Xilinx family, and counts and times the netlist. Results are cached by content.
 *
 * @throws SluiceErrors `no-rtl`, `memory-file-missing`, `rtl-unreadable`, `top-ambiguous`, `module-not-found`,
 * `yosys-failed`, `synthesis-timeout`, `interrupted`, and those of the tools and the cache.
 */
export async function synthesize(options: SynthesisOptions): Promise<SynthesisResult> {
  if (compiledFiles(options.files).length === 0) throw new SluiceError("no-rtl", "there is no SystemVerilog");
  checkSources(options.files);
  const limit = AbortSignal.timeout(options.timeoutSeconds * 1000);
  const { signal = limit } = options;
  let doing = "starting Yosys";
  const say = (message: string): void => {
    doing = message;
    options.onProgress?.(message);
  };
  try {
    const yosys = await chooseYosys(options.tool ?? "auto");
    return await run(options, { yosys, abort: AbortSignal.any([signal, limit]), say });
  } catch (error) {
    if (
      !(error instanceof SluiceError) ||
      error.code !== "interrupted" ||
      !limit.aborted ||
      (signal !== limit && signal.aborted)
    )
      throw error;
    const seconds = String(options.timeoutSeconds);
    throw new SluiceError("synthesis-timeout", `not done after ${seconds} s: ${doing}`, {
      where: "--timeout",
      hint: "allow more seconds; modules that are done are not done again",
      cause: error,
    });
  }
}

interface Context {
  readonly yosys: Yosys;
  readonly abort: AbortSignal;
  readonly say: (message: string) => void;
}

async function run(options: SynthesisOptions, context: Context): Promise<SynthesisResult> {
  const { files, family } = options;
  const survey = await surveyOf(files, options.top, context);
  const top = options.top ?? findTop(survey);
  const units = unitsOf(survey, top, flattenedSizes[options.hierarchy ?? "parts"]);
  // The largest first, so that none of them is left to run alone at the end.
  const bySize = [...units].sort((a, b) => b.size - a.size);
  let begun = 0;
  const synthesized = await mapParallel(bySize, options.workers ?? availableParallelism(), async (unit) => {
    const place = units.length === 1 ? "" : ` (${String(++begun)} of ${String(units.length)})`;
    const part = unit.name === top && unit.isFlat ? files : filesOf(files, unit, survey);
    return [unit.name, await netlistOf({ files: part, unit, family, survey }, place, context)] as const;
  });
  const netlists = new Map(synthesized);

  const timings = new Map<string, CellTiming>();
  const modules = units.map(({ name, instances }): ModuleResult => {
    const netlist = netlists.get(name);
    if (netlist === undefined) throw new Error(`no netlist of ${name}`);
    const { module, log } = netlist;
    const { longest, timing, unknown, looping } = timeModule(module, timings);
    timings.set(name, timing);
    return {
      module: name,
      instances,
      ...areaOf(module),
      depthNs: (longest?.ps ?? 0) / 1000,
      path: longest,
      cells: cellCounts(module),
      memories: memoryResults(log, name, survey),
      untimed: { unknown, looping },
    };
  });
  return {
    tool: context.yosys.label,
    family,
    top,
    hierarchy: units.length === 1 ? "flat" : (options.hierarchy ?? "parts"),
    ...modules.map((module) => times(module.instances, module)).reduce(add, noArea),
    depthNs: Math.max(...modules.map(({ depthNs }) => depthNs)),
    modules,
  };
}

async function surveyOf(
  files: readonly SourceFile[],
  top: string | undefined,
  { yosys, abort, say }: Context,
): Promise<Survey> {
  const commands = surveyCommands(files, top);
  say("reading the RTL");
  const { folder } = await cached(keyOf(yosys, commands, files), async (temporary) => {
    await writeSources(temporary, files);
    try {
      await runScript(yosys, { folder: temporary, commands, abort });
    } catch (error) {
      if (!(error instanceof SluiceError) || error.code !== "yosys-failed") throw error;
      const { message, where, hint } = error;
      throw new SluiceError("rtl-unreadable", message, { where, hint, cause: error });
    }
    const json = JSON.parse(await readFile(join(temporary, "survey.json"), "utf8")) as Netlist;
    await rm(join(temporary, "survey.json"));
    await removeSources(temporary, files);
    await writeFile(join(temporary, "survey"), JSON.stringify(readSurvey(json)));
  });
  return JSON.parse(await readFile(join(folder, "survey"), "utf8")) as Survey;
}

/** The files of a unit: its own first, then those of what is in it, or of its parts, of which only the ports are read. */
function filesOf(
  files: readonly SourceFile[],
  { name, isFlat }: Unit,
  survey: Survey,
): readonly SourceFile[] {
  const parts = isFlat ? withParts(survey, name) : Object.values(survey.modules[name]?.instances ?? {});
  const found = [...new Set([name, ...parts])].map((module) => fileOf(files, module));
  // Yosys opens memory files of modules too of which it then keeps only the ports.
  const memories = found.flatMap(({ text }) =>
    [...text.matchAll(/\$readmem[bh]\s*\(\s*"([^"]*)"/g)].map(([, file]) => file),
  );
  return [...new Set(found), ...files.filter((file) => memories.includes(file.name))];
}

function fileOf(files: readonly SourceFile[], module: string): SourceFile {
  const heading = new RegExp(`^\\s*module\\s+${module.replaceAll("$", "\\$")}\\b`, "m");
  const file = compiledFiles(files).find(({ text }) => heading.test(text));
  if (file !== undefined) return file;
  throw new SluiceError("module-not-found", `no file holds the module ${module}`, {
    hint: "modules with parameters cannot be done one by one: --hierarchy flat",
  });
}

interface Task {
  readonly files: readonly SourceFile[];
  readonly unit: Unit;
  readonly family: Family;
  readonly survey: Survey;
}

/** A unit as Xilinx cells, and what Yosys said meanwhile. */
async function netlistOf(
  task: Task,
  place: string,
  { yosys, abort, say }: Context,
): Promise<{ readonly module: NetlistModule; readonly log: string }> {
  const { files } = task;
  const { name } = task.unit;
  const what = `${name}${place}`;
  const commands = synthesisCommands(task);
  const { folder } = await cached(keyOf(yosys, commands, files), async (temporary) => {
    await writeSources(temporary, files);
    say(`synthesising ${what}`);
    const onPass = (pass: string): void => {
      say(`synthesising ${what}: ${pass}`);
    };
    await runScript(yosys, { folder: temporary, commands, abort, onPass });
    const netlist = await readFile(join(temporary, "netlist.json"));
    await rm(join(temporary, "netlist.json"));
    await removeSources(temporary, files);
    await writeFile(join(temporary, "netlist.json.gz"), await promisify(gzip)(netlist));
  });
  const text = await promisify(gunzip)(await readFile(join(folder, "netlist.json.gz")));
  const module = (JSON.parse(text.toString()) as Netlist).modules[name];
  if (module === undefined) throw new Error(`Yosys wrote no netlist of ${name}`);
  return { module, log: await readFile(join(folder, "yosys.log"), "utf8") };
}

/** The flow that the baselines of issue 4 were measured with. */
function synthesisCommands({ files, unit, family, survey }: Task): readonly string[] {
  const { isFlat } = unit;
  const name = yosysName(unit.name);
  const own = isFlat ? files : compiledFiles(files).slice(0, 1);
  const inside = isFlat ? withParts(survey, name) : [name];
  const parts = compiledFiles(files).filter((file) => !own.includes(file));
  // Yosys knows no distributed ROM and gives up on one: what is meant is LUTs, which it calls logic.
  const lutRoms = Object.entries(survey.modules).flatMap(([module, { memories }]) =>
    Object.entries(memories)
      .filter(([, { isRom, style }]) => isRom && style === "distributed")
      .map(([memory]) => [module, memory] as const),
  );
  const flow = `synth_xilinx -abc9 -flatten -family ${family} -top ${name}`;
  return [
    readCommand(own),
    ...(parts.length === 0 ? [] : [readCommand(parts, "-lib ")]),
    ...lutRoms
      .filter(([module]) => inside.includes(module))
      .map(([module, memory]) => `setattr -set rom_style "logic" ${yosysName(`${module}/${memory}`)}`),
    `${flow} -run begin:map_ffram`,
    // Yosys 0.23 leaves ports of block RAMs narrower than they are, over which its abc9 passes crash; this widens them.
    `hierarchy -check -top ${name}`,
    `${flow} -run map_ffram:`,
    `json -o netlist.json ${name}`,
  ];
}

/** They are what the key is made of; the cache need not keep them. */
async function removeSources(folder: string, files: readonly SourceFile[]): Promise<void> {
  await Promise.all(files.map(({ name }) => rm(join(folder, name), { force: true })));
}

function keyOf(yosys: Yosys, commands: readonly string[], files: readonly SourceFile[]): string {
  const content = [yosys.label, commands, files.map(({ name, text }) => [name, text])];
  return `yosys-${createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 32)}`;
}
