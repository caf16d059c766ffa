import { bits, reg, valueOf, bool, type Bool, type ModuleBuilder } from "../../../src/hdl/index.ts";
import { isInverted, type Cell, type Net, type Netlist, type Term } from "./netlist.ts";
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
  /** What accumulators start from; 0 where nothing is said. */
  readonly start?: number;
}

/**
 * Builds the cells of a netlist into a module, and registers wherever a bit is needed in a stage after its own: one
 * register per stage, `<stage>` of them `stage_1` upwards. Gives `outputs` as the stage `at` sees them.
 */
export function place(
  m: ModuleBuilder,
  { netlist, outputs }: { readonly netlist: Netlist; readonly outputs: readonly (Term | undefined)[] },
  { technology, inputs, enable, start = 0 }: Surroundings,
  at = lastStage(outputs),
): readonly Bool[] {
  const cells = cellsFor(outputs, netlist);
  const stages = registersOf(netlist, cells, outputs, at).map((held, i) => {
    const nets = held.sort((a, b) => a.id - b.id);
    const name = `stage_${String(i + 1)}`;
    const register = m.regs({ [name]: reg(bits(nets.length), { reset: "none" }) })[name];
    if (register === undefined) throw new Error(`no register ${name}`);
    return { nets, register, places: new Map(nets.map((net, bit) => [net, bit])) };
  });
  const driven = new Map<Net, Bool>(inputs);
  const wiring: Wiring = {
    drive: (net, signal) => driven.set(net, signal),
    read: (net, stage) => {
      if (net.stage !== undefined && net.stage < stage) {
        const { register, places } = stages[stage - 1] ?? {};
        const bit = places?.get(net);
        if (register !== undefined && bit !== undefined) return register.bit(bit);
      }
      const signal = driven.get(net);
      if (signal === undefined) throw new Error(`net ${String(net.id)} is read before it is driven`);
      return signal;
    },
  };
  if (stages.length > 0 && enable === undefined) throw new Error("a pipeline without an enable");
  m.inOnePlace(() => {
    placeCells(m, cells, wiring, { technology, start });
    stages.forEach(({ nets, register }, i) => {
      m.when(enable ?? valueOf(bool, true), () => {
        nets.forEach((net, bit) => {
          register.bit(bit).next(wiring.read(net, i));
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
  const registers = registersOf(netlist, cellsFor(outputs, netlist), outputs, at);
  return registers.reduce((sum, nets) => sum + nets.length, 0);
}

/** The cells that outputs depend on, in their order. */
function cellsFor(outputs: readonly (Term | undefined)[], { cells, size }: Netlist): readonly Cell[] {
  const needed = new Uint8Array(size);
  for (const term of outputs) if (term !== undefined) needed[term.net.id] = 1;
  const kept: Cell[] = [];
  for (const cell of cells.toReversed()) {
    if (!cell.drives.some(({ id }) => needed[id] === 1)) continue;
    kept.push(cell);
    for (const { id } of cell.reads) needed[id] = 1;
  }
  return kept.reverse();
}

/** The nets that the register in front of each stage from 1 on holds, in no order. */
function registersOf(
  { size }: Netlist,
  cells: readonly Cell[],
  outputs: readonly (Term | undefined)[],
  at: number,
): readonly Net[][] {
  const stages: Net[][] = [];
  // Of each net, the last stage that a register holds it for.
  const held = new Int32Array(size);
  const use = (net: Net, stage: number): void => {
    while (stages.length < stage) stages.push([]);
    if (net.stage === undefined) return;
    for (let next = Math.max(net.stage, held[net.id] ?? 0) + 1; next <= stage; next++) {
      stages[next - 1]?.push(net);
      held[net.id] = next;
    }
  };
  for (const { reads, stage } of cells) for (const net of reads) use(net, stage);
  for (const term of outputs) if (term !== undefined) use(term.net, at);
  return stages;
}
