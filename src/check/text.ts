import { widthOf } from "../ir/index.ts";
import type { Expr } from "../ir/index.ts";

/** An expression for messages: in the words of the DSL, and no deeper than a reader wants it. */
export function describe(expr: Expr, depth = 3): string {
  if (depth === 0 && expr.kind !== "ref" && expr.kind !== "const") return "...";
  const inner = (e: Expr): string => describe(e, depth - 1);
  switch (expr.kind) {
    case "const":
      if (expr.type.kind === "enum") return expr.type.labels[Number.parseInt(expr.value, 16)] ?? expr.value;
      if (expr.type.kind === "bool") return expr.value === "0" ? "false" : "true";
      return BigInt(`0x${expr.value}`).toString();
    case "ref":
      return expr.instance === undefined ? expr.name : `${expr.instance}.${expr.name}`;
    case "loopvar":
      return expr.name;
    case "unary":
      return expr.op === "not" ? `not ${inner(expr.arg)}` : `-${inner(expr.arg)}`;
    case "binary":
      return `(${inner(expr.left)} ${expr.op} ${inner(expr.right)})`;
    case "shift":
      return `(${inner(expr.arg)} ${expr.op} ${inner(expr.amount)})`;
    case "index":
      return `${inner(expr.arg)}[${inner(expr.index)}]`;
    case "slice":
      return `${inner(expr.arg)}[${String(expr.lo + widthOf(expr.type) - 1)}:${String(expr.lo)}]`;
    case "partselect":
      return `${inner(expr.arg)}.word(${inner(expr.offset)})`;
    case "resize":
    case "cross":
      return describe(expr.arg, depth);
    case "memread":
      return `${expr.memory}.read(${inner(expr.address)})`;
    case "reduce":
      return `${inner(expr.arg)}.${{ and: "all", or: "any", xor: "parity" }[expr.op]}`;
    case "popcount":
      return `${inner(expr.arg)}.popcount`;
    case "mux":
      return `mux(${inner(expr.select)}, ${inner(expr.whenTrue)}, ${inner(expr.whenFalse)})`;
    case "cat":
      return `cat(${expr.parts.map(inner).join(", ")})`;
  }
}
