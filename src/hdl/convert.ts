import { sameType, widthOf, type Expr } from "../ir/index.ts";
import { report } from "./context.ts";
import type { Handle, Into } from "./handles.ts";
import { kindName, kindOfType, leavesOf, type Kind, type VecKind } from "./kinds.ts";
import { constant, describe, extend, literal, NODE, standIn, type Owner } from "./node.ts";
import { elementType, enumConst, reportForeign, Signal, wrap, type AnyValue } from "./signals.ts";

export function isValue(candidate: unknown): candidate is AnyValue {
  return typeof candidate === "object" && candidate !== null && NODE in candidate;
}

/** The leaves of a value on its way into a signal of `kind`: extended where that loses nothing, reported where it does not fit. */
export function intoExprs(kind: Kind, from: unknown, path: string, owner?: Owner): readonly Expr[] {
  if (kind.kind === "struct" && !(from instanceof Signal)) {
    const record = from as Readonly<Record<string, unknown>>;
    return Object.entries(kind.fields).flatMap(([name, field]) =>
      intoExprs(field, record[name], `${path}.${name}`, owner),
    );
  }
  if (kind.kind === "vec" && Array.isArray(from)) return vecExprs(kind, from, path, owner);
  const zero = (): readonly Expr[] => leavesOf(kind).map((leaf) => constant(leaf.type, 0n));
  const type = leavesOf(kind)[0]?.type;
  if (type === undefined) return [];
  if (isValue(from)) {
    const { exprs, owner: foreign } = from[NODE];
    if (owner !== undefined && foreign !== undefined && foreign !== owner)
      reportForeign(path, foreign, owner);
    const expr = exprs[0];
    if (exprs.length > 1 || expr === undefined) return exprs;
    if (sameType(expr.type, type)) return [expr];
    const integer = type.kind === "uint" || type.kind === "sint";
    if (integer && expr.type.kind === type.kind && widthOf(expr.type) < widthOf(type))
      return [extend(expr, type)];
    const signs = integer && (expr.type.kind === "uint" || expr.type.kind === "sint");
    const code =
      expr.type.kind === type.kind && type.kind !== "vec"
        ? integer
          ? "truncation"
          : "width-mismatch"
        : signs
          ? "mixed-signedness"
          : "kind-mismatch";
    report(
      code,
      path,
      `${kindName(kindOfType(expr.type))} ${describe(expr)} assigned to ${kindName(kind)}`,
      code === "truncation"
        ? "use .narrow(kind) when the value is known to fit, .wrap(kind) for arithmetic modulo 2^width"
        : "convert it first: .asUInt(), .asSInt(), .asBits(), .as(kind) or .slice(lo, width)",
    );
    return leavesOf(kind).map((leaf) => standIn(expr, leaf.type));
  }
  if (kind.kind === "bool" && typeof from === "boolean") return [constant(type, from ? 1n : 0n)];
  if (kind.kind === "enum" && typeof from === "string") return [enumConst(kind, from)];
  if (
    (kind.kind === "bits" || kind.kind === "uint" || kind.kind === "sint") &&
    (typeof from === "number" || typeof from === "bigint")
  ) {
    return [literal(type, from, path)];
  }
  report(
    "kind-mismatch",
    path,
    `${typeof from} assigned to ${kindName(kind)}`,
    "assign a signal or a JavaScript value of that kind",
  );
  return zero();
}

function vecExprs(kind: VecKind, from: readonly unknown[], path: string, owner?: Owner): readonly Expr[] {
  if (from.length !== kind.length) {
    report(
      "width-mismatch",
      path,
      `${String(from.length)} elements assigned to ${kindName(kind)}`,
      "give one value per element",
    );
    return leavesOf(kind).map((leaf) => constant(leaf.type, 0n));
  }
  const elements = from.map((item, i) => intoExprs(kind.element, item, `${path}[${String(i)}]`, owner));
  return leavesOf(kind).map((leaf, n) => {
    const parts = elements.map((element) => element[n] ?? constant(elementType(leaf.type), 0n)).toReversed();
    if (parts.every((p) => p.kind === "const")) {
      const width = BigInt(widthOf(elementType(leaf.type)));
      return constant(
        leaf.type,
        parts.reduce((sum, p) => (sum << width) | BigInt(`0x${p.value}`), 0n),
      );
    }
    return { kind: "cat", type: leaf.type, parts } satisfies Expr;
  });
}

/** A value of `kind` from a signal or a JavaScript value: `constantOf(uint(8), 5)`. */
export function valueOf<K extends Kind>(kind: K, from: Into<K>): Handle<K> {
  const owners = isValue(from) ? from[NODE].owner : undefined;
  return wrap({
    kind,
    exprs: intoExprs(kind, from, kindName(kind)),
    owner: owners,
    targets: undefined,
    mode: undefined,
  });
}
