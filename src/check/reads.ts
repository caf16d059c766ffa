import { widthOf } from "../ir/index.ts";
import type { Expr } from "../ir/index.ts";
import type { Signal, SignalTable } from "./signals.ts";

/** Values of the loop indices in scope. */
export type Env = ReadonlyMap<string, number>;

/**
 * Bits `lo` to `hi` of a source that bits `to` to `toHi` of a value depend on. `aligned`: bit lo + i goes into bit
 * to + i only. An empty target: read, but without effect on the value (by the assertion of a `narrow`).
 */
export interface Dependence {
  /** Undefined: the contents of `memory`. */
  readonly signal: Signal | undefined;
  readonly memory: string | undefined;
  readonly lo: number;
  readonly hi: number;
  readonly to: number;
  readonly toHi: number;
  readonly aligned: boolean;
  /** Domain that an explicit crossing on the way brings it to. */
  readonly crossing: string | undefined;
}

/** The number that an index expression has when the loops around it are unrolled; undefined when it is a signal. */
export function evaluate(expr: Expr, env: Env): number | undefined {
  switch (expr.kind) {
    case "const":
      return expr.value.length <= 12 ? Number.parseInt(expr.value, 16) : undefined;
    case "loopvar":
      return env.get(expr.name);
    case "binary": {
      const [left, right] = [evaluate(expr.left, env), evaluate(expr.right, env)];
      if (left === undefined || right === undefined || widthOf(expr.type) > 48) return undefined;
      if (expr.op === "add") return modulo(left + right, expr);
      if (expr.op === "sub") return modulo(left - right, expr);
      return expr.op === "mul" ? modulo(left * right, expr) : undefined;
    }
    case "resize": {
      const value = evaluate(expr.arg, env);
      return value === undefined || expr.mode === "sext" ? undefined : modulo(value, expr);
    }
    default:
      return undefined;
  }
}

function modulo(value: number, { type }: Expr): number {
  const size = 2 ** widthOf(type);
  return ((value % size) + size) % size;
}

/** Bits `lo` to `hi` of an operand, and the bits of the value, from `to` to `toHi`, that they matter to. */
export interface Demand {
  readonly arg: Expr;
  readonly lo: number;
  readonly hi: number;
  readonly to: number;
  readonly toHi: number;
  readonly aligned: boolean;
}

/** Operand bits that go straight into the bits `lo` to `hi` asked for, `offset` positions higher in the operand. */
function straight(arg: Expr, lo: number, hi: number, offset = 0): Demand {
  const start = Math.max(0, lo + offset);
  const stop = Math.max(start, Math.min(widthOf(arg.type), hi + offset));
  const to = start - offset - lo;
  return { arg, lo: start, hi: stop, to, toHi: to + stop - start, aligned: true };
}

/** Operand bits `start` to `stop` that each matter to all of the `count` bits asked for. */
function spread(arg: Expr, count: number, start = 0, stop = widthOf(arg.type)): Demand {
  return { arg, lo: start, hi: stop, to: 0, toHi: count, aligned: false };
}

/** What bits `lo` to `hi` of an expression ask of its operands; `to` counts from `lo`. Empty demands may be among them. */
export function demandsOf(expr: Expr, lo: number, hi: number, env: Env): readonly Demand[] {
  const count = hi - lo;
  switch (expr.kind) {
    case "const":
    case "ref":
    case "loopvar":
      return [];
    case "unary":
      return [expr.op === "not" ? straight(expr.arg, lo, hi) : spread(expr.arg, count, 0, hi)];
    case "binary":
      if (expr.op === "and" || expr.op === "or" || expr.op === "xor")
        return [straight(expr.left, lo, hi), straight(expr.right, lo, hi)];
      // A carry only goes upwards.
      if (expr.op === "add" || expr.op === "sub" || expr.op === "mul")
        return [spread(expr.left, count, 0, hi), spread(expr.right, count, 0, hi)];
      return [spread(expr.left, count), spread(expr.right, count)];
    case "shift": {
      const by = evaluate(expr.amount, env);
      const amount = spread(expr.amount, count);
      if (by === undefined)
        return [amount, expr.op === "shl" ? spread(expr.arg, count, 0, hi) : spread(expr.arg, count, lo)];
      const moved = straight(expr.arg, lo, hi, expr.op === "shl" ? -by : by);
      const filled = expr.op === "shr" && expr.type.kind === "sint" && hi + by > widthOf(expr.type);
      return filled ? [amount, moved, sign(expr.arg, count)] : [amount, moved];
    }
    case "reduce":
    case "popcount":
      return [spread(expr.arg, count)];
    case "memread":
      return [spread(expr.address, count)];
    case "mux":
      return [spread(expr.select, count), straight(expr.whenTrue, lo, hi), straight(expr.whenFalse, lo, hi)];
    case "cat": {
      const demands: Demand[] = [];
      let offset = 0;
      for (const part of expr.parts.toReversed()) {
        const width = widthOf(part.type);
        if (lo < offset + width && offset < hi) demands.push(straight(part, lo, hi, -offset));
        offset += width;
      }
      return demands;
    }
    case "slice":
      return [straight(expr.arg, lo, hi, expr.lo)];
    case "index":
    case "partselect": {
      const by = expr.kind === "index" ? expr.index : expr.offset;
      const at = evaluate(by, env);
      if (at === undefined) return [spread(by, count), spread(expr.arg, count)];
      return [straight(expr.arg, lo, hi, at * (expr.kind === "index" ? widthOf(expr.type) : expr.stride))];
    }
    case "resize": {
      const kept = straight(expr.arg, lo, hi);
      const width = widthOf(expr.arg.type);
      if (expr.mode === "sext" && hi > width) return [kept, sign(expr.arg, count)];
      // The bits that `narrow` drops go into no bit, but the assertion reads them.
      return expr.mode === "narrow" ? [kept, spread(expr.arg, 0, widthOf(expr.type), width)] : [kept];
    }
    case "cross":
      return [straight(expr.arg, lo, hi)];
  }
}

function sign(arg: Expr, count: number): Demand {
  return spread(arg, count, widthOf(arg.type) - 1);
}

/** A fixed part of its only operand. */
function isSelection(expr: Expr): boolean {
  return expr.kind === "slice" || (expr.kind === "index" && expr.index.kind === "const");
}

/** All that a value depends on, bit by bit where the operation works bit by bit. */
export function dependencesOf(expr: Expr, env: Env, signals: SignalTable): Dependence[] {
  const found: Dependence[] = [];
  // An expression may share nodes; each that has several operands is visited once for each demand on it.
  let seen: Map<Expr, Set<string>> | undefined;
  const visit = ({ arg: e, lo, hi, to, toHi, aligned }: Demand, crossing: string | undefined): void => {
    if (lo >= hi || e.kind === "const" || e.kind === "loopvar") return;
    if (e.kind === "ref") {
      const signal = signals.find(e);
      if (signal !== undefined)
        found.push({ signal, memory: undefined, lo, hi, to, toHi, aligned, crossing });
      return;
    }
    if (!isSelection(e)) {
      const key = `${String(lo)},${String(hi)},${String(to)},${String(toHi)},${String(aligned)},${crossing ?? ""}`;
      seen ??= new Map();
      const keys = seen.get(e);
      if (keys?.has(key) === true) return;
      if (keys === undefined) seen.set(e, new Set([key]));
      else keys.add(key);
    }
    if (e.kind === "memread")
      found.push({ signal: undefined, memory: e.memory, lo: 0, hi: 0, to, toHi, aligned: false, crossing });
    // The crossing nearest to the reader is the one that counts.
    const inner = e.kind === "cross" ? (crossing ?? e.to) : crossing;
    for (const demand of demandsOf(e, lo, hi, env)) {
      if (demand.to === demand.toHi) visit({ ...demand, to, toHi: to }, inner);
      else if (aligned && demand.aligned)
        visit({ ...demand, to: to + demand.to, toHi: to + demand.toHi }, inner);
      else visit({ ...demand, to, toHi, aligned: false }, inner);
    }
  };
  const width = widthOf(expr.type);
  visit({ arg: expr, lo: 0, hi: width, to: 0, toHi: width, aligned: true }, undefined);
  return found;
}
