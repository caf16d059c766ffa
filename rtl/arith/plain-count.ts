import {
  reg,
  sum,
  uint,
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
  let counts: readonly UInt[] = groupsOf(x.width, fanIn).map(({ first, size }) =>
    x.slice(first, size).popcount(),
  );
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
