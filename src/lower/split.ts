import { binary } from "./build.ts";
import { claimsOf } from "./claims.ts";
import type { Claim } from "./claims.ts";
import { splitComb } from "./comb.ts";
import type { CombBlock } from "./comb.ts";
import { domainLookup } from "./domains.ts";
import { project } from "./project.ts";
import type { Loops } from "./project.ts";
import { bodies, readsOf, targetRoot, visitStmts } from "../ir/index.ts";
import type { AssertStmt, Expr, Module, Reg, Stmt } from "../ir/index.ts";

/** Registers of one clock domain, either all with a reset value or all without. */
export interface ClockedBlock {
  readonly domain: string;
  readonly reset: boolean;
  readonly regs: readonly Reg[];
  /** Nonblocking assignments. With `reset`, only outside reset. */
  readonly body: readonly Stmt[];
}

/** The ports of a memory in one clock domain: its writes, and for a block memory the registers that its reads go to. */
export interface MemoryBlock {
  readonly memory: string;
  readonly domain: string;
  readonly regs: readonly Reg[];
  readonly body: readonly Stmt[];
}

/**
 * Statements whose leaves are all `assert`, `assume` or `cover`, evaluated at every edge of the domain's clock outside
 * its reset: the author's own, and the claims that `narrow`, a dynamic index or an address stand for.
 */
export interface CheckBlock {
  readonly domain: string;
  readonly body: readonly Stmt[];
}

export interface SplitBody {
  readonly comb: readonly CombBlock[];
  readonly memories: readonly MemoryBlock[];
  readonly clocked: readonly ClockedBlock[];
  readonly checks: readonly CheckBlock[];
}

/** Takes the mixed statement tree of a module apart, by kind of hardware. Pure; keeps the author's order. */
export function splitBody(module: Module): SplitBody {
  const memories = splitMemories(module);
  const readRegs = new Set(memories.flatMap(({ regs }) => regs));
  return {
    comb: splitComb(module.body),
    memories,
    clocked: splitClocked(module, (reg) => !readRegs.has(reg)),
    checks: splitChecks(module),
  };
}

function splitMemories(module: Module): MemoryBlock[] {
  const taken = new Set<string>();
  return module.memories.flatMap(({ name, style, domain: writeDomain }) => {
    const readInto = style === "block" ? regsThatRead(module.body, name) : new Set<string>();
    const regs = module.regs.filter((reg) => readInto.has(reg.name) && !taken.has(reg.name));
    for (const reg of regs) taken.add(reg.name);
    return module.domains.flatMap(({ name: domain }) => {
      const here = regs.filter((reg) => reg.domain === domain);
      const names = new Set(here.map((reg) => reg.name));
      const body = project(module.body, (stmt) => {
        if (stmt.kind === "memwrite") return stmt.memory === name && writeDomain === domain ? [stmt] : [];
        return stmt.kind === "assign" && stmt.clocked && names.has(targetRoot(stmt.target).name)
          ? [stmt]
          : [];
      });
      return body.length > 0 ? [{ memory: name, domain, regs: here, body }] : [];
    });
  });
}

/** Registers that take a word of `memory` as it is. */
function regsThatRead(body: readonly Stmt[], memory: string): Set<string> {
  const regs = new Set<string>();
  visitStmts(body, (stmt) => {
    if (stmt.kind !== "assign" || !stmt.clocked) return;
    if (stmt.value.kind === "memread" && stmt.value.memory === memory) regs.add(targetRoot(stmt.target).name);
  });
  return regs;
}

function splitClocked(module: Module, belongs: (reg: Reg) => boolean): ClockedBlock[] {
  return module.domains.flatMap(({ name: domain }) =>
    [true, false].flatMap((reset) => {
      const regs = module.regs.filter(
        (reg) => reg.domain === domain && (reg.reset !== undefined) === reset && belongs(reg),
      );
      const names = new Set(regs.map(({ name }) => name));
      const body = project(module.body, (stmt) =>
        stmt.kind === "assign" && stmt.clocked && names.has(targetRoot(stmt.target).name) ? [stmt] : [],
      );
      return regs.length > 0 ? [{ domain, reset, regs, body }] : [];
    }),
  );
}

/** The checks of `splitBody` alone. */
export function splitChecks(module: Module): CheckBlock[] {
  const checks = collectChecks(module);
  if (checks.size === 0) return [];
  return module.domains.flatMap(({ name: domain }) => {
    const body = project(module.body, (stmt) => (checks.get(stmt) ?? []).filter((c) => c.domain === domain));
    return body.length > 0 ? [{ domain, body }] : [];
  });
}

/** The checks that each statement gives rise to, itself included where it is one. */
function collectChecks(module: Module): Map<Stmt, readonly AssertStmt[]> {
  const checks = new Map<Stmt, readonly AssertStmt[]>();
  // Most modules have no checks, and need none of these.
  const domainOf = once(() => domainLookup(module));
  const label = once(() => labeller(module));
  const regDomain = once(() => new Map(module.regs.map(({ name, domain }) => [name, domain])));
  const memoryDomain = once(() => new Map(module.memories.map(({ name, domain }) => [name, domain])));

  /** The domain that samples the statement, and what to call it by. */
  const context = (stmt: Stmt): { readonly domain: string; readonly about: string } => {
    switch (stmt.kind) {
      case "assign": {
        const { name, instance } = targetRoot(stmt.target);
        const about = instance === undefined ? name : `${instance}_${name}`;
        return {
          about,
          domain: (stmt.clocked ? regDomain().get(name) : undefined) ?? domainOf()(readsOf(stmt)),
        };
      }
      case "memwrite":
        return { about: stmt.memory, domain: memoryDomain().get(stmt.memory) ?? domainOf()(readsOf(stmt)) };
      case "assert":
      case "assume":
      case "cover":
        return { about: stmt.label, domain: stmt.domain };
      default:
        return { about: "condition", domain: domainOf()(readsOf(stmt)) };
    }
  };

  const visit = (stmts: readonly Stmt[], loops: Loops, done: ReadonlySet<Expr>): void => {
    // What an enclosing statement list claims need not be claimed again inside.
    const claimed = new Set(done);
    for (const stmt of stmts) {
      const claims = claimsOf(module, stmt, loops, claimed);
      const own = stmt.kind === "assert" || stmt.kind === "assume" || stmt.kind === "cover" ? [stmt] : [];
      if (claims.length > 0 || own.length > 0) {
        const { domain, about } = context(stmt);
        const asserts = mergeClaims(claims).map(({ kind, property, message }): AssertStmt => ({
          kind: "assert",
          domain,
          property,
          label: label()(`${about}_${kind}`),
          message,
          loc: stmt.loc,
        }));
        checks.set(stmt, [...asserts, ...own]);
      }
      const inner = stmt.kind === "for" ? [...loops, stmt] : loops;
      for (const body of bodies(stmt)) visit(body, inner, claimed);
    }
  };
  visit(module.body, [], new Set());
  return checks;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** One property for all claims of one kind and wording. */
function mergeClaims(claims: readonly Claim[]): Claim[] {
  const merged = new Map<string, Claim>();
  for (const claim of claims) {
    const key = `${claim.kind} ${claim.message}`;
    const before = merged.get(key);
    const property = before === undefined ? claim.property : binary("and", before.property, claim.property);
    merged.set(key, { ...claim, property });
  }
  return [...merged.values()];
}

/** Labels that no declaration and no other label has: a second one gets the number 2. */
function labeller(module: Module): (wanted: string) => string {
  const taken = new Set<string>();
  for (const { name } of [
    ...module.ports,
    ...module.wires,
    ...module.regs,
    ...module.memories,
    ...module.instances,
  ])
    taken.add(name);
  visitStmts(module.body, (stmt) => {
    if (stmt.kind === "assert" || stmt.kind === "assume" || stmt.kind === "cover") taken.add(stmt.label);
  });
  return (wanted) => {
    let free = wanted;
    for (let n = 2; taken.has(free); n++) free = `${wanted}_${String(n)}`;
    taken.add(free);
    return free;
  };
}
