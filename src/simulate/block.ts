import type { Functions } from "./code.ts";
import { placeOf } from "./expression.ts";
import type { Expressions } from "./expression.ts";
import type { Net } from "./flatten.ts";
import { isSlotted, limbsFor, slotsOf } from "./layout.ts";
import { maskOf } from "./limb.ts";
import type { Block } from "./schedule.ts";
import type { Statements } from "./statement.ts";
import { hasVariableIndex } from "./target.ts";
import { Flat, flatten, settleValue } from "./value.ts";
import { targetRoot, visitStmts, widthOf } from "../ir/index.ts";

/** Signals of up to this many limbs are held in variables while their block runs. */
const HELD_LIMBS = 4;

/** A combinational block in the current function. */
export function emitBlock(block: Block, expressions: Expressions, statements: Statements): void {
  const { scope } = expressions;
  const [only] = block.body;
  if (block.body.length === 1 && only?.kind === "assign" && only.target.kind === "ref") {
    const [net] = block.drives;
    if (net !== undefined && canBeHeld(net, block)) {
      const value = flatten(expressions.value(only.value));
      settleValue(value);
      const names = Array.from({ length: limbsFor(value.width) }, (_, i) => value.atom(i).code);
      keep(net, names, expressions);
      return;
    }
  }
  const held = block.drives.filter((net) => canBeHeld(net, block));
  const locals = new Map(
    held.map((net) => [net, Array.from({ length: slotsOf(net.type) }, () => scope.fresh())]),
  );
  for (const [net, names] of locals) {
    scope.lines.push(`let ${names.map((name) => `${name} = 0`).join(", ")};`);
    if (block.readsBack.has(net)) expressions.hold(net, named(net, names, expressions, false));
  }
  statements.locals = locals;
  statements.emitAll(block.body);
  statements.locals = new Map();
  for (const [net, names] of locals) keep(net, names, expressions);
}

/**
 * Blocks that depend on each other: all of them in turn until none of their signals changes. `unsettled` is the
 * statement to run when that does not happen.
 */
export function emitLoop(
  blocks: readonly Block[],
  calls: readonly string[],
  expressions: Expressions,
  functions: Functions,
  unsettled: string,
): string {
  const nets = blocks.flatMap(({ drives }) => drives);
  const before = nets.map((net) => expressions.storage.reserve(slotsOf(net.type)));
  const each = (call: (slot: string, kept: string, slots: string) => string): string[] =>
    nets.map((net, i) => call(String(net.slot), String(before[i] ?? 0), String(slotsOf(net.type))));
  // Every pass settles at least one more bit.
  const passes = nets.reduce((sum, net) => sum + widthOf(net.type), 2);
  return functions.add(
    [],
    [
      `for (let pass = 0; pass < ${String(passes)}; pass++) {`,
      ...each((slot, kept, slots) => `S.copyWithin(${kept}, ${slot}, ${slot} + ${slots});`),
      ...calls,
      `if (${each((slot, kept, slots) => `same(${kept}, ${slot}, ${slots})`).join(" && ")}) return;`,
      "}",
      unsettled,
    ],
  );
}

function canBeHeld(net: Net, block: Block): boolean {
  if (isSlotted(net.type)) return false;
  const count = limbsFor(widthOf(net.type));
  if (count === 1) return true;
  if (count > HELD_LIMBS || block.readsBack.has(net)) return false;
  let variable = false;
  visitStmts(block.body, (stmt) => {
    if (stmt.kind === "assign" && targetRoot(stmt.target).name === lastName(net))
      variable ||= hasVariableIndex(stmt.target);
  });
  return !variable;
}

function lastName(net: Net): string {
  return net.path.slice(net.path.lastIndexOf(".") + 1);
}

/** Stores a signal that was held in variables; later blocks of the function go on using them. */
function keep(net: Net, names: readonly string[], expressions: Expressions): void {
  const { scope } = expressions;
  for (const [i, name] of names.entries()) scope.lines.push(`S[${String(net.slot + i)}] = ${name};`);
  expressions.hold(net, named(net, names, expressions, true));
}

function named(net: Net, names: readonly string[], { scope }: Expressions, stored: boolean): Flat {
  const width = widthOf(net.type);
  return new Flat(
    scope,
    width,
    (i) => ({ code: names[i] ?? "0", simple: true, max: maskOf(width - 32 * i) }),
    stored ? placeOf(net) : undefined,
  );
}
