import { bodies, readsOf, visitExpr, visitStmts } from "../ir/index.ts";
import type { Expr, Module, Stmt } from "../ir/index.ts";
import type { ClockedBlock, MemoryBlock, SplitBody } from "../lower/split.ts";

/** Where the checks of a module are evaluated. They read settled values, so any place before the edge is right. */
export interface PlacedChecks {
  /** What happens at an edge: clocked statements, with the checks that share their conditions. */
  readonly edge: readonly { readonly domain: string; readonly body: readonly Stmt[] }[];
  /** Checks on values that combinational logic computes anyway. */
  readonly settled: readonly Stmt[];
}

/**
 * Puts every check where what it looks at is computed already: into the clocked `if` that has the same conditions,
 * or next to the combinational logic whose expressions it shares.
 */
export function placeChecks(module: Module, split: SplitBody): PlacedChecks {
  const combinational = new Set<Expr>();
  for (const { body } of split.comb)
    visitStmts(body, (stmt) => {
      for (const expr of readsOf(stmt)) visitExpr(expr, () => undefined, combinational);
    });
  const settled: Stmt[] = [];
  const edge = module.domains.map(({ name: domain }) => {
    const here = ({ domain: other }: ClockedBlock | MemoryBlock): boolean => other === domain;
    let body: readonly Stmt[] = [...split.clocked.filter(here), ...split.memories.filter(here)].flatMap(
      (block) => block.body,
    );
    const apart: Stmt[] = [];
    for (const stmt of split.checks
      .filter((block) => block.domain === domain)
      .flatMap((block) => block.body)) {
      const fused = fuse(body, stmt);
      if (fused !== undefined) body = fused;
      else if (stmt.kind === "assert" && sharesWork(stmt.property, combinational)) settled.push(stmt);
      else apart.push(stmt);
    }
    return { domain, body: [...apart, ...body] };
  });
  return { edge, settled };
}

/** Whether an expression has nodes, other than plain signals, that are among `computed`. */
function sharesWork(expr: Expr, computed: ReadonlySet<Expr>): boolean {
  let shares = false;
  visitExpr(expr, (node) => {
    if (node.kind !== "const" && node.kind !== "ref" && computed.has(node)) shares = true;
  });
  return shares;
}

/** `stmts` with the check inside the statement that has its very conditions; undefined where there is none. */
function fuse(stmts: readonly Stmt[], check: Stmt): readonly Stmt[] | undefined {
  if (bodies(check).length === 0) return undefined;
  for (const [i, stmt] of stmts.entries()) {
    const fused = fuseInto(stmt, check);
    if (fused !== undefined) return stmts.with(i, fused);
  }
  return undefined;
}

function fuseAll(stmts: readonly Stmt[], checks: readonly Stmt[]): readonly Stmt[] {
  return checks.reduce((all, check) => fuse(all, check) ?? [check, ...all], stmts);
}

function fuseInto(stmt: Stmt, check: Stmt): Stmt | undefined {
  if (stmt.kind === "for" && check.kind === "for") {
    if (stmt.index !== check.index || stmt.count !== check.count) return undefined;
    return { ...stmt, body: fuseAll(stmt.body, check.body) };
  }
  if (stmt.kind !== "if" || check.kind !== "if") return undefined;
  if (check.branches.some(({ condition }, i) => stmt.branches[i]?.condition !== condition)) return undefined;
  if (check.otherwise !== undefined && stmt.branches.length !== check.branches.length) return undefined;
  const branches = stmt.branches.map(({ condition, body }, i) => ({
    condition,
    body: fuseAll(body, check.branches[i]?.body ?? []),
  }));
  if (check.otherwise === undefined) return { ...stmt, branches };
  return { ...stmt, branches, otherwise: fuseAll(stmt.otherwise ?? [], check.otherwise) };
}
