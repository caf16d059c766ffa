import { netOf } from "./flatten.ts";
import type { FlatDesign, Instance, Net } from "./flatten.ts";
import { readsOf, targetRoot, visitExpr, visitStmts } from "../ir/index.ts";
import type { RefExpr, Stmt } from "../ir/index.ts";
import { signalKey } from "../lower/comb.ts";
import type { CombBlock } from "../lower/comb.ts";
import { project } from "../lower/project.ts";

/** Combinational statements of one instance that drive `drives` from `reads` (its own signals not among them). */
export interface Block {
  readonly instance: Instance;
  readonly drives: readonly Net[];
  readonly reads: ReadonlySet<Net>;
  /** The signals among `drives` that the statements read back. */
  readonly readsBack: ReadonlySet<Net>;
  body: readonly Stmt[];
}

/** Blocks that run one after the other, or several that depend on each other and run until nothing changes. */
export type Step =
  | { readonly kind: "block"; readonly block: Block }
  | { readonly kind: "loop"; readonly blocks: readonly Block[] };

/** Combinational blocks in the order of their dependencies. */
export function schedule(flat: FlatDesign): Step[] {
  const readsOfBlock = new Map<CombBlock, readonly RefExpr[]>();
  const blocks = flat.instances.flatMap((instance) =>
    instance.split.comb.map((comb) => {
      let reads = readsOfBlock.get(comb);
      if (reads === undefined) readsOfBlock.set(comb, (reads = refsIn(comb.body)));
      return blockOf(instance, comb.signals, comb.body, reads);
    }),
  );
  return components(blocks).flatMap((component): Step[] => {
    const [first] = component;
    if (component.length === 1 && first !== undefined) return [{ kind: "block", block: first }];
    // What is a loop between blocks need not be one between signals.
    return components(component.flatMap(bySignal)).map((part): Step => {
      const [only] = part;
      return part.length === 1 && only !== undefined
        ? { kind: "block", block: only }
        : { kind: "loop", blocks: part };
    });
  });
}

function blockOf(
  instance: Instance,
  signals: readonly RefExpr[],
  body: readonly Stmt[],
  refs: readonly RefExpr[],
): Block {
  const drives = signals.map((signal) => netOf(instance, signal));
  const own = new Set(drives);
  const reads = new Set<Net>();
  const readsBack = new Set<Net>();
  for (const ref of refs) {
    const net = netOf(instance, ref);
    (own.has(net) ? readsBack : reads).add(net);
  }
  return { instance, drives, reads, readsBack, body };
}

/** Every signal that statements read. */
export function refsIn(stmts: readonly Stmt[]): RefExpr[] {
  const refs = new Map<string, RefExpr>();
  const seen = new Set<Parameters<typeof visitExpr>[0]>();
  visitStmts(stmts, (stmt) => {
    for (const expr of readsOf(stmt))
      visitExpr(
        expr,
        (node) => {
          if (node.kind === "ref") refs.set(signalKey(node), node);
        },
        seen,
      );
  });
  return [...refs.values()];
}

function bySignal({ instance, body }: Block): Block[] {
  const signals = new Map<string, RefExpr>();
  visitStmts(body, (stmt) => {
    if (stmt.kind !== "assign") return;
    const root = targetRoot(stmt.target);
    signals.set(signalKey(root), root);
  });
  return [...signals].map(([key, signal]) => {
    const own = project(body, (stmt) =>
      stmt.kind === "assign" && signalKey(targetRoot(stmt.target)) === key ? [stmt] : [],
    );
    return blockOf(instance, [signal], own, refsIn(own));
  });
}

/** Strongly connected components (Tarjan), those that others depend on first. */
function components(blocks: readonly Block[]): Block[][] {
  const driver = new Map<Net, Block[]>();
  for (const block of blocks)
    for (const net of block.drives) driver.set(net, [...(driver.get(net) ?? []), block]);
  const found: Block[][] = [];
  const numbers = new Map<Block, number>();
  const lowest = new Map<Block, number>();
  const open: Block[] = [];
  const isOpen = new Set<Block>();

  /** Depth first without recursion: chains of blocks may be long. */
  const visit = (root: Block): void => {
    const path: { readonly block: Block; readonly next: Iterator<Block, undefined> }[] = [];
    const enter = (block: Block): void => {
      numbers.set(block, numbers.size);
      lowest.set(block, numbers.size - 1);
      open.push(block);
      isOpen.add(block);
      path.push({ block, next: sourcesOf(block, driver) });
    };
    enter(root);
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const { block, next } = at;
      const result = next.next();
      const low = lowest.get(block) ?? 0;
      if (result.done !== true) {
        const source = result.value;
        if (!numbers.has(source)) enter(source);
        else if (isOpen.has(source)) lowest.set(block, Math.min(low, numbers.get(source) ?? 0));
        continue;
      }
      path.pop();
      const above = path.at(-1)?.block;
      if (above !== undefined) lowest.set(above, Math.min(lowest.get(above) ?? 0, low));
      if (low === numbers.get(block)) {
        const component = open.splice(open.indexOf(block));
        for (const member of component) isOpen.delete(member);
        found.push(component);
      }
    }
  };
  for (const block of blocks) if (!numbers.has(block)) visit(block);
  return found;
}

function* sourcesOf(block: Block, driver: ReadonlyMap<Net, readonly Block[]>): Generator<Block, undefined> {
  for (const net of block.reads) yield* driver.get(net) ?? [];
}
