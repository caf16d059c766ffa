import { emit } from "../src/emit/index.ts";
import { elaborate, type ElaborateOptions, type Hardware, type PortRecord } from "../src/hdl/index.ts";
import type { Design } from "../src/ir/index.ts";
import { createNativeSimulator } from "../src/simulate/native.ts";
import type { Simulator, SimulatorOptions } from "../src/simulate/simulator.ts";
import type { TestDesign } from "./sources.ts";
import { buildModels, VerilatorSimulator } from "./verilator/index.ts";

/** The emitted SystemVerilog of a design and the interface of its top. */
export function testDesign(design: Design): TestDesign {
  const top = design.modules[design.top];
  if (top === undefined) throw new Error(`no module ${design.top} in the design`);
  const emitted = emit(design);
  return { top: { ...top, name: emitted.top }, files: emitted.files };
}

/** Makes simulators of the hardware, in its order. The designs are compiled together. */
export async function simulatorsOf(
  hardware: readonly Hardware<PortRecord>[],
  simulator: Simulator["kind"],
  options: { readonly elaborate?: ElaborateOptions; readonly trace?: boolean } = {},
): Promise<readonly ((options?: SimulatorOptions) => Simulator)[]> {
  const designs = hardware.map((each) => elaborate(each, options.elaborate));
  if (simulator === "native") {
    return designs.map((design) => (given) => createNativeSimulator(design, given));
  }
  const library = await buildModels(designs.map(testDesign), { trace: options.trace ?? false });
  return designs.map(
    (_, design) =>
      (given = {}) =>
        new VerilatorSimulator(library, { ...given, design }),
  );
}
