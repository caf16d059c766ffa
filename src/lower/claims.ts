import { binary, literal } from "./build.ts";
import type { Loops } from "./project.ts";
import { operands, readsOf, widthOf } from "../ir/index.ts";
import type { Expr, IndexExpr, MemoryReadExpr, Module, PartSelectExpr, Stmt, Type } from "../ir/index.ts";

/** A property that the author takes for granted: a `narrow` loses nothing, an index stays inside. */
export interface Claim {
  readonly kind: "fits" | "in_range";
  readonly property: Expr;
  readonly message: string;
}

/**
 * Claims that a statement makes itself, without those of nested statements. Those that hold for every value of their
 * operands are left out. A claim inside a `mux` counts whichever way the mux goes; conditions that a claim depends on
 * belong into a `when`. `done` holds the nodes that were claimed already and takes the new ones.
 */
export function claimsOf(module: Module, stmt: Stmt, loops: Loops, done: Set<Expr>): Claim[] {
  const claims: Claim[] = [];
  const add = (claim: Claim | undefined): void => {
    if (claim !== undefined) claims.push(claim);
  };
  const visit = (whole: Expr): void => {
    // A constant index claims nothing where it is inside: most operands of cells are bits of a register.
    let expr = whole;
    while (expr.kind === "slice" || (expr.kind === "index" && isInside(expr))) expr = expr.arg;
    if (expr.kind === "const" || expr.kind === "ref" || expr.kind === "loopvar" || done.has(expr)) return;
    done.add(expr);
    for (const operand of operands(expr)) visit(operand);
    if (expr.kind === "resize" && expr.mode === "narrow") add(fits(expr.arg, expr.type, loops));
    else if (expr.kind === "index") add(elementInside(expr, loops));
    else if (expr.kind === "partselect") add(partInside(expr, loops));
    else if (expr.kind === "memread") add(wordInside(module, expr, loops));
  };
  for (const expr of readsOf(stmt)) visit(expr);
  if (stmt.kind === "assign")
    for (let target = stmt.target; target.kind !== "ref"; target = target.arg)
      if (target.kind === "index") add(elementInside(target, loops));
  if (stmt.kind === "memwrite") add(wordInside(module, stmt, loops));
  return claims;
}

type Element = Pick<IndexExpr, "index"> & { readonly arg: { readonly type: Type } };

function elementInside(element: Element, loops: Loops) {
  if (isInside(element)) return undefined;
  return inside(element.index, elementsOf(element) - 1, "index", loops);
}

/** Whether the index is a constant of an element that is there. */
function isInside(element: Element): boolean {
  const { index } = element;
  return index.kind === "const" && Number.parseInt(index.value, 16) < elementsOf(element);
}

function elementsOf({ arg }: Element): number {
  return arg.type.kind === "vec" ? arg.type.length : widthOf(arg.type);
}

function partInside({ arg, offset, stride, type }: PartSelectExpr, loops: Loops) {
  return inside(offset, Math.floor((widthOf(arg.type) - widthOf(type)) / stride), "part select", loops);
}

function wordInside(module: Module, access: Pick<MemoryReadExpr, "memory" | "address">, loops: Loops) {
  const memory = module.memories.find(({ name }) => name === access.memory);
  if (memory === undefined) throw new Error(`no memory ${access.memory} in ${module.name}`);
  return inside(access.address, memory.depth - 1, `address of ${memory.name}`, loops);
}

function inside(index: Expr, last: number, what: string, loops: Loops): Claim | undefined {
  if (maxOf(index, loops) <= BigInt(last)) return undefined;
  const bound = literal(index.type, widthOf(index.type), BigInt(last));
  return {
    kind: "in_range",
    property: binary("le", index, bound),
    message: `${what} is past ${String(last)}`,
  };
}

/** `value` keeps its numeric value when only the low bits that `type` has are kept. */
function fits(value: Expr, type: Type, loops: Loops): Claim | undefined {
  const from = value.type;
  const width = widthOf(from);
  const signed = from.kind === "sint";
  const [low, high] = rangeOf(type);
  const [least, most] = signed ? rangeOf(from) : [0n, maxOf(value, loops)];
  const parts: Expr[] = [];
  if (low > least) parts.push(binary("ge", value, literal(from, width, low)));
  if (high < most) parts.push(binary("le", value, literal(from, width, high)));
  const [first, second] = parts;
  if (first === undefined) return undefined;
  return {
    kind: "fits",
    property: second === undefined ? first : binary("and", first, second),
    message: `value does not fit into ${String(widthOf(type))} bit${widthOf(type) === 1 ? "" : "s"}`,
  };
}

function rangeOf(type: Type): readonly [bigint, bigint] {
  const width = BigInt(widthOf(type));
  if (type.kind === "sint") return [-(1n << (width - 1n)), (1n << (width - 1n)) - 1n];
  if (type.kind === "enum") return [0n, BigInt(type.labels.length) - 1n];
  return [0n, (1n << width) - 1n];
}

/** An upper bound of an unsigned expression, as good as indices inside loops need it. */
function maxOf(expr: Expr, loops: Loops): bigint {
  const all = (1n << BigInt(widthOf(expr.type))) - 1n;
  const bound = ((): bigint => {
    switch (expr.kind) {
      case "const":
        return BigInt(`0x${expr.value}`);
      case "loopvar": {
        const loop = loops.findLast(({ index }) => index.name === expr.name);
        return loop === undefined ? all : BigInt(loop.count - 1);
      }
      case "binary":
        if (expr.op === "add") return maxOf(expr.left, loops) + maxOf(expr.right, loops);
        if (expr.op === "mul") return maxOf(expr.left, loops) * maxOf(expr.right, loops);
        return all;
      case "mux": {
        const whenTrue = maxOf(expr.whenTrue, loops);
        const whenFalse = maxOf(expr.whenFalse, loops);
        return whenTrue > whenFalse ? whenTrue : whenFalse;
      }
      case "popcount":
        return BigInt(widthOf(expr.arg.type));
      case "resize":
        return expr.mode === "sext" || expr.arg.type.kind === "sint" ? all : maxOf(expr.arg, loops);
      default:
        return all;
    }
  })();
  return bound < all ? bound : all;
}
