import { compareLimbs, addLimbs, popcountLimbs, shiftLimbs, subLimbs } from "./arithmetic.ts";
import { Scope } from "./code.ts";
import { known, netOf } from "./flatten.ts";
import type { Instance, Net, Storage } from "./flatten.ts";
import { isSlotted, limbsFor, slotsOf } from "./layout.ts";
import * as limbs from "./limb.ts";
import type { Limb } from "./limb.ts";
import {
  Flat,
  cell,
  concatenated,
  flatten,
  named,
  offsetBy,
  placeAt,
  sliced,
  valueAt,
  vecOf,
  viewedAs,
} from "./value.ts";
import type { Place, Value, Vec } from "./value.ts";
import { operands, widthOf } from "../ir/index.ts";
import type {
  BinaryExpr,
  CatExpr,
  Expr,
  IndexExpr,
  MemoryReadExpr,
  MuxExpr,
  PartSelectExpr,
  RefExpr,
  ResizeExpr,
  ShiftExpr,
  Type,
} from "../ir/index.ts";

const noLoops: ReadonlySet<string> = new Set();

/**
 * Turns expressions into code in the current scope. What an expression node computes is computed once per function:
 * shared nodes are named, in the outermost loop that they do not depend on.
 */
export class Expressions {
  scope: Scope;
  readonly storage: Storage;
  #instance: Instance;
  #uses: ReadonlyMap<Expr, number> = new Map();
  /** Nets that the running block drives: their value changes while it runs. */
  #own: ReadonlySet<Net> = new Set();
  #readsOwn = new Map<Expr, boolean>();
  /** Values of nets that are held in local variables of the function. */
  #locals = new Map<Net, Value>();
  readonly #loops = new Map<string, Limb>();
  readonly #loopsOf = new WeakMap<Expr, ReadonlySet<string>>();
  #values = new WeakMap<Scope, Map<Expr, Value>>();
  readonly #spilled = new WeakMap<Flat, Place>();
  #zeros: { slot: number; slots: number } | undefined;

  constructor(storage: Storage, top: Instance) {
    this.scope = new Scope();
    this.storage = storage;
    this.#instance = top;
  }

  get instance(): Instance {
    return this.#instance;
  }

  /** Runs `emit` for the body of another function, in which nothing has been computed yet. */
  inFunction(scope: Scope, emit: () => void): void {
    const before = { scope: this.scope, values: this.#values, locals: this.#locals };
    this.scope = scope;
    this.#values = new WeakMap();
    this.#locals = new Map();
    emit();
    this.scope = before.scope;
    this.#values = before.values;
    this.#locals = before.locals;
  }

  /** Starts a block of `instance`; `own` are the signals that it drives and reads back. */
  enter(instance: Instance, uses: ReadonlyMap<Expr, number>, own: ReadonlySet<Net>): void {
    // Two instances of a module share the nodes of their expressions.
    if (instance !== this.#instance) this.#values = new WeakMap();
    this.#instance = instance;
    this.#uses = uses;
    this.#own = own;
    this.#readsOwn = new Map();
  }

  /** From here on the net's value is known to be `value`, without a look into memory. */
  hold(net: Net, value: Value): void {
    this.#locals.set(net, value);
  }

  /** Runs `emit` with a loop index bound. */
  withLoop(name: string, index: Limb, emit: () => void): void {
    const before = this.#loops.get(name);
    this.#loops.set(name, index);
    emit();
    if (before === undefined) this.#loops.delete(name);
    else this.#loops.set(name, before);
  }

  /** Loop indices that are variables in the code here, outermost first. */
  runningLoops(): [name: string, code: string][] {
    return [...this.#loops].flatMap(([name, { code, value }]) => (value === undefined ? [[name, code]] : []));
  }

  /** Whether an expression reads what the running block drives. */
  readsOwn(expr: Expr): boolean {
    if (this.#own.size === 0) return false;
    const before = this.#readsOwn.get(expr);
    if (before !== undefined) return before;
    const reads =
      expr.kind === "ref"
        ? this.#own.has(netOf(this.#instance, expr))
        : operands(expr).some((operand) => this.readsOwn(operand));
    this.#readsOwn.set(expr, reads);
    return reads;
  }

  flat(expr: Expr): Flat {
    return flatten(this.value(expr));
  }

  /** A JavaScript condition. */
  condition(expr: Expr): string {
    return limbs.conditionOf(this.flat(expr).limb(0));
  }

  /** An index or address as a name or literal; all ones where it has more than 32 bits and does not fit. */
  index(expr: Expr): Limb {
    return indexLimb(this.flat(expr));
  }

  value(expr: Expr): Value {
    for (let scope: Scope | undefined = this.scope; scope !== undefined; scope = scope.parent) {
      const before = this.#values.get(scope)?.get(expr);
      if (before !== undefined) return before;
    }
    const changing = this.readsOwn(expr);
    const here = this.scope;
    const home = changing ? here : this.#homeOf(expr);
    this.scope = home;
    let value = this.#build(expr);
    this.scope = here;
    if (changing) return value;
    if ((this.#uses.get(expr) ?? 2) > 1 || home !== here) value = sharedValue(value);
    let values = this.#values.get(home);
    if (values === undefined) this.#values.set(home, (values = new Map<Expr, Value>()));
    values.set(expr, value);
    return value;
  }

  /** The outermost scope in which an expression can be computed: out of the loops that it does not depend on. */
  #homeOf(expr: Expr): Scope {
    let { scope } = this;
    if (scope.loop === undefined) return scope;
    const loops = this.#dependsOn(expr);
    while (scope.loop !== undefined && !loops.has(scope.loop) && scope.parent !== undefined)
      scope = scope.parent;
    return scope;
  }

  #dependsOn(expr: Expr): ReadonlySet<string> {
    const before = this.#loopsOf.get(expr);
    if (before !== undefined) return before;
    let loops = noLoops;
    if (expr.kind === "loopvar") loops = new Set([expr.name]);
    for (const operand of operands(expr)) {
      const inner = this.#dependsOn(operand);
      if (inner.size > 0) loops = loops.size === 0 ? inner : new Set([...loops, ...inner]);
    }
    this.#loopsOf.set(expr, loops);
    return loops;
  }

  #build(expr: Expr): Value {
    const width = widthOf(expr.type);
    switch (expr.kind) {
      case "const":
        return this.#constant(expr.type, limbsOfHex(expr.value, width));
      case "ref":
        return this.#ref(expr);
      case "loopvar":
        return this.#single(() => known(this.#loops, expr.name), width);
      case "unary":
        return this.#unary(expr.op, expr.type, expr.arg);
      case "binary":
        return this.#binary(expr);
      case "shift":
        return this.#shift(expr);
      case "reduce":
        return this.#reduce(expr.op, this.flat(expr.arg));
      case "popcount": {
        const { scope } = this;
        const arg = this.flat(expr.arg);
        return this.#single(() => popcountLimbs(scope, arg), width);
      }
      case "mux":
        return this.#mux(expr);
      case "cat":
        return this.#cat(expr);
      case "slice":
        return this.#view(expr.type, sliced(this.scope, this.value(expr.arg), expr.lo, width));
      case "index":
        return this.#indexed(expr);
      case "partselect":
        return this.#partSelect(expr);
      case "resize":
        return this.#resize(expr);
      case "cross":
        return this.value(expr.arg);
      case "memread":
        return this.#memoryRead(expr);
    }
  }

  #single(make: () => Limb, width: number): Flat {
    return new Flat(this.scope, width, make);
  }

  #view(type: Type, value: Value): Value {
    return viewedAs(this.scope, type, value, (vec) => this.spill(vec));
  }

  #constant(type: Type, values: readonly number[]): Value {
    const { scope } = this;
    const flat = new Flat(scope, widthOf(type), (i) => limbs.constant(values[i] ?? 0));
    if (isSlotted(type)) {
      const view = this.#view(type, flat);
      const place = this.#constantPlace(slotValues(view));
      return constantVec(scope, view, valueAt(scope, type, place));
    }
    if (values.length <= 1) return flat;
    return new Flat(scope, flat.width, (i) => flat.limb(i), this.#constantPlace(values));
  }

  #constantPlace(values: readonly number[]): Place {
    return { array: "S", base: this.storage.constants(values), dynamic: undefined };
  }

  #ref(ref: RefExpr): Value {
    const net = netOf(this.#instance, ref);
    return this.#locals.get(net) ?? valueAt(this.scope, net.type, placeOf(net));
  }

  #unary(op: "not" | "neg", type: Type, argument: Expr): Value {
    const { scope } = this;
    const arg = this.flat(argument);
    const { width } = arg;
    if (op === "neg") {
      const none = new Flat(scope, width, () => limbs.zero);
      return this.#view(type, new Flat(scope, width, subLimbs(scope, none, arg)));
    }
    return this.#view(type, new Flat(scope, width, (i) => limbs.not(arg.limb(i), arg.limbWidth(i))));
  }

  #binary({ op, type, left, right }: BinaryExpr): Value {
    const { scope } = this;
    const [a, b] = [this.flat(left), this.flat(right)];
    const width = widthOf(type);
    const limbwise = (combine: (a: Limb, b: Limb) => Limb): Value =>
      this.#view(type, new Flat(scope, width, (i) => combine(a.limb(i), b.limb(i))));
    switch (op) {
      case "and":
        return limbwise(limbs.and);
      case "or":
        return limbwise(limbs.or);
      case "xor":
        return limbwise(limbs.xor);
      case "add":
        return new Flat(scope, width, addLimbs(scope, a, b));
      case "sub":
        return new Flat(scope, width, subLimbs(scope, a, b));
      case "mul":
        return this.#multiply(a, b, width);
      default:
        return this.#single(() => compareLimbs(scope, op, a, b, left.type.kind === "sint"), 1);
    }
  }

  #multiply(a: Flat, b: Flat, width: number): Flat {
    const { scope } = this;
    if (width <= 32) return new Flat(scope, width, () => limbs.mul(a.limb(0), b.limb(0), width));
    let product: Place | undefined;
    return new Flat(scope, width, (i) => {
      if (product === undefined) {
        const count = limbsFor(width);
        product = { array: "S", base: this.storage.reserve(count), dynamic: undefined };
        const operation = [product.base, this.spill(a).base, this.spill(b).base, count].map(String);
        scope.lines.push(`multiply(${operation.join(", ")});`);
      }
      const limb = { code: cell(product, i), simple: false, max: 0xffffffff };
      return limbs.low(limb, Math.min(32, width - 32 * i));
    });
  }

  #shift({ op, type, arg, amount }: ShiftExpr): Value {
    const value = this.flat(arg);
    const by = indexLimb(this.flat(amount));
    const signed = op === "shr" && type.kind === "sint";
    return this.#view(type, new Flat(this.scope, value.width, shiftLimbs(this.scope, op, value, by, signed)));
  }

  #reduce(op: "and" | "or" | "xor", arg: Flat): Flat {
    const { scope } = this;
    const count = limbsFor(arg.width);
    const all = (combine: (a: Limb, b: Limb) => Limb): Limb =>
      Array.from({ length: count }, (_, i) => arg.limb(i)).reduce(combine);
    return this.#single(() => {
      if (arg.width === 1) return arg.limb(0);
      if (op === "or") return limbs.not(limbs.equal(all(limbs.or), limbs.zero), 1);
      if (op === "xor") return parity(scope, all(limbs.xor));
      const ones = Array.from({ length: count }, (_, i) =>
        limbs.equal(arg.limb(i), limbs.constant(limbs.maskOf(arg.limbWidth(i)))),
      );
      return ones.reduce((a, b) => limbs.and(a, b));
    }, 1);
  }

  #mux({ type, select, whenTrue, whenFalse }: MuxExpr): Value {
    const condition = this.flat(select);
    return this.#choose(type, condition, this.value(whenTrue), this.value(whenFalse));
  }

  #choose(type: Type, condition: Flat, whenTrue: Value, whenFalse: Value): Value {
    const { scope } = this;
    if (isSlotted(type)) {
      const [a, b] = [this.#view(type, whenTrue), this.#view(type, whenFalse)];
      if (a.kind === "flat" || b.kind === "flat") throw new Error("a slotted type has elements");
      const pick = (x: Value, y: Value): Value =>
        this.#inScope(scope, () => this.#choose(type.element, condition, x, y));
      const vec = vecOf(
        scope,
        type,
        (i) => pick(a.at(i), b.at(i)),
        () => {
          throw new Error("a choice of vecs selects in both");
        },
      );
      const select = (reader: Scope, index: Limb): Value =>
        this.#inScope(reader, () =>
          this.#choose(type.element, condition, a.select(reader, index), b.select(reader, index)),
        );
      return { ...vec, select };
    }
    const [a, b] = [flatten(whenTrue), flatten(whenFalse)];
    const width = widthOf(type);
    if (limbsFor(width) === 1)
      return new Flat(scope, width, () => limbs.choose(condition.limb(0), a.limb(0), b.limb(0)));
    // One mask for all limbs instead of a branch for each.
    let mask: Limb | undefined;
    return new Flat(scope, width, (i) => {
      const select = condition.atom(0);
      if (select.value !== undefined) return limbs.choose(select, a.limb(i), b.limb(i));
      mask ??= named(scope, { code: `(-${select.code})`, simple: false, max: 0xffffffff });
      const other = named(scope, b.limb(i));
      return limbs.xor(other, limbs.and(limbs.xor(a.limb(i), other), mask));
    });
  }

  #inScope<T>(scope: Scope, run: () => T): T {
    const here = this.scope;
    this.scope = scope;
    const result = run();
    this.scope = here;
    return result;
  }

  #cat({ type, parts }: CatExpr): Value {
    const { scope } = this;
    // First part most significant: element 0 comes last.
    const values = parts.map((part) => this.value(part)).reverse();
    if (isSlotted(type) && values.length === type.length) {
      const elements = values.map((value) => this.#view(type.element, value));
      const width = widthOf(type.element);
      if (parts.every((part) => widthOf(part.type) === width))
        return vecOf(
          scope,
          type,
          (i) => elements[i] ?? new Flat(scope, width, () => limbs.zero),
          (vec) => this.spill(vec),
        );
    }
    const pieces = values.map((value, i) => ({
      width: widthOf(parts[parts.length - 1 - i]?.type ?? { kind: "bool" }),
      value: () => flatten(value),
    }));
    return this.#view(type, concatenated(scope, pieces));
  }

  #indexed({ type, arg, index }: IndexExpr): Value {
    const { scope } = this;
    const value = this.value(arg);
    const at = this.index(index);
    if (value.kind === "vec") {
      const { length, element } = value.type;
      if (at.value === undefined && at.max < length) return value.select(scope, at);
      if (at.value === undefined) return this.#selectGuarded(value, at);
      if (at.value < length) return value.at(at.value);
      return this.#constant(element, []);
    }
    const { width } = value;
    if (at.value !== undefined)
      return this.#single(() => (at.value === undefined ? limbs.zero : value.bits(at.value, 1)), 1);
    return this.#view(
      type,
      this.#single(() => guarded(at, width, this.#bitAt(value, at, scope)), 1),
    );
  }

  /** Past the end, an element of zeros. */
  #selectGuarded(value: Vec, at: Limb): Value {
    const { scope } = this;
    const { length, element } = value.type;
    if (value.place === undefined) {
      const inside = new Flat(scope, 1, () => limbs.less(at, limbs.constant(length), false));
      inside.shared = true;
      const first = named(scope, limbs.choose(inside.atom(0), at, limbs.zero));
      return this.#choose(element, inside, value.select(scope, first), this.#constant(element, []));
    }
    const stride = slotsOf(element);
    const { code } = offsetCode(value.place, at, stride);
    if (value.place.array !== "S") {
      // Only memories lie elsewhere; their words past the end read as zero, and so does a vec in such a word.
      const clamped = named(
        scope,
        limbs.choose(limbs.less(at, limbs.constant(length), false), at, limbs.zero),
      );
      const inside = new Flat(scope, 1, () => limbs.less(at, limbs.constant(length), false));
      inside.shared = true;
      return this.#choose(element, inside, value.select(scope, clamped), this.#constant(element, []));
    }
    const dynamic = scope.define(
      `${limbs.unsigned(at)} < ${String(length)} ? ${code} : ${String(this.#zeroSlot(stride))}`,
    );
    return valueAt(scope, element, { array: "S", base: 0, dynamic });
  }

  /** First of at least `slots` slots that stay 0. */
  #zeroSlot(slots: number): number {
    if (this.#zeros === undefined || this.#zeros.slots < slots)
      this.#zeros = { slot: this.storage.reserve(slots), slots };
    return this.#zeros.slot;
  }

  #partSelect({ type, arg, offset, stride }: PartSelectExpr): Value {
    const { scope } = this;
    const width = widthOf(type);
    const value = this.flat(arg);
    const at = this.index(offset);
    const last = Math.floor((value.width - width) / stride);
    if (at.value !== undefined && at.value > last) return this.#constant(type, []);
    if (at.value !== undefined) return this.#view(type, sliced(scope, value, at.value * stride, width));
    let position: Limb | undefined;
    const limb = (i: number): Limb => {
      position ??= named(scope, limbs.mul(at, limbs.constant(stride), 32));
      const bits = Math.min(32, width - 32 * i);
      const part = limbs.low(this.#window(value, position, i, bits, alignment(stride)), bits);
      return guarded(at, last + 1, part);
    };
    return this.#view(type, new Flat(scope, width, limb));
  }

  /** The 32 bits of `value` from bit `position + 32 * limb` on, of which `bits` matter. `align` divides `position`. */
  #window(value: Flat, position: Limb, limb: number, bits: number, align: number): Limb {
    const all = { simple: false, max: 0xffffffff };
    if (limbsFor(value.width) === 1)
      return { ...all, code: limbs.shiftedRight(value.atom(0).code, position.code) };
    const place = this.#addressed(value);
    const index = `(${position.code} >>> 5)`;
    const at = (more: number): string => {
      const base = String(place.base + limb + more);
      const moved = place.dynamic === undefined ? base : `${place.dynamic} + ${base}`;
      return `${place.array}[${index} + ${moved}]`;
    };
    if (align % 32 === 0) return { ...all, code: at(0) };
    const below = `(${at(0)} >>> ${position.code})`;
    // Aligned to a power of two that the part does not exceed: it never crosses a limb.
    if (bits <= align) return { ...all, code: below };
    return { ...all, code: `(${below} | ((${at(1)} << 1) << (31 - (${position.code} & 31))))` };
  }

  /** Bit `index` of `value`, known to lie in it. */
  #bitAt(value: Flat, index: Limb, scope: Scope): Limb {
    const bit = (word: string): Limb => ({
      code: `((${word} >>> ${index.code}) & 1)`,
      simple: false,
      max: 1,
    });
    if (limbsFor(value.width) === 1) return bit(value.atom(0).code);
    const place = this.#addressed(value);
    const base = `${place.dynamic === undefined ? "" : `${place.dynamic} + `}${String(place.base)}`;
    return bit(`${place.array}[${base} + (${named(scope, index).code} >>> 5)]`);
  }

  /** Where a flat value lies in memory, put there if need be. */
  #addressed(value: Flat): Place {
    if (value.place !== undefined) return value.place;
    let place = this.#spilled.get(value);
    if (place === undefined) this.#spilled.set(value, (place = this.spill(value)));
    return place;
  }

  /** Puts a value into slots of its own and gives their place. */
  spill(value: Value): Place {
    const { scope } = value;
    const slots = value.kind === "vec" ? slotsOf(value.type) : limbsFor(value.width);
    // One slot more, which stays 0: a select may look past the end.
    const place = { array: "S", base: this.storage.reserve(slots + 1), dynamic: undefined };
    storeSlots(scope, place, value);
    return place;
  }

  #resize({ mode, type, arg }: ResizeExpr): Value {
    const { scope } = this;
    const width = widthOf(type);
    if (mode === "cast") return this.#view(type, this.value(arg));
    const value = this.flat(arg);
    if (mode === "wrap" || mode === "narrow") return this.#view(type, sliced(scope, value, 0, width));
    if (mode === "zext" || value.width === width)
      return this.#view(type, new Flat(scope, width, (i) => value.limb(i)));
    const top = limbsFor(value.width) - 1;
    const topWidth = value.limbWidth(top);
    let extended: Limb | undefined;
    return new Flat(scope, width, (i) => {
      if (i < top) return value.limb(i);
      extended ??= named(scope, limbs.signExtended(value.limb(top), topWidth));
      return limbs.low(i === top ? extended : limbs.signFill(extended), Math.min(32, width - 32 * i));
    });
  }

  #memoryRead({ memory, address }: MemoryReadExpr): Value {
    const { scope } = this;
    const flat = known(this.#instance.memories, memory);
    const { depth, type } = flat.memory;
    const at = this.index(address);
    // The word after the last is all zero.
    const word = named(
      scope,
      at.max < depth
        ? at
        : limbs.choose(limbs.less(at, limbs.constant(depth), false), at, limbs.constant(depth)),
    );
    const place = { array: flat.array, base: 0, dynamic: undefined };
    return valueAt(scope, type, offsetBy(scope, place, { ...word, max: depth }, flat.stride));
  }
}

export function placeOf(net: Net): Place {
  return { array: "S", base: net.slot, dynamic: undefined };
}

/** Writes a value to slots, limb by limb or element by element. */
export function storeSlots(scope: Scope, to: Place, value: Value): void {
  const from = value.place;
  const slots = value.kind === "vec" ? slotsOf(value.type) : limbsFor(value.width);
  if (from !== undefined && slots > 8) {
    const at = (place: Place): string =>
      `${place.array}[${place.dynamic === undefined ? "" : `${place.dynamic} + `}${String(place.base)} + i]`;
    scope.lines.push(`for (let i = 0; i < ${String(slots)}; i++) ${at(to)} = ${at(from)};`);
  } else if (value.kind === "flat") {
    for (let i = 0; i < slots; i++) {
      const { code } = value.limb(i);
      scope.lines.push(`${cell(to, i)} = ${code};`);
    }
  } else {
    const stride = slotsOf(value.type.element);
    for (let i = 0; i < value.type.length; i++) storeSlots(scope, placeAt(to, i * stride), value.at(i));
  }
}

function offsetCode(place: Place, at: Limb, stride: number): { readonly code: string } {
  const base = `${place.dynamic === undefined ? "" : `${place.dynamic} + `}${String(place.base)}`;
  return { code: `${base} + ${limbs.mul(at, limbs.constant(stride), 32).code}` };
}

function indexLimb(value: Flat): Limb {
  const count = limbsFor(value.width);
  if (count === 1) return value.atom(0);
  const high = Array.from({ length: count - 1 }, (_, i) => value.limb(i + 1)).reduce(limbs.or);
  const fits = limbs.equal(high, limbs.zero);
  return named(value.scope, limbs.choose(fits, value.atom(0), limbs.constant(0xffffffff)));
}

/** 0 unless `index` is below `limit`. */
function guarded(index: Limb, limit: number, value: Limb): Limb {
  if (index.max < limit) return value;
  return limbs.choose(limbs.less(index, limbs.constant(limit), false), value, limbs.zero);
}

/** The largest power of two that divides `stride`. */
function alignment(stride: number): number {
  return stride & -stride;
}

function parity(scope: Scope, limb: Limb): Limb {
  let folded = named(scope, limb);
  for (const by of [16, 8, 4])
    if (limb.max >= 2 ** by) folded = named(scope, limbs.xor(folded, limbs.shiftRight(folded, by)));
  return { code: `((27030 >>> (${folded.code} & 15)) & 1)`, simple: false, max: 1 };
}

function sharedValue(value: Value): Value {
  if (value.kind === "flat") {
    value.shared = true;
    return value;
  }
  if (value.place !== undefined) return value;
  return { ...value, at: (i) => sharedValue(value.at(i)) };
}

/** Limbs of a hex literal. */
export function limbsOfHex(hex: string, width: number): number[] {
  return Array.from({ length: limbsFor(width) }, (_, i) => {
    const end = hex.length - 8 * i;
    return end <= 0 ? 0 : Number.parseInt(hex.slice(Math.max(0, end - 8), end), 16);
  });
}

/** Slot values of a vec of constants. */
function slotValues(value: Value): number[] {
  if (value.kind === "flat")
    return Array.from({ length: limbsFor(value.width) }, (_, i) => value.limb(i).value ?? 0);
  return Array.from({ length: value.type.length }, (_, i) => slotValues(value.at(i))).flat();
}

/** A vec of constants: its elements where the index is known, else those in memory. */
function constantVec(scope: Scope, elements: Value, stored: Value): Value {
  if (elements.kind === "flat" || stored.kind === "flat") return elements;
  return {
    kind: "vec",
    scope,
    type: elements.type,
    place: stored.place,
    at: (i) => elements.at(i),
    select: (reader, index) => stored.select(reader, index),
  };
}
