import { readsOf, targetRoot, visitExpr, visitStmts } from "../ir/index.ts";
import type { Expr, Module, RefExpr } from "../ir/index.ts";

/**
 * Tells in which clock domain an expression changes: that of the first signal in it whose domain is known, wires being
 * followed to what drives them. The default domain where nothing tells.
 */
export function domainLookup(module: Module): (exprs: readonly Expr[]) => string {
  const home = module.domains[0]?.name ?? "";
  const known = new Map<string, string | undefined>();
  for (const port of module.ports) if (port.direction === "in") known.set(port.name, port.domain);
  for (const reg of module.regs) known.set(reg.name, reg.domain);

  const byClock = new Map(module.domains.map(({ clock, name }) => [clock, name]));
  const instances = new Map(
    module.instances.map(({ name, clocks }) => {
      const domains = new Set(Object.values(clocks).flatMap((signal) => byClock.get(signal) ?? []));
      return [name, domains.size === 1 ? [...domains][0] : undefined];
    }),
  );
  const drivers = new Map<string, Expr[]>();
  visitStmts(module.body, (stmt) => {
    if (stmt.kind !== "assign" || stmt.clocked) return;
    const { name, instance } = targetRoot(stmt.target);
    if (instance !== undefined) return;
    const reads = drivers.get(name);
    if (reads === undefined) drivers.set(name, [...readsOf(stmt)]);
    else reads.push(...readsOf(stmt));
  });

  const ofRef = ({ name, instance }: RefExpr): string | undefined => {
    if (instance !== undefined) return instances.get(instance);
    if (!known.has(name)) {
      known.set(name, undefined);
      known.set(name, ofExprs(drivers.get(name) ?? []));
    }
    return known.get(name);
  };
  const ofExprs = (exprs: readonly Expr[]): string | undefined => {
    let domain: string | undefined;
    const seen = new Set<Expr>();
    for (const expr of exprs)
      visitExpr(
        expr,
        (node) => {
          if (node.kind === "cross") domain ??= node.to;
          else if (node.kind === "ref") domain ??= ofRef(node);
        },
        seen,
      );
    return domain;
  };
  return (exprs) => ofExprs(exprs) ?? home;
}
