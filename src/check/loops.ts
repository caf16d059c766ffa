import type { Facts, Finding } from "./facts.ts";
import { readersOf, segmentName, statementOn, type CombGraph } from "./graph.ts";
import type { Signal } from "./signals.ts";
import type { UnrolledBody } from "./unroll.ts";

/** Combinational loops, through instances as well: one for each set of signals that depend on each other. */
export function checkLoops({ graph, body, module }: Facts): readonly Finding[] {
  const findings: Finding[] = [];
  const cyclic = onCycles(graph);
  const done = new Set<number>();
  for (const id of [...cyclic].sort((a, b) => a - b)) {
    if (done.has(id)) continue;
    const path = graph.pathTo(
      [id],
      (segment) => segment.id === id,
      (next) => cyclic.has(next) && !done.has(next),
    );
    for (const member of reach(graph, id, cyclic)) done.add(member);
    if (path === undefined) continue;
    const names = path.map(segmentName);
    findings.push({
      code: "combinational-loop",
      path: names[0] ?? "",
      message: `${names[0] ?? ""} depends on itself: ${names.join(" -> ")}`,
      hint: "break the loop with a register, or split a signal whose parts do not depend on each other",
      loc: statementOn(path, body)?.loc ?? module.loc,
    });
  }
  return findings;
}

/** Segments left when those without sources, then those without readers, are taken away again and again. */
function onCycles(graph: CombGraph): ReadonlySet<number> {
  const left = new Uint8Array(graph.segments.length).fill(1);
  const readers = readersOf(graph.sources);
  peel(left, graph.sources, readers);
  peel(left, readers, graph.sources);
  return new Set(graph.segments.flatMap(({ id }) => (left[id] === 1 ? [id] : [])));
}

function peel(
  left: Uint8Array,
  needs: readonly (readonly number[])[],
  neededBy: readonly (readonly number[])[],
): void {
  const open = new Int32Array(left.length);
  const queue: number[] = [];
  needs.forEach((list, id) => {
    let count = 0;
    for (const other of list) count += left[other] ?? 0;
    open[id] = count;
    if (count === 0 && left[id] === 1) queue.push(id);
  });
  for (const id of queue) {
    left[id] = 0;
    for (const other of neededBy[id] ?? []) {
      if (left[other] === 0) continue;
      const count = (open[other] ?? 0) - 1;
      open[other] = count;
      if (count === 0) queue.push(other);
    }
  }
}

/** What `id` depends on within `nodes`. */
function reach(graph: CombGraph, id: number, nodes: ReadonlySet<number>): ReadonlySet<number> {
  const seen = new Set([id]);
  for (const at of seen) for (const next of graph.sources[at] ?? []) if (nodes.has(next)) seen.add(next);
  return seen;
}

/**
 * A signal that reads parts of itself (a carry chain) is computed in the order of its statements: what it reads must
 * have been assigned before. Otherwise the simulators would see an old value.
 */
export function checkOrder({ body }: Facts): readonly Finding[] {
  const findings: Finding[] = [];
  const bySignal = new Map<Signal, UnrolledBody["assignments"][number][]>();
  const readsItself = new Set<Signal>();
  for (const { stmt, signal, sources, guards } of body.assignments)
    if (
      !stmt.clocked &&
      (sources.some((s) => s.signal === signal) ||
        guards.some((guard) => guard.sources.some((s) => s.signal === signal)))
    )
      readsItself.add(signal);
  for (const assignment of body.assignments) {
    if (assignment.stmt.clocked || !readsItself.has(assignment.signal)) continue;
    const list = bySignal.get(assignment.signal);
    if (list === undefined) bySignal.set(assignment.signal, [assignment]);
    else list.push(assignment);
  }
  const told = new Set<unknown>();
  for (const [signal, list] of bySignal)
    list.forEach(({ stmt, lo, hi, sources, guards }, i) => {
      if (told.has(stmt)) return;
      const reads = [...sources, ...guards.flatMap((guard) => guard.sources)].filter(
        (s) => s.signal === signal,
      );
      for (const read of reads) {
        // A read of what it drives itself is a loop, and reported as one.
        if (read.lo < hi && lo < read.hi) continue;
        const late = list.slice(i + 1).find((other) => other.lo < read.hi && read.lo < other.hi);
        if (late === undefined || told.has(stmt)) continue;
        told.add(stmt);
        findings.push({
          code: "read-before-assigned",
          path: signal.name,
          message: `${signal.name} reads a part of itself that is assigned later, at ${late.stmt.loc.file}:${String(late.stmt.loc.line)}`,
          hint: "assign in the order of dependence, or use two signals",
          loc: stmt.loc,
        });
      }
    });
  return findings;
}
