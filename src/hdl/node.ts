import { sameType, widthOf, type ConstExpr, type Expr, type Target, type Type } from "../ir/index.ts";
import { report } from "./context.ts";
import { bitsFor, kindName, leavesOf, type Kind } from "./kinds.ts";

/** The builder of the module that a signal belongs to; it turns `.set` and `.next` into statements. */
export interface Owner {
  readonly moduleName: string;
  assign(mode: "set" | "next", node: Node, value: unknown): void;
}

/** What every signal of the DSL carries under the NODE symbol. */
export interface Node<K extends Kind = Kind> {
  readonly kind: K;
  /** One expression per leaf of `kind`. Replaced by references when `m.name` gives the value a name. */
  exprs: readonly Expr[];
  readonly owner: Owner | undefined;
  /** Set on what can be driven, one target per leaf. */
  readonly targets: readonly Target[] | undefined;
  readonly mode: "set" | "next" | undefined;
}

export const NODE: unique symbol = Symbol("sluice.node");

export function constant(type: Type, pattern: bigint): ConstExpr {
  return { kind: "const", type, value: BigInt.asUintN(widthOf(type), pattern).toString(16) };
}

/** A human name for an expression in messages: its signal, or what it is. */
export function describe(expr: Expr): string {
  switch (expr.kind) {
    case "ref":
      return expr.instance === undefined ? expr.name : `${expr.instance}.${expr.name}`;
    case "const":
      return `0x${expr.value}`;
    case "loopvar":
      return expr.name;
    case "index":
      return `${describe(expr.arg)}[${describe(expr.index)}]`;
    case "slice":
    case "resize":
    case "cross":
      return describe(expr.arg);
    case "memread":
      return `${expr.memory}.read`;
    default:
      return `(${expr.kind === "binary" || expr.kind === "shift" || expr.kind === "unary" ? expr.op : expr.kind})`;
  }
}

/** The bit pattern of a JavaScript number as a literal of an integer or bits type; reports what does not fit. */
export function literal(type: Type, value: number | bigint, path: string): ConstExpr {
  const whole = typeof value === "bigint" || Number.isInteger(value);
  const n = whole ? BigInt(value) : 0n;
  const width = widthOf(type);
  const signed = type.kind === "sint";
  const low = signed ? -(1n << BigInt(width - 1)) : 0n;
  const high = (1n << BigInt(signed ? width - 1 : width)) - 1n;
  if (!whole || n < low || n > high) {
    report(
      "constant-out-of-range",
      path,
      `${String(value)} does not fit ${kindName(type)}, which holds ${String(low)} to ${String(high)}`,
      whole ? "widen the signal or correct the number" : "only whole numbers can be signal values",
    );
  }
  return constant(type, n);
}

/** The narrowest integer type of `kind` that holds a literal operand. */
export function literalType(kind: "uint" | "sint", value: number | bigint): Type {
  const n = BigInt(Number.isInteger(value) || typeof value === "bigint" ? value : 0);
  const magnitude = bitsFor(n < 0n ? -n - 1n : n);
  return { kind, width: kind === "sint" ? magnitude + 1 : magnitude };
}

/** `expr` in `type` with its bits unchanged (same width) or extended by zeros or its sign. */
export function resize(mode: "zext" | "sext" | "wrap" | "narrow" | "cast", expr: Expr, type: Type): Expr {
  if (sameType(expr.type, type)) return expr;
  if (expr.kind === "const" && mode !== "narrow") {
    const pattern = BigInt(`0x${expr.value}`);
    return constant(type, mode === "sext" ? BigInt.asIntN(widthOf(expr.type), pattern) : pattern);
  }
  return { kind: "resize", mode, type, arg: expr };
}

/** What a mistaken operand becomes after its report: of the type asked for, and still read, so that nothing else is reported for it. */
export function standIn(expr: Expr, type: Type): Expr {
  return { kind: "resize", mode: "narrow", type, arg: expr };
}

/** Lossless extension of an integer to a wider one of the same signedness. */
export function extend(expr: Expr, type: Type): Expr {
  return resize(type.kind === "sint" ? "sext" : "zext", expr, type);
}

/** All leaves of a value as one bits expression, first leaf least significant. */
export function packExprs(exprs: readonly Expr[]): Expr {
  const parts = exprs.map((e) => resize("cast", e, { kind: "bits", width: widthOf(e.type) }));
  const only = parts[0];
  if (only !== undefined && parts.length === 1) return only;
  const width = parts.reduce((sum, part) => sum + widthOf(part.type), 0);
  return { kind: "cat", type: { kind: "bits", width }, parts: parts.toReversed() };
}

/** The leaves of `kind` cut out of a bits expression of its width. */
export function unpackExprs(kind: Kind, packed: Expr): readonly Expr[] {
  const leaves = leavesOf(kind);
  let lo = 0;
  return leaves.map(({ type }) => {
    const width = widthOf(type);
    const part: Expr =
      leaves.length === 1 ? packed : { kind: "slice", type: { kind: "bits", width }, arg: packed, lo };
    lo += width;
    return resize("cast", part, type);
  });
}
