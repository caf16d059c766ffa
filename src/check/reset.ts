import { bitRange, intersectBits, noBits, subtractBits, type BitSet } from "./bits.ts";
import type { Facts, Finding } from "./facts.ts";
import { demandsOf, type Env } from "./reads.ts";
import type { Signal } from "./signals.ts";
import { controlSignals } from "./streams.ts";
import type { Assignment, Guard } from "./unroll.ts";
import { widthOf } from "../ir/index.ts";
import type { Expr } from "../ir/index.ts";

/**
 * Registers without reset start undefined. That is right for data, which a valid bit or an enable says when to look
 * at, and wrong in two cases, which this pass finds:
 *
 * 1. It never becomes defined: every value that the register (or a ring of them) takes is made of itself.
 * 2. It takes control: undefined, and on its own, it decides a valid or ready, the writes of a memory, or whether a
 *    register with a reset changes. "On its own" is what keeps data out: an `and`, an `or`, a `mux` or an enclosing
 *    condition that brings in something defined masks it. A register with a reset that takes an undefined value in
 *    every cycle is undefined itself.
 *
 * Inputs, memories and the outputs of instances count as defined: nothing is reported that might be right.
 */
export function checkResets(facts: Facts): readonly Finding[] {
  const bare = facts.signals.all.filter(({ role, reset }) => role === "reg" && !reset);
  if (bare.length === 0) return [];
  const drivers = new Map<Signal, Assignment[]>();
  for (const assignment of facts.body.assignments) {
    const list = drivers.get(assignment.signal);
    if (list === undefined) drivers.set(assignment.signal, [assignment]);
    else list.push(assignment);
  }
  const stuck = neverDefined(facts, bare, drivers);
  const blame = new Map<Signal, string>(
    [...stuck].map((signal) => [signal, "never gets a defined value: each of its values is made of itself"]),
  );
  for (const [signal, what] of inControl(facts, bare, drivers))
    if (!blame.has(signal)) blame.set(signal, `decides ${what} before it has a defined value`);
  return [...blame].map(([{ name, loc }, what]) => ({
    code: "missing-reset",
    path: name,
    message: `${name}, a register without reset, ${what}`,
    hint: "give it a reset value; only data that something else vouches for can do without",
    loc,
  }));
}

type Drivers = ReadonlyMap<Signal, readonly Assignment[]>;

/** Case 1: bits become defined by a value that is, until no more do. */
function neverDefined(facts: Facts, bare: readonly Signal[], drivers: Drivers): ReadonlySet<Signal> {
  const open = new Map<Signal, BitSet>();
  for (const signal of bare) {
    const driven = facts.cover.maybe.get(signal) ?? noBits;
    if (driven.length > 0) open.set(signal, driven);
  }
  let waiting = bare.flatMap((signal) => drivers.get(signal) ?? []).flatMap(piecesOf);
  for (let progress = true; progress;) {
    const still: Piece[] = [];
    // Every other round backwards, so that a chain in either direction is done in two.
    for (const piece of waiting.toReversed()) {
      const { lo, hi } = piece;
      const { signal, guards, stmt, env, lo: base } = piece.of;
      const undefinedBits = new Undefinedness(facts, drivers, (register) => open.get(register));
      const [guard] = guards;
      const blocked = guard !== undefined && undefinedBits.of(guard.expr, guard.env) !== undefined;
      if (blocked || undefinedBits.of(stmt.value, env, lo - base, hi - base) !== undefined) still.push(piece);
      else open.set(signal, subtractBits(open.get(signal) ?? noBits, bitRange(lo, hi)));
    }
    progress = still.length < waiting.length;
    waiting = still;
  }
  return new Set([...open].filter(([, bits]) => bits.length > 0).map(([signal]) => signal));
}

interface Piece {
  readonly of: Assignment;
  readonly lo: number;
  readonly hi: number;
}

/** The bits of an assignment as far as they can become defined apart: each of its own in a shift register. */
function piecesOf(of: Assignment): readonly Piece[] {
  const { signal, lo, hi, dynamic, sources } = of;
  const shifts = sources.some((source) => source.signal === signal && source.aligned);
  if (dynamic || !shifts) return [{ of, lo, hi }];
  return Array.from({ length: hi - lo }, (_, i) => ({ of, lo: lo + i, hi: lo + i + 1 }));
}

/** Case 2: registers without reset that control something, and what. */
function inControl(facts: Facts, bare: readonly Signal[], drivers: Drivers): ReadonlyMap<Signal, string> {
  // Where an undefined register came by it: itself, or the one without reset that it is loaded from.
  const origin = new Map<Signal, Signal>(bare.map((signal) => [signal, signal]));
  const whole = new Map<Signal, BitSet>(bare.map((signal) => [signal, [0, signal.width]]));
  const undefinedNow = (): Undefinedness => new Undefinedness(facts, drivers, (signal) => whole.get(signal));
  for (let progress = true; progress;) {
    progress = false;
    for (const signal of facts.signals.all) {
      if (signal.role !== "reg" || whole.has(signal)) continue;
      const own = drivers.get(signal) ?? [];
      if (!own.some(({ guards }) => guards.length === 0)) continue;
      const sources = own.map(({ stmt, env }) => undefinedNow().of(stmt.value, env));
      const [first] = sources;
      if (first === undefined || sources.includes(undefined)) continue;
      whole.set(signal, [0, signal.width]);
      origin.set(signal, origin.get(first) ?? first);
      progress = true;
    }
  }

  const found = new Map<Signal, string>();
  const blame = (source: Signal | undefined, what: string): void => {
    const cause = source === undefined ? undefined : (origin.get(source) ?? source);
    if (cause !== undefined && !found.has(cause)) found.set(cause, what);
  };
  const result = undefinedNow();
  for (const signal of controlSignals(facts)) blame(result.ofSignal(signal, 0, signal.width), signal.name);
  const guarded = (guards: readonly Guard[], what: string): void => {
    // An inner condition is masked by the outer one.
    const [guard] = guards;
    if (guard !== undefined) blame(result.of(guard.expr, guard.env), what);
  };
  for (const { signal, guards } of facts.body.assignments)
    if (signal.role === "reg" && signal.reset) guarded(guards, `whether ${signal.name} changes`);
  for (const { stmt, guards } of facts.body.effects)
    if (stmt.kind === "memwrite") guarded(guards, `whether ${stmt.memory} is written`);
  return found;
}

/** Whether a value is undefined given the bits of registers that are; gives the register at fault. */
class Undefinedness {
  private readonly facts: Facts;
  private readonly drivers: Drivers;
  private readonly undefinedBits: (register: Signal) => BitSet | undefined;
  private readonly known = new Map<string, Signal | undefined>();

  constructor(facts: Facts, drivers: Drivers, undefinedBits: (register: Signal) => BitSet | undefined) {
    this.facts = facts;
    this.drivers = drivers;
    this.undefinedBits = undefinedBits;
  }

  of(expr: Expr, env: Env, from = 0, end = widthOf(expr.type)): Signal | undefined {
    const seen = new Map<Expr, Map<string, Signal | undefined>>();
    const visit = (e: Expr, lo: number, hi: number): Signal | undefined => {
      if (e.kind === "const" || e.kind === "loopvar") return undefined;
      if (e.kind === "ref") {
        const signal = this.facts.signals.find(e);
        return signal === undefined ? undefined : this.ofSignal(signal, lo, hi);
      }
      const key = `${String(lo)},${String(hi)}`;
      const memo = seen.get(e) ?? new Map<string, Signal | undefined>();
      seen.set(e, memo);
      if (memo.has(key)) return memo.get(key);
      const parts = demandsOf(e, lo, hi, env)
        .filter((demand) => demand.to < demand.toHi && demand.lo < demand.hi)
        .map((demand) => visit(demand.arg, demand.lo, demand.hi));
      const result = combine(e, parts);
      memo.set(key, result);
      return result;
    };
    return visit(expr, from, end);
  }

  ofSignal(signal: Signal, lo: number, hi: number): Signal | undefined {
    const { role, width } = signal;
    const end = Math.min(hi, width);
    if (role === "reg") {
      const bits = intersectBits(this.undefinedBits(signal) ?? noBits, bitRange(lo, end));
      return bits.length > 0 ? signal : undefined;
    }
    if (role === "input" || role === "instance-output") return undefined;
    const key = `${String(signal.id)},${String(lo)},${String(end)}`;
    if (this.known.has(key)) return this.known.get(key);
    this.known.set(key, undefined); // ends a combinational loop, which is reported as one
    const own = (this.drivers.get(signal) ?? []).filter((a) => a.lo < end && lo < a.hi);
    const values = own.map(({ stmt, env }) => this.of(stmt.value, env));
    const [first] = values;
    const fromValue = values.includes(undefined) ? undefined : first;
    const outermost = own.flatMap(({ guards }) => guards.slice(0, 1));
    const fromGuard = outermost
      .map((guard) => this.of(guard.expr, guard.env))
      .find((cause) => cause !== undefined);
    const result = fromGuard ?? fromValue;
    this.known.set(key, result);
    return result;
  }
}

/** A defined operand of `and` and `or`, or a defined arm of a `mux`, masks an undefined one. */
function combine(expr: Expr, parts: readonly (Signal | undefined)[]): Signal | undefined {
  if (expr.kind === "mux") {
    const [select, whenTrue, whenFalse] = parts;
    return select ?? (whenFalse === undefined ? undefined : whenTrue);
  }
  if (expr.kind === "binary" && (expr.op === "and" || expr.op === "or"))
    return parts.includes(undefined) ? undefined : parts[0];
  return parts.find((part) => part !== undefined);
}
