import type { Bit, Cell, NetlistModule } from "./netlist.ts";
import { countPairs } from "./pairs.ts";

/** What a netlist of Xilinx cells takes of a device. */
export interface Area {
  /** LUTs that hold logic: LUT1 to LUT6 as Yosys counts them, its inverters (INV) as LUT1, a LUT6_2 as one. */
  readonly lut: number;
  /** The same after pairs of them that fit one LUT6_2 are put together: see `countPairs`. */
  readonly lutPaired: number;
  /** LUTs that hold memory: distributed RAM and shift registers. */
  readonly lutram: number;
  readonly ff: number;
  /** Block RAMs of 36 Kb; one of 18 Kb is half of it. */
  readonly bram36: number;
  readonly dsp: number;
  /** CARRY4 in 7 series, CARRY8 in UltraScale. */
  readonly carry: number;
}

export const noArea: Area = { lut: 0, lutPaired: 0, lutram: 0, ff: 0, bram36: 0, dsp: 0, carry: 0 };

/** LUTs per memory cell, from the SLICEM that it fills (UG474, UG574). */
const memoryLuts: Readonly<Record<string, number>> = {
  ...{ SRL16: 1, SRL16E: 1, SRLC16: 1, SRLC16E: 1, SRLC32E: 1, CFGLUT5: 1 },
  ...{ RAM32X1S: 1, RAM64X1S: 1, RAM128X1S: 2, RAM256X1S: 4, RAM512X1S: 8 },
  ...{ RAM32X1D: 2, RAM64X1D: 2, RAM128X1D: 4, RAM256X1D: 8 },
  ...{ RAM32M: 4, RAM64M: 4, RAM32M16: 8, RAM64M8: 8, RAM32X16DR8: 8, RAM64X8SW: 8 },
};

export function areaOf({ cells }: NetlistModule): Area {
  const all = Object.values(cells);
  const having = (pattern: RegExp): number => all.filter(({ type }) => pattern.test(type)).length;
  const logic = all.filter(({ type }) => /^(LUT[1-6]|INV)$/.test(type));
  const dual = having(/^LUT6_2$/);
  return {
    lut: logic.length + dual,
    lutPaired: logic.length + dual - countPairs(logic.map(inputsOf)),
    lutram: all.reduce((sum, { type }) => sum + (memoryLuts[type] ?? 0), 0),
    ff: having(/^(FD|LDCE|LDPE)/),
    bram36: having(/^RAMB36/) + having(/^RAMB18/) / 2,
    dsp: having(/^DSP48/),
    carry: having(/^CARRY[48]$/),
  };
}

/** The nets that a LUT reads. */
function inputsOf({ connections }: Cell): readonly number[] {
  const bits = Object.entries(connections).flatMap(([port, nets]) => (port === "O" ? [] : nets));
  return [...new Set(bits)].filter((bit: Bit) => typeof bit === "number");
}

export function add(a: Area, b: Area): Area {
  return combine(a, b, (x, y) => x + y);
}

export function times(count: number, area: Area): Area {
  return combine(area, area, (x) => count * x);
}

function combine(a: Area, b: Area, by: (x: number, y: number) => number): Area {
  return {
    lut: by(a.lut, b.lut),
    lutPaired: by(a.lutPaired, b.lutPaired),
    lutram: by(a.lutram, b.lutram),
    ff: by(a.ff, b.ff),
    bram36: by(a.bram36, b.bram36),
    dsp: by(a.dsp, b.dsp),
    carry: by(a.carry, b.carry),
  };
}

/** How often each type of cell occurs, by name. */
export function cellCounts({ cells }: NetlistModule): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { type } of Object.values(cells)) counts.set(type, (counts.get(type) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
