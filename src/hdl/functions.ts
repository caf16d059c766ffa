import { widthOf, type Expr } from "../ir/index.ts";
import { kindName, kindOfType, type Kind, type SIntKind, type UIntKind } from "./kinds.ts";
import { literalType, NODE, packExprs, type Node } from "./node.ts";
import { intoExprs, isValue } from "./convert.ts";
import {
  exprOf,
  ownerOf,
  wrap,
  type AnyValue,
  type Bits,
  type Bool,
  type Enum,
  type SInt,
  type UInt,
  type Vec,
} from "./signals.ts";

/** The readable form of a signal that may also be drivable. */
type Plain<T> = T extends UInt
  ? UInt
  : T extends SInt
    ? SInt
    : T extends Bool
      ? Bool
      : T extends Bits
        ? Bits
        : T extends Enum<infer L>
          ? Enum<L>
          : T extends Vec<infer E>
            ? Vec<E>
            : T;

/**
 * `select ? whenTrue : whenFalse`, on two values of one kind; integers are extended to the wider. One of them may be
 * a JavaScript value.
 */
export function mux(select: Bool, whenTrue: UInt, whenFalse: UInt | number | bigint): UInt;
export function mux(select: Bool, whenTrue: number | bigint, whenFalse: UInt): UInt;
export function mux(select: Bool, whenTrue: SInt, whenFalse: SInt | number | bigint): SInt;
export function mux(select: Bool, whenTrue: number | bigint, whenFalse: SInt): SInt;
export function mux(select: Bool, whenTrue: Bits, whenFalse: Bits | number | bigint): Bits;
export function mux(select: Bool, whenTrue: Bool, whenFalse: Bool | boolean): Bool;
export function mux<L extends string>(select: Bool, whenTrue: Enum<L>, whenFalse: Enum<L> | L): Enum<L>;
export function mux<T extends object>(select: Bool, whenTrue: T, whenFalse: NoInfer<T>): Plain<T>;
export function mux(select: Bool, whenTrue: unknown, whenFalse: unknown): unknown {
  const kind = commonKind(whenTrue, whenFalse);
  const left = intoExprs(kind, whenTrue, "mux");
  const right = intoExprs(kind, whenFalse, "mux");
  const exprs = left.map((a, i): Expr => {
    const b = right[i] ?? a;
    return { kind: "mux", type: a.type, select: exprOf(select), whenTrue: a, whenFalse: b };
  });
  const owner = commonOwner([select, whenTrue, whenFalse]);
  return wrap({ kind, exprs, owner, targets: undefined, mode: undefined });
}

/** The kind of both values: that of the signal among them; the wider of two integers, or one that holds the literal. */
function commonKind(a: unknown, b: unknown): Kind {
  const [signal, other] = isValue(a) ? [a, b] : [b, a];
  if (!isValue(signal)) throw new TypeError("mux needs a signal among its two values");
  const kind = signal[NODE].kind;
  if (kind.kind !== "uint" && kind.kind !== "sint") return kind;
  const right: Kind = isValue(other)
    ? other[NODE].kind
    : isLiteral(other)
      ? kindOfType(literalType(kind.kind, other))
      : kind;
  return right.kind === kind.kind ? { kind: kind.kind, width: Math.max(kind.width, right.width) } : kind;
}

const isLiteral = (v: unknown): v is number | bigint => typeof v === "number" || typeof v === "bigint";

function commonOwner(values: readonly unknown[]): Node["owner"] {
  return ownerOf(...values.filter((v): v is AnyValue => typeof v === "object" && v !== null && NODE in v));
}

/** Concatenation, the first argument in the most significant bits, as `{a, b}` in SystemVerilog. */
export function cat(...parts: readonly AnyValue[]): Bits {
  const exprs = parts.flatMap((part) => [packExprs(part[NODE].exprs)]);
  const width = exprs.reduce((total, e) => total + widthOf(e.type), 0);
  const only = exprs[0];
  const expr: Expr =
    exprs.length === 1 && only !== undefined
      ? only
      : { kind: "cat", type: { kind: "bits", width }, parts: exprs };
  return wrap({
    kind: { kind: "bits", width },
    exprs: [expr],
    owner: commonOwner(parts),
    targets: undefined,
    mode: undefined,
  });
}

/** All bits of a value, struct fields and elements packed, the first least significant. Inverse: `bits.as(kind)`. */
export function pack(value: AnyValue): Bits {
  return cat(value);
}

/** Sum of unsigned values in a balanced tree, wide enough for any. */
export function sum(values: readonly UInt[]): UInt {
  return tree(values, (a, b) => a.add(b));
}

/** Combines values pairwise in a balanced tree. At least one value. */
export function tree<T>(values: readonly T[], combine: (a: T, b: T) => T): T {
  let level = [...values];
  while (level.length > 1) {
    const next: T[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [a, b] = [level[i], level[i + 1]];
      if (a !== undefined) next.push(b === undefined ? a : combine(a, b));
    }
    level = next;
  }
  const root = level[0];
  if (root === undefined) throw new TypeError("tree of no values");
  return root;
}

/** A vec of equal kinds from its elements, element 0 first. Integers must have one width: `.extend` them. */
export function vecOf<T extends UInt | SInt | Bits | Bool>(
  elements: readonly T[],
): Vec<
  T extends UInt
    ? UIntKind
    : T extends SInt
      ? SIntKind
      : T extends Bool
        ? { kind: "bool" }
        : { kind: "bits"; width: number }
> {
  const first = elements[0];
  if (first === undefined) throw new TypeError("vecOf needs at least one element");
  const element = first[NODE].kind;
  const kind = { kind: "vec", length: elements.length, element } as const;
  const exprs = intoExprs(kind, elements, kindName(kind));
  return wrap({ kind, exprs, owner: commonOwner(elements), targets: undefined, mode: undefined }) as never;
}

/** `signal` as seen from clock domain `to`: tells the checker that this crossing is meant (a synchroniser's first stage, a Gray-coded pointer, a quasi-static value). */
export function crossing<T extends UInt | SInt | Bits | Bool | Vec>(signal: T, to: string): T {
  const node = signal[NODE];
  const exprs = node.exprs.map((arg): Expr => ({ kind: "cross", type: arg.type, arg, to }));
  return wrap({
    kind: node.kind,
    exprs,
    owner: node.owner,
    targets: undefined,
    mode: undefined,
  }) as unknown as T;
}
