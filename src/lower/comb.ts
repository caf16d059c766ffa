import { project } from "./project.ts";
import { bodies, readsOf, targetRoot, visitRefs, visitStmts } from "../ir/index.ts";
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
  const parts = groups.flatMap((group) =>
    group.signals.size === 1 ? [group] : partsOf(group, levelsOf(group, sources)),
  );
  const rings = partsInRings(parts, sources);
  const depths = rings.size === 0 ? [] : depthsOf(sources);
  const depthOf = (key: string): number => depths[sources.idOf.get(key) ?? -1] ?? 0;
  return parts
    .flatMap((part) => (rings.has(part) ? partsOf(part, depthOf) : [part]))
    .map(({ signals, stmts }) => ({
      signals: [...signals.values()],
      body: project(stmts, (stmt) =>
        stmt.kind === "assign" && !stmt.clocked && signals.has(signalKey(targetRoot(stmt.target)))
          ? [stmt]
          : [],
      ),
    }));
}

/**
 * What each driven signal reads of the driven signals, by numbers. An instance that has driven inputs has a number too,
 * and reads these: it may make each of its outputs of each of its inputs.
 */
interface Sources {
  /** Of driven signals. */
  readonly idOf: ReadonlyMap<string, number>;
  readonly reads: readonly (readonly number[])[];
  /** Numbers from here on are those of instances. */
  readonly firstInstance: number;
}

/** The signals of a group apart by their level, lowest first. */
function partsOf({ signals, stmts }: Group, levelOf: (key: string) => number): Group[] {
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
    if (signals.size < 2) continue;
    const [first, ...others] = [...signals.keys()].map(find);
    for (const other of others)
      if (first !== undefined && find(other) !== first) parent.set(find(other), first);
  }
  const groups = new Map<string, Group>();
  for (const { stmt, signals } of driven) {
    for (const [key, ref] of signals) {
      const root = find(key);
      let group = groups.get(root);
      if (group === undefined) groups.set(root, (group = { signals: new Map(), stmts: [] }));
      if (!group.signals.has(key)) group.signals.set(key, ref);
      if (group.stmts.at(-1) !== stmt) group.stmts.push(stmt);
    }
  }
  return [...groups.values()];
}

const nothing: ReadonlyMap<string, RefExpr> = new Map();

function drivenBy(stmt: Stmt): ReadonlyMap<string, RefExpr> {
  if (stmt.kind === "assign" && stmt.clocked) return nothing;
  const driven = new Map<string, RefExpr>();
  visitStmts([stmt], (inner) => {
    if (inner.kind !== "assign" || inner.clocked) return;
    const root = targetRoot(inner.target);
    driven.set(signalKey(root), root);
  });
  return driven;
}

function sourcesOf(groups: readonly Group[]): Sources {
  const idOf = new Map<string, number>();
  for (const { signals } of groups) for (const key of signals.keys()) idOf.set(key, idOf.size);
  const reads = Array.from(idOf, (): number[] => []);
  const firstInstance = reads.length;
  const instances = new Map<string, number>();
  for (const { signals } of groups)
    for (const [key, { instance }] of signals) {
      if (instance === undefined) continue;
      const input = idOf.get(key) ?? 0;
      const id = instances.get(instance);
      if (id !== undefined) reads[id]?.push(input);
      else {
        instances.set(instance, reads.length);
        reads.push([input]);
      }
    }
  const collect = (stmts: readonly Stmt[], above: readonly number[]): void => {
    for (const stmt of stmts) {
      const here = [...above];
      const seen = new Set<Expr>();
      for (const expr of readsOf(stmt))
        visitRefs(
          expr,
          (ref) => {
            const id =
              idOf.get(signalKey(ref)) ??
              (ref.instance === undefined ? undefined : instances.get(ref.instance));
            if (id !== undefined && here.at(-1) !== id) here.push(id);
          },
          seen,
        );
      if (stmt.kind === "assign" && !stmt.clocked) {
        const target = targetRoot(stmt.target);
        const own = target.instance === undefined ? undefined : instances.get(target.instance);
        const list = reads[idOf.get(signalKey(target)) ?? -1];
        // An input that reads its own instance reads the others, not itself.
        for (const id of here)
          if (id === own) list?.push(...(reads[id] ?? []));
          else list?.push(id);
      }
      for (const body of bodies(stmt)) collect(body, here);
    }
  };
  for (const { stmts } of groups) collect(stmts, []);
  return { idOf, firstInstance, reads: reads.map((list) => (list.length < 2 ? list : [...new Set(list)])) };
}

/** Within a group, 0 for a signal that reads no other, else one more than the highest that it reads. */
function levelsOf({ signals }: Group, { idOf, firstInstance, reads }: Sources): (key: string) => number {
  const keys = [...signals.keys()];
  const places = new Map(keys.map((key, place) => [idOf.get(key) ?? -1, place]));
  const through = (id: number): readonly number[] => (id < firstInstance ? [id] : (reads[id] ?? []));
  const own = keys.map((key) => {
    const sources = (reads[idOf.get(key) ?? -1] ?? []).flatMap(through);
    return [...new Set(sources.flatMap((id) => places.get(id) ?? []))];
  });
  const depths = depthsOf({ reads: own, firstInstance: own.length });
  const levels = new Map(keys.map((key, place) => [key, depths[place] ?? 0]));
  return (key) => levels.get(key) ?? 0;
}

/** 0 for a signal that reads no other, else one more than the highest that it reads. */
function depthsOf({ reads, firstInstance }: Pick<Sources, "reads" | "firstInstance">): Int32Array {
  const unknown = -1;
  const depths = new Int32Array(reads.length).fill(unknown);
  const done = new Uint8Array(reads.length);
  // Depth first without recursion: chains of cells may be long.
  for (let root = 0; root < reads.length; root++) {
    const open = [root];
    for (let own = open.at(-1); own !== undefined; own = open.at(-1)) {
      const others = reads[own] ?? [];
      if (depths[own] === unknown) {
        depths[own] = 0; // ends a combinational loop, which src/check reports
        const next = others.filter((other) => depths[other] === unknown);
        open.push(...next.toReversed());
        if (next.length > 0) continue;
      }
      open.pop();
      if (done[own] === 1) continue;
      done[own] = 1;
      let most = unknown;
      for (const other of others) if (other !== own) most = Math.max(most, depths[other] ?? 0);
      // An instance is as deep as its inputs.
      if (most !== unknown) depths[own] = most + (own < firstInstance ? 1 : 0);
    }
  }
  return depths;
}

/** What is left when those that read no other, then those that no other reads, are taken away again and again. */
function partsInRings(parts: readonly Group[], { idOf, reads, firstInstance }: Sources): ReadonlySet<Group> {
  // Parts and instances are the nodes.
  const home = new Int32Array(reads.length);
  parts.forEach((part, node) => {
    for (const key of part.signals.keys()) home[idOf.get(key) ?? -1] = node;
  });
  const count = parts.length + reads.length - firstInstance;
  for (let id = firstInstance; id < reads.length; id++) home[id] = parts.length + id - firstInstance;
  const needs = Array.from({ length: count }, (): number[] => []);
  const neededBy = Array.from({ length: count }, (): number[] => []);
  reads.forEach((sources, id) => {
    const node = home[id] ?? 0;
    const need = (source: number): void => {
      const other = home[source] ?? 0;
      if (other === node) return;
      needs[node]?.push(other);
      neededBy[other]?.push(node);
    };
    for (const source of sources) {
      const inputs = source < firstInstance ? [] : (reads[source] ?? []);
      // A part with inputs of an instance that it reads waits for the others, not for itself.
      if (id < firstInstance && inputs.some((input) => home[input] === node)) inputs.forEach(need);
      else need(source);
    }
  });
  const left = new Uint8Array(count).fill(1);
  for (const [before, after] of [
    [needs, neededBy],
    [neededBy, needs],
  ] as const) {
    const open = before.map((list) => list.filter((node) => left[node] === 1).length);
    const free = open.flatMap((waiting, node) => (waiting === 0 && left[node] === 1 ? [node] : []));
    // What is added during the loop is visited as well.
    for (const node of free) {
      left[node] = 0;
      for (const other of after[node] ?? []) {
        const waiting = (open[other] ?? 0) - 1;
        open[other] = waiting;
        if (waiting === 0 && left[other] === 1) free.push(other);
      }
    }
  }
  return new Set(parts.filter((_, node) => left[node] === 1));
}
