import {
  bool,
  cat,
  reg,
  sum,
  uint,
  valueOf,
  vec,
  type Bits,
  type Bool,
  type ModuleBuilder,
  type UInt,
} from "../../src/hdl/index.ts";
import { usablePart } from "./compressor/index.ts";

/**
 * Registers for a plain popcount at a clock: with Yosys and without placement, one of n bits takes about
 * 1.35 log2(n) - 2.7 ns (5.4 at 64, 9.5 at 512); stages after the first, which add numbers, are given twice their bits.
 */
export function plainStages(width: number, clockMHz: number): number {
  if (clockMHz === 0) return 1;
  const fanIn = Math.max(3, 2 ** (((1000 / clockMHz) * usablePart + 2.7) / 1.35 - 1));
  let stages = 1;
  while (fanIn ** stages < width) stages++;
  return stages;
}

/**
 * Number of ones of `x`, `stages` registers later. Every stage adds up equally many values (the first ones of a chunk,
 * the others counts), so that the logic between registers is evenly deep. Registers are named `<name>_<stage>`.
 */
export function plainCount(m: ModuleBuilder, x: Bits, stages: number, enable: Bool, name = "count"): UInt {
  const fanIn = smallestRoot(x.width, stages);
  let counts: readonly UInt[] =
    stages === 1 && x.width > wide
      ? [countInSixes(m, x, name)]
      : groupsOf(x.width, fanIn).map(({ first, size }) => x.slice(first, size).popcount());
  for (let stage = 1; stage <= stages; stage++) {
    const count = uint.upTo(Math.min(x.width, fanIn ** stage));
    const key = `${name}_${String(stage)}`;
    const register = m.regs({ [key]: reg(vec(counts.length, count), { reset: "none" }) })[key];
    if (register === undefined) throw new Error(`no register ${key}`);
    const sums = counts.map((value) => value.wrap(count));
    m.when(enable, () => {
      register.next(sums);
    });
    const registered = register.elements();
    counts = groupsOf(registered.length, fanIn).map(({ first, size }) =>
      sum(registered.slice(first, first + size)),
    );
  }
  const [total] = counts;
  if (total === undefined) throw new Error("a count of nothing");
  return total;
}

/** Bits from which on a count is worth to be cut up by hand. */
const wide = 32;

/**
 * As `x.popcount()`: bits of equal weight are counted six at a time, then the bits of these counts, until there are three
 * or fewer of each weight. A LUT has six inputs; what tools make of one wide count takes more LUTs, and differs by a few
 * of them with the names of signals. Wires are named `<name>_six_<level>`.
 */
function countInSixes(m: ModuleBuilder, x: Bits, prefix: string): UInt {
  const kind = uint.upTo(x.width);
  m.name({ [`${prefix}_bits`]: x });
  // By weight; bits past those of the count are always 0.
  let columns: readonly (readonly Bool[])[] = [Array.from({ length: x.width }, (_, i) => x.bit(i))];
  for (let level = 1; columns.some((column) => column.length > 3); level++) {
    const groups = columns.flatMap((column, weight) =>
      groupsOf(column.length, 6).map(({ first, size }) => ({
        weight,
        some: column.slice(first, first + size),
      })),
    );
    const counted = groups.filter(({ some }) => some.length > 3);
    const name = `${prefix}_six_${String(level)}`;
    const six = m.wires({ [name]: vec(counted.length, uint(3)) })[name];
    if (six === undefined) throw new Error(`no wires ${name}`);
    const next: Bool[][] = Array.from({ length: columns.length + 2 }, () => []);
    six.set(counted.map(({ some }) => cat(...some.toReversed()).popcount()));
    counted.forEach(({ weight }, i) => {
      for (let bit = 0; bit < 3; bit++) next[weight + bit]?.push(six.at(i).bit(bit));
    });
    for (const { weight, some } of groups) if (some.length <= 3) next[weight]?.push(...some);
    columns = next;
  }
  const low = valueOf(bool, false);
  const rows = [0, 1, 2].map((row) =>
    cat(...Array.from({ length: kind.width }, (_, weight) => columns[weight]?.[row] ?? low).toReversed()),
  );
  const zeros = columns.slice(kind.width).flat();
  if (zeros.length > 0) m.unused({ [prefix]: cat(...zeros) });
  return sum(rows.map((row) => row.asUInt())).wrap(kind);
}

/** The smallest number whose power `exponent` reaches `value`. */
function smallestRoot(value: number, exponent: number): number {
  let root = 1;
  while (root ** exponent < value) root++;
  return root;
}

/** `count` things in groups of `size`; the last may be smaller. */
function groupsOf(count: number, size: number): readonly { readonly first: number; readonly size: number }[] {
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => ({
    first: i * size,
    size: Math.min(size, count - i * size),
  }));
}
