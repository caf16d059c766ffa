import { SluiceError } from "../../src/error.ts";
import { widthOf } from "../../src/ir/index.ts";
import { createNativeSimulator } from "../../src/simulate/native.ts";
import type { Simulator } from "../../src/simulate/simulator.ts";
import { sampleIcarus } from "../../sim/icarus.ts";
import { buildModels, VerilatorSimulator } from "../../sim/verilator/index.ts";
import {
  inputValues,
  limbsOf,
  sampledPorts,
  sampleSimulator,
  drivenPorts,
  type Samples,
} from "../../sim/vectors.ts";
import type { FuzzDesign } from "./design.ts";

/** The first value on which what was run does not agree, or why something did not run. */
export interface Disagreement {
  readonly port: string;
  readonly tick: number;
  /** By who computed it: hexadecimal, with x where Icarus does not know a bit. */
  readonly values: Readonly<Record<string, string>>;
}

export type Tool = "native" | "verilator" | "icarus";

export const allTools: readonly Tool[] = ["native", "verilator", "icarus"];

interface Outcome {
  readonly samples: Samples;
  readonly unknown?: Samples;
}

/** What a tool computed; a message where it stopped. */
type Run = Outcome | { readonly failed: string };

/**
 * What Verilator 5.006 says when it stumbles over itself: its gate optimiser ends at an internal assertion, or takes a
 * constant apart that it made itself. It says so aloud, so that nothing wrong is simulated; such a design is compared
 * in the other tools, and how many there may be is bounded by the tests.
 */
const verilatorFaults =
  /V3Gate\.cpp:\d+: Consumer doesn't match|Value too wide for 32-bits expected|Unsupported: 4-state numbers in this context/;

function isRefused(run: { readonly failed: string }): boolean {
  return verilatorFaults.test(run.failed);
}

/** Runs designs, each on its own stimulus, and compares all outputs in all ticks. Results are in the designs' order. */
export async function compareAll(
  designs: readonly FuzzDesign[],
  tools: readonly Tool[] = allTools,
  {
    refused = () => undefined,
    optimize = true,
  }: { readonly refused?: (design: FuzzDesign) => void; readonly optimize?: boolean } = {},
): Promise<readonly (Disagreement | undefined)[]> {
  const runs: Readonly<Record<string, readonly Run[]>> = {
    native: tools.includes("native") ? designs.map(runNative) : [],
    verilator: tools.includes("verilator") ? await runVerilator(designs, optimize) : [],
    icarus: tools.includes("icarus") ? await runIcarus(designs) : [],
  };
  return designs.map((design, i) =>
    firstDisagreement(
      design,
      new Map(
        tools.flatMap((tool): [Tool, Run][] => {
          const run = runs[tool]?.[i];
          if (run === undefined) return [];
          if (tool === "verilator" && "failed" in run && isRefused(run)) {
            refused(design);
            return [];
          }
          return [[tool, run]];
        }),
      ),
    ),
  );
}

function runNative({ design, stimulus }: FuzzDesign): Run {
  return sampled(() => createNativeSimulator(design, { periods: stimulus.periods ?? {} }), stimulus);
}

function sampled(start: () => Simulator, stimulus: FuzzDesign["stimulus"]): Run {
  try {
    const simulator = start();
    try {
      return { samples: sampleSimulator(simulator, stimulus) };
    } finally {
      simulator.close();
    }
  } catch (error) {
    return { failed: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  if (error instanceof SluiceError) return `${error.code}: ${error.message} (${error.where ?? ""})`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function runVerilator(designs: readonly FuzzDesign[], optimize: boolean): Promise<readonly Run[]> {
  try {
    const models = designs.map(({ test }) => test);
    const library = await buildModels(models, { optimize });
    return designs.map(({ stimulus }, design) =>
      sampled(() => new VerilatorSimulator(library, { design, periods: stimulus.periods ?? {} }), stimulus),
    );
  } catch (error) {
    return alone(designs, error, (some) => runVerilator(some, optimize));
  }
}

async function runIcarus(designs: readonly FuzzDesign[]): Promise<readonly Run[]> {
  try {
    const results = await sampleIcarus(designs.map(({ test, stimulus }) => ({ design: test, stimulus })));
    return results.map(({ values, unknown, errors }, i): Run => {
      const failed = errors.find(({ tick }) => tick >= (designs[i]?.definedFrom ?? 0));
      return failed === undefined
        ? { samples: values, unknown }
        : { failed: `tick ${String(failed.tick)}: ${failed.message}` };
    });
  } catch (error) {
    return alone(designs, error, runIcarus);
  }
}

/** One design that a tool refuses spoils its batch: the others run without it. */
async function alone(
  designs: readonly FuzzDesign[],
  error: unknown,
  run: (designs: readonly FuzzDesign[]) => Promise<readonly Run[]>,
): Promise<readonly Run[]> {
  const failed: Run = { failed: messageOf(error) };
  if (designs.length <= 1) return designs.map(() => failed);
  const named = designs.filter(({ test }) => messageOf(error).includes(` on ${test.top.name}:`));
  const [culprit] = named;
  if (named.length === 1 && culprit !== undefined) {
    const others = await run(designs.filter((design) => design !== culprit));
    return others.toSpliced(designs.indexOf(culprit), 0, failed);
  }
  // Nobody says which one it is.
  const half = Math.ceil(designs.length / 2);
  return [...(await run(designs.slice(0, half))), ...(await run(designs.slice(half)))];
}

function firstDisagreement(design: FuzzDesign, runs: ReadonlyMap<Tool, Run>): Disagreement | undefined {
  const failures = [...runs].flatMap(([tool, run]) => ("failed" in run ? [[tool, run.failed] as const] : []));
  if (failures.length > 0) return { port: "", tick: 0, values: Object.fromEntries(failures) };
  const { stimulus, definedFrom, test } = design;
  const outcomes = [...runs].flatMap(([tool, run]) => ("failed" in run ? [] : [[tool, run] as const]));
  const expected = reference(design);
  for (let tick = 0; tick < stimulus.ticks; tick++)
    for (const { name, type } of sampledPorts(test.top)) {
      const width = widthOf(type);
      const values = outcomes
        .filter(([tool]) => tool !== "icarus" || tick >= definedFrom)
        .map(([tool, { samples, unknown }]): readonly [string, string] => [
          tool,
          text(
            valueAt(samples, name, width, tick),
            unknown === undefined ? 0n : valueAt(unknown, name, width, tick),
          ),
        ]);
      const meant = expected(name, tick);
      if (meant !== undefined) values.push(["reference", text(meant, 0n)]);
      if (values.some(([, value]) => value !== values[0]?.[1] || value.includes("x")))
        return { port: name, tick, values: Object.fromEntries(values) };
    }
  return undefined;
}

/** What the reference says of an output in a tick, where it says anything. */
function reference({
  meanings,
  test,
  stimulus,
}: FuzzDesign): (port: string, tick: number) => bigint | undefined {
  if (meanings.size === 0) return () => undefined;
  const inputs = drivenPorts(test.top).map((port) => ({
    name: port.name,
    width: widthOf(port.type),
    values: inputValues(test.top, port, stimulus),
  }));
  return (port, tick) => {
    const meaning = meanings.get(port);
    if (meaning === undefined) return undefined;
    const env = new Map(inputs.map(({ name, width, values }) => [name, bigintAt(values, width, tick)]));
    return meaning(env);
  };
}

function valueAt(samples: Samples, port: string, width: number, tick: number): bigint {
  return bigintAt(samples[port] ?? new Uint32Array(), width, tick);
}

function bigintAt(limbs: Uint32Array, width: number, tick: number): bigint {
  const size = limbsOf(width);
  let value = 0n;
  for (let limb = size - 1; limb >= 0; limb--)
    value = (value << 32n) | BigInt(limbs[tick * size + limb] ?? 0);
  return value;
}

function text(value: bigint, unknown: bigint): string {
  return unknown === 0n ? value.toString(16) : `${value.toString(16)} (x in ${unknown.toString(16)})`;
}
