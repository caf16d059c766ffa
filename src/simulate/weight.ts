import { limbsFor } from "./layout.ts";
import { bodies, operands, readsOf, visitExpr, widthOf } from "../ir/index.ts";
import type { Expr, Stmt } from "../ir/index.ts";

/** About how many operations on 32 bits the code of a statement needs. Loops count once. */
export function weightOf(stmt: Stmt): number {
  let weight = 1;
  const seen = new Set<Expr>();
  for (const expr of readsOf(stmt))
    visitExpr(
      expr,
      (node) => {
        weight += operationsOf(node);
      },
      seen,
    );
  for (const body of bodies(stmt)) weight += weightOfAll(body);
  return weight;
}

function operationsOf(expr: Expr): number {
  switch (expr.kind) {
    case "const":
    case "ref":
      return 0;
    case "popcount":
      return 10 * limbsFor(widthOf(expr.arg.type));
    default:
      return limbsFor(widthOf(expr.type));
  }
}

export function weightOfAll(stmts: readonly Stmt[]): number {
  return stmts.reduce((sum, stmt) => sum + weightOf(stmt), 0);
}

/** How many readers every expression node has among `bodies`. */
export function countUses(stmtLists: Iterable<readonly Stmt[]>): Map<Expr, number> {
  const uses = new Map<Expr, number>();
  const read = (expr: Expr): void => {
    const before = uses.get(expr) ?? 0;
    uses.set(expr, before + 1);
    if (before === 0) for (const operand of operands(expr)) read(operand);
  };
  const visit = (stmts: readonly Stmt[]): void => {
    for (const stmt of stmts) {
      for (const expr of readsOf(stmt)) read(expr);
      for (const body of bodies(stmt)) visit(body);
    }
  };
  for (const stmts of stmtLists) visit(stmts);
  return uses;
}
