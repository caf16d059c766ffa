import { axiAccelerator, axiReset, registersOf, type RegisterMap } from "../../rtl/axi/index.ts";
import { elaborate } from "../hdl/index.ts";
import type { Design } from "../ir/index.ts";
import { watchedAccelerator, watchedStages, type Plan } from "../plan/index.ts";

export interface AxiOptions {
  /** Bits of TDATA. */
  readonly busWidth: number;
  readonly clockMHz: number;
  /** First 64 bits of the build's content hash, 16 hexadecimal digits. */
  readonly buildHash: string;
}

/** A planned accelerator with AXI interfaces around it. */
export interface AxiDesign {
  readonly hardware: ReturnType<typeof axiAccelerator>;
  readonly registers: RegisterMap;
  /** Name of the module inside that is the accelerator. */
  readonly accelerator: string;
  readonly elaborate: (options?: { readonly implementations?: boolean }) => Design;
}

/** What `sluice build --interface axi` builds. @throws SluiceError `bus-width-unknown`. */
export function axiDesign(planned: Plan, options: AxiOptions): AxiDesign {
  const { network, padded, stages, input, output, cyclesPerFrame, latencyCycles } = planned;
  const params = {
    ...{ ...options, name: network.name, input, output, cyclesPerFrame, latencyCycles },
    accelerator: watchedAccelerator(padded, stages),
    classes: network.readout.kind === "argmax" ? network.readout.classes : 0,
    writable: stages.flatMap(({ name, writable }) =>
      writable === undefined ? [] : [{ layer: name, words: writable.words, width: writable.width }],
    ),
    layers: watchedStages(stages).flatMap(({ layer }) => layer?.name ?? []),
  };
  const hardware = axiAccelerator(params);
  return {
    hardware,
    registers: registersOf(params),
    accelerator: params.accelerator.name,
    elaborate: (how = {}) => elaborate(hardware, { ...how, reset: axiReset }),
  };
}

/** The accelerator inside of an AXI top, as a design of its own, with the same ports and reset. */
export function insideOfAxi({ padded, stages }: Plan): Design {
  return elaborate(watchedAccelerator(padded, stages), { reset: axiReset, implementations: false });
}
