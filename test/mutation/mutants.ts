import { chainOf, changedNodes, changesOf, constants, next, nodesOfChain } from "./operators.ts";
import { bodies, operands, targetRoot, widthOf } from "../../src/ir/index.ts";
import type {
  AssignStmt,
  Design,
  Expr,
  IfStmt,
  MatchStmt,
  MemoryWriteStmt,
  Module,
  MuxExpr,
  SourceLocation,
  Stmt,
  Target,
} from "../../src/ir/index.ts";

/**
 * A change at a place in a generator's TypeScript, as an edit of that line would make it: in every statement that the
 * line has made. `path` leads from the statement to the operand that changes.
 */
export interface Site {
  readonly loc: SourceLocation;
  readonly path: string;
  readonly what: string;
}

/** The change of one module that one site has made. */
interface Edit {
  readonly module: string;
  readonly apply: (module: Module) => Module;
}

/** A site in one design. */
export interface Mutant {
  readonly site: Site;
  readonly edits: readonly Edit[];
}

/** Names a site, in all designs of a generator alike. */
export function siteId({ loc: { file, line, column }, path, what }: Site): string {
  return `${file}:${String(line)}:${String(column)} ${path} ${what}`;
}

/** Every mutant of a design, by its site, in the order of its modules and statements. */
export function mutantsOf(design: Design): ReadonlyMap<string, Mutant> {
  const mutants = new Map<string, { site: Site; edits: Edit[] }>();
  const add = (module: string, site: Site, apply: Edit["apply"]): void => {
    const id = siteId(site);
    const known = mutants.get(id);
    if (known === undefined) mutants.set(id, { site, edits: [{ module, apply }] });
    else known.edits.push({ module, apply });
  };
  for (const [key, module] of Object.entries(design.modules)) {
    for (const { site, apply } of declarationMutants(module)) add(key, site, apply);
    for (const stmt of statementsOf(module.body))
      for (const { path, what, to } of statementMutants(stmt))
        add(key, { loc: stmt.loc, path: `${assigned(stmt)}${path}`, what }, (old) => ({
          ...old,
          body: withStatement(old.body, stmt, to()),
        }));
  }
  return mutants;
}

/** One line may assign several signals. */
function assigned(stmt: Stmt): string {
  return stmt.kind === "assign" ? `${numberless(targetRoot(stmt.target).name)} ` : "";
}

/** What a loop of TypeScript numbers is one place of it. */
function numberless(name: string): string {
  return name.replace(/\d+/g, "*");
}

/** The design with a mutant's change. */
export function mutated(design: Design, { edits }: Mutant): Design {
  const modules = { ...design.modules };
  for (const { module, apply } of edits) {
    const old = modules[module];
    if (old !== undefined) modules[module] = apply(old);
  }
  return { ...design, modules };
}

interface DeclarationMutant {
  readonly site: Site;
  readonly apply: Edit["apply"];
}

/** Resets of registers, and words of ROMs. */
function declarationMutants({ regs, memories }: Module): readonly DeclarationMutant[] {
  return [
    ...regs.flatMap((reg): DeclarationMutant[] => {
      if (reg.reset === undefined) return [];
      const resets = [
        { what: "reset removed", to: undefined },
        ...constants(reg.reset)
          .slice(0, 1)
          .map(({ to }) => ({ what: "reset value + 1", to })),
      ];
      return resets.map(({ what, to: reset }) => ({
        site: { loc: reg.loc, path: numberless(reg.name), what },
        apply: (module) => ({
          ...module,
          regs: module.regs.map((each) => (each.name === reg.name ? { ...each, reset } : each)),
        }),
      }));
    }),
    ...memories.flatMap(({ name, init, loc }): DeclarationMutant[] => {
      const first = init?.[0];
      if (init === undefined || first === undefined) return [];
      const word = (BigInt(`0x${first}`) ^ 1n).toString(16).padStart(first.length, "0");
      return [
        {
          site: { loc, path: "init", what: "bit 0 of word 0 flipped" },
          apply: (module) => ({
            ...module,
            memories: module.memories.map((each) =>
              each.name === name ? { ...each, init: [word, ...init.slice(1)] } : each,
            ),
          }),
        },
      ];
    }),
  ];
}

/** Conditions of assertions are no hardware either. */
function checksOnly(stmt: Stmt): boolean {
  if (stmt.kind === "assert" || stmt.kind === "assume" || stmt.kind === "cover") return true;
  const inside = bodies(stmt).flat();
  return inside.length > 0 && inside.every(checksOnly);
}

function* statementsOf(stmts: readonly Stmt[]): Generator<Stmt> {
  for (const stmt of stmts) {
    if (checksOnly(stmt)) continue;
    yield stmt;
    if (stmt.kind === "if") {
      for (const { body } of stmt.branches) yield* statementsOf(body);
      yield* statementsOf(stmt.otherwise ?? []);
    } else if (stmt.kind === "match") {
      for (const { body } of stmt.arms) yield* statementsOf(body);
      yield* statementsOf(stmt.otherwise ?? []);
    } else if (stmt.kind === "for") yield* statementsOf(stmt.body);
  }
}

/** `stmts` with `to` (nothing: removed) in the place of the statement `from`, wherever it is nested. */
function withStatement(stmts: readonly Stmt[], from: Stmt, to: Stmt | undefined): readonly Stmt[] {
  return stmts.flatMap((stmt): Stmt[] => {
    if (stmt === from) return to === undefined ? [] : [to];
    const inside = (body: readonly Stmt[]): readonly Stmt[] => withStatement(body, from, to);
    const otherwise = (old: readonly Stmt[] | undefined) =>
      old === undefined ? {} : { otherwise: inside(old) };
    if (stmt.kind === "if") {
      const branches = stmt.branches.map((branch) => ({ ...branch, body: inside(branch.body) }));
      return [{ ...stmt, branches, ...otherwise(stmt.otherwise) }];
    }
    if (stmt.kind === "match") {
      const arms = stmt.arms.map((arm) => ({ ...arm, body: inside(arm.body) }));
      return [{ ...stmt, arms, ...otherwise(stmt.otherwise) }];
    }
    return [stmt.kind === "for" ? { ...stmt, body: inside(stmt.body) } : stmt];
  });
}

/** A statement's change; `to` gives nothing where it is removed. */
interface StatementMutant {
  readonly path: string;
  readonly what: string;
  readonly to: () => Stmt | undefined;
}

function statementMutants(stmt: Stmt): readonly StatementMutant[] {
  switch (stmt.kind) {
    case "assign":
      return assignMutants(stmt);
    case "memwrite":
      return writeMutants(stmt);
    case "if":
      return ifMutants(stmt);
    case "match":
      return matchMutants(stmt);
    case "for":
    // What checks the hardware is not part of it.
    case "assert":
    case "assume":
    case "cover":
      return [];
  }
}

function assignMutants(stmt: AssignStmt): readonly StatementMutant[] {
  const { target, value, clocked } = stmt;
  const forced = (digit: string, what: string): StatementMutant => ({
    path: "value",
    what,
    to: () => ({ ...stmt, value: { kind: "const", type: value.type, value: digit } }),
  });
  const zero = "0".repeat(Math.ceil(widthOf(value.type) / 4));
  // A wire that nothing drives is no hardware: it is tied instead.
  const whole = clocked
    ? [{ path: "", what: "statement removed", to: () => undefined }]
    : value.kind === "const"
      ? []
      : [forced(zero, "forced to 0"), ...(value.type.kind === "bool" ? [forced("1", "forced to 1")] : [])];
  return [
    ...whole,
    ...expressionMutants("value", value, (to) => ({ ...stmt, value: to })),
    ...targetMutants(target, (to) => ({ ...stmt, target: to })),
  ];
}

/** Another element of a vec, or another bit, is driven. */
function targetMutants(target: Target, withTarget: (to: Target) => Stmt): readonly StatementMutant[] {
  if (target.kind !== "index" || target.index.kind === "const") return [];
  const { arg } = target;
  const count = arg.type.kind === "vec" ? arg.type.length : widthOf(arg.type);
  return next(target.index, count).map((index) => ({
    path: "target",
    what: "index + 1",
    to: () => withTarget({ ...target, index }),
  }));
}

function writeMutants(stmt: MemoryWriteStmt): readonly StatementMutant[] {
  return [
    { path: "", what: "statement removed", to: () => undefined },
    ...next(stmt.address, 2 ** widthOf(stmt.address.type)).map((address) => ({
      path: "address",
      what: "address + 1",
      to: () => ({ ...stmt, address }),
    })),
    ...expressionMutants("address", stmt.address, (address) => ({ ...stmt, address })),
    ...expressionMutants("data", stmt.data, (data) => ({ ...stmt, data })),
  ];
}

const comparisons = ["eq", "ne", "lt", "le", "gt", "ge"];

function ifMutants(stmt: IfStmt): readonly StatementMutant[] {
  return stmt.branches.flatMap(({ condition, body }, i) => {
    const path = `condition ${String(i)}`;
    const withCondition = (to: Expr): Stmt => ({
      ...stmt,
      branches: stmt.branches.map((branch, k) => (k === i ? { condition: to, body } : branch)),
    });
    const always = (value: string): Expr => ({ kind: "const", type: { kind: "bool" }, value });
    // Of these, changes of the expression itself are the negation.
    const negated =
      (condition.kind === "unary" && condition.op === "not") ||
      (condition.kind === "binary" && comparisons.includes(condition.op));
    const not: Expr = { kind: "unary", op: "not", type: condition.type, arg: condition };
    return [
      ...(negated ? [] : [{ path, what: "condition negated", to: () => withCondition(not) }]),
      { path, what: "condition always true", to: () => withCondition(always("1")) },
      { path, what: "condition never true", to: () => withCondition(always("0")) },
      ...expressionMutants(path, condition, withCondition),
    ];
  });
}

function matchMutants(stmt: MatchStmt): readonly StatementMutant[] {
  const swapped = stmt.arms.slice(1).map((arm, i): StatementMutant => {
    const before = stmt.arms[i] ?? arm;
    const arms = stmt.arms.map((each, k) =>
      k === i ? { ...each, body: arm.body } : k === i + 1 ? { ...each, body: before.body } : each,
    );
    return { path: `arm ${String(i)}`, what: "arms swapped", to: () => ({ ...stmt, arms }) };
  });
  return [...swapped, ...expressionMutants("subject", stmt.subject, (subject) => ({ ...stmt, subject }))];
}

/** As many operands of one operator, or parts of a concatenation, come from a loop; as many choices, mux behind mux, too. */
const [loop, choices] = [5, 3];

/** A choice among several, mux behind mux. */
function casesOf(expr: Expr): readonly MuxExpr[] {
  return expr.kind === "mux" ? [expr, ...casesOf(expr.whenFalse)] : [];
}

/** Changes of an expression and all that it is made of; a shared operation is changed once, everywhere. */
function expressionMutants(
  path: string,
  whole: Expr,
  inside: (to: Expr) => Stmt,
): readonly StatementMutant[] {
  const changed = new Map<string, { path: string; what: string; nodes: Set<Expr> }>();
  const seen = new Set<Expr>();
  const change = (expr: Expr, at: string): void => {
    for (const { what } of changesOf(expr)) {
      const known = changed.get(`${at}: ${what}`);
      if (known === undefined) changed.set(`${at}: ${what}`, { path: at, what, nodes: new Set([expr]) });
      else known.nodes.add(expr);
    }
  };
  const visit = (expr: Expr, at: string): void => {
    if (seen.has(expr)) return;
    seen.add(expr);
    change(expr, at);
    const parts = chainOf(expr);
    const cases = casesOf(expr);
    if (cases.length >= choices) {
      for (const node of cases.slice(1)) change(node, at);
      for (const { select, whenTrue, whenFalse } of cases) {
        visit(select, `${at}.select *`);
        visit(whenTrue, `${at}.case *`);
        if (whenFalse.kind !== "mux") visit(whenFalse, `${at}.case *`);
      }
    } else if (parts.length < loop)
      mutable(expr).forEach((operand, i) => {
        visit(operand, `${at}.${String(i)}`);
      });
    else {
      for (const node of nodesOfChain(expr)) change(node, at);
      for (const part of parts) visit(part, `${at}.*`);
    }
  };
  visit(whole, path);
  return [...changed.values()].map(({ path: at, what, nodes }) => ({
    path: at,
    what,
    to: () => inside(changedNodes(whole, nodes, what)),
  }));
}

/** Operands, without an index that is constant: that belongs to its expression. */
function mutable(expr: Expr): readonly Expr[] {
  const [first, second] = operands(expr);
  const constantIndex = (expr.kind === "index" || expr.kind === "partselect") && second?.kind === "const";
  return constantIndex && first !== undefined ? [first] : operands(expr);
}
