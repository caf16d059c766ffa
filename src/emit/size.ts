import { SluiceError } from "../error.ts";
import { operands } from "../ir/index.ts";
import type { Expr } from "../ir/index.ts";

/** Nodes that an expression may print as before sharing is held against it. */
const unquestioned = 10_000;

/**
 * Throws `expression-too-large` where an expression prints as much more than was written: SystemVerilog has no shared
 * subexpressions but named ones, so that a value used twice, in a value used twice, and so on, doubles each time.
 */
export class SizeGuard {
  readonly #sizes = new Map<Expr, number>();

  check(expr: Expr, where: string): void {
    const before = this.#sizes.size;
    const size = this.#sizeOf(expr);
    if (size <= unquestioned) return;
    const distinct = this.#sizes.size - before;
    if (size <= 8 * Math.max(distinct, 1)) return;
    throw new SluiceError(
      "expression-too-large",
      `the expression of ${where} prints as ${size > 1e9 ? "over a billion" : String(size)} operations, ` +
        `since its parts are used many times over`,
      { where, hint: "name the values that are used more than once: m.name({ total })" },
    );
  }

  #sizeOf(expr: Expr): number {
    const known = this.#sizes.get(expr);
    if (known !== undefined) return known;
    let size = 1;
    for (const operand of operands(expr)) size += this.#sizeOf(operand);
    this.#sizes.set(expr, size);
    return size;
  }
}
