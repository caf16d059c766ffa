import { bits, reg, valueOf, bool, type Bool, type ModuleBuilder } from "../../../src/hdl/index.ts";
import {
  drivenBy,
  isInverted,
  readBy,
  stageOf,
  type Cell,
  type Net,
  type Netlist,
  type Term,
} from "./netlist.ts";
import { placeCells, type Wiring } from "./place-cells.ts";
import type { Fabric } from "./technology.ts";

/** For the comment above a module: what the names of its cells and registers say. */
export const namesOfCells = [
  "match_<column>_<chain>_<n>: two XNORs and the sum of the one before, added; seven, six, four_one_<column>_<n>: carry",
  "atoms of so many bits; full, half_<column>_<n>: full and half adders; total_<column>: the final adder, up to three bits in each",
  "column; stage_<n>: pipeline registers.",
].join("\n");

/** How a netlist meets the module that it is built into. */
export interface Surroundings {
  readonly technology: Fabric;
  /** The signals of the netlist's inputs, by net. */
  readonly inputs: ReadonlyMap<Net, Bool>;
  /** Pipeline registers take a value where this is set; needed where there are any. */
  readonly enable?: Bool;
}

/**
 * Builds the cells of a netlist into a module, and registers wherever a bit is needed in a stage after its own: one
 * register per stage, `<stage>` of them `stage_1` upwards. Gives `outputs` as the stage `at` sees them.
 */
export function place(
  m: ModuleBuilder,
  { netlist, outputs }: { readonly netlist: Netlist; readonly outputs: readonly (Term | undefined)[] },
  { technology, inputs, enable }: Surroundings,
  at = lastStage(outputs),
): readonly Bool[] {
  const cells = cellsFor(outputs, netlist.cells);
  const registered = registersOf(cells, outputs, at);
  const stages = registered.map((nets, i) => {
    const name = `stage_${String(i + 1)}`;
    const held = m.regs({ [name]: reg(bits(nets.length), { reset: "none" }) })[name];
    if (held === undefined) throw new Error(`no register ${name}`);
    return { nets, held, places: new Map(nets.map((net, bit) => [net, bit])) };
  });
  const driven = new Map<Net, Bool>(inputs);
  const wiring: Wiring = {
    drive: (net, signal) => driven.set(net, signal),
    read: (net, stage) => {
      if (net.stage !== undefined && net.stage < stage) {
        const { held, places } = stages[stage - 1] ?? {};
        const bit = places?.get(net);
        if (held !== undefined && bit !== undefined) return held.bit(bit);
      }
      const signal = driven.get(net);
      if (signal === undefined) throw new Error(`net ${String(net.id)} is read before it is driven`);
      return signal;
    },
  };
  if (stages.length > 0 && enable === undefined) throw new Error("a pipeline without an enable");
  m.inOnePlace(() => {
    placeCells(m, cells, wiring, technology);
    stages.forEach(({ nets, held }, i) => {
      m.when(enable ?? valueOf(bool, true), () => {
        nets.forEach((net, bit) => {
          held.bit(bit).next(wiring.read(net, i));
        });
      });
    });
  });
  return outputs.map((term) => {
    if (term === undefined) return valueOf(bool, false);
    const bit = wiring.read(term.net, at);
    return isInverted(term) ? bit.not() : bit;
  });
}

export function lastStage(outputs: readonly (Term | undefined)[]): number {
  return outputs.reduce((last, term) => Math.max(last, term?.net.stage ?? 0), 0);
}

/** Flip-flops between the stages. */
export function flipFlopsOf(
  netlist: Netlist,
  outputs: readonly (Term | undefined)[],
  at = lastStage(outputs),
): number {
  return registersOf(cellsFor(outputs, netlist.cells), outputs, at).reduce(
    (sum, nets) => sum + nets.length,
    0,
  );
}

/** The cells that outputs depend on, in their order. */
function cellsFor(outputs: readonly (Term | undefined)[], cells: readonly Cell[]): readonly Cell[] {
  const needed = new Set<Net | undefined>(outputs.map((term) => term?.net));
  const kept: Cell[] = [];
  for (const cell of cells.toReversed()) {
    if (!drivenBy(cell).some((net) => needed.has(net))) continue;
    kept.push(cell);
    for (const net of readBy(cell)) needed.add(net);
  }
  return kept.reverse();
}

/** The nets that the register in front of each stage from 1 on holds. */
function registersOf(
  cells: readonly Cell[],
  outputs: readonly (Term | undefined)[],
  at: number,
): readonly (readonly Net[])[] {
  const lastUse = new Map<Net, number>();
  const use = (net: Net | undefined, stage: number): void => {
    if (net !== undefined) lastUse.set(net, Math.max(stage, lastUse.get(net) ?? 0));
  };
  for (const cell of cells) for (const net of readBy(cell)) use(net, stageOf(cell));
  for (const term of outputs) use(term?.net, at);
  const stages = Array.from({ length: Math.max(0, ...lastUse.values()) }, (): Net[] => []);
  for (const [net, last] of lastUse)
    for (let stage = (net.stage ?? last) + 1; stage <= last; stage++) stages[stage - 1]?.push(net);
  return stages.map((nets) => nets.sort((a, b) => a.id - b.id));
}
