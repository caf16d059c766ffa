import { splitChecks } from "../lower/split.ts";
import {
  operands,
  readsOf,
  visitStmts,
  withOperands,
  type ClockDomain,
  type EnumType,
  type Expr,
  type Module,
  type Port,
  type Stmt,
  type Target,
  type Type,
} from "../ir/index.ts";

type Unfinished = Omit<Module, "enums">;

/**
 * The finished module: uses of expressions that `m.name` named become references to their wires, enumerations are
 * listed, and clock and reset ports are added for the domains that something is clocked in.
 */
export function finishModule(module: Unfinished, named: ReadonlyMap<Expr, Expr>): Module {
  const body = named.size === 0 ? module.body : module.body.map(replaceIn(named));
  const full: Module = { ...module, body, enums: enumsOf({ ...module, body }) };
  return { ...full, ports: [...clockPorts(full), ...module.ports] };
}

/** Statements with every named expression replaced, except where it is the value that its own wire is set to. */
function replaceIn(named: ReadonlyMap<Expr, Expr>): (stmt: Stmt) => Stmt {
  const done = new Map<Expr, Expr>();
  const inside = (expr: Expr): Expr => withOperands(expr, operands(expr).map(replace));
  const replace = (expr: Expr): Expr => {
    let next = done.get(expr);
    if (next === undefined) {
      next = named.get(expr) ?? inside(expr);
      done.set(expr, next);
    }
    return next;
  };
  const target = (t: Target): Target =>
    t.kind === "ref"
      ? t
      : t.kind === "index"
        ? { ...t, arg: target(t.arg), index: replace(t.index) }
        : { ...t, arg: target(t.arg) };
  const visit = (stmt: Stmt): Stmt => {
    switch (stmt.kind) {
      case "assign": {
        const defines = named.get(stmt.value) === stmt.target;
        return {
          ...stmt,
          target: target(stmt.target),
          value: defines ? inside(stmt.value) : replace(stmt.value),
        };
      }
      case "if":
        return {
          ...stmt,
          branches: stmt.branches.map((b) => ({ condition: replace(b.condition), body: b.body.map(visit) })),
          ...(stmt.otherwise === undefined ? {} : { otherwise: stmt.otherwise.map(visit) }),
        };
      case "match":
        return {
          ...stmt,
          subject: replace(stmt.subject),
          arms: stmt.arms.map((a) => ({ values: a.values, body: a.body.map(visit) })),
          ...(stmt.otherwise === undefined ? {} : { otherwise: stmt.otherwise.map(visit) }),
        };
      case "for":
        return { ...stmt, body: stmt.body.map(visit) };
      case "memwrite":
        return { ...stmt, address: replace(stmt.address), data: replace(stmt.data) };
      case "assert":
      case "assume":
      case "cover":
        return { ...stmt, property: replace(stmt.property) };
    }
  };
  return visit;
}

function enumsOf(module: Unfinished): readonly EnumType[] {
  const found = new Map<string, EnumType>();
  const add = (type: Type): void => {
    if (type.kind === "vec") add(type.element);
    if (type.kind === "enum") found.set(type.name, type);
  };
  for (const declaration of [...module.ports, ...module.wires, ...module.regs, ...module.memories])
    add(declaration.type);
  const seen = new Set<Expr>();
  const addAll = (expr: Expr): void => {
    if (expr.kind === "index" && expr.index.kind === "const") addAll(expr.arg);
    else if (expr.kind !== "ref" && expr.kind !== "const") {
      if (seen.has(expr)) return;
      seen.add(expr);
      for (const operand of operands(expr)) addAll(operand);
    }
    add(expr.type);
  };
  visitStmts(module.body, (stmt) => {
    for (const read of readsOf(stmt)) addAll(read);
  });
  return [...found.values()];
}

/** Clock and reset ports of the domains in use; a purely combinational module has none. */
function clockPorts(module: Module): readonly Port[] {
  const everything = module.external !== undefined;
  const clocks = new Set<string>();
  const resets = new Set<string>();
  for (const reg of module.regs) {
    clocks.add(reg.domain);
    if (reg.reset !== undefined) resets.add(reg.domain);
  }
  for (const memory of module.memories) if (memory.domain !== undefined) clocks.add(memory.domain);
  const bound = new Set(module.instances.flatMap((i) => Object.values(i.clocks)));
  for (const check of everything ? [] : splitChecks(module)) {
    clocks.add(check.domain);
    resets.add(check.domain);
  }
  return module.domains.flatMap((domain: ClockDomain) => {
    const port = (name: string, role: "clock" | "reset"): Port => ({
      name,
      direction: "in",
      type: { kind: "bool" },
      domain: undefined,
      role,
      loc: module.loc,
    });
    const reset = domain.reset;
    return [
      ...(everything || clocks.has(domain.name) || bound.has(domain.clock)
        ? [port(domain.clock, "clock")]
        : []),
      ...(reset !== undefined && (everything || resets.has(domain.name) || bound.has(reset))
        ? [port(reset, "reset")]
        : []),
    ];
  });
}
