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
 * falls apart into blocks, since a wire read means its settled value and never one halfway through a block.
 */
export function splitComb(body: readonly Stmt[]): CombBlock[] {
  return groupsOf(body).flatMap((group) => {
    const levels = levelsOf(group);
    return [...new Set(levels.values())]
      .sort((a, b) => a - b)
      .map((level) => {
        const inBlock = (key: string): boolean => levels.get(key) === level;
        return {
          signals: [...group.signals].filter(([key]) => inBlock(key)).map(([, ref]) => ref),
          body: project(group.stmts, (stmt) =>
            stmt.kind === "assign" && !stmt.clocked && inBlock(signalKey(targetRoot(stmt.target)))
              ? [stmt]
              : [],
          ),
        };
      });
  });
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

/** 0 for a signal that reads no other of its group, else one more than the highest that it reads. */
function levelsOf(group: Group): Map<string, number> {
  const reads = new Map<string, Set<string>>(
    [...group.signals.keys()].map((key) => [key, new Set<string>()]),
  );
  const collect = (stmts: readonly Stmt[], above: ReadonlySet<string>): void => {
    for (const stmt of stmts) {
      const here = new Set(above);
      for (const expr of readsOf(stmt)) for (const key of signalsIn(expr)) if (reads.has(key)) here.add(key);
      if (stmt.kind === "assign" && !stmt.clocked) {
        const own = reads.get(signalKey(targetRoot(stmt.target)));
        for (const key of here) own?.add(key);
      }
      for (const body of bodies(stmt)) collect(body, here);
    }
  };
  collect(group.stmts, new Set());

  const levels = new Map<string, number>();
  const level = (key: string): number => {
    const known = levels.get(key);
    if (known !== undefined) return known;
    levels.set(key, 0); // ends a combinational loop, which src/check reports
    const others = [...(reads.get(key) ?? [])].filter((other) => other !== key);
    const result = others.length === 0 ? 0 : 1 + Math.max(...others.map(level));
    levels.set(key, result);
    return result;
  };
  for (const key of group.signals.keys()) level(key);
  return levels;
}

function signalsIn(expr: Expr): Set<string> {
  const keys = new Set<string>();
  visitExpr(expr, (node) => {
    if (node.kind === "ref") keys.add(signalKey(node));
  });
  return keys;
}
