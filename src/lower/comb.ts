import { project } from "./project.ts";
import { bodies, readsOf, targetRoot, visitExpr, visitStmts } from "../ir/index.ts";
import type { Expr, RefExpr, Stmt } from "../ir/index.ts";

/**
 * Wires, output ports and inputs of instances that are driven together: one `always_comb`, or one `assign`.
 *
 * The body runs in order, the last assignment wins. No signal of the block is read by the assignments of another
 * signal of the same block; a signal that reads itself (bit by bit, as a carry chain does) reads what the body has
 * given it so far.
 */
export interface CombBlock {
  /** The signals driven, in the order of their first assignment. */
  readonly signals: readonly RefExpr[];
  readonly body: readonly Stmt[];
}

/** Key of a driven signal: `name`, or `instance.name` for the input of an instance. */
export function signalKey(ref: RefExpr): string {
  return ref.instance === undefined ? ref.name : `${ref.instance}.${ref.name}`;
}

interface Group {
  readonly signals: Map<string, RefExpr>;
  readonly stmts: Stmt[];
}

/**
 * Statements that drive the same signal belong together. Where one signal of such a group reads another, the group
 * falls apart into blocks, since a wire read means its settled value and never one halfway through a block. So do
 * blocks that wake each other in a ring, though no signal in them depends on itself: an event-driven simulator would
 * never end, since a default and what overrides it are two events.
 */
export function splitComb(body: readonly Stmt[]): CombBlock[] {
  const groups = groupsOf(body);
  const sources = sourcesOf(groups);
  const parts = groups.flatMap((group) => partsOf(group, levelsOf(group, sources)));
  const rings = partsInRings(parts, sources);
  const depths = depthsOf(sources);
  return parts
    .flatMap((part) => (rings.has(part) ? partsOf(part, depths) : [part]))
    .map(({ signals, stmts }) => ({
      signals: [...signals.values()],
      body: project(stmts, (stmt) =>
        stmt.kind === "assign" && !stmt.clocked && signals.has(signalKey(targetRoot(stmt.target)))
          ? [stmt]
          : [],
      ),
    }));
}

/** What each driven signal reads of the driven signals. An instance may make each of its outputs of each of its inputs. */
type Sources = ReadonlyMap<string, ReadonlySet<string>>;

/** The signals of a group apart by their level, lowest first. */
function partsOf({ signals, stmts }: Group, levels: ReadonlyMap<string, number>): Group[] {
  const levelOf = (key: string): number => levels.get(key) ?? 0;
  return [...new Set([...signals.keys()].map(levelOf))]
    .sort((a, b) => a - b)
    .map((level) => ({ signals: new Map([...signals].filter(([key]) => levelOf(key) === level)), stmts }));
}

function groupsOf(body: readonly Stmt[]): Group[] {
  const parent = new Map<string, string>();
  const find = (key: string): string => {
    const up = parent.get(key) ?? key;
    if (up === key) return key;
    const root = find(up);
    parent.set(key, root);
    return root;
  };
  const driven = body
    .map((stmt) => ({ stmt, signals: drivenBy(stmt) }))
    .filter(({ signals }) => signals.size > 0);
  for (const { signals } of driven) {
    const [first, ...others] = [...signals.keys()].map(find);
    for (const other of others)
      if (first !== undefined && find(other) !== first) parent.set(find(other), first);
  }
  const groups = new Map<string, Group>();
  for (const { stmt, signals } of driven) {
    for (const [key, ref] of signals) {
      const root = find(key);
      const group: Group = groups.get(root) ?? { signals: new Map(), stmts: [] };
      groups.set(root, group);
      if (!group.signals.has(key)) group.signals.set(key, ref);
      if (group.stmts.at(-1) !== stmt) group.stmts.push(stmt);
    }
  }
  return [...groups.values()];
}

function drivenBy(stmt: Stmt): Map<string, RefExpr> {
  const driven = new Map<string, RefExpr>();
  visitStmts([stmt], (inner) => {
    if (inner.kind !== "assign" || inner.clocked) return;
    const root = targetRoot(inner.target);
    driven.set(signalKey(root), root);
  });
  return driven;
}

function sourcesOf(groups: readonly Group[]): Sources {
  const sources = new Map<string, Set<string>>();
  const inputsOf = new Map<string, string[]>();
  for (const { signals } of groups)
    for (const [key, { instance }] of signals) {
      sources.set(key, new Set());
      if (instance !== undefined) inputsOf.set(instance, [...(inputsOf.get(instance) ?? []), key]);
    }
  const collect = (stmts: readonly Stmt[], above: ReadonlySet<string>): void => {
    for (const stmt of stmts) {
      const here = new Set(above);
      for (const expr of readsOf(stmt))
        for (const { key, instance } of signalsIn(expr))
          if (sources.has(key)) here.add(key);
          else if (instance !== undefined) for (const input of inputsOf.get(instance) ?? []) here.add(input);
      if (stmt.kind === "assign" && !stmt.clocked) {
        const own = sources.get(signalKey(targetRoot(stmt.target)));
        for (const key of here) own?.add(key);
      }
      for (const body of bodies(stmt)) collect(body, here);
    }
  };
  for (const { stmts } of groups) collect(stmts, new Set());
  return sources;
}

/** 0 for a signal that reads no other of its group, else one more than the highest that it reads. */
function levelsOf({ signals }: Group, sources: Sources): Map<string, number> {
  const own = [...signals.keys()].map((key): [string, ReadonlySet<string>] => [
    key,
    new Set([...(sources.get(key) ?? [])].filter((source) => signals.has(source))),
  ]);
  return depthsOf(new Map(own));
}

/** 0 for a signal that reads no other, else one more than the highest that it reads. */
function depthsOf(sources: Sources): Map<string, number> {
  const depths = new Map<string, number>();
  const done = new Set<string>();
  // Depth first without recursion: chains of cells may be long.
  for (const root of sources.keys()) {
    const open = [root];
    for (let key = open.at(-1); key !== undefined; key = open.at(-1)) {
      const own = key;
      const others = [...(sources.get(own) ?? [])].filter((other) => other !== own);
      if (!depths.has(own)) {
        depths.set(own, 0); // ends a combinational loop, which src/check reports
        const next = others.filter((other) => !depths.has(other));
        open.push(...next.toReversed());
        if (next.length > 0) continue;
      }
      open.pop();
      if (done.has(own)) continue;
      done.add(own);
      if (others.length > 0)
        depths.set(own, 1 + others.reduce((most, other) => Math.max(most, depths.get(other) ?? 0), 0));
    }
  }
  return depths;
}

/** What is left when those that read no other, then those that no other reads, are taken away again and again. */
function partsInRings(parts: readonly Group[], sources: Sources): ReadonlySet<Group> {
  const home = new Map(parts.flatMap((part) => [...part.signals.keys()].map((key) => [key, part])));
  const reads = new Map<Group, Set<Group>>(parts.map((part) => [part, new Set()]));
  const readers = new Map<Group, Set<Group>>(parts.map((part) => [part, new Set()]));
  for (const part of parts)
    for (const key of part.signals.keys())
      for (const source of sources.get(key) ?? []) {
        const other = home.get(source);
        if (other === undefined || other === part) continue;
        reads.get(part)?.add(other);
        readers.get(other)?.add(part);
      }
  const left = new Set(parts);
  for (const [needs, neededBy] of [
    [reads, readers],
    [readers, reads],
  ] as const) {
    const open = new Map(
      [...left].map((part) => [part, [...(needs.get(part) ?? [])].filter((n) => left.has(n)).length]),
    );
    const free = [...left].filter((part) => open.get(part) === 0);
    // What is added during the loop is visited as well.
    for (const part of free) {
      left.delete(part);
      for (const other of neededBy.get(part) ?? []) {
        const count = (open.get(other) ?? 0) - 1;
        open.set(other, count);
        if (count === 0) free.push(other);
      }
    }
  }
  return left;
}

function signalsIn(expr: Expr): readonly { readonly key: string; readonly instance: string | undefined }[] {
  const found = new Map<string, string | undefined>();
  visitExpr(expr, (node) => {
    if (node.kind === "ref") found.set(signalKey(node), node.instance);
  });
  return [...found].map(([key, instance]) => ({ key, instance }));
}
