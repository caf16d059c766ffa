import { emit, emitAssertions } from "../src/emit/index.ts";
import { viewOf, type Design, type View } from "../src/ir/index.ts";
import { createNativeSimulator } from "../src/simulate/native.ts";
import type { Simulator, SimulatorOptions } from "../src/simulate/simulator.ts";
import { withStreamRules } from "../src/simulate/stream-rules.ts";
import type { TestDesign } from "./sources.ts";
import { buildModels, VerilatorSimulator } from "./verilator/index.ts";

/** Starts a simulation, at power-up. */
export type StartSimulator = (options?: SimulatorOptions) => Simulator;

/** Whether and how the stream rules are checked: by files that bind themselves, or, for Icarus, by a module around the top. */
export type StreamRules = "none" | "bound" | "around";

/** The emitted SystemVerilog of a design and the interface of its top. */
export function testDesign(design: Design, streamRules: StreamRules = "none"): TestDesign {
  const top = design.modules[design.top];
  if (top === undefined) throw new Error(`no module ${design.top} in the design`);
  const { top: name, files, maps } = emit(design);
  const plain = { top: { ...top, name }, files, maps };
  if (streamRules === "none") return plain;
  const assertions = emitAssertions(design);
  const bound = { ...plain, files: [...files, ...assertions.files] };
  const { checkedTop } = assertions;
  if (streamRules === "bound" || checkedTop === undefined) return bound;
  return {
    ...bound,
    top: { ...top, name: checkedTop.name.replace(/\.sv$/, "") },
    files: [...bound.files, checkedTop],
  };
}

export interface SimulatorsOptions {
  /** Makes simulators of Verilator's that can write a waveform. */
  readonly trace?: boolean;
  /** `implementation` runs the cells that synthesis sees of components that have some; default `plain`. */
  readonly view?: View;
  /** Compiles Verilator's models with optimisation; default true. */
  readonly optimize?: boolean;
  /** Checks the rules of all streams in every tick; default false. */
  readonly streamRules?: boolean;
}

/** Simulators of designs, in their order; those of Verilator are compiled together. */
export async function simulatorsOf(
  designs: readonly Design[],
  simulator: Simulator["kind"],
  { trace = false, view = "plain", optimize = true, streamRules = false }: SimulatorsOptions = {},
): Promise<readonly StartSimulator[]> {
  if (simulator === "native")
    return designs.map((design) => {
      const seen = viewOf(design, view);
      return (options) => createNativeSimulator(streamRules ? withStreamRules(seen) : seen, options);
    });
  const emitted = designs.map((design) => testDesign(design, streamRules ? "bound" : "none"));
  const library = await buildModels(emitted, { trace, view, optimize });
  return emitted.map(
    ({ maps }, design) =>
      (options = {}) =>
        new VerilatorSimulator(library, { ...options, design, maps }),
  );
}
