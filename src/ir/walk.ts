import type { Expr, RefExpr } from "./expr.ts";
import type { Stmt, Target } from "./module.ts";

/** Direct operands of an expression, in order. */
export function operands(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "const":
    case "ref":
    case "loopvar":
      return [];
    case "unary":
    case "reduce":
    case "popcount":
    case "slice":
    case "resize":
    case "cross":
      return [expr.arg];
    case "binary":
      return [expr.left, expr.right];
    case "shift":
      return [expr.arg, expr.amount];
    case "mux":
      return [expr.select, expr.whenTrue, expr.whenFalse];
    case "cat":
      return expr.parts;
    case "index":
      return [expr.arg, expr.index];
    case "partselect":
      return [expr.arg, expr.offset];
    case "memread":
      return [expr.address];
  }
}

/** Calls `visit` on every distinct node of an expression, operands first. */
export function visitExpr(expr: Expr, visit: (expr: Expr) => void, seen = new Set<Expr>()): void {
  if (seen.has(expr)) return;
  seen.add(expr);
  for (const operand of operands(expr)) visitExpr(operand, visit, seen);
  visit(expr);
}

/**
 * Calls `visit` on the references in an expression. A shared operation is looked into once; a reference itself may be
 * visited several times, which saves remembering it.
 */
export function visitRefs(expr: Expr, visit: (ref: RefExpr) => void, seen = new Set<Expr>()): void {
  let at = expr;
  for (let only: Expr | undefined = at; only !== undefined; only = onlyOperand(at)) at = only;
  if (at.kind === "ref") visit(at);
  if (at.kind === "ref" || at.kind === "const" || at.kind === "loopvar") return;
  if (seen.has(at)) return;
  seen.add(at);
  for (const operand of operands(at)) visitRefs(operand, visit, seen);
}

/** What an expression is a part or a simple function of; undefined for other kinds. */
function onlyOperand(expr: Expr): Expr | undefined {
  if (expr.kind === "index") return expr.index.kind === "const" ? expr.arg : undefined;
  return expr.kind === "slice" || expr.kind === "resize" || expr.kind === "unary" ? expr.arg : undefined;
}

/** The same expression with other operands (as many as `operands` gave); itself where none changed. */
export function withOperands(expr: Expr, next: readonly Expr[]): Expr {
  const old = operands(expr);
  if (old.every((operand, i) => operand === next[i])) return expr;
  const at = (i: number): Expr => {
    const operand = next[i];
    if (operand === undefined) throw new Error("withOperands: too few operands");
    return operand;
  };
  switch (expr.kind) {
    case "const":
    case "ref":
    case "loopvar":
      return expr;
    case "unary":
    case "reduce":
    case "popcount":
    case "slice":
    case "resize":
    case "cross":
      return { ...expr, arg: at(0) };
    case "binary":
      return { ...expr, left: at(0), right: at(1) };
    case "shift":
      return { ...expr, arg: at(0), amount: at(1) };
    case "mux":
      return { ...expr, select: at(0), whenTrue: at(1), whenFalse: at(2) };
    case "cat":
      return { ...expr, parts: next };
    case "index":
      return { ...expr, arg: at(0), index: at(1) };
    case "partselect":
      return { ...expr, arg: at(0), offset: at(1) };
    case "memread":
      return { ...expr, address: at(0) };
  }
}

/** The signal that a target lies in. */
export function targetRoot(target: Target): Extract<Target, { kind: "ref" }> {
  return target.kind === "ref" ? target : targetRoot(target.arg);
}

/** The statement lists nested directly in a statement. */
export function bodies(stmt: Stmt): readonly (readonly Stmt[])[] {
  switch (stmt.kind) {
    case "if":
      return [...stmt.branches.map((b) => b.body), ...(stmt.otherwise === undefined ? [] : [stmt.otherwise])];
    case "match":
      return [...stmt.arms.map((a) => a.body), ...(stmt.otherwise === undefined ? [] : [stmt.otherwise])];
    case "for":
      return [stmt.body];
    default:
      return [];
  }
}

/** Calls `visit` on every statement, outer before inner. */
export function visitStmts(stmts: readonly Stmt[], visit: (stmt: Stmt) => void): void {
  for (const stmt of stmts) {
    visit(stmt);
    for (const body of bodies(stmt)) visitStmts(body, visit);
  }
}

/** Expressions that a statement reads itself, without those of nested statements; index expressions of its target included. */
export function readsOf(stmt: Stmt): readonly Expr[] {
  switch (stmt.kind) {
    case "assign": {
      const indices: Expr[] = [];
      for (let t = stmt.target; t.kind !== "ref"; t = t.arg) if (t.kind === "index") indices.push(t.index);
      return [stmt.value, ...indices];
    }
    case "if":
      return stmt.branches.map((b) => b.condition);
    case "match":
      return [stmt.subject];
    case "for":
      return [];
    case "memwrite":
      return [stmt.address, stmt.data];
    case "assert":
    case "assume":
    case "cover":
      return [stmt.property];
  }
}
