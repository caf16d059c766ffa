import type { Scope } from "./code.ts";
import { limbsFor } from "./layout.ts";
import * as limbs from "./limb.ts";
import type { Limb } from "./limb.ts";
import { named } from "./value.ts";
import type { Flat } from "./value.ts";
import type { CompareOp } from "../ir/index.ts";

/** Limbs of an operation, asked for one by one. */
type Limbs = (index: number) => Limb;

const ALL = 0xffffffff;

function int(code: string): Limb {
  return { code, simple: false, max: ALL };
}

/** a + b modulo 2^width. Carries are made of bit operations: no number leaves 32 bits. */
export function addLimbs(scope: Scope, a: Flat, b: Flat): Limbs {
  const last = limbsFor(a.width) - 1;
  if (last === 0) return () => limbs.add(a.limb(0), b.limb(0), a.width);
  const sums: Limb[] = [];
  const carries: Limb[] = [limbs.zero];
  const sum = (index: number): Limb => {
    for (let i = sums.length; i <= index; i++) {
      const [x, y, carry] = [a.atom(i), b.atom(i), carries[i] ?? limbs.zero];
      const plain = limbs.add(limbs.add(x, y, 32), carry, 32);
      sums.push(i === last ? limbs.low(plain, a.limbWidth(i)) : named(scope, plain));
      const out = sums[i] ?? limbs.zero;
      if (i === last) break;
      const overflow =
        x.max + y.max + carry.max <= ALL
          ? limbs.zero
          : limbs.shiftRight(int(`((${x.code} & ${y.code}) | ((${x.code} | ${y.code}) & ~${out.code}))`), 31);
      carries.push(named(scope, overflow));
    }
    return sums[index] ?? limbs.zero;
  };
  return sum;
}

/** a - b modulo 2^width. */
export function subLimbs(scope: Scope, a: Flat, b: Flat): Limbs {
  const last = limbsFor(a.width) - 1;
  if (last === 0) return () => limbs.sub(a.limb(0), b.limb(0), a.width);
  const differences: Limb[] = [];
  const borrows: Limb[] = [limbs.zero];
  return (index) => {
    for (let i = differences.length; i <= index; i++) {
      const [x, y, borrow] = [a.atom(i), b.atom(i), borrows[i] ?? limbs.zero];
      const plain = limbs.sub(limbs.sub(x, y, 32), borrow, 32);
      differences.push(i === last ? limbs.low(plain, a.limbWidth(i)) : named(scope, plain));
      const out = differences[i] ?? limbs.zero;
      if (i === last) break;
      const under = int(`((~${x.code} & ${y.code}) | ((~${x.code} | ${y.code}) & ${out.code}))`);
      borrows.push(named(scope, limbs.shiftRight(under, 31)));
    }
    return differences[index] ?? limbs.zero;
  };
}

export function compareLimbs(scope: Scope, op: CompareOp, a: Flat, b: Flat, signed: boolean): Limb {
  switch (op) {
    case "eq":
      return equal(a, b);
    case "ne":
      return limbs.not(equal(a, b), 1);
    case "lt":
      return less(scope, a, b, signed);
    case "gt":
      return less(scope, b, a, signed);
    case "le":
      return limbs.not(less(scope, b, a, signed), 1);
    case "ge":
      return limbs.not(less(scope, a, b, signed), 1);
  }
}

function equal(a: Flat, b: Flat): Limb {
  const count = limbsFor(a.width);
  if (count === 1) {
    const [x, y] = [a.limb(0), b.limb(0)];
    return x.value === undefined ? limbs.equal(x, y) : limbs.equal(y, x);
  }
  const differences = Array.from({ length: count }, (_, i) => limbs.xor(a.limb(i), b.limb(i)));
  return limbs.equal(differences.reduce(limbs.or), limbs.zero);
}

function less(scope: Scope, a: Flat, b: Flat, signed: boolean): Limb {
  const last = limbsFor(a.width) - 1;
  let below: Limb = limbs.zero;
  for (let i = 0; i <= last; i++) {
    const top = signed && i === last;
    const extend = (limb: Limb): Limb => (top ? limbs.signExtended(limb, a.limbWidth(i)) : limb);
    const [x, y] = i === last && last === 0 ? [a.limb(0), b.limb(0)] : [a.atom(i), b.atom(i)];
    const here = limbs.less(extend(x), extend(y), top);
    below = i === 0 ? here : named(scope, limbs.choose(limbs.equal(x, y), below, here));
  }
  return below;
}

/**
 * `amount` (a name or literal) may be any number of 32 bits; what is shifted in is 0, or the sign where `signed`.
 * A shift by a variable is one by up to 31 bits, then one by whole limbs for every bit of the amount above.
 */
export function shiftLimbs(scope: Scope, op: "shl" | "shr", arg: Flat, amount: Limb, signed: boolean): Limbs {
  const count = limbsFor(arg.width);
  const top = arg.limbWidth(count - 1);
  let fillLimb: Limb | undefined;
  const fill = (): Limb =>
    (fillLimb ??= signed
      ? named(scope, limbs.signFill(limbs.signExtended(arg.atom(count - 1), top)))
      : limbs.zero);
  /** Limb of the operand, extended to both sides. */
  const source = (i: number): Limb => {
    if (i < 0) return limbs.zero;
    if (i >= count) return fill();
    return signed && i === count - 1 ? limbs.signExtended(arg.atom(i), top) : arg.atom(i);
  };
  const cut = (limb: Limb, i: number): Limb => limbs.low(limb, arg.limbWidth(i));

  if (amount.value !== undefined) {
    const by = Math.min(amount.value, 32 * count);
    const [whole, part] = [by >>> 5, by & 31];
    return (i) => {
      const near = op === "shl" ? source(i - whole) : source(i + whole);
      if (part === 0) return cut(near, i);
      const far = op === "shl" ? source(i - whole - 1) : source(i + whole + 1);
      const joined =
        op === "shl"
          ? limbs.or(limbs.shiftLeft(near, part), limbs.shiftRight(far, 32 - part))
          : limbs.or(limbs.shiftRight(near, part), limbs.shiftLeft(far, 32 - part));
      return cut(joined, i);
    };
  }
  if (count === 1) {
    return () => {
      const inside = limbs.less(amount, limbs.constant(32), false);
      const { code } = named(scope, source(0));
      const filled = signed ? `(${code} >> ${amount.code})` : limbs.shiftedRight(code, amount.code);
      const shifted = int(op === "shl" ? `(${code} << ${amount.code})` : filled);
      return cut(amount.max < 32 ? shifted : limbs.choose(inside, shifted, fill()), 0);
    };
  }

  let result: Limb[] | undefined;
  const run = (): Limb[] => {
    const part = named(scope, limbs.and(amount, limbs.constant(31))).code;
    let stage = Array.from({ length: count }, (_, i) => {
      const [near, far] = [
        named(scope, source(i)).code,
        named(scope, source(op === "shl" ? i - 1 : i + 1)).code,
      ];
      // Shifting by 32 less the part, in two steps since the part may be 0.
      const code =
        op === "shl"
          ? `((${near} << ${part}) | ((${far} >>> 1) >>> (31 - ${part})))`
          : `((${near} >>> ${part}) | ((${far} << 1) << (31 - ${part})))`;
      return named(scope, int(code));
    });
    let bit = 5;
    for (; 2 ** (bit - 5) < count && amount.max >= 2 ** bit; bit++) {
      const by = 2 ** (bit - 5);
      const set = limbs.and(limbs.shiftRight(amount, bit), limbs.constant(1));
      const moved = named(scope, set);
      const before = stage;
      stage = before.map((limb, i) => {
        const from = before[op === "shl" ? i - by : i + by] ?? (op === "shl" ? limbs.zero : fill());
        return named(scope, limbs.choose(moved, from, limb));
      });
    }
    if (amount.max >= 2 ** bit) {
      const beyond = named(scope, limbs.shiftRight(amount, bit));
      stage = stage.map((limb) =>
        named(scope, limbs.choose(beyond, op === "shl" ? limbs.zero : fill(), limb)),
      );
    }
    return stage;
  };
  return (i) => cut((result ??= run())[i] ?? limbs.zero, i);
}

/**
 * Ones in a value: sums of 2, then 4 bits in each limb; up to three limbs are added in fields of 4 bits and up to ten
 * of those in fields of 8 before the fields are added up.
 */
export function popcountLimbs(scope: Scope, arg: Flat): Limb {
  const all = Array.from({ length: limbsFor(arg.width) }, (_, i) => i);
  if (arg.width <= 3) return countFew(arg);
  const nibbles = all.map((i) => {
    const pairs = named(scope, pairSums(arg.atom(i)));
    return int(`((${pairs.code} & 0x33333333) + ((${pairs.code} >>> 2) & 0x33333333) | 0)`);
  });
  const bytes = groups(nibbles, 3).map((group) => {
    const four = named(scope, sumOf(group));
    return int(`((${four.code} & 0x0f0f0f0f) + ((${four.code} >>> 4) & 0x0f0f0f0f) | 0)`);
  });
  const totals = groups(bytes, 10).map((group): Limb => {
    const eight = named(scope, sumOf(group));
    // 24 ones in a byte of three limbs: beyond seven limbs the sum of the bytes needs more than 8 bits.
    if (arg.width < 256)
      return { code: `(Math.imul(${eight.code}, 0x01010101) >>> 24)`, simple: false, max: arg.width };
    const sixteen = named(
      scope,
      int(`((${eight.code} & 0x00ff00ff) + ((${eight.code} >>> 8) & 0x00ff00ff) | 0)`),
    );
    return int(`((${sixteen.code} & 0xffff) + (${sixteen.code} >>> 16) | 0)`);
  });
  return { ...sumOf(totals), max: arg.width };
}

function pairSums(limb: Limb): Limb {
  return int(`((${limb.code} - ((${limb.code} >>> 1) & 0x55555555)) | 0)`);
}

function countFew(arg: Flat): Limb {
  const bits = Array.from({ length: arg.width }, (_, i) => arg.bits(i, 1));
  return { ...bits.reduce((a, b) => limbs.add(a, b, 2)), max: arg.width };
}

function sumOf(terms: readonly Limb[]): Limb {
  const [only] = terms;
  if (terms.length === 1 && only !== undefined) return only;
  return int(`((${terms.map(({ code }) => code).join(" + ")}) | 0)`);
}

function groups<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, i * size + size),
  );
}
