import { planColumns } from "./column-plan.ts";
import {
  arrival,
  isInverted,
  type AccumulatorBit,
  type AdderColumn,
  type Net,
  type Netlist,
  type Term,
} from "./netlist.ts";

/** Bits to be added up: `columns[i]` holds terms of weight 2^i. */
export interface Sum {
  readonly columns: readonly (readonly Term[])[];
  /** Bits of the result; what is carried beyond is dropped. */
  readonly width: number;
  /** Bits of the result of the beat before, added in the final adder. */
  readonly accumulator?: readonly AccumulatorBit[];
  /** Full adders in a row that XNOR and add in one, at most. */
  readonly chain: number;
  /** Bits that the final adder adds in a column, an accumulator's counted. */
  readonly operands: number;
  /** What the names of its cells begin with, where a netlist holds several sums. */
  readonly name?: string;
}

/** Builds the cells of a sum into a netlist. Gives the bits of the result, the lowest first; undefined is constant 0. */
export function compress(netlist: Netlist, sum: Sum): readonly (Term | undefined)[] {
  const columns = sum.columns.map((terms) => [...terms]);
  while (columns.length < sum.width + 2) columns.push([]);
  columns.forEach((_, i) => {
    addEqualities(netlist, columns, i, sum);
  });
  return addColumns(netlist, columns, sum);
}

/**
 * Two XNORs and one more bit are a full adder of one LUT6_2, so that XNORs cost nothing of their own. The sum of each
 * goes into the next, the fastest of its pins, at most `chain` in a row.
 */
function addEqualities(
  netlist: Netlist,
  columns: Term[][],
  column: number,
  { chain, name: prefix = "" }: Sum,
): void {
  const terms = columns[column] ?? [];
  const equalities = terms.filter(({ equals }) => equals !== undefined);
  if (equalities.length === 0) return;
  const plain = terms.filter(({ equals }) => equals === undefined);
  const rows = Math.ceil(equalities.length / 2);
  const chains = Math.ceil(rows / chain);
  const sums: Term[] = [];
  for (let row = 0, c = 0; c < chains; c++) {
    // Chains of nearly equal length; the first adder of each has a place for one more bit.
    const end = Math.ceil((rows * (c + 1)) / chains);
    let carried = plain.shift();
    for (let link = 0; row < end; row++, link++) {
      const pair = equalities.slice(2 * row, 2 * row + 2);
      if (pair.length === 1 && carried === undefined) carried = plain.shift();
      const name = `${prefix}match_${String(column)}_${String(c)}_${String(link)}`;
      const added = [...pair, ...(carried === undefined ? [] : [carried])];
      const { sum, carry } = netlist.fullAdder(name, added);
      carried = { net: sum };
      if (added.length > 1) columns[column + 1]?.push({ net: carry });
    }
    if (carried !== undefined) sums.push(carried);
  }
  columns[column] = [...plain, ...sums];
}

/** Carry atoms and full adders as planned, each on the terms that come first, and the final adder. */
function addColumns(
  netlist: Netlist,
  columns: Term[][],
  { width, accumulator, operands, name: prefix = "" }: Sum,
): readonly (Term | undefined)[] {
  const heights = columns.map(({ length }) => length);
  const plan = planColumns({ heights, width, accumulates: accumulator !== undefined, operands });
  const results: (Term | undefined)[] = [];
  const adderColumns: AdderColumn[] = [];
  let carryIn: Net | 0 = 0;
  plan.columns.forEach(({ sevens, sixes, fourOnes, fullAdders, halfAdders, adder: inAdder }, i) => {
    const here = new Queue(columns[i] ?? []);
    const [above, highest] = [columns[i + 1] ?? [], columns[i + 2] ?? []];
    const atom = (label: string, terms: number, next: Term | undefined, carries: boolean): void => {
      const taken = takeForAtom(netlist, label, here, {
        count: terms + (carries ? 1 : 0),
        upright: (carries ? 1 : 0) + (next === undefined ? 1 : 0),
        mayComplement: next === undefined,
      });
      // The carry-in is the fastest input, for the last to come.
      const upright = taken.some((term) => !isInverted(term));
      const last = carries ? takeLast(taken, upright) : undefined;
      const [sum, second, carry] = netlist.carryAtom(label, { terms: taken, next, carryIn: last });
      here.add(sum);
      above.push(second);
      highest.push(carry);
    };
    const name = (kind: string, n: number): string => `${prefix}${kind}_${String(i)}_${String(n)}`;
    for (let n = 0; n < sevens; n++) atom(name("seven", n), 6, undefined, true);
    for (let n = 0; n < sixes; n++) atom(name("six", n), 6, undefined, false);
    for (let n = 0; n < fourOnes; n++) atom(name("four_one", n), 4, earliest(above), true);
    const adder = (label: string, terms: number): void => {
      const { sum, carry } = netlist.fullAdder(label, here.take(terms));
      here.add({ net: sum });
      above.push({ net: carry });
    };
    for (let n = 0; n < fullAdders; n++) adder(name("full", n), 3);
    for (let n = 0; n < halfAdders; n++) adder(name("half", n), 2);
    const left = here.take(here.length);
    if (!inAdder) {
      results.push(left[0]);
      return;
    }
    const bit = accumulator?.[i];
    // Two bits fit a position of the chain; a third goes in as its carry rather than beside it.
    if (adderColumns.length === 0 && left.length + (bit === undefined ? 0 : 1) > 2) {
      const upright = left.some((term) => !isInverted(term));
      const last = takeLast(left, upright);
      if (last !== undefined) carryIn = netlist.upright(`${prefix}carry_in`, last);
    }
    adderColumns.push({ terms: left, accumulator: bit });
  });
  if (adderColumns.length === 0) return results;
  const { sums } = netlist.adder(`${prefix}total`, adderColumns, carryIn);
  return [...results, ...sums.map((net): Term => ({ net }))];
}

/** Terms for a carry atom, with as many as it needs upright among them, or none where it may be built complemented. */
function takeForAtom(
  netlist: Netlist,
  name: string,
  queue: Queue,
  {
    count,
    upright,
    mayComplement,
  }: { readonly count: number; readonly upright: number; readonly mayComplement: boolean },
): Term[] {
  const taken = queue.take(count);
  let missing = upright - taken.filter((term) => !isInverted(term)).length;
  if (mayComplement && missing === upright) return taken;
  for (; missing > 0; missing--) {
    const term = takeLast(taken, false);
    if (term === undefined) break;
    const other = queue.takeUpright();
    taken.push(other ?? { net: netlist.upright(`${name}_upright`, term) });
    if (other !== undefined) queue.add(term);
  }
  return taken;
}

/** The last to come of those that are upright, or inverted. */
function takeLast(terms: Term[], upright: boolean): Term | undefined {
  const chosen = terms.filter((term) => isInverted(term) !== upright);
  const last = chosen.reduce<Term | undefined>(
    (latest, term) => (latest === undefined || arrival(term) >= arrival(latest) ? term : latest),
    undefined,
  );
  if (last !== undefined) terms.splice(terms.indexOf(last), 1);
  return last;
}

function earliest(terms: Term[]): Term | undefined {
  terms.sort((a, b) => arrival(a) - arrival(b));
  return terms.shift();
}

/** Terms by when they come. */
class Queue {
  private readonly terms: Term[];

  constructor(terms: readonly Term[]) {
    this.terms = [...terms].sort((a, b) => arrival(a) - arrival(b));
  }

  get length(): number {
    return this.terms.length;
  }

  take(count: number): Term[] {
    if (count > this.terms.length) throw new Error(`${String(count)} of ${String(this.terms.length)} terms`);
    return this.terms.splice(0, count);
  }

  takeUpright(): Term | undefined {
    const at = this.terms.findIndex((term) => !isInverted(term));
    return at < 0 ? undefined : this.terms.splice(at, 1)[0];
  }

  add(term: Term): void {
    const at = this.terms.findIndex((other) => arrival(other) > arrival(term));
    this.terms.splice(at < 0 ? this.terms.length : at, 0, term);
  }
}
