import { indexWidth, operands, widthOf, withOperands } from "../../src/ir/index.ts";
import type { BinaryExpr, ConstExpr, Expr, Type } from "../../src/ir/index.ts";

/** Another expression in the place of one, and what the change is called. */
export interface Change {
  readonly what: string;
  readonly to: Expr;
}

const otherOps: Readonly<Record<BinaryExpr["op"], readonly BinaryExpr["op"][]>> = {
  add: ["sub"],
  sub: ["add"],
  mul: ["add"],
  and: ["or", "xor"],
  or: ["and", "xor"],
  xor: ["and", "or"],
  eq: ["ne"],
  ne: ["eq"],
  lt: ["le", "ge"],
  le: ["lt", "gt"],
  gt: ["ge", "le"],
  ge: ["gt", "lt"],
};

/** All changes of an expression itself, but for those of its operands. Constant indices are the index's own. */
export function changesOf(expr: Expr): readonly Change[] {
  switch (expr.kind) {
    case "const":
      return constants(expr);
    case "unary":
      return [{ what: `${expr.op} removed`, to: expr.arg }];
    case "binary":
      return otherOps[expr.op].map((op) => ({ what: `${expr.op} -> ${op}`, to: { ...expr, op } }));
    case "shift": {
      const op = expr.op === "shl" ? "shr" : "shl";
      return [{ what: `${expr.op} -> ${op}`, to: { ...expr, op } }];
    }
    case "reduce": {
      const op = expr.op === "and" ? "or" : "and";
      return [{ what: `all bits ${expr.op} -> ${op}`, to: { ...expr, op } }];
    }
    case "mux":
      return [
        {
          what: "mux arms swapped",
          to: { ...expr, whenTrue: expr.whenFalse, whenFalse: expr.whenTrue },
        },
      ];
    case "cat":
      return swappedParts(expr.parts).map((parts) => ({ what: "parts swapped", to: { ...expr, parts } }));
    case "slice":
      return [expr.lo + 1, expr.lo - 1]
        .filter((lo) => lo >= 0 && lo + widthOf(expr.type) <= widthOf(expr.arg.type))
        .map((lo) => ({ what: `slice ${lo > expr.lo ? "up" : "down"} by one`, to: { ...expr, lo } }));
    case "index": {
      const count = expr.arg.type.kind === "vec" ? expr.arg.type.length : widthOf(expr.arg.type);
      return next(expr.index, count).map((index) => ({ what: "index + 1", to: { ...expr, index } }));
    }
    case "partselect": {
      const places = Math.floor((widthOf(expr.arg.type) - widthOf(expr.type)) / expr.stride) + 1;
      return next(expr.offset, places).map((offset) => ({ what: "offset + 1", to: { ...expr, offset } }));
    }
    case "memread":
      return next(expr.address, 2 ** widthOf(expr.address.type)).map((address) => ({
        what: "address + 1",
        to: { ...expr, address },
      }));
    case "resize":
      return expr.mode === "sext" ? [{ what: "sext -> zext", to: { ...expr, mode: "zext" } }] : [];
    case "ref":
    case "loopvar":
    case "popcount":
    case "cross":
      return [];
  }
}

/** One more and one less, modulo, and the highest bit flipped. */
export function constants(constant: ConstExpr): readonly { readonly what: string; readonly to: ConstExpr }[] {
  const { type, value } = constant;
  const [width, old] = [widthOf(type), BigInt(`0x${value}`)];
  const limit = type.kind === "enum" ? BigInt(type.labels.length) : 1n << BigInt(width);
  const changes = [
    { what: "constant + 1", to: (old + 1n) % limit },
    { what: "constant - 1", to: (old - 1n + limit) % limit },
    { what: "highest bit of constant flipped", to: (old ^ (1n << BigInt(width - 1))) % limit },
  ];
  const first = (to: bigint): number => changes.findIndex((each) => each.to === to);
  return changes
    .filter(({ to }, i) => to !== old && first(to) === i)
    .map(({ what, to }) => ({
      what,
      to: { ...constant, value: to.toString(16).padStart(value.length, "0") },
    }));
}

function swappedParts(parts: readonly Expr[]): readonly (readonly Expr[])[] {
  const [first, second, ...rest] = parts;
  if (first === undefined || second === undefined) return [];
  return widthOf(first.type) === widthOf(second.type) || rest.length === 0 ? [[second, first, ...rest]] : [];
}

/** The index after `index`, of `count`; the first after the last. None where there is only one. */
export function next(index: Expr, count: number): readonly Expr[] {
  if (count < 2) return [];
  const type: Type = { kind: "uint", width: Math.max(widthOf(index.type), indexWidth(count)) };
  const constant = (value: number): ConstExpr => ({ kind: "const", type, value: value.toString(16) });
  const wide: Expr =
    widthOf(index.type) === type.width ? index : { kind: "resize", mode: "zext", type, arg: index };
  if (index.kind === "const") return [constant((parseInt(index.value, 16) + 1) % count)];
  const one: Expr = { kind: "binary", op: "add", type, left: wide, right: constant(1) };
  if (count === 2 ** type.width) return [one];
  const last: Expr = {
    kind: "binary",
    op: "ge",
    type: { kind: "bool" },
    left: wide,
    right: constant(count - 1),
  };
  return [{ kind: "mux", type, select: last, whenTrue: constant(0), whenFalse: one }];
}

/** `expr` with the change called `what` made to each of these nodes in it. */
export function changedNodes(
  expr: Expr,
  nodes: ReadonlySet<Expr>,
  what: string,
  done = new Map<Expr, Expr>(),
): Expr {
  const known = done.get(expr);
  if (known !== undefined) return known;
  const inside = withOperands(
    expr,
    operands(expr).map((operand) => changedNodes(operand, nodes, what, done)),
  );
  const change = nodes.has(expr) ? changesOf(inside).find((each) => each.what === what) : undefined;
  const result = change?.to ?? inside;
  done.set(expr, result);
  return result;
}

/** What one operator puts together, in as many steps as it takes: the operands of a sum, the parts of a concatenation. */
export function chainOf(expr: Expr): readonly Expr[] {
  if (expr.kind !== "binary" && expr.kind !== "cat") return [];
  return operands(expr).flatMap((operand) => {
    const below = belowOf(expr, operand);
    return below === undefined ? [operand] : chainOf(below);
  });
}

/** The operations of a chain but for the outermost. */
export function nodesOfChain(expr: Expr): readonly Expr[] {
  return operands(expr).flatMap((operand) => {
    const below = belowOf(expr, operand);
    return below === undefined ? [] : [below, ...nodesOfChain(below)];
  });
}

/** The same operation below another, through what makes a sum wider. */
function belowOf(expr: Expr, operand: Expr): Expr | undefined {
  if (expr.kind === "cat") return operand.kind === "cat" ? operand : undefined;
  if (expr.kind !== "binary") return undefined;
  const below = operand.kind === "resize" && operand.mode === "zext" ? operand.arg : operand;
  return below.kind === "binary" && below.op === expr.op ? below : undefined;
}
