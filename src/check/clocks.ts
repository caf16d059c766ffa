import type { Facts, Finding } from "./facts.ts";
import { segmentDomains } from "./graph.ts";
import type { Dependence } from "./reads.ts";
import { partName } from "./signals.ts";
import type { Guard } from "./unroll.ts";
import type { SourceLocation } from "../ir/index.ts";

/**
 * Signals of one clock domain that a register, memory, assertion, output or instance of another one uses without
 * `crossing(...)`, through combinational logic and modules. The registered read port of a memory may be clocked by
 * another domain than its writes: that is what a memory with two clocks is for.
 */
export function checkClocks(facts: Facts): readonly Finding[] {
  const { design, module, body, graph, summaries } = facts;
  if (module.domains.length < 2) return [];
  const domains = segmentDomains(design, module, graph, summaries, true);
  const memoryDomain = new Map(module.memories.map(({ name, domain }) => [name, domain]));
  const findings: Finding[] = [];
  const told = new Set<string>();

  const tell = (user: string, domain: string, source: string, from: string, loc: SourceLocation): void => {
    const key = `${user} ${source}`;
    if (told.has(key)) return;
    told.add(key);
    findings.push({
      code: "clock-crossing",
      path: user,
      message: `${user} belongs to clock domain ${domain}, but ${source === user ? "what drives it" : source} changes in ${from}`,
      hint: `synchronise it, and mark the place that is meant with crossing(signal, "${domain}")`,
      loc,
    });
  };

  const check = (user: string, domain: string, sources: readonly Dependence[], loc: SourceLocation): void => {
    for (const { signal, memory, lo, hi, crossing } of sources) {
      if (crossing !== undefined) {
        if (crossing !== domain) tell(user, domain, signal?.name ?? memory ?? user, crossing, loc);
        continue;
      }
      if (signal === undefined) {
        const other = memory === undefined ? undefined : memoryDomain.get(memory);
        if (other !== undefined && other !== domain) tell(user, domain, memory ?? "", other, loc);
        continue;
      }
      for (const { id } of graph.within(signal, lo, hi))
        for (const other of domains[id] ?? [])
          if (other !== domain) tell(user, domain, partName(signal, lo, hi), other, loc);
    }
  };
  const checkAll = (
    user: string,
    domain: string,
    node: { readonly sources: readonly Dependence[]; readonly guards: readonly Guard[] },
    loc: SourceLocation,
  ): void => {
    check(user, domain, node.sources, loc);
    for (const guard of node.guards) check(user, domain, guard.sources, loc);
  };

  for (const node of body.assignments) {
    const { stmt, signal, sources, guards } = node;
    if (signal.domain === undefined || signal.role === "wire") continue;
    const registered = stmt.clocked && stmt.value.kind === "memread";
    const own = registered ? { sources: sources.filter(({ memory }) => memory === undefined), guards } : node;
    checkAll(signal.name, signal.domain, own, stmt.loc);
  }
  for (const node of body.effects) {
    const { stmt } = node;
    const domain = stmt.kind === "memwrite" ? memoryDomain.get(stmt.memory) : stmt.domain;
    const user = stmt.kind === "memwrite" ? stmt.memory : stmt.label;
    if (domain !== undefined) checkAll(user, domain, node, stmt.loc);
  }
  return findings;
}
