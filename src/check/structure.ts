import { readsOf, targetRoot, visitExpr, visitStmts } from "../ir/index.ts";
import type { Expr, Module, SourceLocation, Stmt } from "../ir/index.ts";
import type { Facts, Finding } from "./facts.ts";
import type { Signal } from "./signals.ts";

/** Mistakes after which the checks of a body would only report consequences. */
const fatal = new Set([
  "unknown-signal",
  "unknown-module",
  "multiple-drivers",
  "wrong-assignment",
  "loop-index-shadowed",
]);

/** That everything a module refers to exists and may be used there: signals, loop indices, clocks, modules. */
export function checkStructure(facts: Facts): {
  readonly findings: readonly Finding[];
  /** The body makes sense enough to be checked further. */
  readonly sound: boolean;
} {
  const findings = [...references(facts), ...targets(facts), ...domains(facts), ...instances(facts)];
  return { findings, sound: !findings.some(({ code }) => fatal.has(code)) };
}

function references({ module, signals, design }: Facts): readonly Finding[] {
  const findings: Finding[] = [];
  const known = new Set(
    module.instances.filter((i) => design.modules[i.module] !== undefined).map((i) => i.name),
  );
  const memories = new Set(module.memories.map(({ name }) => name));
  const domainNames = new Set(module.domains.map(({ name }) => name));
  const expression = (expr: Expr, loops: readonly string[], loc: SourceLocation, seen: Set<Expr>): void => {
    visitExpr(
      expr,
      (e) => {
        if (
          e.kind === "ref" &&
          signals.find(e) === undefined &&
          (e.instance === undefined || known.has(e.instance))
        )
          findings.push(
            unknown(e.instance === undefined ? e.name : `${e.instance}.${e.name}`, "signal", loc),
          );
        if (e.kind === "memread" && !memories.has(e.memory)) findings.push(unknown(e.memory, "memory", loc));
        if (e.kind === "cross" && !domainNames.has(e.to))
          findings.push(unknownClock(e.to, "crossing", module, loc));
        if (e.kind === "loopvar" && !loops.includes(e.name))
          findings.push({
            code: "loop-index-escapes",
            path: e.name,
            message: `loop index ${e.name} is used outside its loop`,
            hint: "an index, and what is made of it, exists only inside the function given to m.each",
            loc,
          });
      },
      seen,
    );
  };
  const visit = (stmts: readonly Stmt[], loops: readonly string[], seen: Set<Expr>): void => {
    for (const stmt of stmts) {
      for (const expr of readsOf(stmt)) expression(expr, loops, stmt.loc, seen);
      if (stmt.kind === "assign" && signals.find(targetRoot(stmt.target)) === undefined) {
        const { name, instance } = targetRoot(stmt.target);
        if (instance === undefined || known.has(instance)) findings.push(unknown(name, "signal", stmt.loc));
      }
      if (stmt.kind === "memwrite" && !memories.has(stmt.memory))
        findings.push(unknown(stmt.memory, "memory", stmt.loc));
      if (stmt.kind === "for") {
        if (loops.includes(stmt.index.name))
          findings.push({
            code: "loop-index-shadowed",
            path: stmt.index.name,
            message: `loop ${stmt.index.name} stands inside another loop of that name`,
            hint: "give every loop of a nest its own index name",
            loc: stmt.loc,
          });
        visit(stmt.body, [...loops, stmt.index.name], new Set());
      } else if (stmt.kind === "if") {
        for (const { body } of stmt.branches) visit(body, loops, seen);
        visit(stmt.otherwise ?? [], loops, seen);
      } else if (stmt.kind === "match") {
        for (const { body } of stmt.arms) visit(body, loops, seen);
        visit(stmt.otherwise ?? [], loops, seen);
      }
    }
  };
  visit(module.body, [], new Set());
  return findings;
}

function unknown(path: string, what: string, loc: SourceLocation): Finding {
  return {
    code: "unknown-signal",
    path,
    message: `there is no ${what} ${path} in this module`,
    hint: "declare it, or pass it in through a port",
    loc,
  };
}

function unknownClock(domain: string, path: string, module: Module, loc: SourceLocation): Finding {
  return {
    code: "unknown-clock",
    path,
    message: `clock domain ${domain} is not declared in ${module.name}`,
    hint: `use one of ${module.domains.map(({ name }) => name).join(", ")}, or declare it under clocks`,
    loc,
  };
}

/** `.set` belongs to wires, outputs and inputs of instances, `.next` to registers; nothing else can be driven. */
function targets({ module, signals }: Facts): readonly Finding[] {
  const findings: Finding[] = [];
  const modes = new Map<Signal, boolean>();
  visitStmts(module.body, (stmt) => {
    if (stmt.kind !== "assign") return;
    const signal = signals.find(targetRoot(stmt.target));
    if (signal === undefined) return;
    const { name: path, role } = signal;
    const clocked = modes.get(signal);
    if (clocked !== undefined && clocked !== stmt.clocked) {
      findings.push({
        code: "multiple-drivers",
        path,
        message: `${path} is driven both combinationally and at a clock edge`,
        hint: "use a wire with .set, or a register with .next",
        loc: stmt.loc,
      });
      return;
    }
    modes.set(signal, stmt.clocked);
    if (role === "input" || role === "instance-output")
      findings.push({
        code: "multiple-drivers",
        path,
        message: `${path} is ${role === "input" ? "an input" : "an output of an instance"}: it has a driver already`,
        hint: "drive a wire or an output instead",
        loc: stmt.loc,
      });
    else if ((role === "reg") !== stmt.clocked)
      findings.push({
        code: "wrong-assignment",
        path,
        message: stmt.clocked ? `${path} is not a register` : `${path} is a register`,
        hint: stmt.clocked ? "drive it with .set" : "drive it with .next",
        loc: stmt.loc,
      });
  });
  return findings;
}

function domains({ module }: Facts): readonly Finding[] {
  const findings: Finding[] = [];
  const known = new Map(module.domains.map((domain) => [domain.name, domain]));
  const used = (domain: string | undefined, path: string, loc: SourceLocation): void => {
    if (domain !== undefined && !known.has(domain)) findings.push(unknownClock(domain, path, module, loc));
  };
  for (const { name, domain, loc } of [...module.ports, ...module.memories]) used(domain, name, loc);
  for (const { name, domain, reset, loc } of module.regs) {
    used(domain, name, loc);
    const home = known.get(domain);
    if (reset !== undefined && home !== undefined && home.reset === undefined)
      findings.push({
        code: "domain-without-reset",
        path: name,
        message: `${name} has a reset value, but clock domain ${domain} has no reset`,
        hint: `give the domain a reset, or declare the register with { reset: "none" }`,
        loc,
      });
  }
  visitStmts(module.body, (stmt) => {
    if (stmt.kind === "assert" || stmt.kind === "assume" || stmt.kind === "cover")
      used(stmt.domain, stmt.label, stmt.loc);
  });
  return findings;
}

/** Instances of modules that exist, each of their clocks and resets bound to one of this module. */
function instances({ module, design }: Facts): readonly Finding[] {
  const own = new Set(
    module.domains.flatMap(({ clock, reset }) => [clock, ...(reset === undefined ? [] : [reset])]),
  );
  return module.instances.flatMap(({ name, module: key, clocks, loc }): Finding[] => {
    const child = design.modules[key];
    if (child === undefined)
      return [
        {
          code: "unknown-module",
          path: name,
          message: `${name} is an instance of ${key}, which is not in the design`,
          hint: "a module that contains itself has no end: end the recursion by a parameter",
          loc,
        },
      ];
    return child.ports.flatMap((port): Finding[] => {
      const bound = clocks[port.name];
      if (port.role === "data" || (bound !== undefined && own.has(bound))) return [];
      return [
        {
          code: "unbound-clock",
          path: `${name}.${port.name}`,
          message:
            bound === undefined
              ? `${port.role} ${port.name} of ${name} is not connected`
              : `${port.role} ${port.name} of ${name} is connected to ${bound}, which is no clock or reset here`,
          hint: "bind the domain with instance(hardware, { clocks: { inner: outer } })",
          loc,
        },
      ];
    });
  });
}
