import type { ExpressionWriter } from "./expression.ts";
import { commentLines } from "./declaration.ts";
import { breakLines, lineWidth } from "./layout.ts";
import type { Line } from "./layout.ts";
import type { SizeGuard } from "./size.ts";
import { targetRoot, widthOf } from "../ir/index.ts";
import type { AssertStmt, Expr, IfStmt, MatchStmt, SourceLocation, Stmt } from "../ir/index.ts";

/** The statements of an always block, of one kind each: all combinational, all clocked or all checks. */
export class StatementWriter {
  readonly #write: ExpressionWriter;
  readonly #sizes: SizeGuard;
  readonly #path: string;

  constructor(write: ExpressionWriter, sizes: SizeGuard, path: string) {
    this.#write = write;
    this.#sizes = sizes;
    this.#path = path;
  }

  body(stmts: readonly Stmt[], indent: string): Line[] {
    return stmts.flatMap((stmt) => [
      ...commentLines(stmt.doc).map((text) => ({ text: indent + text, loc: stmt.loc })),
      ...this.#stmt(stmt, indent),
    ]);
  }

  /** An expression that the size guard has let pass. `about`: what it is for, in an error. */
  expr(expr: Expr, about: string): string {
    this.#sizes.check(expr, `${this.#path}.${about}`);
    return this.#write.expr(expr);
  }

  /** Where the surroundings do not cut the value to its width. */
  exact(expr: Expr, about: string): string {
    this.#sizes.check(expr, `${this.#path}.${about}`);
    return this.#write.exact(expr);
  }

  /** `prefix + expr + suffix`, broken where the line is too long. */
  broken(indent: string, prefix: string, expr: string, suffix: string, loc: SourceLocation): Line[] {
    return breakLines(indent, prefix, expr, suffix).map((text) => ({ text, loc }));
  }

  #stmt(stmt: Stmt, indent: string): Line[] {
    switch (stmt.kind) {
      case "assign": {
        const target = this.#write.target(stmt.target);
        const value = this.expr(stmt.value, targetRoot(stmt.target).name);
        return this.broken(indent, `${target} ${stmt.clocked ? "<=" : "="} `, value, ";", stmt.loc);
      }
      case "memwrite": {
        this.#sizes.check(stmt.address, `${this.#path}.${stmt.memory}`);
        const data = this.expr(stmt.data, stmt.memory);
        return this.broken(indent, `${this.#write.word(stmt)} <= `, data, ";", stmt.loc);
      }
      case "if":
        return this.#if(stmt, indent);
      case "match":
        return this.#match(stmt, indent);
      case "for": {
        const { name } = stmt.index;
        const head = `for (int unsigned ${name} = 0; ${name} < ${String(stmt.count)}; ${name}++) begin`;
        return [
          { text: indent + head, loc: stmt.loc },
          ...this.body(stmt.body, `${indent}  `),
          { text: `${indent}end`, loc: stmt.loc },
        ];
      }
      case "assert":
      case "assume":
      case "cover":
        return this.#check(stmt, indent);
    }
  }

  #if({ branches, otherwise, loc }: IfStmt, indent: string): Line[] {
    const lines = branches.flatMap(({ condition, body }, i) => [
      ...this.broken(
        indent,
        i === 0 ? "if (" : "end else if (",
        this.expr(condition, "condition"),
        ") begin",
        loc,
      ),
      ...this.body(body, `${indent}  `),
    ]);
    if (otherwise !== undefined) {
      lines.push({ text: `${indent}end else begin`, loc });
      lines.push(...this.body(otherwise, `${indent}  `));
    }
    return [...lines, { text: `${indent}end`, loc }];
  }

  /**
   * A plain `case`: labels are distinct constants, so that `unique` would say nothing new to synthesis, and in
   * simulation it warns of undefined values before the first reset. A `default` keeps every tool from inferring more.
   */
  #match({ subject, arms, otherwise, loc }: MatchStmt, indent: string): Line[] {
    // Icarus 11 ends at an assertion of its own on a case with nothing but a default.
    if (arms.length === 0) return this.body(otherwise ?? [], indent);
    const inner = `${indent}  `;
    const arm = (values: string, body: readonly Stmt[]): Line[] =>
      body.length === 0
        ? this.broken(inner, "", values, ": ;", loc)
        : [
            ...this.broken(inner, "", values, ": begin", loc),
            ...this.body(body, `${inner}  `),
            { text: `${inner}end`, loc },
          ];
    const text = this.exact(subject, "subject");
    // Yosys 0.23 finds a latch in a full case of a signed cast.
    const selected = subject.type.kind === "sint" && subject.kind !== "ref" ? `$unsigned(${text})` : text;
    const covered = arms.reduce((sum, { values }) => sum + values.length, 0) === 2 ** widthOf(subject.type);
    return [
      ...this.broken(indent, "case (", selected, ")", loc),
      ...arms.flatMap(({ values, body }) => arm(values.map((v) => this.#write.expr(v)).join(", "), body)),
      ...(otherwise !== undefined || !covered ? arm("default", otherwise ?? []) : []),
      { text: `${indent}endcase`, loc },
    ];
  }

  /** Icarus takes no label on an assertion, so the message carries it. */
  #check({ kind, property, label, message, loc }: AssertStmt, indent: string): Line[] {
    const condition = this.expr(property, label);
    if (kind === "cover") return this.broken(indent, "cover (", condition, `);  // ${label}`, loc);
    const report = `else $error("${escaped(message === "" || message === label ? label : `${label}: ${message}`)}");`;
    const whole = `${indent}${kind} (${condition}) ${report}`;
    if (whole.length <= lineWidth) return [{ text: whole, loc }];
    return [
      ...this.broken(indent, `${kind} (`, condition, ")", loc),
      { text: `${indent}    ${report}`, loc },
    ];
  }
}

/** A text inside the quotes of `$error`. */
export function escaped(message: string): string {
  return message.replace(/[\\"]/g, "\\$&").replace(/%/g, "%%").replace(/\s+/g, " ");
}
