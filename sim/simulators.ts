import { emit } from "../src/emit/index.ts";
import { viewOf, type Design, type View } from "../src/ir/index.ts";
import { createNativeSimulator } from "../src/simulate/native.ts";
import type { Simulator, SimulatorOptions } from "../src/simulate/simulator.ts";
import type { TestDesign } from "./sources.ts";
import { buildModels, VerilatorSimulator } from "./verilator/index.ts";

/** Starts a simulation, at power-up. */
export type StartSimulator = (options?: SimulatorOptions) => Simulator;

/** The emitted SystemVerilog of a design and the interface of its top. */
export function testDesign(design: Design): TestDesign {
  const top = design.modules[design.top];
  if (top === undefined) throw new Error(`no module ${design.top} in the design`);
  const emitted = emit(design);
  return { top: { ...top, name: emitted.top }, files: emitted.files };
}

export interface SimulatorsOptions {
  /** Makes simulators of Verilator's that can write a waveform. */
  readonly trace?: boolean;
  /** `implementation` runs the cells that synthesis sees of components that have some; default `plain`. */
  readonly view?: View;
  /** Compiles Verilator's models with optimisation; default true. */
  readonly optimize?: boolean;
}

/** Simulators of designs, in their order; those of Verilator are compiled together. */
export async function simulatorsOf(
  designs: readonly Design[],
  simulator: Simulator["kind"],
  { trace = false, view = "plain", optimize = true }: SimulatorsOptions = {},
): Promise<readonly StartSimulator[]> {
  if (simulator === "native")
    return designs.map((design) => (options) => createNativeSimulator(viewOf(design, view), options));
  const library = await buildModels(designs.map(testDesign), { trace, view, optimize });
  return designs.map(
    (_, design) =>
      (options = {}) =>
        new VerilatorSimulator(library, { ...options, design }),
  );
}
