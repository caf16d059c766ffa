import { availableParallelism } from "node:os";
import { SluiceError } from "../src/error.ts";
import { viewMacros, widthOf, type Module, type Port, type View } from "../src/ir/index.ts";
import { mapParallel, splitEvenly } from "./parallel.ts";
import {
  ending,
  errorLines,
  runTool,
  withTemporaryFolder,
  type ToolOutcome,
  type ToolRun,
} from "./process.ts";
import { amongMaps, placeOf } from "./places.ts";
import { checkSources, compiledFiles, writeSources, type SourceFile, type TestDesign } from "./sources.ts";
import { requireTool } from "./tools.ts";
import { drivenPorts, inputValues, limbsOf, sampledPorts, type Samples, type Stimulus } from "./vectors.ts";

export interface IcarusCase {
  readonly design: TestDesign;
  /** `implementation` runs the cells that synthesis sees of components that have some; default `plain`. */
  readonly view?: View;
  readonly stimulus: Stimulus;
}

export interface IcarusResult {
  /** Bits that are x or z read 0 here. */
  readonly values: Samples;
  /** 1 where a bit is x or z. */
  readonly unknown: Samples;
  /** Failed assertions and other errors, as Icarus words them, and where the design's source maps find their TypeScript. */
  readonly errors: readonly { readonly tick: number; readonly message: string; readonly place?: string }[];
}

/**
 * Runs many designs in Icarus Verilog, each on its own stimulus, in as few processes as there are cores: designs whose
 * module or file names clash, or that are run in different views, take turns. Results are in the order of the cases. Compare them with another simulator's
 * only after a reset: before it, an `if` on an unknown takes its else, and a known bit may come of an unknown one.
 *
 * @throws SluiceError `icarus-failed` and those of the tools.
 */
export async function sampleIcarus(
  cases: readonly IcarusCase[],
  abort?: AbortSignal,
): Promise<readonly IcarusResult[]> {
  const [iverilog, vvp] = await Promise.all([requireTool("iverilog"), requireTool("vvp")]);
  for (const { design } of cases) checkSources(design.files);
  const batches = splitEvenly([...cases.entries()], availableParallelism()).flatMap(splitAtClashes);
  const outputs = await mapParallel(batches, availableParallelism(), (batch) =>
    withTemporaryFolder(async (folder) => {
      const sources = mergeFiles(batch.flatMap(([, { design }]) => design.files)).map(forIcarus);
      const benches = batch.flatMap(([index, one]) => benchFiles(index, one));
      await writeSources(folder, [helperFile, ...sources, ...benches]);
      const designs = batch.map(([, { design }]) => design.top.name).join(", ");
      const run = async (command: string, args: readonly string[]): Promise<string> => {
        const outcome = await runLimited({ command, args, cwd: folder, abort }, designs);
        if (outcome.exitCode === 0) return outcome.stdout;
        throw new SluiceError(
          "icarus-failed",
          `${command} ${ending(outcome)} on ${designs}:\n${errorLines(outcome)}`,
        );
      };
      const tops = [helperName, ...batch.map(([index]) => benchName(index))].flatMap((name) => ["-s", name]);
      const files = [helperFile, ...sources, ...benches];
      await run(iverilog.path, [
        ...["-g2012", "-gassertions", "-o", "batch.vvp", ...tops],
        ...viewMacros[viewIn(batch[0])].map((macro) => `-D${macro}`),
        ...compiledFiles(files).map(({ name }) => name),
      ]);
      return run(vvp.path, ["-n", "batch.vvp"]);
    }),
  );
  return cases.map((one, index) => {
    const batch = batches.findIndex((members) => members.some(([member]) => member === index));
    return parseResult(index, one, outputs[batch] ?? "");
  });
}

/** A design that oscillates would run for ever. */
const secondsPerBatch = 120;

async function runLimited(run: ToolRun, designs: string): Promise<ToolOutcome> {
  const limit = AbortSignal.timeout(1000 * secondsPerBatch);
  const aborts = run.abort === undefined ? [limit] : [limit, run.abort];
  try {
    return await runTool({ ...run, abort: AbortSignal.any(aborts) });
  } catch (error) {
    if (!limit.aborted) throw error;
    throw new SluiceError(
      "icarus-failed",
      `${run.command} did not end within ${String(secondsPerBatch)} s on ${designs}`,
      { cause: error },
    );
  }
}

/**
 * Around two faults of Icarus 11. It loops for ever where an always_comb that assigns a signal twice feeds another
 * always_comb through a third; `always @*` means the same, but that it waits for a change of what it reads, which may
 * be constants alone: every block also reads a signal that changes once. And `$countones` in an always block counts
 * bits of an expression that a cast has cut off; those of a signal it counts right.
 */
export function forIcarus({ name, text }: SourceFile): SourceFile {
  const started = text.replace(/\balways_comb begin\b/g, `always @* begin if (${helperName}.go) ;`);
  return { name, text: withOnes(started.replace(/\balways_comb\b/g, "always @*")) };
}

/** Every `$countones(x)` as a call of the helper's function, braces keeping `x` unsigned and in its own width. */
function withOnes(text: string): string {
  const call = "$countones(";
  let done = text;
  // The last first, so that a call inside another is replaced before it.
  for (let at = done.lastIndexOf(call); at >= 0; at = done.lastIndexOf(call)) {
    let end = at + call.length;
    for (let depth = 1; end < done.length; end++) {
      depth += done[end] === "(" ? 1 : done[end] === ")" ? -1 : 0;
      if (depth === 0) break;
    }
    const counted = done.slice(at + call.length, end);
    done = `${done.slice(0, at)}${helperName}.ones({${counted}})${done.slice(end + 1)}`;
  }
  return done;
}

/** A module beside the top, which what `forIcarus` gives refers to. */
export const helperName = "sluice_helper";

export const helperFile: SourceFile = {
  name: `${helperName}.sv`,
  text: `module ${helperName};
  logic go = 1'b0;
  initial #1 go = 1'b1;
  function automatic integer ones(input logic [16383:0] bits);
    ones = $countones(bits);
  endfunction
endmodule
`,
};

type Numbered = readonly [number, IcarusCase];

function viewIn(member: Numbered | undefined): View {
  return member?.[1].view ?? "plain";
}

/** Cuts a batch into ones within which a file or module name stands for one text only. */
function splitAtClashes(batch: readonly Numbered[]): readonly (readonly Numbered[])[] {
  const batches: { readonly members: Numbered[]; readonly texts: Map<string, string> }[] = [];
  for (const member of batch) {
    const view = viewIn(member);
    const names = member[1].design.files.flatMap((file) =>
      declaredNames(file).map((name): [string, string] => [name, file.text]),
    );
    const fits = ({ members, texts }: (typeof batches)[number]): boolean =>
      viewIn(members[0]) === view && names.every(([name, text]) => (texts.get(name) ?? text) === text);
    let home = batches.find(fits);
    if (home === undefined) batches.push((home = { members: [], texts: new Map() }));
    home.members.push(member);
    for (const [name, text] of names) home.texts.set(name, text);
  }
  return batches.map(({ members }) => members);
}

/** What no two different files of one batch may both have: their own name and the modules in them. */
function declaredNames({ name, text }: SourceFile): readonly string[] {
  const modules = [...text.matchAll(/^\s*module\s+(\w+)/gm)].map(([, module]) => `module ${module ?? ""}`);
  return [`file ${name}`, ...modules];
}

function mergeFiles(files: readonly SourceFile[]): readonly SourceFile[] {
  return [...new Map(files.map((file) => [file.name, file])).values()];
}

function benchName(index: number): string {
  return `sluice_bench_${String(index)}`;
}

/**
 * A test bench and its stimulus, one word of all inputs per tick. A tick takes ten time units: inputs change at 0,
 * outputs are printed at 4, clocks rise at 5 and fall at 10.
 */
function benchFiles(index: number, { design: { top }, stimulus }: IcarusCase): readonly SourceFile[] {
  const name = benchName(index);
  const inputs = drivenPorts(top);
  const outputs = sampledPorts(top);
  const words = Array.from({ length: stimulus.ticks }, (_, tick) =>
    concatenate(inputs.map((port) => [port, valueAt(top, port, stimulus, tick)])).toString(16),
  );
  // A module has the clocks that something in it is clocked by.
  const clocks = top.domains
    .filter(({ clock }) => top.ports.some((port) => port.name === clock))
    .map(({ name: domain, clock }) => ({ clock, period: stimulus.periods?.[domain] ?? 1 }));
  const connections = [
    ...clocks.map(({ clock }) => `.${clock}(clock_${clock})`),
    ...slices(inputs).map(([port, slice]) => `.${port.name}(inputs${slice})`),
    ...slices(outputs).map(([port, slice]) => `.${port.name}(outputs${slice})`),
  ];
  const text = [
    `module ${name};`,
    ...clocks.map(({ clock }) => `  logic clock_${clock} = 1'b0;`),
    `  logic [${String(Math.max(1, totalWidth(inputs)) - 1)}:0] stimulus [0:${String(stimulus.ticks - 1)}];`,
    `  logic [${String(Math.max(1, totalWidth(inputs)) - 1)}:0] inputs;`,
    `  wire [${String(Math.max(1, totalWidth(outputs)) - 1)}:0] outputs;`,
    "  integer tick;",
    `  ${top.name} dut (${connections.join(", ")});`,
    "  initial begin",
    `    $readmemh("${name}.hex", stimulus);`,
    `    for (tick = 0; tick < ${String(stimulus.ticks)}; tick = tick + 1) begin`,
    "      inputs = stimulus[tick];",
    `      #4 $display("@${String(index)} %b", outputs);`,
    "      #1;",
    ...clocks.map(({ clock, period }) => `      clock_${clock} = (tick + 1) % ${String(period)} == 0;`),
    "      #5;",
    ...clocks.map(({ clock }) => `      clock_${clock} = 1'b0;`),
    "    end",
    "  end",
    "endmodule",
    "",
  ].join("\n");
  return [
    { name: `${name}.sv`, text },
    { name: `${name}.hex`, text: `${words.join("\n")}\n` },
  ];
}

function parseResult(
  index: number,
  { design: { top, maps }, stimulus }: IcarusCase,
  output: string,
): IcarusResult {
  const lines = [...output.matchAll(new RegExp(`^@${String(index)} ([01xz]+)$`, "gm"))];
  if (lines.length !== stimulus.ticks) {
    throw new SluiceError(
      "icarus-failed",
      `Icarus ended ${top.name} after ${String(lines.length)} of ${String(stimulus.ticks)} ticks`,
    );
  }
  const ports = sampledPorts(top);
  const read = (digit: (text: string) => string): Samples => {
    const words = lines.map(([, text = ""]) => BigInt(`0b${digit(text)}`));
    let offset = 0;
    const entries = ports.map((port): [string, Uint32Array] => {
      const width = widthOf(port.type);
      const values = words.map((word) => BigInt.asUintN(width, word >> BigInt(offset)));
      offset += width;
      return [port.name, toLimbs(values, width)];
    });
    return Object.fromEntries(entries);
  };
  const scope = `${benchName(index)}\\.dut`;
  const errors = [
    ...output.matchAll(new RegExp(`^ERROR: (.*)\\n\\s+Time: (\\d+)\\s+Scope: ${scope}\\b`, "gm")),
  ].map(([, message = "", time = "0"]) => {
    const place = placeOf(message, amongMaps(maps));
    const error = { tick: Math.floor(Number(time) / 10), message: message.trim() };
    return place === undefined ? error : { ...error, place };
  });
  return {
    values: read((text) => text.replace(/[xz]/g, "0")),
    unknown: read((text) => text.replaceAll("1", "0").replace(/[xz]/g, "1")),
    errors,
  };
}

function totalWidth(ports: readonly Port[]): number {
  return ports.reduce((sum, port) => sum + widthOf(port.type), 0);
}

/** Every port with its part select of the concatenation of all, first port least significant. */
function slices(ports: readonly Port[]): readonly (readonly [Port, string])[] {
  let offset = 0;
  return ports.map((port) => {
    const lsb = offset;
    offset += widthOf(port.type);
    return [port, `[${String(offset - 1)}:${String(lsb)}]`];
  });
}

function valueAt(top: Module, port: Port, stimulus: Stimulus, tick: number): bigint {
  const size = limbsOf(widthOf(port.type));
  const limbs = inputValues(top, port, stimulus).subarray(tick * size, (tick + 1) * size);
  return limbs.reduceRight((value, limb) => (value << 32n) | BigInt(limb), 0n);
}

function concatenate(values: readonly (readonly [Port, bigint])[]): bigint {
  return values.reduceRight((word, [port, value]) => (word << BigInt(widthOf(port.type))) | value, 0n);
}

function toLimbs(values: readonly bigint[], width: number): Uint32Array {
  const size = limbsOf(width);
  const limbs = new Uint32Array(values.length * size);
  values.forEach((value, i) => {
    for (let limb = 0; limb < size; limb++) {
      limbs[i * size + limb] = Number(BigInt.asUintN(32, value >> BigInt(32 * limb)));
    }
  });
  return limbs;
}
