import { selectionOf } from "./select.ts";
import { signalKey } from "../lower/comb.ts";
import type { CombBlock } from "../lower/comb.ts";
import { operands, readsOf, visitExpr, visitRefs, visitStmts, widthOf } from "../ir/index.ts";
import type { AssignStmt, Expr, Instance, Module, Port, RefExpr } from "../ir/index.ts";

/** How the ports of the instances of a module are joined to its signals. */
export interface Connections {
  /** Expression at an input, by `instance.port`. */
  readonly inputs: ReadonlyMap<string, AssignStmt>;
  /** Signal of this module at a port, by `instance.port`. */
  readonly signals: ReadonlyMap<string, string>;
  /** Wires that stand for ports which are neither: `<instance>_<port>`. */
  readonly wires: readonly { readonly name: string; readonly port: Port; readonly instance: Instance }[];
  /** Blocks that became connections. */
  readonly connected: ReadonlySet<CombBlock>;
}

/** Parts of a concatenation that still reads well there: the positions of a carry cell. */
const shortCat = 8;

/** Nodes of an expression that still reads well between the brackets of a connection. */
const simple = 6;

/**
 * An input that one plain assignment drives takes the expression itself; an output that only goes to one signal is
 * joined to that signal; any other port gets a wire.
 */
export function connect(
  module: Module,
  comb: readonly CombBlock[],
  portsOf: (instance: Instance) => readonly Port[],
): Connections {
  const uses = countUses(module);
  const outputs = outputsOf(module, portsOf);
  const inputs = new Map<string, AssignStmt>();
  const signals = new Map<string, string>();
  const connected = new Set<CombBlock>();
  for (const block of comb) {
    const stmt = wholeAssign(block);
    if (stmt === undefined) continue;
    const { target, value } = stmt;
    if (target.instance !== undefined) {
      if (uses.has(signalKey(target)) || !isSimple(value)) continue;
      inputs.set(signalKey(target), stmt);
      connected.add(block);
    } else if (value.kind === "ref" && value.instance !== undefined && uses.get(signalKey(value)) === 1) {
      if (!outputs.has(signalKey(value))) continue;
      signals.set(signalKey(value), target.name);
      connected.add(block);
    }
  }
  const taken = new Set(
    [...module.ports, ...module.wires, ...module.regs, ...module.memories, ...module.instances].map(
      (d) => d.name,
    ),
  );
  const wires = module.instances.flatMap((instance) =>
    portsOf(instance).flatMap((port) => {
      const key = `${instance.name}.${port.name}`;
      if (port.role !== "data" || inputs.has(key) || signals.has(key)) return [];
      // Verilator takes a name with "unused" in it at its word, but not an open pin.
      const unread = port.direction === "out" && !uses.has(key);
      let name = `${instance.name}_${port.name}${unread ? "_unused" : ""}`;
      while (taken.has(name)) name += "_port";
      taken.add(name);
      signals.set(key, name);
      return [{ name, port, instance }];
    }),
  );
  return { inputs, signals, wires, connected };
}

/** The assignment of a block that is nothing but one unconditional assignment of a whole signal. */
export function wholeAssign({ body }: CombBlock): (AssignStmt & { readonly target: RefExpr }) | undefined {
  const [stmt, ...more] = body;
  if (stmt?.kind !== "assign" || more.length > 0 || stmt.target.kind !== "ref") return undefined;
  return stmt as AssignStmt & { readonly target: RefExpr };
}

/** In how many statements the port of an instance is read, by `instance.port`. */
function countUses(module: Module): Map<string, number> {
  const uses = new Map<string, number>();
  if (module.instances.length === 0) return uses;
  visitStmts(module.body, (stmt) => {
    const here = new Set<string>();
    const seen = new Set<Expr>();
    for (const expr of readsOf(stmt))
      visitRefs(
        expr,
        (ref) => {
          if (ref.instance !== undefined) here.add(signalKey(ref));
        },
        seen,
      );
    for (const key of here) uses.set(key, (uses.get(key) ?? 0) + 1);
  });
  return uses;
}

/** The outputs of the instances, as `instance.port`. */
function outputsOf(module: Module, portsOf: (instance: Instance) => readonly Port[]): ReadonlySet<string> {
  return new Set(
    module.instances.flatMap((instance) =>
      portsOf(instance)
        .filter(({ direction }) => direction === "out")
        .map((port) => `${instance.name}.${port.name}`),
    ),
  );
}

function isSimple(expr: Expr): boolean {
  if (expr.kind === "const") return widthOf(expr.type) <= 64;
  if (expr.kind === "ref" || selectionOf(expr) !== undefined) return true;
  if (expr.kind === "cat" && expr.parts.length <= shortCat && expr.parts.every(isBits)) return true;
  if (mayLeaveSignal(expr)) return false;
  let nodes = 0;
  let casts = false;
  visitExpr(expr, (node) => {
    nodes++;
    // Yosys 0.23 takes a cast inside the pin of an instance for as wide as what is cast.
    casts ||= node !== expr && printsAsCast(node);
  });
  return nodes <= simple && !casts;
}

/**
 * Prints as a cast that may cut off all but one signal, as `8'($signed({1'd0, a}))` does: where a pin is one signal and
 * of another sign, Yosys 0.23 ends at an assertion of its own.
 */
function mayLeaveSignal(expr: Expr): boolean {
  const cutsOff = (arg: Expr): boolean => widthOf(arg.type) > widthOf(expr.type);
  return printsAsCast(expr) && operands(expr).every((arg) => cutsOff(arg) && rearrangesBits(arg));
}

function isBits(expr: Expr): boolean {
  return expr.kind === "const" || selectionOf(expr) !== undefined;
}

/** Bits of signals and constants in some order, without an operator. */
function rearrangesBits(expr: Expr): boolean {
  if (isBits(expr)) return true;
  return (expr.kind === "cat" || expr.kind === "resize") && operands(expr).every(rearrangesBits);
}

/** Prints as `8'(...)`. */
function printsAsCast(expr: Expr): boolean {
  switch (expr.kind) {
    case "popcount":
      return true;
    case "resize":
      return expr.mode !== "cast" && expr.mode !== "zext" && selectionOf(expr) === undefined;
    case "slice":
    case "index":
    case "partselect":
      return selectionOf(expr) === undefined;
    default:
      return false;
  }
}
