import { bool, cat, valueOf, type Bool, type ModuleBuilder } from "../../../src/hdl/index.ts";
import { carry4, carry8, lut6_2 } from "../../xilinx/index.ts";
import {
  loopNets,
  netsOf,
  savesCarry,
  type Adder,
  type CarryAtom,
  type Cell,
  type Net,
  type Term,
} from "./netlist.ts";
import type { Fabric } from "./technology.ts";

/** A bit as one stage sees it, and the signal that a cell drives it with. */
export interface Wiring {
  /** The bit in a stage, the one that drives it or a later one. */
  read(net: Net, stage: number): Bool;
  drive(net: Net, signal: Bool): void;
}

/** The value of each input of a truth table. */
type Inputs = (net: Net) => number;

/** Places LUT6_2 and carry cells, named after the cells that they are parts of. */
export function placeCells(
  m: ModuleBuilder,
  cells: readonly Cell[],
  wiring: Wiring,
  { technology, start }: { readonly technology: Fabric; readonly start: number },
): void {
  const placer = new Placer(m, wiring, technology === "xilinx7" ? 4 : 8);
  for (const cell of cells) {
    const { stage } = cell;
    switch (cell.kind) {
      case "full-adder": {
        const { o5, o6 } = placer.lut(cell.name, stage, {
          inputs: netsOf(cell.terms),
          o6: (value) => total(cell.terms, value) & 1,
          o5: (value) => total(cell.terms, value) >> 1,
        });
        wiring.drive(cell.sum, o6);
        wiring.drive(cell.carry, o5);
        break;
      }
      case "carry-atom":
        placeAtom(placer, cell, stage);
        break;
      case "adder":
        placeAdder(placer, cell, stage, start);
        break;
      case "table": {
        const [low, high] = cell.outputs;
        if (low === undefined) break;
        const look = (table: bigint): ((value: Inputs) => number) => {
          const halves = [Number(table & 0xffff_ffffn), Number(table >> 32n)];
          return (value) => {
            const at = cell.inputs.reduce((index, net, i) => index | (value(net) << i), 0);
            return ((halves[at >> 5] ?? 0) >>> (at & 31)) & 1;
          };
        };
        const { o5, o6 } = placer.lut(cell.name, stage, {
          inputs: cell.inputs.slice(0, 5),
          sixth: cell.inputs[5],
          o6: look(low.table),
          ...(high === undefined ? {} : { o5: look(high.table) }),
        });
        wiring.drive(low.net, o6);
        if (high !== undefined) wiring.drive(high.net, o5);
        break;
      }
    }
  }
}

const bitOf = (value: number, bit: number): number => Math.floor(value / 2 ** bit) % 2;

/** A term's value, 0 or 1. */
function valueIn({ net, inverted = false, equals }: Term, value: Inputs): number {
  const equal = equals === undefined ? value(net) : value(net) ^ value(equals) ^ 1;
  return inverted ? equal ^ 1 : equal;
}

function total(terms: readonly Term[], value: Inputs): number {
  let sum = 0;
  for (const term of terms) sum += valueIn(term, value);
  return sum;
}

/**
 * The lower LUT gives whether the sum of all terms is odd. Where it is even, the carry is either of two equal halves: the
 * parity of all but the last, of which LUT6_2 gives both at once. What these come to beside their parity, 0 to 2, is the
 * upper position's.
 */
function placeAtom(
  placer: Placer,
  { name, terms, next, carryIn, sums, carry }: CarryAtom,
  stage: number,
): void {
  const first = terms.slice(0, -1);
  const last = terms.slice(-1);
  // A bit that is added twice has one pin, of those that the half sees.
  const isSixth = terms.length === 6 && !first.some(({ net }) => net === last[0]?.net);
  const half = (value: Inputs): number => total(first, value) >> 1;
  const upper = next === undefined ? [] : [next];
  const low = placer.lut(`${name}_low`, stage, {
    inputs: netsOf(first),
    ...(isSixth ? { sixth: last[0]?.net } : { more: netsOf(last) }),
    o6: (value) => total(terms, value) & 1,
    o5: (value) => total(first, value) & 1,
  });
  const high = placer.lut(`${name}_high`, stage, {
    inputs: netsOf([...first, ...upper]),
    o6: (value) => (half(value) + total(upper, value)) & 1,
    o5: (value) => (next === undefined ? half(value) >> 1 : total(upper, value)),
  });
  placer.carryChain(name, stage, carryIn, [
    { s: low.o6, di: low.o5, sum: sums[0] },
    { s: high.o6, di: high.o5, sum: sums[1], carry },
  ]);
}

/**
 * Each position adds up to three bits and what the position below saved: where these are more than two, their carry is
 * saved for the next LUT, beside the chain.
 */
function placeAdder(
  placer: Placer,
  { name, columns, carryIn, sums }: Adder,
  stage: number,
  start: number,
): void {
  let saved: Bool | undefined;
  const positions = columns.map((column, i): Position => {
    const { terms, accumulator } = column;
    const accumulated = (value: Inputs): number[] => {
      if (accumulator === undefined) return [];
      const { loop } = accumulator;
      return [loop === undefined || value(loop.restart) === 1 ? bitOf(start, i) : value(loop.net)];
    };
    const bitsOf = (value: Inputs): number[] => [
      ...terms.map((term) => total([term], value)),
      ...accumulated(value),
    ];
    const sum = (value: Inputs): number => bitsOf(value).reduce((a, b) => a + b, 0);
    const handed = saved;
    const saves = savesCarry(column, handed !== undefined) && i < columns.length - 1;
    const { o5, o6 } = placer.lut(`${name}_${String(i)}`, stage, {
      inputs: [...netsOf(terms), ...loopNets(accumulator)],
      ...(handed === undefined ? {} : { handed }),
      o6: (value, extra) => (sum(value) + extra) & 1,
      o5: (value) => (saves ? sum(value) >> 1 : (bitsOf(value).at(-1) ?? 0)),
    });
    saved = saves ? o5 : undefined;
    // Where two bits come to 0 or 2, either is their carry; where the carry of three is saved, the one handed on is left.
    return { s: o6, di: saves ? (handed ?? valueOf(bool, false)) : o5, sum: sums[i] };
  });
  placer.carryChain(name, stage, carryIn, positions);
}

interface Lut {
  readonly inputs: readonly Net[];
  /** More inputs of the same kind. */
  readonly more?: readonly Net[];
  /** What I5 takes; without it both outputs are free functions of up to five inputs. */
  readonly sixth?: Net | undefined;
  /** A signal of this stage that only o6 sees. */
  readonly handed?: Bool;
  readonly o6: (value: Inputs, handed: number) => number;
  readonly o5?: (value: Inputs) => number;
}

/** A position of a carry chain and, where they are read, the nets of its sum and carry. */
interface Position {
  readonly s: Bool;
  readonly di: Bool;
  readonly sum?: Net | undefined;
  readonly carry?: Net | undefined;
}

const low = valueOf(bool, false);
const high = valueOf(bool, true);

class Placer {
  private readonly m: ModuleBuilder;
  private readonly wiring: Wiring;
  /** Positions of a carry cell. */
  private readonly positions: 4 | 8;

  constructor(m: ModuleBuilder, wiring: Wiring, positions: 4 | 8) {
    this.m = m;
    this.wiring = wiring;
    this.positions = positions;
  }

  /** A LUT6_2; inputs that come late go to its fast pins. */
  lut(
    name: string,
    stage: number,
    { inputs, more = [], sixth, handed, o6, o5 }: Lut,
  ): { readonly o5: Bool; readonly o6: Bool } {
    const seen = (net: Net): number => ((net.stage ?? stage) === stage ? net.at : 0);
    const nets = [...new Set([...inputs, ...more])].sort((a, b) => seen(a) - seen(b));
    const signals = [
      ...nets.map((net) => this.wiring.read(net, stage)),
      ...(handed === undefined ? [] : [handed]),
    ];
    if (signals.length > 5) throw new Error(`${name} has ${String(signals.length)} inputs`);
    const unused = 5 - signals.length;
    let index = 0;
    const value = (net: Net): number => (index >> (net === sixth ? 5 : unused + nets.indexOf(net))) & 1;
    const halves = [0, 0];
    for (; index < 64; index++) {
      const upper = index >> 5;
      // O5 reads the lower half, which is O6 as well where I5 is 0.
      const on =
        upper === 1
          ? o6(value, handed === undefined ? 0 : (index >> 4) & 1)
          : sixth === undefined
            ? (o5?.(value) ?? 0)
            : o6(value, 0);
      halves[upper] = (halves[upper] ?? 0) | (on << (index & 31));
    }
    const [lower = 0, higher = 0] = halves;
    const init = (BigInt(higher >>> 0) << 32n) | BigInt(lower >>> 0);
    const cell = this.m.instances({ [name]: lut6_2(init) })[name];
    if (cell === undefined) throw new Error(`no instance ${name}`);
    const pins = [
      ...Array.from({ length: unused }, () => low),
      ...signals,
      sixth === undefined ? high : this.wiring.read(sixth, stage),
    ];
    [cell.I0, cell.I1, cell.I2, cell.I3, cell.I4, cell.I5].forEach((pin, i) => {
      pin.set(pins[i] ?? low);
    });
    return { o5: cell.O5, o6: cell.O6 };
  }

  carryChain(name: string, stage: number, carryIn: Net | 0 | 1, chain: readonly Position[]): void {
    let carry: Bool | undefined;
    for (let first = 0; first < chain.length; first += this.positions) {
      const group = chain.slice(first, first + this.positions);
      const column = (pick: (position: Position) => Bool) =>
        cat(
          ...Array.from({ length: this.positions }, (_, i) => group[i])
            .map((p) => (p === undefined ? low : pick(p)))
            .reverse(),
        );
      const start =
        typeof carryIn === "number" ? (carryIn === 1 ? high : low) : this.wiring.read(carryIn, stage);
      const cell = this.carryCell(
        first === 0 ? `${name}_carry` : `${name}_carry_${String(first)}`,
        carry,
        start,
      );
      cell.S.set(column(({ s }) => s));
      cell.DI.set(column(({ di }) => di));
      group.forEach(({ sum, carry: out }, i) => {
        if (sum !== undefined) this.wiring.drive(sum, cell.O.bit(i));
        if (out !== undefined) this.wiring.drive(out, cell.CO.bit(i));
      });
      carry = cell.CO.bit(this.positions - 1);
    }
  }

  /** The carry comes from the cell below, or starts with a signal. */
  private carryCell(name: string, carry: Bool | undefined, start: Bool) {
    if (this.positions === 4) {
      const cell = this.m.instances({ [name]: carry4() })[name];
      if (cell === undefined) throw new Error(`no instance ${name}`);
      cell.CI.set(carry ?? low);
      cell.CYINIT.set(carry === undefined ? start : low);
      return cell;
    }
    const cell = this.m.instances({ [name]: carry8() })[name];
    if (cell === undefined) throw new Error(`no instance ${name}`);
    cell.CI.set(carry ?? start);
    cell.CI_TOP.set(low);
    return cell;
  }
}
