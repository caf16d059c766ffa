/** Runs the hardware bench: elaborate, emit, synthesise, each circuit and the plain form beside it. */
import { mapParallel } from "../../sim/parallel.ts";
import type { SourceFile } from "../../sim/sources.ts";
import { emit } from "../../src/emit/index.ts";
import { SluiceError } from "../../src/error.ts";
import { elaborate } from "../../src/hdl/index.ts";
import { synthesize, type SynthesisResult } from "../../src/implement/index.ts";
import type { Circuit } from "./circuit.ts";
import { nameOf, type Baseline, type Figures, type Report, type Row } from "./report.ts";

export interface MeasureOptions {
  /** Circuits that are synthesised at a time. */
  readonly workers: number;
  /** For each circuit. */
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((message: string) => void) | undefined;
}

/**
 * Synthesises the circuits for 7 series with the Yosys on the PATH, else the built-in one; cached by content.
 *
 * @throws the SluiceErrors of `synthesize` and of the generators, with the circuit's name in front.
 */
export async function measure(circuits: readonly Circuit[], options: MeasureOptions): Promise<Report> {
  const underWay = new Set<string>();
  let done = 0;
  const say = (): void => {
    options.onProgress?.(`${done} of ${circuits.length} done, under way: ${[...underWay].join(", ")}`);
  };
  const results = await mapParallel(circuits, options.workers, async (circuit) => {
    const name = nameOf(circuit);
    underWay.add(name);
    say();
    const result = await within(name, () => measureOne(circuit, options));
    underWay.delete(name);
    done++;
    return result;
  });
  const [first] = results;
  if (first === undefined) throw new Error("no circuits");
  const { tool } = first;
  return {
    ...{ format: "sluice-hardware-bench", version: 1, tool, family: "xc7" },
    rows: results.map(({ row }) => row),
  };
}

async function within<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code === "interrupted") throw error;
    const { code, message, where, hint } = error;
    throw new SluiceError(code, `${name}: ${message}`, { where, hint, cause: error });
  }
}

async function measureOne(circuit: Circuit, options: MeasureOptions): Promise<{ row: Row; tool: string }> {
  const { parameters, baselines = [], bound = null, limits = {} } = circuit;
  const { hardware, cycles } = circuit.build();
  const result = await synthesized(emit(elaborate(hardware)), options);
  const plain = circuit.plain === undefined ? [] : [await plainBaseline(circuit.plain(), options)];
  const [baseline = null, ...otherBaselines] = [...plain, ...baselines];
  const row: Row = {
    circuit: circuit.circuit,
    parameters,
    ...areaAndDepth(result),
    cycles,
    ...{ baseline, otherBaselines, bound },
    limits: circuit.noMoreThanPlain === true ? { ...limits, lut: plain[0]?.lut } : limits,
  };
  return { row, tool: result.tool };
}

async function plainBaseline(files: readonly SourceFile[], options: MeasureOptions): Promise<Baseline> {
  const result = await synthesized({ files }, options);
  return { name: "plain Verilog", ...areaAndDepth(result), quoted: false };
}

function synthesized(
  { files, top }: { readonly files: readonly SourceFile[]; readonly top?: string },
  { timeoutSeconds, signal }: MeasureOptions,
): Promise<SynthesisResult> {
  return synthesize({ files, top, family: "xc7", timeoutSeconds, signal, workers: 1 });
}

function areaAndDepth(result: SynthesisResult): Omit<Figures, "cycles"> {
  const { lut, lutPaired, lutram, ff, bram36, carry, depthNs } = result;
  return { lut, lutPaired, lutram, ff, bram36, carry, depthNs };
}
