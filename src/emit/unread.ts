import { constantComparison } from "./compare.ts";
import { labelName } from "./literal.ts";
import { selectionOf } from "./select.ts";
import { operands, readsOf, visitStmts, widthOf } from "../ir/index.ts";
import type { Expr, RefExpr, Stmt } from "../ir/index.ts";

/** Which bits of which signals, and which labels of enums, the statements of a module read. */
export class Reads {
  readonly labels = new Set<string>();
  readonly #whole = new Set<string>();
  readonly #bits = new Map<string, Uint8Array>();
  readonly #seen = new Set<Expr>();
  readonly #nameOf: (ref: RefExpr) => string | undefined;

  constructor(nameOf: (ref: RefExpr) => string | undefined) {
    this.#nameOf = nameOf;
  }

  addWhole(name: string): void {
    this.#whole.add(name);
  }

  addStmts(stmts: readonly Stmt[]): void {
    visitStmts(stmts, (stmt) => {
      for (const expr of readsOf(stmt)) this.addExpr(expr);
      if (stmt.kind === "match")
        for (const arm of stmt.arms) for (const value of arm.values) this.addExpr(value);
    });
  }

  addExpr(expr: Expr): void {
    if (this.#seen.has(expr)) return;
    this.#seen.add(expr);
    if (expr.kind === "binary" && constantComparison(expr) !== undefined) return;
    const selection = selectionOf(expr);
    if (selection === undefined) {
      if (expr.kind === "const" && expr.type.kind === "enum") {
        const label = expr.type.labels[Number(BigInt(`0x${expr.value}`))];
        if (label !== undefined) this.labels.add(labelName(expr.type, label));
      }
      for (const operand of operands(expr)) this.addExpr(operand);
      return;
    }
    const { ref, offset, terms, width } = selection;
    for (const { index } of terms) this.addExpr(index);
    const name = this.#nameOf(ref);
    if (name === undefined) return;
    const whole = widthOf(ref.type);
    if (terms.length > 0 || width === whole) {
      this.#whole.add(name);
      return;
    }
    let bits = this.#bits.get(name);
    if (bits === undefined) this.#bits.set(name, (bits = new Uint8Array(whole)));
    bits.fill(1, offset, offset + width);
  }

  /** Whether some bit of the signal is read by nobody. */
  leavesUnread(name: string): boolean {
    return !this.#whole.has(name) && !(this.#bits.get(name)?.every((bit) => bit === 1) ?? false);
  }
}
