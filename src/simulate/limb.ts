/**
 * JavaScript for one 32-bit limb. The code yields the bit pattern as an int32; bits above the value's width are 0.
 * What is known at generation is folded, and masks that the largest possible value makes needless are left out.
 */
export interface Limb {
  /** Parenthesised unless a name, a literal or an element access. */
  readonly code: string;
  /** A name or literal: may be written any number of times. */
  readonly simple: boolean;
  /** Largest possible value, unsigned. */
  readonly max: number;
  /** Unsigned value where it is known. */
  readonly value?: number;
  /** For a bool: the same as a JavaScript condition. */
  readonly test?: string;
}

const ALL = 0xffffffff;

export function constant(value: number): Limb {
  const pattern = value | 0;
  const code = pattern < 0 ? `(${String(pattern)})` : String(pattern);
  return { code, simple: true, max: value >>> 0, value: value >>> 0 };
}

export const zero = constant(0);

/** The largest value of `width` bits, at most 32. */
export function maskOf(width: number): number {
  return width >= 32 ? ALL : 2 ** width - 1;
}

function compound(code: string, max: number): Limb {
  return { code, simple: false, max };
}

/** All ones up to the highest one of `value`. */
function smear(value: number): number {
  return value === 0 ? 0 : maskOf(32 - Math.clz32(value));
}

export function and(a: Limb, b: Limb): Limb {
  if (a.value !== undefined && b.value !== undefined) return constant(a.value & b.value);
  if (a.value !== undefined) return and(b, a);
  if (b.value === 0) return zero;
  if (b.value !== undefined && smear(b.value) === b.value && smear(a.max) <= b.value) return a;
  return compound(`(${a.code} & ${b.code})`, Math.min(smear(a.max), smear(b.max)));
}

export function or(a: Limb, b: Limb): Limb {
  if (a.value !== undefined && b.value !== undefined) return constant(a.value | b.value);
  if (a.value === 0) return b;
  if (b.value === 0) return a;
  return compound(`(${a.code} | ${b.code})`, Math.max(smear(a.max), smear(b.max)));
}

export function xor(a: Limb, b: Limb): Limb {
  if (a.value !== undefined && b.value !== undefined) return constant(a.value ^ b.value);
  if (a.value === 0) return b;
  if (b.value === 0) return a;
  return compound(`(${a.code} ^ ${b.code})`, Math.max(smear(a.max), smear(b.max)));
}

export function not(a: Limb, width: number): Limb {
  const flipped = xor(a, constant(maskOf(width)));
  return width === 1 && a.test !== undefined && a.value === undefined ? bool(`!(${a.test})`) : flipped;
}

/** Bits above 31 are lost. */
export function shiftLeft(a: Limb, by: number): Limb {
  if (by === 0) return a;
  if (by >= 32 || a.value === 0) return zero;
  if (a.value !== undefined) return constant(a.value << by);
  const max = a.max * 2 ** by;
  return compound(`(${a.code} << ${String(by)})`, max <= ALL ? max : ALL);
}

export function shiftRight(a: Limb, by: number): Limb {
  if (by === 0) return a;
  if (by >= 32) return zero;
  if (a.value !== undefined) return constant(a.value >>> by);
  const max = Math.floor(a.max / 2 ** by);
  return max === 0 ? zero : compound(`(${a.code} >>> ${String(by)})`, max);
}

/** Code shifted by code that may be 0: JavaScript's `>>>` would then leave 2^31 and more, which no int32 equals. */
export function shiftedRight(code: string, by: string): string {
  return `((${code} >>> ${by}) | 0)`;
}

/** The limb's low `width` bits. */
export function low(a: Limb, width: number): Limb {
  return width >= 32 ? a : and(a, constant(maskOf(width)));
}

/** `raw` is an arithmetic expression that is exact as a double; keeps `width` bits of it. */
function wrapped(raw: string, max: number, width: number): Limb {
  if (max >= 0 && max <= maskOf(width)) return compound(`((${raw}) | 0)`, max);
  if (width >= 32) return compound(`((${raw}) | 0)`, ALL);
  return compound(`((${raw}) & ${String(maskOf(width))})`, maskOf(width));
}

export function add(a: Limb, b: Limb, width: number): Limb {
  if (a.value !== undefined && b.value !== undefined) return low(constant(a.value + b.value), width);
  if (a.value === 0) return b;
  if (b.value === 0) return a;
  return wrapped(`${a.code} + ${b.code}`, a.max + b.max, width);
}

export function sub(a: Limb, b: Limb, width: number): Limb {
  if (a.value !== undefined && b.value !== undefined) return low(constant(a.value - b.value), width);
  if (b.value === 0) return a;
  return wrapped(`${a.code} - ${b.code}`, -1, width);
}

export function mul(a: Limb, b: Limb, width: number): Limb {
  if (a.value !== undefined && b.value !== undefined)
    return low(constant(Math.imul(a.value, b.value)), width);
  if (a.value === 0 || b.value === 0) return zero;
  if (a.value === 1) return b;
  if (b.value === 1) return a;
  const product: Limb = compound(`Math.imul(${a.code}, ${b.code})`, Math.min(ALL, a.max * b.max));
  return low(product, width);
}

/** A bool from a JavaScript condition. */
export function bool(test: string): Limb {
  return { code: `((${test}) ? 1 : 0)`, simple: false, max: 1, test };
}

export function constantBool(value: boolean): Limb {
  return constant(value ? 1 : 0);
}

/** A JavaScript condition that is true when the limb is not 0. */
export function conditionOf(a: Limb): string {
  return a.test ?? `${a.code} !== 0`;
}

/** The code as an unsigned number. */
export function unsigned(a: Limb): string {
  return a.max > 0x7fffffff && a.value === undefined ? `(${a.code} >>> 0)` : String(a.value ?? a.code);
}

/** The limb's low `width` bits as a signed int32, still as a limb. */
export function signExtended(a: Limb, width: number): Limb {
  if (width >= 32) return a;
  const by = 32 - width;
  if (a.value !== undefined) return constant((a.value << by) >> by);
  if (a.max < 2 ** (width - 1)) return a;
  return compound(`((${a.code} << ${String(by)}) >> ${String(by)})`, ALL);
}

/** 0 or -1: the top bit of an int32, copied to all bits. */
export function signFill(a: Limb): Limb {
  if (a.value !== undefined) return constant((a.value | 0) >> 31);
  return a.max <= 0x7fffffff ? zero : compound(`(${a.code} >> 31)`, ALL);
}

export function equal(a: Limb, b: Limb): Limb {
  if (a.value !== undefined && b.value !== undefined) return constantBool(a.value === b.value);
  if (a.max === 1 && b.value === 1 && a.test !== undefined) return a;
  return bool(`${a.code} === ${b.code}`);
}

export function less(a: Limb, b: Limb, signed: boolean): Limb {
  if (a.value !== undefined && b.value !== undefined)
    return constantBool(signed ? (a.value | 0) < (b.value | 0) : a.value < b.value);
  if (!signed && b.value === 0) return zero;
  return bool(signed ? `${a.code} < ${b.code}` : `${unsigned(a)} < ${unsigned(b)}`);
}

export function choose(select: Limb, whenTrue: Limb, whenFalse: Limb): Limb {
  if (select.value !== undefined) return select.value !== 0 ? whenTrue : whenFalse;
  if (whenTrue.value !== undefined && whenTrue.value === whenFalse.value) return whenTrue;
  if (whenTrue.value === 1 && whenFalse.value === 0) return select;
  return compound(
    `(${conditionOf(select)} ? ${whenTrue.code} : ${whenFalse.code})`,
    Math.max(whenTrue.max, whenFalse.max),
  );
}
