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

/**
 * A bit of an accumulator that starts anew where `restart` is set; or only of what it starts from. What that is, `place` is
 * told: no cell depends on it.
 */
export interface AccumulatorBit {
  readonly loop?: { readonly net: Net; readonly restart: Net };
}

interface Placed {
  readonly name: string;
  /** The stage of what it drives. */
  readonly stage: number;
  /** The nets that it reads and drives. */
  readonly reads: readonly Net[];
  readonly drives: readonly Net[];
}

/** Three terms or fewer into their sum and carry: one LUT6_2, at most five inputs. */
export interface FullAdder extends Placed {
  readonly kind: "full-adder";
  readonly terms: readonly Term[];
  readonly sum: Net;
  readonly carry: Net;
}

/**
 * Two LUT6_2 and two positions of a carry chain: the lowest column's terms, a carry-in of the same weight and, where
 * there are but three or four of them, one term of the next column, into one bit of each of three columns. Preusser
 * (FPL 2017) builds his counters of these: (0,6) of six terms and (1,4) of four and one.
 */
export interface CarryAtom extends Placed {
  readonly kind: "carry-atom";
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
export interface Adder extends Placed {
  readonly kind: "adder";
  readonly columns: readonly AdderColumn[];
  /** One more bit of the lowest column. */
  readonly carryIn: Net | 0;
  /** The carry that comes out is dropped. */
  readonly sums: readonly Net[];
}

/** Any one or two functions of the same nets: of up to six one, of up to five two. */
export interface Table extends Placed {
  readonly kind: "table";
  readonly inputs: readonly Net[];
  /** Truth tables: bit i is the value where the inputs, the first in the lowest bit, are i. */
  readonly outputs: readonly { readonly net: Net; readonly table: bigint }[];
}

/** Flip-flops in a row that tools make a shift register of. */
const shiftRegisterStages = 3;

export type Cell = FullAdder | CarryAtom | Adder | Table;

/** The bits that netlists start from. */
export class Inputs {
  /** Nets so far: their ids are 0 and up. */
  protected count: number;

  /** More nets beside those of `others`. */
  constructor(others?: Inputs) {
    this.count = others?.count ?? 0;
  }

  /** A bit that a register of stage 0 holds, or one in front of it. */
  input(at = clockToQ): Net {
    return this.net(0, at);
  }

  /** A bit that is at hand in every stage. */
  everywhere(): Net {
    return this.net(undefined, clockToQ);
  }

  protected net(stage: number | undefined, at: number): Net {
    return { id: this.count++, stage, at };
  }
}

/** The cells of a sum in order, each in the first stage in which its inputs come early enough. */
export class Netlist extends Inputs {
  readonly cells: Cell[] = [];
  /** Of a stage, in ps; Infinity where there are no registers. */
  private readonly period: number;
  /** Names of cells that go into the stage after the first that they could be in. */
  private readonly delayed: ReadonlySet<string>;
  /** When the outputs of each cell settle in its stage. */
  private readonly settling: (readonly number[])[] = [];
  private readonly earlier: Earlier | undefined;

  /** Cells that read `inputs`, and others. */
  constructor(
    period = Infinity,
    delayed: ReadonlySet<string> = new Set(),
    {
      inputs,
      earlier,
    }: { readonly inputs?: Inputs | undefined; readonly earlier?: Earlier | undefined } = {},
  ) {
    super(inputs);
    this.period = period;
    this.delayed = delayed;
    this.earlier = earlier;
  }

  /** Nets that there are, with ids below this. */
  get size(): number {
    return this.count;
  }

  /** LUTs that the cells take; a LUT6_2 is one. */
  get luts(): number {
    return this.cells.reduce((sum, cell) => sum + lutsOf(cell), 0);
  }

  fullAdder(name: string, terms: readonly Term[]): FullAdder {
    const again = this.again("full-adder");
    if (again !== undefined) return again;
    const reads = netsOf(terms);
    const { stage, times } = this.place(name, reads, (at) => [throughLut(arrivalsIn(reads, at))]);
    const [settled = 0] = times;
    const [sum, carry] = [this.net(stage, settled), this.net(stage, settled)];
    const cell: FullAdder = {
      kind: "full-adder",
      name,
      stage,
      reads,
      drives: [sum, carry],
      terms,
      sum,
      carry,
    };
    this.add(cell, times);
    return cell;
  }

  /**
   * Gives the terms of the three columns. The carry-in and, of six terms, one more have to be as they are, not inverted;
   * or all of them inverted: then their complement, 7 less their sum, is built and its bits are inverted. Terms come in order.
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
      given.terms.every(isInverted) &&
      (given.carryIn === undefined || isInverted(given.carryIn));
    const carryIn = given.carryIn?.net ?? (complement ? 1 : 0);
    if (!complement && given.carryIn !== undefined && isInverted(given.carryIn))
      throw new Error(`${name}: inverted carry-in`);
    const term = (net: Net): Term => (complement ? { net, inverted: true } : { net });
    const again = this.again("carry-atom");
    if (again !== undefined) return [term(again.sums[0]), term(again.sums[1]), term(again.carry)];
    const terms = given.terms.map((each) => (complement ? { net: each.net } : each));
    const last = terms.findLastIndex((each) => next !== undefined || !isInverted(each));
    if (last < 0) throw new Error(`${name}: only inverted terms`);
    terms.push(...terms.splice(last, 1));
    const low = netsOf(terms);
    const high = netsOf(next === undefined ? terms.slice(0, -1) : [...terms.slice(0, -1), next]);
    const chained = typeof carryIn === "number" ? undefined : carryIn;
    const reads = low.concat(next === undefined ? [] : netsOf([next]), chained ?? []);
    const { stage, times } = this.place(name, reads, (at) => {
      const lowAt = lutOf(arrivalsIn(low, at));
      const highAt = throughLut(arrivalsIn(high, at));
      const positions = [
        { s: lowAt, di: lowAt },
        { s: highAt, di: highAt },
      ];
      const { sums, carry } = throughCarry(
        chained === undefined ? undefined : arrivalIn(chained, at),
        positions,
      );
      return [...sums, carry];
    });
    const [at = 0, secondAt = 0, carryAt = 0] = times;
    const [sum, second, carry] = [this.net(stage, at), this.net(stage, secondAt), this.net(stage, carryAt)];
    const drives = [sum, second, carry];
    const sums = [sum, second] as const;
    this.add({ kind: "carry-atom", name, stage, reads, drives, terms, next, carryIn, sums, carry }, times);
    return [term(sum), term(second), term(carry)];
  }

  adder(name: string, columns: readonly AdderColumn[], carryIn: Net | 0): Adder {
    const again = this.again("adder");
    if (again !== undefined) return again;
    const nets = columns.map(({ terms, accumulator }) => [...netsOf(terms), ...loopNets(accumulator)]);
    const chained = carryIn === 0 ? undefined : carryIn;
    const reads = [...nets.flat(), ...(chained === undefined ? [] : [chained])];
    const { stage, times } = this.place(name, reads, (at) => {
      let saved: number | undefined;
      const positions = columns.map((column, i) => {
        const own = arrivalsIn(nets[i] ?? [], at);
        const s = throughLut(saved === undefined ? own : [...own, saved]);
        const saves = savesCarry(column, saved !== undefined);
        const di = saves ? (saved ?? 0) : throughLut(own);
        saved = saves ? throughLut(own) : undefined;
        return { s, di };
      });
      return throughCarry(chained === undefined ? undefined : arrivalIn(chained, at), positions).sums;
    });
    const sums = times.map((settled) => this.net(stage, settled));
    const cell: Adder = { kind: "adder", name, stage, reads, drives: sums, columns, carryIn, sums };
    this.add(cell, times);
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
    const again = this.again("table");
    if (again !== undefined) return again.drives;
    const { stage, times } = this.place(name, inputs, (at) => [lutOf(arrivalsIn(inputs, at))]);
    const seen = held ? this.period : (times[0] ?? 0);
    const outputs = tables.map((table) => ({ net: this.net(stage, seen), table }));
    const drives = outputs.map(({ net }) => net);
    this.add({ kind: "table", name, stage, reads: inputs, drives, inputs, outputs }, times);
    return drives;
  }

  /**
   * Cells with an output that waits for so long that tools make a shift register of its flip-flops, and comes too late
   * for that: it wants its bit earlier than a flip-flop does. For when all cells are there.
   *
   * @param outputs what is read in stage `at`, to go into a register
   */
  lateCells(outputs: readonly (Term | undefined)[], at: number): readonly string[] {
    const firstUse = new Float64Array(this.size).fill(Infinity);
    const use = ({ id }: Net, stage: number): void => {
      if (stage < (firstUse[id] ?? 0)) firstUse[id] = stage;
    };
    for (const term of outputs) if (term !== undefined) use(term.net, at + 1);
    for (const { reads, stage } of this.cells) for (const net of reads) use(net, stage);
    const latest = this.period - netDelay - shiftRegisterSetup;
    const isLate = ({ drives, stage }: Cell, times: readonly number[]): boolean =>
      drives.some(({ id }, i) => {
        const waits = (firstUse[id] ?? Infinity) - stage;
        return waits >= shiftRegisterStages && waits < Infinity && (times[i] ?? times[0] ?? 0) > latest;
      });
    return this.cells.flatMap((cell, i) => (isLate(cell, this.settling[i] ?? []) ? [cell.name] : []));
  }

  /** The next cell where it is that of an earlier netlist. */
  private again<K extends Cell["kind"]>(kind: K): Extract<Cell, { kind: K }> | undefined {
    const { netlist, same = 0 } = this.earlier ?? {};
    const next = this.cells.length;
    const cell = next < same ? netlist?.cells[next] : undefined;
    const isOfKind = (one: Cell): one is Extract<Cell, { kind: K }> => one.kind === kind;
    if (cell === undefined || !isOfKind(cell)) return undefined;
    this.count += cell.drives.length;
    this.add(cell, netlist?.settling[next] ?? []);
    return cell;
  }

  private add(cell: Cell, times: readonly number[]): void {
    this.cells.push(cell);
    this.settling.push(times);
  }

  /** The first stage in which the outputs settle within the period. */
  private place(
    name: string,
    reads: readonly Net[],
    settle: (stage: number) => readonly number[],
  ): { readonly stage: number; readonly times: readonly number[] } {
    let first = 0;
    for (const { stage = 0 } of reads) first = Math.max(first, stage);
    if (this.delayed.size > 0 && this.delayed.has(name)) first++;
    for (const stage of [first, first + 1]) {
      const times = settle(stage);
      if (times.every((time) => time <= this.period)) return { stage, times };
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

/** A netlist that a next one begins like: of its cells the first so many are the same. */
interface Earlier {
  readonly netlist: Netlist;
  readonly same: number;
}

/**
 * Builds until no cell is late for a shift register: those that were go a stage later the next time. What was built before
 * the first of them is not built again where all that it reads are `inputs`, the build asking for no others.
 */
export function buildInTime<T extends Built>(
  period: number,
  build: (netlist: Netlist) => T,
  inputs?: Inputs,
): T {
  const delayed = new Set<string>();
  let earlier: Earlier | undefined;
  for (;;) {
    const netlist = new Netlist(period, delayed, { inputs, earlier });
    const built = build(netlist);
    const late = netlist.lateCells(built.outputs, built.stage).filter((name) => !delayed.has(name));
    if (late.length === 0) return built;
    for (const name of late) delayed.add(name);
    const same = netlist.cells.findIndex(({ name }) => name === late[0]);
    if (inputs !== undefined) earlier = { netlist, same };
  }
}

/** When a net is there in its own stage, or in a later one. */
function arrivalIn({ stage: own, at }: Net, stage: number): number {
  if (own === stage) return at;
  return own !== undefined && stage - own >= shiftRegisterStages ? clockToShiftRegister : clockToQ;
}

function arrivalsIn(nets: readonly Net[], stage: number): readonly number[] {
  return nets.map((net) => arrivalIn(net, stage));
}

export function netsOf(terms: readonly Term[]): Net[] {
  let count = terms.length;
  for (const { equals } of terms) if (equals !== undefined) count++;
  const nets = new Array<Net>(count);
  let at = 0;
  for (const { net, equals } of terms) {
    nets[at++] = net;
    if (equals !== undefined) nets[at++] = equals;
  }
  return nets;
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
  let settled = 0;
  // Pin I4 is for the latest, I3 for the one before it, of two at once for either.
  for (let i = 0; i < arrivals.length; i++) {
    const at = arrivals[i] ?? 0;
    let pin = 4;
    for (let j = 0; j < arrivals.length; j++) {
      const other = arrivals[j] ?? 0;
      if (other > at || (other === at && j > i)) pin--;
    }
    settled = Math.max(settled, at + netDelay + (lutPins[pin] ?? 0));
  }
  return settled;
}

type CarryDelays = (typeof carryTo)["O" | "CO"][number];

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
    const timeOf = (from: CarryDelays): number => {
      const { S, DI } = from;
      let settled = carry === undefined ? 0 : carry + from[pin];
      for (let k = 0; k < S.length && cell + k < positions.length; k++) {
        const { s = 0, di = 0 } = positions[cell + k] ?? {};
        settled = Math.max(settled, s + netDelay + (S[k] ?? 0));
        if (k < DI.length) settled = Math.max(settled, di + netDelay + (DI[k] ?? 0));
      }
      return settled;
    };
    for (const output of carryTo.O) if (sums.length <= positions.length) sums.push(timeOf(output));
    [carry, pin] = [timeOf(carryTo.CO[3]), "CI"];
  }
  return { sums: sums.slice(0, positions.length), carry: sums[positions.length] ?? 0 };
}
