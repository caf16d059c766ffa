import type { BinaryExpr, CompareOp, ConstExpr, Expr, Type } from "../ir/index.ts";

/** IR nodes that lowering adds itself. Operands must already have the types that the IR asks for. */

const bool: Type = { kind: "bool" };
const negated: Readonly<Record<CompareOp, CompareOp>> = {
  eq: "ne",
  ne: "eq",
  lt: "ge",
  ge: "lt",
  gt: "le",
  le: "gt",
};

/** `value` modulo 2^width as a literal of `type`. */
export function literal(type: Type, width: number, value: bigint): ConstExpr {
  return { kind: "const", type, value: BigInt.asUintN(width, value).toString(16) };
}

/** A comparison or a logical connective of bools; the result is bool. */
export function binary(op: CompareOp | "and" | "or", left: Expr, right: Expr): BinaryExpr {
  return { kind: "binary", op, type: bool, left, right };
}

/** The negation of a bool, as a reader would write it. */
export function not(arg: Expr): Expr {
  if (arg.kind === "unary" && arg.op === "not") return arg.arg;
  if (arg.kind === "binary" && arg.op in negated) return { ...arg, op: negated[arg.op as CompareOp] };
  return { kind: "unary", op: "not", type: bool, arg };
}
