import { planColumns, type SumShape } from "./column-plan.ts";
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

/** How many terms of a column are as they are, and how many are XNORs. */
export interface TermCount {
  readonly plain: number;
  readonly equalities: number;
}

/** A sum by the number of its terms. */
export interface SumCounts extends Omit<SumShape, "heights"> {
  readonly columns: readonly TermCount[];
}

/** The terms of a sum, counted. */
export function countsOf({ columns, width, accumulator, operands }: Omit<Sum, "chain">): SumCounts {
  return { columns: columns.map(countTerms), width, accumulates: accumulator !== undefined, operands };
}

function countTerms(terms: readonly Term[]): TermCount {
  const equalities = terms.reduce((sum, { equals }) => sum + (equals === undefined ? 0 : 1), 0);
  return { plain: terms.length - equalities, equalities };
}

/**
 * LUTs of a sum, its cells not built. A sum of inverted terms takes some more where a cell wants a term that is not: the
 * tables that invert them.
 */
export function leastLuts({ columns, width, accumulates, operands }: SumCounts, chain: number): number {
  let [luts, carries] = [0, 0];
  const heights = Array.from({ length: width + 2 }, (_, i) => {
    const { plain = 0, equalities = 0 } = columns[i] ?? {};
    const rows = rowsOf(equalities, chain, plain + carries);
    luts += rows.count;
    carries = rows.carries;
    return rows.left;
  });
  return luts + planColumns({ heights, width, accumulates, operands }).luts;
}

/** Into so many chains the XNORs of a column go. */
export const chainsOf = (equalities: number, chain: number): number =>
  Math.ceil(Math.ceil(equalities / 2) / chain);

/** What the full adders that take two XNORs each make of a column. */
function rowsOf(
  equalities: number,
  chain: number,
  plain: number,
): {
  readonly count: number;
  readonly chains: number;
  /** Terms that the column then has. */
  readonly left: number;
  /** Terms that the next column has more. */
  readonly carries: number;
} {
  const count = Math.ceil(equalities / 2);
  const chains = chainsOf(equalities, chain);
  // The first adder of each chain has room for one more bit.
  const taken = Math.min(plain, chains);
  // An XNOR without another that is a chain by itself has nothing to be added to unless it gets such a bit.
  const isAlone = equalities % 2 === 1 && count - endOf(chains - 1, count, chains) === 1 && taken < chains;
  return { count, chains, left: plain - taken + chains, carries: isAlone ? count - 1 : count };
}

/** Chains of nearly equal length: how many rows the first `chain` of them have. */
const endOf = (chain: number, rows: number, chains: number): number => Math.ceil((rows * chain) / chains);

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
  const { count, chains } = rowsOf(equalities.length, chain, plain.length);
  const sums: Term[] = [];
  for (let row = 0, c = 0; c < chains; c++) {
    let carried = plain.shift();
    for (let link = 0; row < endOf(c + 1, count, chains); row++, link++) {
      const name = `${prefix}match_${String(column)}_${String(c)}_${String(link)}`;
      const added = equalities.slice(2 * row, 2 * row + 2).concat(carried ?? []);
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
  if (missing <= 0 || (mayComplement && missing === upright)) return taken;
  for (; missing > 0; missing--) {
    const term = takeLast(taken, false);
    if (term === undefined) break;
    const other = queue.takeUpright();
    taken.push(other ?? { net: netlist.upright(`${name}_upright`, term) });
    if (other !== undefined) queue.add(term);
  }
  return inOrder(taken);
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

const inOrder = (terms: readonly Term[]): Term[] => terms.toSorted((a, b) => arrival(a) - arrival(b));

/** Terms by when they come. */
class Queue {
  private readonly terms: Term[];

  constructor(terms: readonly Term[]) {
    this.terms = inOrder(terms);
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

  /** Behind those that come no later. */
  add(term: Term): void {
    const at = arrival(term);
    let [first, end] = [0, this.terms.length];
    while (first < end) {
      const middle = (first + end) >> 1;
      const other = this.terms[middle];
      if (other !== undefined && arrival(other) > at) end = middle;
      else first = middle + 1;
    }
    this.terms.splice(first, 0, term);
  }
}
