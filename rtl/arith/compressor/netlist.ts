import { SluiceError } from "../../../src/error.ts";
import {
  carryTo,
  clockToQ,
  clockToShiftRegister,
  lutPins,
  netDelay,
  shiftRegisterSetup,
} from "../../xilinx/delays.ts";

/**
 * One bit on its way through a pipeline: it settles `at` ps after the clock edge that begins `stage`, and later stages
 * see it through registers.
 */
export interface Net {
  readonly id: number;
  /** Undefined: at hand in every stage alike, as a register that a loop closes over. */
  readonly stage: number | undefined;
  readonly at: number;
}

/** One bit to be added: of a net, inverted or not, or whether the net equals another (XNOR). */
export interface Term {
  readonly net: Net;
  readonly inverted?: boolean;
  /** The term is whether `net` equals this one. */
  readonly equals?: Net;
}

/** A bit of an accumulator that starts anew where `restart` is set; or only of what it starts from. */
export interface AccumulatorBit {
  readonly start: 0 | 1;
  readonly loop?: { readonly net: Net; readonly restart: Net };
}

/** Three terms or fewer into their sum and carry: one LUT6_2, at most five inputs. */
export interface FullAdder {
  readonly kind: "full-adder";
  readonly name: string;
  readonly terms: readonly Term[];
  readonly sum: Net;
  readonly carry: Net;
}

/**
 * Two LUT6_2 and two positions of a carry chain: the lowest column's terms, a carry-in of the same weight and, where
 * there are but three or four of them, one term of the next column, into one bit of each of three columns. Preusser
 * (FPL 2017) builds his counters of these: (0,6) of six terms and (1,4) of four and one.
 */
export interface CarryAtom {
  readonly kind: "carry-atom";
  readonly name: string;
  /** Six, or four with `next`. Of six the last is not inverted. */
  readonly terms: readonly Term[];
  readonly next: Term | undefined;
  readonly carryIn: Net | 0 | 1;
  readonly sums: readonly [Net, Net];
  readonly carry: Net;
}

/** One column of the final adder: at most three terms, an accumulator's bit counted. */
export interface AdderColumn {
  readonly terms: readonly Term[];
  readonly accumulator: AccumulatorBit | undefined;
}

/**
 * Adds up to three bits in every column: a LUT6_2 and a position of the carry chain for each, the ternary adder of Xilinx'
 * fabric (each LUT hands the carry of its three bits to the next).
 */
export interface Adder {
  readonly kind: "adder";
  readonly name: string;
  readonly columns: readonly AdderColumn[];
  /** One more bit of the lowest column. */
  readonly carryIn: Net | 0;
  /** The carry that comes out is dropped. */
  readonly sums: readonly Net[];
}

/** Any one or two functions of the same nets: of up to six one, of up to five two. */
export interface Table {
  readonly kind: "table";
  readonly name: string;
  readonly inputs: readonly Net[];
  /** Truth tables: bit i is the value where the inputs, the first in the lowest bit, are i. */
  readonly outputs: readonly { readonly net: Net; readonly table: bigint }[];
}

/** Flip-flops in a row that tools make a shift register of. */
const shiftRegisterStages = 3;

export type Cell = FullAdder | CarryAtom | Adder | Table;

/** The cells of a sum in order, each in the first stage in which its inputs come early enough. */
export class Netlist {
  readonly cells: Cell[] = [];
  private count = 0;
  /** Of a stage, in ps; Infinity where there are no registers. */
  private readonly period: number;
  /** Names of cells that go into the stage after the first that they could be in. */
  private readonly delayed: ReadonlySet<string>;
  /** When the outputs of each cell settle in its stage. */
  private readonly settling = new Map<Cell, readonly number[]>();

  constructor(period = Infinity, delayed: ReadonlySet<string> = new Set()) {
    this.period = period;
    this.delayed = delayed;
  }

  /** A bit that a register of stage 0 holds, or one in front of it. */
  input(at = clockToQ): Net {
    return this.net(0, at);
  }

  /** A bit that is at hand in every stage. */
  everywhere(): Net {
    return this.net(undefined, clockToQ);
  }

  private net(stage: number | undefined, at: number): Net {
    return { id: this.count++, stage, at };
  }

  /** LUTs that the cells take; a LUT6_2 is one. */
  get luts(): number {
    return this.cells.reduce((sum, cell) => sum + lutsOf(cell), 0);
  }

  fullAdder(name: string, terms: readonly Term[]): FullAdder {
    const place = this.place(name, terms.flatMap(netsOf), (arrivals) => [throughLut(arrivals)]);
    const cell: FullAdder = {
      kind: "full-adder",
      name,
      terms,
      sum: this.at(place, 0),
      carry: this.at(place, 0),
    };
    this.add(cell, place);
    return cell;
  }

  /**
   * Gives the terms of the three columns. The carry-in and, of six terms, one more have to be as they are, not inverted;
   * or all of them inverted: then their complement, 7 less their sum, is built and its bits are inverted.
   */
  carryAtom(
    name: string,
    given: {
      readonly terms: readonly Term[];
      readonly next?: Term | undefined;
      readonly carryIn?: Term | undefined;
    },
  ): readonly [Term, Term, Term] {
    const { next } = given;
    const complement =
      next === undefined &&
      [...given.terms, ...(given.carryIn === undefined ? [] : [given.carryIn])].every(isInverted);
    const carryIn = given.carryIn?.net ?? (complement ? 1 : 0);
    if (!complement && given.carryIn !== undefined && isInverted(given.carryIn))
      throw new Error(`${name}: inverted carry-in`);
    const ordered = given.terms
      .map((term) => (complement ? { net: term.net } : term))
      .sort((a, b) => arrival(a) - arrival(b));
    const last = ordered.findLastIndex((term) => next !== undefined || !isInverted(term));
    if (last < 0) throw new Error(`${name}: only inverted terms`);
    const terms = [...ordered.slice(0, last), ...ordered.slice(last + 1), ...ordered.slice(last, last + 1)];
    const low = terms.flatMap(netsOf);
    const high = [...terms.slice(0, -1), ...(next === undefined ? [] : [next])].flatMap(netsOf);
    const chained = carryIn === 0 || carryIn === 1 ? [] : [carryIn];
    const place = this.place(name, [...low, ...high, ...chained], (arrivals) => {
      const lowAt = lutOf(arrivals.slice(0, low.length));
      const highAt = throughLut(arrivals.slice(low.length, low.length + high.length));
      const { sums, carry } = throughCarry(chained.length === 0 ? undefined : arrivals.at(-1), [
        { s: lowAt, di: lowAt },
        { s: highAt, di: highAt },
      ]);
      return [...sums, carry];
    });
    const [sum, second, carry] = [this.at(place, 0), this.at(place, 1), this.at(place, 2)];
    this.add({ kind: "carry-atom", name, terms, next, carryIn, sums: [sum, second], carry }, place);
    const term = (net: Net): Term => (complement ? { net, inverted: true } : { net });
    return [term(sum), term(second), term(carry)];
  }

  adder(name: string, columns: readonly AdderColumn[], carryIn: Net | 0): Adder {
    const nets = columns.map(({ terms, accumulator }) => [
      ...terms.flatMap(netsOf),
      ...loopNets(accumulator),
    ]);
    const all = [...nets.flat(), ...(carryIn === 0 ? [] : [carryIn])];
    const place = this.place(name, all, (arrivals) => {
      let next = 0;
      let saved: number | undefined;
      const positions = columns.map((column, i) => {
        const own = arrivals.slice(next, (next += nets[i]?.length ?? 0));
        const s = throughLut(saved === undefined ? own : [...own, saved]);
        const saves = savesCarry(column, saved !== undefined);
        const di = saves ? (saved ?? 0) : throughLut(own);
        saved = saves ? throughLut(own) : undefined;
        return { s, di };
      });
      return throughCarry(carryIn === 0 ? undefined : arrivals.at(-1), positions).sums;
    });
    const cell: Adder = {
      kind: "adder",
      name,
      columns,
      carryIn,
      sums: columns.map((_, i) => this.at(place, i)),
    };
    this.add(cell, place);
    return cell;
  }

  /** The same bit, not inverted: for a carry-in, which nothing can invert on its way. */
  upright(name: string, term: Term): Net {
    if (!isInverted(term)) return term.net;
    const [net] = this.table(name, [term.net], [0b01n]);
    if (net === undefined) throw new Error(`no output of ${name}`);
    return net;
  }

  /** Whoever reads the outputs of a table that is `held` does so in the next stage or later, through a register. */
  table(
    name: string,
    inputs: readonly Net[],
    tables: readonly bigint[],
    { held = false }: { readonly held?: boolean } = {},
  ): readonly Net[] {
    const place = this.place(name, inputs, (arrivals) => [lutOf(arrivals)]);
    const seen = held ? { ...place, times: [this.period] } : place;
    const outputs = tables.map((table) => ({ net: this.at(seen, 0), table }));
    this.add({ kind: "table", name, inputs, outputs }, place);
    return outputs.map(({ net }) => net);
  }

  /**
   * Cells with an output that waits for so long that tools make a shift register of its flip-flops, and comes too late
   * for that: it wants its bit earlier than a flip-flop does. For when all cells are there.
   *
   * @param outputs what is read in stage `at`, to go into a register
   */
  lateCells(outputs: readonly (Term | undefined)[], at: number): readonly string[] {
    const firstUse = new Map<Net, number>();
    const use = (net: Net, stage: number): void => {
      firstUse.set(net, Math.min(stage, firstUse.get(net) ?? Infinity));
    };
    for (const term of outputs) if (term !== undefined) use(term.net, at + 1);
    for (const cell of this.cells) for (const net of readBy(cell)) use(net, stageOf(cell));
    const latest = this.period - netDelay - shiftRegisterSetup;
    return [...this.settling].flatMap(([cell, times]) => {
      const waits = (net: Net): boolean => {
        const until = firstUse.get(net);
        return until !== undefined && until - stageOf(cell) >= shiftRegisterStages;
      };
      const isLate = drivenBy(cell).some((net, i) => waits(net) && (times[i] ?? times[0] ?? 0) > latest);
      return isLate ? [cell.name] : [];
    });
  }

  private add(cell: Cell, { times }: Place): void {
    this.cells.push(cell);
    this.settling.set(cell, times);
  }

  private at({ stage, times }: Place, output: number): Net {
    return this.net(stage, times[output] ?? 0);
  }

  /** The first stage in which the outputs settle within the period. */
  private place(
    name: string,
    inputs: readonly Net[],
    delays: (arrivals: readonly number[]) => readonly number[],
  ): Place {
    const earliest = inputs.reduce((latest, { stage = 0 }) => Math.max(latest, stage), 0);
    const first = earliest + (this.delayed.has(name) ? 1 : 0);
    for (const stage of [first, first + 1]) {
      const times = delays(inputs.map((net) => arrivalIn(net, stage)));
      if (Math.max(...times) <= this.period) return { stage, times };
    }
    throw new SluiceError(
      "clock-too-fast",
      `${name} takes longer than the ${String(this.period)} ps of a clock cycle`,
      {
        hint: "ask for a slower clock",
      },
    );
  }
}

/** What `build` makes of a netlist: its outputs are read in stage `stage`, to go into a register. */
export interface Built {
  readonly outputs: readonly (Term | undefined)[];
  readonly stage: number;
}

/** Builds until no cell is late for a shift register: those that were go a stage later the next time. */
export function buildInTime<T extends Built>(period: number, build: (netlist: Netlist) => T): T {
  const delayed = new Set<string>();
  for (;;) {
    const netlist = new Netlist(period, delayed);
    const built = build(netlist);
    const late = netlist.lateCells(built.outputs, built.stage).filter((name) => !delayed.has(name));
    if (late.length === 0) return built;
    for (const name of late) delayed.add(name);
  }
}

interface Place {
  readonly stage: number;
  readonly times: readonly number[];
}

/** When a net is there in its own stage, or in a later one. */
function arrivalIn({ stage: own, at }: Net, stage: number): number {
  if (own === stage) return at;
  return own !== undefined && stage - own >= shiftRegisterStages ? clockToShiftRegister : clockToQ;
}

export function netsOf({ net, equals }: Term): readonly Net[] {
  return equals === undefined ? [net] : [net, equals];
}

export function loopNets(accumulator: AccumulatorBit | undefined): readonly Net[] {
  return accumulator?.loop === undefined ? [] : [accumulator.loop.net, accumulator.loop.restart];
}

export function isInverted({ inverted = false }: Term): boolean {
  return inverted;
}

/** Orders terms by when they come. */
export function arrival({ net: { stage = 0, at } }: Term): number {
  return stage * 1e6 + at;
}

/**
 * Whether the column hands the carry of its own bits to the next LUT: where there are three, or two and one handed to it.
 * Fewer fit the carry chain.
 */
export function savesCarry({ terms, accumulator }: AdderColumn, handed: boolean): boolean {
  return terms.length + (accumulator === undefined ? 0 : 1) + (handed ? 1 : 0) > 2;
}

/** The nets that a cell drives. */
export function drivenBy(cell: Cell): readonly Net[] {
  switch (cell.kind) {
    case "full-adder":
      return [cell.sum, cell.carry];
    case "carry-atom":
      return [...cell.sums, cell.carry];
    case "adder":
      return cell.sums;
    case "table":
      return cell.outputs.map(({ net }) => net);
  }
}

/** The stage of a cell is that of what it drives. */
export function stageOf(cell: Cell): number {
  return drivenBy(cell)[0]?.stage ?? 0;
}

/** The nets that a cell reads. */
export function readBy(cell: Cell): readonly Net[] {
  switch (cell.kind) {
    case "full-adder":
      return cell.terms.flatMap(netsOf);
    case "carry-atom":
      return [
        ...[...cell.terms, ...(cell.next === undefined ? [] : [cell.next])].flatMap(netsOf),
        ...(typeof cell.carryIn === "number" ? [] : [cell.carryIn]),
      ];
    case "adder":
      return [
        ...cell.columns.flatMap(({ terms, accumulator }) => [
          ...terms.flatMap(netsOf),
          ...loopNets(accumulator),
        ]),
        ...(cell.carryIn === 0 ? [] : [cell.carryIn]),
      ];
    case "table":
      return cell.inputs;
  }
}

export function lutsOf(cell: Cell): number {
  switch (cell.kind) {
    case "full-adder":
    case "table":
      return 1;
    case "carry-atom":
      return 2;
    case "adder":
      return cell.columns.length;
  }
}

/** When a LUT settles: the last of six inputs goes to I5, up to five to the others, the latest to the fastest. */
function lutOf(arrivals: readonly number[]): number {
  const sixth = arrivals[5];
  const others = throughLut(arrivals.slice(0, 5));
  return sixth === undefined ? others : Math.max(others, sixth + netDelay + (lutPins[5] ?? 0));
}

/** When the outputs of a LUT6_2 settle that share up to five inputs; the latest goes to the fastest pin. */
function throughLut(arrivals: readonly number[]): number {
  const sorted = [...arrivals].sort((a, b) => a - b);
  return sorted.reduce(
    (worst, at, i) => Math.max(worst, at + netDelay + (lutPins[5 - sorted.length + i] ?? 0)),
    0,
  );
}

/**
 * When the outputs of a carry chain settle; it begins in a new carry cell. The carry comes out as the sum of one more
 * position, as tools bring it out.
 */
function throughCarry(
  carryIn: number | undefined,
  positions: readonly { readonly s: number; readonly di: number }[],
): { readonly sums: readonly number[]; readonly carry: number } {
  const sums: number[] = [];
  let [carry, pin]: [number | undefined, "CYINIT" | "CI"] = [carryIn, "CYINIT"];
  for (let cell = 0; cell <= positions.length; cell += 4) {
    const group = positions.slice(cell, cell + 4);
    const timeOf = (output: "O" | "CO", i: number): number => {
      const from = carryTo[output][i] ?? carryTo.O[0];
      return group.reduce(
        (worst, { s, di }, k) =>
          Math.max(
            worst,
            from.S[k] === undefined ? 0 : s + netDelay + from.S[k],
            from.DI[k] === undefined ? 0 : di + netDelay + from.DI[k],
          ),
        carry === undefined ? 0 : carry + from[pin],
      );
    };
    for (let i = 0; i < 4; i++) sums.push(timeOf("O", i));
    [carry, pin] = [timeOf("CO", 3), "CI"];
  }
  return { sums: sums.slice(0, positions.length), carry: sums[positions.length] ?? 0 };
}
