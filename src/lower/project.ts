import { binary, not } from "./build.ts";
import { widthOf } from "../ir/index.ts";
import type { ForStmt, IfStmt, MatchStmt, SourceLocation, Stmt, Type } from "../ir/index.ts";

type Branch = IfStmt["branches"][number];

/** The loops around a statement, outermost first. */
export type Loops = readonly ForStmt[];

/**
 * The part of a statement tree that one concern needs. `pick` gives the statements to keep for a statement: for a leaf
 * usually itself or nothing, for an `if`, `match` or `for` what stands before it. Branches that lose all their
 * statements go, but the conditions of those that stay mean what they meant: priority is kept.
 */
export function project(
  stmts: readonly Stmt[],
  pick: (stmt: Stmt, loops: Loops) => readonly Stmt[],
  loops: Loops = [],
): Stmt[] {
  return stmts.flatMap((stmt) => {
    const picked = pick(stmt, loops);
    const rest = projectBodies(stmt, pick, loops);
    return rest === undefined ? picked : [...picked, rest];
  });
}

function projectBodies(
  stmt: Stmt,
  pick: (stmt: Stmt, loops: Loops) => readonly Stmt[],
  loops: Loops,
): Stmt | undefined {
  switch (stmt.kind) {
    case "if": {
      const branches = stmt.branches.map(({ condition, body }) => ({
        condition,
        body: project(body, pick, loops),
      }));
      const chain = withoutEmptyBranches(branches, project(stmt.otherwise ?? [], pick, loops), stmt.loc);
      return chain.branches.length > 0 ? { ...chain, ...docOf(stmt) } : undefined;
    }
    case "match": {
      const otherwise = project(stmt.otherwise ?? [], pick, loops);
      const arms = stmt.arms
        .map(({ values, body }) => ({ values, body: project(body, pick, loops) }))
        // An empty arm still keeps its values from `otherwise`.
        .filter(({ body }) => body.length > 0 || otherwise.length > 0);
      if (arms.every(({ body }) => body.length === 0) && otherwise.length === 0) return undefined;
      const { kind, subject, loc } = stmt;
      const match = { kind, subject, loc, ...docOf(stmt) };
      if (otherwise.length > 0) return { ...match, arms, otherwise };
      return closed(subject.type, { ...match, arms });
    }
    case "for": {
      const body = project(stmt.body, pick, [...loops, stmt]);
      return body.length > 0 ? { ...stmt, body } : undefined;
    }
    default:
      return undefined;
  }
}

/**
 * Where every label of an enum has an arm, the last one also takes the bit patterns that are no label: what the match
 * assigns is then assigned always, in hardware without a latch.
 */
function closed(type: Type, match: MatchStmt): MatchStmt {
  const last = match.arms.at(-1);
  const values = match.arms.reduce((sum, arm) => sum + arm.values.length, 0);
  if (
    type.kind !== "enum" ||
    values < type.labels.length ||
    values === 2 ** widthOf(type) ||
    last === undefined
  )
    return match;
  return { ...match, arms: match.arms.slice(0, -1), otherwise: last.body };
}

/**
 * An empty branch at the end of a chain goes. One before others turns into the negation of its condition:
 * `if (a) {} else if (b) X` becomes `if (!a && b) X`, and with more to follow, `if (!a) { if (b) X else Y }`.
 */
function withoutEmptyBranches(
  branches: readonly Branch[],
  otherwise: readonly Stmt[],
  loc: SourceLocation,
): IfStmt {
  const [first, ...later] = branches;
  if (first === undefined) return makeIf([], otherwise, loc);
  const rest = withoutEmptyBranches(later, otherwise, loc);
  if (first.body.length > 0) return makeIf([first, ...rest.branches], rest.otherwise, loc);
  const [next, ...more] = rest.branches;
  if (next === undefined) {
    if (rest.otherwise === undefined) return rest;
    return makeIf([{ condition: not(first.condition), body: rest.otherwise }], [], loc);
  }
  if (more.length === 0 && rest.otherwise === undefined) {
    const condition = binary("and", not(first.condition), next.condition);
    return makeIf([{ condition, body: next.body }], [], loc);
  }
  return makeIf([{ condition: not(first.condition), body: [rest] }], [], loc);
}

function makeIf(
  branches: readonly Branch[],
  otherwise: readonly Stmt[] | undefined,
  loc: SourceLocation,
): IfStmt {
  return {
    kind: "if",
    branches,
    loc,
    ...(otherwise === undefined || otherwise.length === 0 ? {} : { otherwise }),
  };
}

function docOf(stmt: Stmt): { readonly doc?: string } {
  return stmt.doc === undefined ? {} : { doc: stmt.doc };
}
