import {
  bitWidth,
  bitsFor,
  kindName,
  kindOfType,
  leavesOf,
  type BitsKind,
  type BoolKind,
  type EnumKind,
  type Kind,
  type SIntKind,
  type UIntKind,
  type VecKind,
} from "./kinds.ts";
import {
  constant,
  describe,
  extend,
  literal,
  literalType,
  NODE,
  packExprs,
  resize,
  standIn,
  unpackExprs,
  type Node,
  type Owner,
} from "./node.ts";
import { report } from "./context.ts";
import type { Access, Handle } from "./handles.ts";
import {
  indexWidth,
  sameType,
  widthOf,
  type BinaryExpr,
  type CompareOp,
  type Expr,
  type Target,
  type Type,
} from "../ir/index.ts";

/** A value of the DSL: a signal, or a record of them. */
export type AnyValue = Signal | StructValue;

/** A struct's value: its fields, and the node that ties them together. */
export interface StructValue {
  readonly [NODE]: Node;
}

function misuse(): never {
  throw new TypeError(
    "a hardware signal was used as a JavaScript value: use .add, .eq, .lt, .and, .not, mux(...) and m.when(...) instead of + == < && ! ?: and if",
  );
}

/** Base of all signals. Its value exists only in hardware, so that any conversion to a JavaScript value throws. */
export abstract class Signal<K extends Kind = Kind> {
  readonly [NODE]: Node<K>;

  constructor(node: Node<K>) {
    this[NODE] = node;
  }

  /** Total width in bits. */
  get width(): number {
    return bitWidth(this[NODE].kind);
  }

  [Symbol.toPrimitive](): never {
    return misuse();
  }

  toJSON(): string {
    return `${kindName(this[NODE].kind)} ${describe(exprOf(this))}`;
  }
}

/** `.set` or `.next`, on one value or on all of a class. */
function makeDrivable(object: object, mode: "set" | "next"): void {
  Object.defineProperty(object, mode, {
    enumerable: false,
    get(this: AnyValue): (from: unknown) => void {
      const node = this[NODE];
      return (from) => node.owner?.assign(mode, node, from);
    },
  });
}

export function describeNode(node: Node): string {
  const first = node.exprs[0];
  return first === undefined ? kindName(node.kind) : describe(first);
}

/** The single expression of a scalar or vec signal. */
export function exprOf(signal: { readonly [NODE]: Node }): Expr {
  const expr = signal[NODE].exprs[0];
  if (expr === undefined) throw new TypeError("a struct without fields has no value");
  return expr;
}

export function reportForeign(path: string, from: Owner, into: Owner): void {
  report(
    "foreign-signal",
    path,
    `a signal of module ${from.moduleName} is used in module ${into.moduleName}`,
    "pass it through a port: a module sees only its own signals",
  );
}

/** The one module that all operands belong to. */
export function ownerOf(...operands: readonly { readonly [NODE]: Node }[]): Owner | undefined {
  let owner: Owner | undefined;
  for (const operand of operands) {
    const other = operand[NODE].owner;
    if (other === undefined) continue;
    if (owner !== undefined && owner !== other) {
      reportForeign(describeNode(operand[NODE]), other, owner);
      return owner;
    }
    owner = other;
  }
  return owner;
}

function value<K extends Kind>(kind: K, expr: Expr, owner: Owner | undefined): Handle<K> {
  return wrap({ kind, exprs: [expr], owner, targets: undefined, mode: undefined });
}

const boolKind: BoolKind = { kind: "bool" };
const boolType: Type = { kind: "bool" };

function boolean(expr: Expr, owner: Owner | undefined): Bool {
  return value(boolKind, expr, owner);
}

/** Same type on both sides, or a report. Gives the right operand in the type of the left. */
function sameOperand(left: Signal, right: Expr, op: string): Expr {
  const a = exprOf(left);
  if (sameType(a.type, right.type)) return right;
  report(
    a.type.kind === right.type.kind ? "width-mismatch" : "kind-mismatch",
    describe(a),
    `${op} of ${kindName(kindOfType(a.type))} ${describe(a)} and ${kindName(kindOfType(right.type))} ${describe(right)}`,
    "bring both to one kind and width with .extend, .wrap, .narrow, .asBits or .slice",
  );
  return standIn(right, a.type);
}

function binary(op: BinaryExpr["op"], type: Type, left: Expr, right: Expr): Expr {
  return { kind: "binary", op, type, left, right };
}

abstract class Comparable<K extends Kind, O> extends Signal<K> {
  protected abstract operand(other: O, op: string): Expr;

  eq(other: O): Bool {
    return this.equality("eq", other);
  }

  ne(other: O): Bool {
    return this.equality("ne", other);
  }

  private equality(op: "eq" | "ne", other: O): Bool {
    const right = this.operand(other, op);
    const owner = other instanceof Signal ? ownerOf(this, other) : ownerOf(this);
    return boolean(binary(op, boolType, exprOf(this), right), owner);
  }

  /** The same bits as a plain vector. */
  asBits(): Bits {
    return packed(this);
  }
}

function packed(signal: AnyValue): Bits {
  const node = signal[NODE];
  const expr = packExprs(node.exprs);
  return value({ kind: "bits", width: widthOf(expr.type) }, expr, node.owner);
}

/** Operations bit by bit, on equal kinds. */
abstract class Bitwise<K extends Kind, O, Self> extends Comparable<K, O> {
  and(other: O): Self {
    return this.bitwise("and", other);
  }

  or(other: O): Self {
    return this.bitwise("or", other);
  }

  xor(other: O): Self {
    return this.bitwise("xor", other);
  }

  xnor(other: O): Self {
    return this.invert(exprOf(this.bitwise("xor", other) as Signal), other);
  }

  not(): Self {
    return this.invert(exprOf(this));
  }

  private invert(arg: Expr, other?: O): Self {
    const owner = other instanceof Signal ? ownerOf(this, other) : ownerOf(this);
    const inverse: Expr =
      arg.kind === "const" && arg.type.kind === "bool"
        ? arg.value === "1"
          ? FALSE
          : TRUE
        : { kind: "unary", op: "not", type: arg.type, arg };
    return value(this[NODE].kind, inverse, owner) as Self;
  }

  private bitwise(op: "and" | "or" | "xor", other: O): Self {
    const right = this.operand(other, op);
    const left = exprOf(this);
    const owner = other instanceof Signal ? ownerOf(this, other) : ownerOf(this);
    const folded = left.type.kind === "bool" ? foldBool(op, left, right) : undefined;
    return value(this[NODE].kind, folded ?? binary(op, left.type, left, right), owner) as Self;
  }
}

const TRUE = constant(boolType, 1n);
const FALSE = constant(boolType, 0n);

/** A Boolean operation with a constant operand is its other operand or a constant: degenerate parameters (a fold of 1) leave no trace in the RTL. */
function foldBool(op: "and" | "or" | "xor", a: Expr, b: Expr): Expr | undefined {
  const [constantSide, other] = a.kind === "const" ? [a, b] : [b, a];
  if (constantSide.kind !== "const" || op === "xor") return undefined;
  const isTrue = constantSide.value === "1";
  return op === "and" ? (isTrue ? other : FALSE) : isTrue ? TRUE : other;
}

/** True or false. */
export class Bool extends Bitwise<BoolKind, Bool | boolean, Bool> {
  protected override operand(other: Bool | boolean, op: string): Expr {
    return typeof other === "boolean"
      ? constant(boolType, other ? 1n : 0n)
      : sameOperand(this, exprOf(other), op);
  }

  asUInt(): UInt {
    return value(
      { kind: "uint", width: 1 },
      resize("cast", exprOf(this), { kind: "uint", width: 1 }),
      ownerOf(this),
    );
  }
}

function bitOf(signal: Signal, index: number | UInt): Bool {
  const arg = exprOf(signal);
  return boolean(
    { kind: "index", type: boolType, arg, index: indexExpr(arg, index, signal.width) },
    indexOwner(signal, index),
  );
}

function indexOwner(signal: AnyValue, index: number | UInt): Owner | undefined {
  return typeof index === "number" ? signal[NODE].owner : ownerOf(signal, index);
}

function indexExpr(arg: Expr, index: number | UInt, length: number): Expr {
  if (typeof index !== "number") return exprOf(index);
  if (!Number.isInteger(index) || index < 0 || index >= length) {
    report(
      "index-out-of-range",
      describe(arg),
      `index ${String(index)} of ${describe(arg)}, which has ${String(length)} elements`,
      `use an index from 0 to ${String(length - 1)}`,
    );
    return constant({ kind: "uint", width: 1 }, 0n);
  }
  return { kind: "const", type: { kind: "uint", width: indexWidth(length) }, value: index.toString(16) };
}

function sliceOf(signal: Signal, lo: number, width: number): Bits {
  const arg = exprOf(signal);
  if (!Number.isInteger(lo) || !Number.isInteger(width) || lo < 0 || width < 1 || lo + width > signal.width) {
    report(
      "slice-out-of-range",
      describe(arg),
      `bits ${String(lo)} to ${String(lo + width - 1)} of ${describe(arg)}, which has ${String(signal.width)}`,
      "slice(lo, width) must lie inside the signal",
    );
    const near: BitsKind = { kind: "bits", width: Math.max(1, width) };
    return value(near, standIn(arg, near), ownerOf(signal));
  }
  const kind: BitsKind = { kind: "bits", width };
  if (lo === 0 && width === signal.width) return packed(signal);
  return value(kind, { kind: "slice", type: kind, arg, lo }, ownerOf(signal));
}

/** A vector of bits without arithmetic. */
export class Bits<A extends Access = "read"> extends Bitwise<BitsKind, Bits | number | bigint, Bits> {
  protected override operand(other: Bits | number | bigint, op: string): Expr {
    return other instanceof Signal
      ? sameOperand(this, exprOf(other), op)
      : literal(exprOf(this).type, other, describe(exprOf(this)));
  }

  /** Bit `index`, 0 the least significant. */
  bit(index: number | UInt): Handle<BoolKind, A> {
    const read = bitOf(this, index);
    return part(this, boolKind, read, (arg) => ({
      kind: "index",
      type: boolType,
      arg,
      index: indexOf(exprOf(read)),
    }));
  }

  /** `width` bits from bit `lo` upwards. */
  slice(lo: number, width: number): Handle<BitsKind, A> {
    const kind: BitsKind = { kind: "bits", width };
    return part(this, kind, sliceOf(this, lo, width), (arg) => ({ kind: "slice", type: kind, arg, lo }));
  }

  /** Bits `index * width` to `index * width + width - 1`. */
  word(index: number | UInt, width: number): Bits {
    if (typeof index === "number") return sliceOf(this, index * width, width);
    const kind: BitsKind = { kind: "bits", width };
    return value(
      kind,
      { kind: "partselect", type: kind, arg: exprOf(this), offset: exprOf(index), stride: width },
      ownerOf(this, index),
    );
  }

  /** Number of ones. */
  popcount(): UInt {
    const kind: UIntKind = { kind: "uint", width: bitsFor(this.width) };
    return value(kind, { kind: "popcount", type: kind, arg: exprOf(this) }, ownerOf(this));
  }

  /** All bits are 1. */
  all(): Bool {
    return this.reduce("and");
  }

  /** At least one bit is 1. */
  any(): Bool {
    return this.reduce("or");
  }

  /** The number of ones is odd. */
  parity(): Bool {
    return this.reduce("xor");
  }

  asUInt(): UInt {
    return this.as({ kind: "uint", width: this.width });
  }

  asSInt(): SInt {
    return this.as({ kind: "sint", width: this.width });
  }

  /** The same bits seen as another kind of the same width (a vec, a struct, an enum). */
  as<K extends Kind>(kind: K): Handle<K> {
    const expr = exprOf(this);
    const wanted = bitWidth(kind);
    if (wanted !== this.width) {
      report(
        "width-mismatch",
        describe(expr),
        `${String(this.width)} bits of ${describe(expr)} seen as ${kindName(kind)}, which has ${String(wanted)}`,
        "cut the bits out with .slice first",
      );
    }
    const source = wanted === this.width ? expr : standIn(expr, { kind: "bits", width: wanted });
    return wrap({
      kind,
      exprs: unpackExprs(kind, source),
      owner: ownerOf(this),
      targets: undefined,
      mode: undefined,
    });
  }

  private reduce(op: "and" | "or" | "xor"): Bool {
    return boolean({ kind: "reduce", op, type: boolType, arg: exprOf(this) }, ownerOf(this));
  }
}

function indexOf(expr: Expr): Expr {
  if (expr.kind !== "index") throw new TypeError("not an index expression");
  return expr.index;
}

/** Integers: arithmetic grows, so that nothing is lost until `wrap` or `narrow` says so. */
abstract class Integer<K extends UIntKind | SIntKind, Self extends Signal> extends Bitwise<
  K,
  Self | number | bigint,
  Self
> {
  protected override operand(other: Self | number | bigint, op: string): Expr {
    const own = exprOf(this);
    if (!(other instanceof Signal)) return literal(own.type, other, describe(own));
    return sameOperand(this, exprOf(other), op);
  }

  /** Both operands in the narrowest type that holds either. */
  private common(
    other: Self | number | bigint,
    op: string,
  ): { type: { kind: "uint" | "sint"; width: number }; left: Expr; right: Expr; owner: Owner | undefined } {
    const own = exprOf(this);
    const kind = this[NODE].kind.kind;
    const owner = other instanceof Signal ? ownerOf(this, other) : ownerOf(this);
    let right: Expr;
    if (other instanceof Signal) {
      right = exprOf(other);
      if (right.type.kind !== kind) {
        report(
          right.type.kind === "uint" || right.type.kind === "sint" ? "mixed-signedness" : "kind-mismatch",
          describe(own),
          `${op} of ${kindName(this[NODE].kind)} ${describe(own)} and ${kindName(kindOfType(right.type))} ${describe(right)}`,
          "turn one of them with .asSInt() / .asUInt() (same bits) or .extend(sint(n)) (same number)",
        );
        right = standIn(right, own.type);
      }
    } else {
      const type = literalType(kind, other);
      right = literal(type, other, describe(own));
    }
    const type = { kind, width: Math.max(widthOf(own.type), widthOf(right.type)) };
    return { type, left: own, right, owner };
  }

  private arithmetic(
    op: "add" | "mul",
    other: Self | number | bigint,
    grow: (a: number, b: number) => number,
  ): Self {
    const { left, right, owner } = this.common(other, op);
    const kind = { kind: this[NODE].kind.kind, width: grow(widthOf(left.type), widthOf(right.type)) };
    return value(kind, binary(op, kind, extend(left, kind), extend(right, kind)), owner);
  }

  /** Sum, one bit wider than the wider operand. */
  add(other: Self | number | bigint): Self {
    return this.arithmetic("add", other, (a, b) => Math.max(a, b) + 1);
  }

  /** Product, as wide as both operands together. */
  mul(other: Self | number | bigint): Self {
    return this.arithmetic("mul", other, (a, b) => a + b);
  }

  /** Difference: always signed, one bit wider than the wider operand. */
  sub(other: Self | number | bigint): SInt {
    const { type, left, right, owner } = this.common(other, "sub");
    const kind: SIntKind = { kind: "sint", width: type.width + 1 };
    const widen = (e: Expr): Expr => resize("cast", extend(e, { kind: type.kind, width: kind.width }), kind);
    return value(kind, binary("sub", kind, widen(left), widen(right)), owner);
  }

  lt(other: Self | number | bigint): Bool {
    return this.compare("lt", other);
  }

  le(other: Self | number | bigint): Bool {
    return this.compare("le", other);
  }

  gt(other: Self | number | bigint): Bool {
    return this.compare("gt", other);
  }

  ge(other: Self | number | bigint): Bool {
    return this.compare("ge", other);
  }

  override eq(other: Self | number | bigint): Bool {
    return this.compare("eq", other);
  }

  override ne(other: Self | number | bigint): Bool {
    return this.compare("ne", other);
  }

  private compare(op: CompareOp, other: Self | number | bigint): Bool {
    const { type, left, right, owner } = this.common(other, op);
    return boolean(binary(op, boolType, extend(left, type), extend(right, type)), owner);
  }

  /** Shift left by a constant: grows by `amount`. */
  shl(amount: number): Self {
    if (!this.isShift(amount)) return this as unknown as Self;
    const kind = { kind: this[NODE].kind.kind, width: this.width + amount };
    const by = constant({ kind: "uint", width: bitsFor(amount) }, BigInt(amount));
    return value(
      kind,
      { kind: "shift", op: "shl", type: kind, arg: extend(exprOf(this), kind), amount: by },
      ownerOf(this),
    );
  }

  /** Shift right by a constant or a signal, same width; fills with the sign of a sint. */
  shr(amount: number | UInt): Self {
    if (typeof amount === "number" && !this.isShift(amount)) return this as unknown as Self;
    const by =
      typeof amount === "number"
        ? constant({ kind: "uint", width: bitsFor(amount) }, BigInt(amount))
        : exprOf(amount);
    const own = exprOf(this);
    return value(
      this[NODE].kind,
      { kind: "shift", op: "shr", type: own.type, arg: own, amount: by },
      indexOwner(this, amount),
    ) as unknown as Self;
  }

  private isShift(amount: number): boolean {
    if (Number.isInteger(amount) && amount >= 0) return true;
    report(
      "bad-shift",
      describe(exprOf(this)),
      `shift of ${describe(exprOf(this))} by ${String(amount)}`,
      "a shift goes by a whole number from 0; the other way is the other of .shl and .shr",
    );
    return false;
  }

  /** The low bits in `kind`, meant modulo 2^width. */
  wrap<T extends UIntKind | SIntKind>(kind: T): Handle<T> {
    if (kind.width >= this.width) return this.extendOr(kind, "wrap");
    return value(kind as Kind, wrapExpr(exprOf(this), kind), ownerOf(this)) as Handle<T>;
  }

  /** The same number in `kind`, which the author claims to hold it: becomes an assertion. */
  narrow<T extends UIntKind | SIntKind>(kind: T): Handle<T> {
    const lossless =
      kind.kind === this[NODE].kind.kind
        ? kind.width >= this.width
        : kind.kind === "sint" && kind.width > this.width;
    if (lossless) return this.extend(kind);
    return value(kind as Kind, resize("narrow", exprOf(this), kind), ownerOf(this)) as Handle<T>;
  }

  /** The same number in a wider kind (a uint also in a wider sint). */
  extend<T extends UIntKind | SIntKind>(kind: T): Handle<T> {
    return this.extendOr(kind, "extend");
  }

  private extendOr<T extends UIntKind | SIntKind>(kind: T, op: string): Handle<T> {
    const own = exprOf(this);
    const from = this[NODE].kind.kind;
    const fits =
      kind.kind === from ? kind.width >= this.width : kind.kind === "sint" && kind.width > this.width;
    if (!fits && op === "extend") {
      report(
        kind.kind === from ? "truncation" : "mixed-signedness",
        describe(own),
        `${kindName(this[NODE].kind)} ${describe(own)} cannot be extended to ${kindName(kind)}`,
        "use .narrow(kind) when the value is known to fit, .wrap(kind) for arithmetic modulo 2^width",
      );
      return value(kind as Kind, standIn(own, kind), ownerOf(this)) as Handle<T>;
    }
    const wide: UIntKind | SIntKind = { kind: from, width: Math.max(kind.width, this.width) };
    const widened = resize("cast", extend(own, wide), { kind: kind.kind, width: wide.width });
    return value(kind as Kind, resize("wrap", widened, kind), ownerOf(this)) as Handle<T>;
  }

  /** Bit `index`, 0 the least significant. */
  bit(index: number | UInt): Bool {
    return bitOf(this, index);
  }

  /** `width` bits from bit `lo` upwards. */
  slice(lo: number, width: number): Bits {
    return sliceOf(this, lo, width);
  }
}

/** The low bits of `expr`. Sums, differences and products are carried out at the narrow width: the same bits, `a + 4'd1`. */
function wrapExpr(expr: Expr, type: UIntKind | SIntKind): Expr {
  if (sameType(expr.type, type)) return expr;
  if (expr.kind === "resize" && expr.mode !== "narrow") {
    const { arg } = expr;
    const inner = arg.type.kind === "uint" || arg.type.kind === "sint" ? arg.type.kind : undefined;
    if (inner !== undefined && widthOf(arg.type) >= type.width)
      return resize("cast", wrapExpr(arg, { kind: inner, width: type.width }), type);
    if (expr.mode === "zext" && inner === "uint")
      return resize("cast", extend(arg, { kind: "uint", width: type.width }), type);
    if (expr.mode === "sext" && inner === "sint")
      return resize("cast", extend(arg, { kind: "sint", width: type.width }), type);
  }
  if (expr.kind === "binary" && (expr.op === "add" || expr.op === "sub" || expr.op === "mul")) {
    return { ...expr, type, left: wrapExpr(expr.left, type), right: wrapExpr(expr.right, type) };
  }
  return resize("wrap", expr, type);
}

/** Unsigned integer. */
export class UInt extends Integer<UIntKind, UInt> {
  /** The same bits as two's complement. */
  asSInt(): SInt {
    const kind: SIntKind = { kind: "sint", width: this.width };
    return value(kind, resize("cast", exprOf(this), kind), ownerOf(this));
  }
}

/** Two's complement integer. */
export class SInt extends Integer<SIntKind, SInt> {
  /** The same bits as an unsigned number. */
  asUInt(): UInt {
    const kind: UIntKind = { kind: "uint", width: this.width };
    return value(kind, resize("cast", exprOf(this), kind), ownerOf(this));
  }

  /** Negative, one bit wider. */
  neg(): SInt {
    const kind: SIntKind = { kind: "sint", width: this.width + 1 };
    return value(
      kind,
      { kind: "unary", op: "neg", type: kind, arg: extend(exprOf(this), kind) },
      ownerOf(this),
    );
  }
}

/** One of the labels of an enumeration. */
export class Enum<L extends string = string> extends Comparable<EnumKind<L>, Enum<L> | L> {
  protected override operand(other: Enum<L> | L, op: string): Expr {
    return typeof other === "string"
      ? enumConst(this[NODE].kind, other)
      : sameOperand(this, exprOf(other), op);
  }
}

export function enumConst(kind: EnumKind, label: string): Expr {
  const type = leavesOf(kind)[0]?.type;
  const index = kind.labels.indexOf(label);
  if (type === undefined || index < 0) {
    report(
      "unknown-label",
      kind.name,
      `enumeration ${kind.name} has no label "${label}"`,
      `use one of ${kind.labels.join(", ")}`,
    );
    return constant(type ?? boolType, 0n);
  }
  return constant(type, BigInt(index));
}

/** `length` elements of one kind. */
export class Vec<E extends Kind = Kind, A extends Access = "read"> extends Comparable<VecKind<E>, Vec<E>> {
  protected override operand(other: Vec<E>, op: string): Expr {
    return sameOperand(this, exprOf(other), op);
  }

  get length(): number {
    return this[NODE].kind.length;
  }

  /** Element `index`: a number, a loop index of `m.each`, or a signal. */
  at(index: number | UInt): Handle<E, A> {
    const { kind, exprs, targets, mode } = this[NODE];
    const first = exprOf(this);
    const at = indexExpr(first, index, this.length);
    const element = (arg: Expr): Expr => ({ kind: "index", type: elementType(arg.type), arg, index: at });
    return wrap({
      kind: kind.element,
      exprs: exprs.map(element),
      owner: indexOwner(this, index),
      targets: targets?.map((arg): Target => ({
        kind: "index",
        type: elementType(arg.type),
        arg,
        index: at,
      })),
      mode,
    }) as Handle<E, A>;
  }

  /** All elements as a JavaScript array, element 0 first. */
  elements(): Handle<E, A>[] {
    return Array.from({ length: this.length }, (_, i) => this.at(i));
  }
}

export function elementType(type: Type): Type {
  if (type.kind !== "vec") throw new TypeError("not a vec");
  return type.element;
}

/** A part of a signal: what was read, and drivable where the whole is. */
function part<K extends Kind, A extends Access>(
  whole: Signal,
  kind: K,
  read: Signal,
  target: (arg: Target) => Target,
): Handle<K, A> {
  const { targets, mode } = whole[NODE];
  const { exprs, owner } = read[NODE];
  return wrap({ kind, exprs, owner, targets: targets?.map(target), mode }) as Handle<K, A>;
}

type SignalClass = new (node: Node<never>) => Signal;

const classes: Readonly<
  Record<Exclude<Kind["kind"], "struct">, Record<"read" | "set" | "next", SignalClass>>
> = {
  bool: withDrivable(Bool),
  bits: withDrivable(Bits),
  uint: withDrivable(UInt),
  sint: withDrivable(SInt),
  enum: withDrivable(Enum),
  vec: withDrivable(Vec),
};

/** A class of signals, and those of it that can be driven. */
function withDrivable(read: SignalClass): Record<"read" | "set" | "next", SignalClass> {
  const [set, next] = [class extends read {}, class extends read {}];
  makeDrivable(set.prototype, "set");
  makeDrivable(next.prototype, "next");
  return { read, set, next };
}

/** The signal object for a node. */
export function wrap<K extends Kind>(node: Node<K>): Handle<K> {
  const kind: Kind = node.kind;
  const mode = node.owner === undefined ? undefined : node.mode;
  if (kind.kind !== "struct")
    return new classes[kind.kind][mode ?? "read"](node as Node<never>) as unknown as Handle<K>;
  let at = 0;
  const fields: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(kind.fields)) {
    const count = leavesOf(field).length;
    fields[name] = wrap({
      kind: field,
      exprs: node.exprs.slice(at, at + count),
      owner: node.owner,
      targets: node.targets?.slice(at, at + count),
      mode: node.mode,
    });
    at += count;
  }
  const whole = Object.defineProperty(fields, NODE, { value: node });
  if (mode !== undefined) makeDrivable(whole, mode);
  return whole as unknown as Handle<K>;
}
