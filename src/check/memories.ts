import { bodies, indexWidth, readsOf, targetRoot, visitExpr, visitStmts, widthOf } from "../ir/index.ts";
import type { Expr, Memory, SourceLocation } from "../ir/index.ts";
import type { Facts, Finding } from "./facts.ts";

/** Memories used in a way that no such memory exists: style against read latency, writes to a ROM, addresses. */
export function checkMemories(facts: Facts): readonly Finding[] {
  return [...accesses(facts), ...readRegisters(facts)];
}

function accesses({ module }: Facts): readonly Finding[] {
  if (module.memories.length === 0) return [];
  const findings: Finding[] = [];
  const memories = new Map(module.memories.map((memory) => [memory.name, memory]));
  const regs = new Map(module.regs.map((reg) => [reg.name, reg]));
  const addressed = new Set<Expr>();
  const address = (memory: Memory, at: Expr, loc: SourceLocation): void => {
    const finding = addressFinding(memory, at, loc);
    if (finding !== undefined) findings.push(finding);
  };
  visitStmts(module.body, (stmt) => {
    if (stmt.kind === "memwrite") {
      const memory = memories.get(stmt.memory);
      if (memory === undefined) return;
      address(memory, stmt.address, stmt.loc);
      if (memory.domain === undefined)
        findings.push({
          code: "rom-write",
          path: memory.name,
          message: `${memory.name} is a ROM and cannot be written`,
          hint: "declare it with m.memories; init gives contents at power-up",
          loc: stmt.loc,
        });
    }
    const whole =
      stmt.kind === "assign" && stmt.clocked && stmt.target.kind === "ref" && stmt.value.kind === "memread"
        ? stmt.value
        : undefined;
    const blockReads = new Set<Memory>();
    for (const expr of readsOf(stmt))
      visitExpr(expr, (e) => {
        if (e.kind !== "memread") return;
        const memory = memories.get(e.memory);
        if (memory === undefined) return;
        if (!addressed.has(e)) address(memory, e.address, stmt.loc);
        addressed.add(e);
        if (memory.style === "block" && e !== whole) blockReads.add(memory);
      });
    for (const memory of blockReads)
      findings.push({
        code: "memory-style",
        path: memory.name,
        message: `block memory ${memory.name} is read combinationally; its word is there one cycle after the address`,
        hint: "read it as the whole value of a register's .next, or choose style distributed",
        loc: stmt.loc,
      });
    const target =
      whole === undefined || stmt.kind !== "assign" ? undefined : regs.get(targetRoot(stmt.target).name);
    if (whole !== undefined && target?.reset !== undefined && memories.get(whole.memory)?.style === "block")
      findings.push({
        code: "memory-style",
        path: target.name,
        message: `${target.name} takes the word of block memory ${whole.memory} but has a reset, which the memory's output register lacks`,
        hint: `declare the register with { reset: "none" }`,
        loc: stmt.loc,
      });
  });
  return findings;
}

/** An address must reach every word, and hardly more. */
function addressFinding(memory: Memory, at: Expr, loc: SourceLocation): Finding | undefined {
  const { name: path, depth } = memory;
  if (at.kind === "const") {
    const value = BigInt(`0x${at.value}`);
    if (value < depth) return undefined;
    return {
      code: "index-out-of-range",
      path,
      message: `address ${String(value)} of ${path}, which has ${String(depth)} words`,
      hint: `use an address from 0 to ${String(depth - 1)}`,
      loc,
    };
  }
  const [width, needed] = [widthOf(at.type), indexWidth(depth)];
  // The index of a loop is as wide as its count asks for.
  if (width === needed || dependsOnLoop(at)) return undefined;
  const narrow = width < needed;
  return {
    code: "memory-address",
    path,
    message: `an address of ${String(width)} bits for ${path}, whose ${String(depth)} words need ${String(needed)}`,
    hint: narrow
      ? "words past the address are never reached: widen it with .extend, or make the memory smaller"
      : "narrow or wrap the address to uint.below(depth)",
    loc,
  };
}

function dependsOnLoop(expr: Expr): boolean {
  const indices: Expr[] = [];
  visitExpr(expr, (e) => {
    if (e.kind === "loopvar") indices.push(e);
  });
  return indices.length > 0;
}

/** The register that takes the words of a block memory is part of the memory: it takes nothing else. */
function readRegisters({ module }: Facts): readonly Finding[] {
  const blocks = new Set(module.memories.filter(({ style }) => style === "block").map(({ name }) => name));
  const memoryOf = new Map<string, string>();
  const findings: Finding[] = [];
  const walk = (first: boolean): void => {
    visitStmts(module.body, (stmt) => {
      if (stmt.kind !== "assign" || !stmt.clocked || bodies(stmt).length > 0) return;
      const { name } = targetRoot(stmt.target);
      const memory =
        stmt.value.kind === "memread" && blocks.has(stmt.value.memory) ? stmt.value.memory : undefined;
      if (first) {
        if (memory !== undefined && !memoryOf.has(name)) memoryOf.set(name, memory);
        return;
      }
      const own = memoryOf.get(name);
      if (own === undefined || memory === own) return;
      findings.push({
        code: "memory-style",
        path: name,
        message: `${name} is the output register of block memory ${own} and also takes another value`,
        hint: "read into a register of its own and choose between the two after it",
        loc: stmt.loc,
      });
    });
  };
  walk(true);
  walk(false);
  return findings;
}
