import type { Net, Netlist, Term } from "../arith/compressor/index.ts";

/** A row of constant weights as bits to be added up: `columns[i]` holds terms of weight 2^i. */
export interface SharedRow {
  readonly columns: readonly (readonly Term[])[];
  /** The terms add up to so much more than the row's count. */
  readonly excess: number;
}

/** Weights of -1 of every row, by column: where the count is of zeros. */
export type Signs = readonly (readonly boolean[])[];

/**
 * Counts of agreements of a vector with many rows of constant weights, as terms that the rows share.
 *
 * The columns are cut into groups of k. Rows whose weights are equal in a group have the same count there, and those with
 * the opposite weights k less it. A count c is p + 2u, where p, its lowest bit, is the parity of the group's inputs, for
 * some rows inverted: one table for all rows. Only u takes tables of its own, for each of at most 2^(k-1) patterns. The
 * parities that a row adds up, each inverted or not, are again inputs with constant weights: they are cut into groups in
 * turn, one level up.
 *
 * With all its bits inverted a count of weights 1, 2 (and 4) becomes 3 (7) less it: k less the count and an excess of
 * 3 - k (7 - k), which is a constant of the row. Groups of 3 have none.
 *
 * Where `held`, rows see them through registers: of what the rows share there is less than of what they make of it.
 *
 * Tables are named `parity_<level>_<group>` and `pattern_<level>_<group>_<weights>`, of the group's first input in the
 * first digit, 1 for +1. Two functions of the same inputs share a LUT6_2.
 */
export function shareCounts(
  netlist: Netlist,
  inputs: readonly Net[],
  signs: Signs,
  { isExact, held }: { readonly isExact: boolean; readonly held: boolean },
): readonly SharedRow[] {
  const rows = signs.map(() => ({ columns: [[], [], []] as [Term[], Term[], Term[]], excess: 0 }));
  let level: Level = { number: 0, nets: inputs, signs };
  for (;;) {
    const size = bestGroup(level.nets.length, signs.length, groupSizes(isExact));
    if (size === undefined) break;
    level = shareLevel(netlist, level, rows, { size, held });
  }
  const { nets, signs: left } = level;
  rows.forEach(({ columns }, row) => {
    columns[0].push(...nets.map((net, i): Term => ({ net, inverted: left[row]?.[i] === true })));
  });
  return rows;
}

/** What `shareCounts` comes to with random weights. */
export interface SharedShape {
  /** LUTs of the tables that the rows share. */
  readonly luts: number;
  /** Terms that a row adds up, by weight. */
  readonly heights: readonly [ones: number, twos: number, fours: number];
}

/** The same without building it. */
export function sharedShape(columns: number, rows: number, isExact: boolean): SharedShape {
  const sizes = groupSizes(isExact);
  let [nets, luts, twos, fours] = [columns, 0, 0, 0];
  for (;;) {
    const size = bestGroup(nets, rows, sizes);
    if (size === undefined) return { luts, heights: [nets, twos, fours] };
    const left = nets % size;
    const groups = Math.floor(nets / size);
    luts += groups * tableLuts(size, rows) + (left < 3 ? 0 : tableLuts(left, rows));
    twos += groups + (left < 3 ? 0 : 1);
    fours += (size > 3 ? groups : 0) + (left > 3 ? 1 : 0);
    nets = groups + (left < 3 ? left : 1);
  }
}

interface Level {
  readonly number: number;
  readonly nets: readonly Net[];
  readonly signs: Signs;
}

interface OpenRow {
  readonly columns: readonly [Term[], Term[], Term[]];
  excess: number;
}

/** Hands u of every group to the rows; gives the parities, and inputs that are too few for a group. */
function shareLevel(
  netlist: Netlist,
  { number, nets, signs }: Level,
  rows: OpenRow[],
  { size, held }: { readonly size: number; readonly held: boolean },
): Level {
  const next: Net[] = [];
  const nextSigns: boolean[][] = rows.map(() => []);
  for (let first = 0; first < nets.length; first += size) {
    const group = nets.slice(first, first + size);
    const k = group.length;
    if (k < 3) {
      next.push(...group);
      rows.forEach((_, row) => nextSigns[row]?.push(...(signs[row] ?? []).slice(first, first + k)));
      continue;
    }
    const name = `${String(number)}_${String(first / size)}`;
    const patterns = rows.map((_, row) => canonical((signs[row] ?? []).slice(first, first + k)));
    const { parity, upper } = groupTables(netlist, name, group, { patterns, held });
    const weights = k > 3 ? 7 : 3;
    rows.forEach(({ columns }, row) => {
      const { pattern = 0, flipped = false } = patterns[row] ?? {};
      (upper.get(pattern) ?? []).forEach((net, i) => columns[i + 1]?.push({ net, inverted: flipped }));
      nextSigns[row]?.push((parityOf(pattern) === 1) !== flipped);
    });
    rows.forEach((open, row) => {
      if (patterns[row]?.flipped === true) open.excess += weights - k;
    });
    next.push(parity);
  }
  return { number: number + 1, nets: next, signs: nextSigns };
}

interface Pattern {
  /** Bit i: input i counts where it is 0. The first input counts where it is 1. */
  readonly pattern: number;
  /** The row has the opposite weights. */
  readonly flipped: boolean;
}

function canonical(signs: readonly boolean[]): Pattern {
  const flipped = signs[0] === true;
  return {
    pattern: signs.reduce((bits, sign, i) => bits | (sign !== flipped ? 1 << i : 0), 0),
    flipped,
  };
}

/** The parity of a group's inputs and, by pattern, the bits of half its count, the lowest first. */
function groupTables(
  netlist: Netlist,
  name: string,
  group: readonly Net[],
  { patterns, held }: { readonly patterns: readonly Pattern[]; readonly held: boolean },
): { readonly parity: Net; readonly upper: ReadonlyMap<number, readonly Net[]> } {
  const k = group.length;
  const upper = new Map<number, Net[]>();
  const wanted: { readonly name: string; readonly table: bigint }[] = [];
  const nets: Net[][] = [];
  for (const pattern of [...new Set(patterns.map(({ pattern: p }) => p))].sort((a, b) => a - b)) {
    const bits: Net[] = [];
    upper.set(pattern, bits);
    for (let bit = 1; bit <= (k > 3 ? 2 : 1); bit++) {
      const digits = group.map((_, i) => (((pattern >> i) & 1) === 1 ? "0" : "1")).join("");
      const suffix = k === 6 ? `_${bit === 1 ? "twos" : "fours"}` : "";
      wanted.push({
        name: `pattern_${name}_${digits}${suffix}`,
        table: tableOf(k, (value) => (onesIn(value ^ pattern) >> bit) & 1),
      });
      nets.push(bits);
    }
  }
  let parity: Net | undefined;
  wanted.push({ name: `parity_${name}`, table: tableOf(k, parityOf) });
  // Of up to five inputs a table has two outputs.
  const perTable = k <= 5 ? 2 : 1;
  for (let i = 0; i < wanted.length; i += perTable) {
    const some = wanted.slice(i, i + perTable);
    const outputs = netlist.table(
      some[0]?.name ?? "",
      group,
      some.map(({ table }) => table),
      // The parity goes on to the next level.
      { held: held && i + some.length < wanted.length },
    );
    outputs.forEach((net, j) => {
      const bits = nets[i + j];
      if (bits === undefined) parity = net;
      else bits.push(net);
    });
  }
  if (parity === undefined) throw new Error(`no parity of ${name}`);
  return { parity, upper };
}

function tableOf(inputs: number, value: (inputs: number) => number): bigint {
  let table = 0n;
  for (let i = 0; i < 2 ** inputs; i++) table |= BigInt(value(i)) << BigInt(i);
  return table;
}

function onesIn(value: number): number {
  let ones = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) ones++;
  return ones;
}

const parityOf = (value: number): number => onesIn(value) & 1;

/** LUTs that a bit costs in a row's own tree: see compressor/column-plan.ts. */
const lutsPerBit = 1 / 2;

/** The group size that is estimated to take the least LUTs; undefined where the rows had better add the nets themselves. */
function bestGroup(nets: number, rows: number, sizes: readonly number[]): number | undefined {
  let best: { readonly size: number | undefined; readonly luts: number } = {
    size: undefined,
    luts: nets * rows * lutsPerBit,
  };
  for (const size of nets < 3 ? [] : sizes) {
    const luts = estimate(nets, rows, size, sizes);
    if (luts < best.luts) best = { size, luts };
  }
  return best.size;
}

function estimate(nets: number, rows: number, size: number, sizes: readonly number[]): number {
  const [groups, left] = [Math.floor(nets / size), nets % size];
  const next = groups + (left < 3 ? left : 1);
  const rest = bestLuts(next, rows, sizes);
  return groups * groupLuts(size, rows) + (left < 3 ? 0 : groupLuts(left, rows)) + rest;
}

function bestLuts(nets: number, rows: number, sizes: readonly number[]): number {
  const size = bestGroup(nets, rows, sizes);
  return size === undefined ? nets * rows * lutsPerBit : estimate(nets, rows, size, sizes);
}

/** Tables of a group and what its bits cost in the rows. */
function groupLuts(size: number, rows: number): number {
  return tableLuts(size, rows) + rows * bitsOf(size) * lutsPerBit;
}

/** Bits of half a group's count. */
const bitsOf = (size: number): number => (size > 3 ? 2 : 1);

/** Tables of a group, of as many patterns as random weights have. */
function tableLuts(size: number, rows: number): number {
  const most = 2 ** (size - 1);
  const patterns = most * (1 - (1 - 1 / most) ** rows);
  return (patterns * bitsOf(size) + 1) / (size > 5 ? 1 : 2);
}

const groupSizes = (isExact: boolean): readonly number[] => (isExact ? [3] : [3, 6]);
