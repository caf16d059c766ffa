import { targetRoot, widthOf } from "../ir/index.ts";
import type {
  AssertStmt,
  AssignStmt,
  Expr,
  IfStmt,
  MatchStmt,
  MemoryWriteStmt,
  Stmt,
  Target,
} from "../ir/index.ts";
import { dependencesOf, evaluate, type Dependence, type Env } from "./reads.ts";
import type { Signal, SignalTable } from "./signals.ts";
import { describe } from "./text.ts";

/** The statements of a module with loops unrolled and targets resolved to bits. */
export type Unrolled = Assignment | Branch | Effect;

export interface Assignment {
  readonly kind: "assign";
  readonly stmt: AssignStmt;
  readonly signal: Signal;
  /** Bits that it may drive; all of them for sure unless `dynamic`, where an index picks some. */
  readonly lo: number;
  readonly hi: number;
  readonly dynamic: boolean;
  readonly env: Env;
  /** Conditions that it stands under, outermost first. */
  readonly guards: readonly Guard[];
  /** What the value depends on; indices of the target included. */
  readonly sources: readonly Dependence[];
}

export interface Branch {
  readonly kind: "branch";
  readonly stmt: IfStmt | MatchStmt;
  readonly arms: readonly { readonly when: () => string; readonly body: readonly Unrolled[] }[];
  /** What holds when no arm applies; undefined where one always does. */
  readonly missing: (() => string) | undefined;
}

/** A memory write or an assertion. */
export interface Effect {
  readonly kind: "effect";
  readonly stmt: MemoryWriteStmt | AssertStmt;
  readonly env: Env;
  readonly guards: readonly Guard[];
  readonly sources: readonly Dependence[];
}

/** A condition over statements: those of one arm, or of all arms of a match. */
export interface Guard {
  readonly expr: Expr;
  readonly env: Env;
  readonly sources: readonly Dependence[];
}

export interface UnrolledBody {
  readonly tree: readonly Unrolled[];
  /** All assignments and effects of the tree, in order. */
  readonly assignments: readonly Assignment[];
  readonly effects: readonly Effect[];
}

export function unroll(body: readonly Stmt[], signals: SignalTable): UnrolledBody {
  const assignments: Assignment[] = [];
  const effects: Effect[] = [];

  const sourcesOf = (expr: Expr, env: Env): Dependence[] => dependencesOf(expr, env, signals);

  const visitAll = (stmts: readonly Stmt[], env: Env, guards: readonly Guard[]): readonly Unrolled[] =>
    stmts.flatMap((stmt) => visit(stmt, env, guards));

  const visit = (stmt: Stmt, env: Env, guards: readonly Guard[]): readonly Unrolled[] => {
    switch (stmt.kind) {
      case "assign": {
        const signal = signals.find(targetRoot(stmt.target));
        if (signal === undefined) return [];
        const { lo, hi, dynamic, indices } = resolve(stmt.target, env);
        if (hi > signal.width) return [];
        const values = sourcesOf(stmt.value, env);
        const reads = indices.length === 0 ? values : [...values];
        for (const index of indices)
          for (const read of sourcesOf(index, env))
            reads.push({ ...read, to: 0, toHi: hi - lo, aligned: false });
        const spread = dynamic ? reads.map((r) => ({ ...r, to: 0, toHi: hi - lo, aligned: false })) : reads;
        const node: Assignment = {
          kind: "assign",
          stmt,
          signal,
          lo,
          hi,
          dynamic,
          env,
          guards,
          sources: spread,
        };
        assignments.push(node);
        return [node];
      }
      case "if": {
        // An arm applies when its own condition holds and those before it do not: it stands under all of them.
        let before = guards;
        const arms = stmt.branches.map(({ condition, body: inner }) => {
          before = [...before, { expr: condition, env, sources: sourcesOf(condition, env) }];
          return { when: () => describe(condition), body: visitAll(inner, env, before) };
        });
        const none = (): string =>
          stmt.branches.map(({ condition }) => `not ${describe(condition)}`).join(" and ");
        if (stmt.otherwise === undefined) return [{ kind: "branch", stmt, arms, missing: none }];
        const rest = { when: none, body: visitAll(stmt.otherwise, env, before) };
        return [{ kind: "branch", stmt, arms: [...arms, rest], missing: undefined }];
      }
      case "match": {
        const subject: Guard = { expr: stmt.subject, env, sources: sourcesOf(stmt.subject, env) };
        const name = (): string => describe(stmt.subject);
        const under = [...guards, subject];
        const arms = stmt.arms.map(({ values, body: inner }) => ({
          when: () => `${name()} is ${values.map((value) => describe(value)).join(" or ")}`,
          body: visitAll(inner, env, under),
        }));
        const other = (): string => `${name()} is none of the values matched`;
        if (stmt.otherwise !== undefined) {
          const rest = { when: other, body: visitAll(stmt.otherwise, env, under) };
          return [{ kind: "branch", stmt, arms: [...arms, rest], missing: undefined }];
        }
        return [{ kind: "branch", stmt, arms, missing: isExhaustive(stmt) ? undefined : other }];
      }
      case "for":
        return Array.from({ length: stmt.count }, (_, i) =>
          visitAll(stmt.body, new Map(env).set(stmt.index.name, i), guards),
        ).flat();
      case "memwrite":
      case "assert":
      case "assume":
      case "cover": {
        const exprs = stmt.kind === "memwrite" ? [stmt.address, stmt.data] : [stmt.property];
        const sources = exprs.flatMap((expr) => sourcesOf(expr, env));
        const node: Effect = { kind: "effect", stmt, env, guards, sources };
        effects.push(node);
        return [node];
      }
    }
  };
  const tree = visitAll(body, new Map(), []);
  return { tree, assignments, effects };
}

const noExprs: readonly Expr[] = [];

function resolve(
  target: Target,
  env: Env,
): { lo: number; hi: number; dynamic: boolean; indices: readonly Expr[] } {
  const width = widthOf(target.type);
  if (target.kind === "ref") return { lo: 0, hi: width, dynamic: false, indices: noExprs };
  const outer = resolve(target.arg, env);
  if (target.kind === "slice") {
    if (outer.dynamic) return outer;
    return { ...outer, lo: outer.lo + target.lo, hi: outer.lo + target.lo + width };
  }
  const at = evaluate(target.index, env);
  const indices = at === undefined ? [...outer.indices, target.index] : outer.indices;
  if (outer.dynamic || at === undefined) return { ...outer, dynamic: true, indices };
  return { ...outer, lo: outer.lo + at * width, hi: outer.lo + (at + 1) * width, indices };
}

function isExhaustive({ subject, arms }: MatchStmt): boolean {
  const values = new Set(arms.flatMap((arm) => arm.values.map(({ value }) => BigInt(`0x${value}`))));
  const { type } = subject;
  // Patterns past the last label of an enumeration never occur.
  return values.size >= (type.kind === "enum" ? type.labels.length : 2 ** widthOf(type));
}
