import { widthOf } from "../ir/index.ts";
import type { BinaryExpr, Expr } from "../ir/index.ts";

/**
 * The outcome of a comparison with the lowest or highest value of its type, where that settles it: `x >= 0` for an
 * unsigned x. Such comparisons come from parameters at their limit (a threshold of 0), and Verilator warns of them.
 */
export function constantComparison({ op, left, right }: BinaryExpr): boolean | undefined {
  const [low, high] = [extreme(right, "low"), extreme(right, "high")];
  const [lowLeft, highLeft] = [extreme(left, "low"), extreme(left, "high")];
  if ((op === "ge" && (low || highLeft)) || (op === "le" && (high || lowLeft))) return true;
  if ((op === "lt" && (low || highLeft)) || (op === "gt" && (high || lowLeft))) return false;
  return undefined;
}

function extreme(expr: Expr, end: "low" | "high"): boolean {
  if (expr.kind !== "const") return false;
  const width = BigInt(widthOf(expr.type));
  const sign = expr.type.kind === "sint" ? 1n << (width - 1n) : 0n;
  const value = end === "low" ? 0n : (1n << width) - 1n;
  // Turning the sign bit over puts the patterns of a sint in the order of their numbers.
  return (BigInt(`0x${expr.value}`) ^ sign) === value;
}
