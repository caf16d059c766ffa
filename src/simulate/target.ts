import { Scope } from "./code.ts";
import type { Expressions } from "./expression.ts";
import { placeOf, storeSlots } from "./expression.ts";
import { netOf } from "./flatten.ts";
import type { Net } from "./flatten.ts";
import { isSlotted, limbsFor, slotsOf } from "./layout.ts";
import type { SlottedType } from "./layout.ts";
import * as limbs from "./limb.ts";
import type { Limb } from "./limb.ts";
import { cell, flatten, offsetBy, placeAt, settleValue, sliced } from "./value.ts";
import type { Flat, Place, Value } from "./value.ts";
import { targetRoot, widthOf } from "../ir/index.ts";
import type { AssignStmt, Expr, Target, Type } from "../ir/index.ts";

/** Where an assignment goes. Nothing is assigned where one of `guards` (conditions) is false. */
interface Destination {
  readonly guards: readonly string[];
  readonly to: Slots | Bits | undefined;
}

/** Whole elements with slots of their own. */
interface Slots {
  readonly kind: "slots";
  readonly type: SlottedType;
  readonly place: Place;
}

/** Bits `low` .. `low + width - 1` of a flat or slotted value, or of those only bit `bit`. */
interface Bits {
  readonly kind: "bits";
  /** Type of what the bits lie in. */
  readonly of: Type;
  readonly words: Words;
  readonly low: number;
  readonly width: number;
  readonly bit: Limb | undefined;
}

/** The limbs of a flat value: slots, or the local variables of a signal that is held in them. */
type Words = Place | readonly string[];

function isPlace(words: Words): words is Place {
  return "array" in words;
}

function wordOf(words: Words, index: number): string {
  if (isPlace(words)) return cell(words, index);
  const name = words[index];
  if (name === undefined) throw new Error("a signal has no such limb");
  return name;
}

/** `locals`: signals that the running block holds in variables. */
export function emitAssign(
  expressions: Expressions,
  stmt: AssignStmt,
  locals: ReadonlyMap<Net, readonly string[]>,
): void {
  const net = netOf(expressions.instance, targetRoot(stmt.target));
  const value = expressions.value(stmt.value);
  if (expressions.readsOwn(stmt.value)) settleValue(value);
  const { to, guards } = resolve(expressions, stmt.target, net, locals);
  if (to === undefined) return;
  const store = (scope: Scope): void => {
    if (to.kind === "slots") storeSlots(scope, to.place, value);
    else storeBits(scope, to, value);
    if (net.next?.flag !== undefined) scope.lines.push(`S[${String(net.next.flag)}] = 1;`);
  };
  const { scope } = expressions;
  if (guards.length === 0) store(scope);
  else nested(scope, `if (${guards.join(" && ")})`, store);
}

function nested(scope: Scope, opening: string, emit: (scope: Scope) => void): void {
  const inner = new Scope(scope);
  emit(inner);
  scope.nest(opening, inner);
}

function resolve(
  expressions: Expressions,
  target: Target,
  net: Net,
  locals: ReadonlyMap<Net, readonly string[]>,
): Destination {
  if (target.kind === "ref") {
    const place = { ...placeOf(net), base: net.next?.slot ?? net.slot };
    return { guards: [], to: whole(target.type, locals.get(net) ?? place) };
  }
  const outer = resolve(expressions, target.arg, net, locals);
  if (outer.to === undefined) return outer;
  if (target.kind === "slice") return { ...outer, to: part(outer.to, target.lo, target.type) };
  const index = expressions.index(target.index);
  return element(expressions, outer, outer.to, index, target.type);
}

function whole(type: Type, words: Words): Slots | Bits {
  if (isSlotted(type) && isPlace(words)) return { kind: "slots", type, place: words };
  return { kind: "bits", of: type, words, low: 0, width: widthOf(type), bit: undefined };
}

function part(to: Slots | Bits, lo: number, type: Type): Bits {
  const width = widthOf(type);
  if (to.kind === "bits") return { ...to, low: to.low + lo, width };
  return { kind: "bits", of: to.type, words: to.place, low: lo, width, bit: undefined };
}

function element(
  expressions: Expressions,
  { guards }: Destination,
  to: Slots | Bits,
  index: Limb,
  type: Type,
): Destination {
  const length = to.kind === "slots" ? to.type.length : to.width / widthOf(type);
  if (index.value !== undefined && index.value >= length) return { guards, to: undefined };
  const inside = limbs.less(index, limbs.constant(length), false);
  const guarded = index.max < length ? guards : [...guards, limbs.conditionOf(inside)];
  if (to.kind === "slots") {
    const place = offsetBy(expressions.scope, to.place, index, slotsOf(to.type.element));
    return { guards: guarded, to: whole(to.type.element, place) };
  }
  if (index.value !== undefined) return { guards, to: part(to, index.value * widthOf(type), type) };
  if (to.bit !== undefined || widthOf(type) !== 1) throw new Error("a part of bits at a variable place");
  return { guards: guarded, to: { ...to, bit: index } };
}

function storeBits(scope: Scope, to: Bits, value: Value): void {
  const { of, words } = to;
  if (isSlotted(of)) {
    storeInElements(scope, to, of, flatten(value));
  } else if (to.bit !== undefined) {
    storeBit(scope, to, to.bit, flatten(value).atom(0));
  } else if (to.width === widthOf(of) && isPlace(words)) {
    storeSlots(scope, words, flatten(value));
  } else {
    const flat = flatten(value);
    const total = widthOf(of);
    for (let i = to.low >>> 5; 32 * i < to.low + to.width; i++) {
      const from = Math.max(to.low, 32 * i);
      const count = Math.min(to.low + to.width, 32 * i + 32) - from;
      const bits = limbs.shiftLeft(flat.bits(from - to.low, count), from - 32 * i);
      const word = wordOf(words, i);
      const kept = limbs.maskOf(Math.min(32, total - 32 * i)) & ~(limbs.maskOf(count) << (from - 32 * i));
      const old: Limb = { code: word, simple: true, max: limbs.maskOf(total - 32 * i) };
      scope.lines.push(`${word} = ${limbs.or(limbs.and(old, limbs.constant(kept)), bits).code};`);
    }
  }
}

function storeBit(scope: Scope, { words, low, of }: Bits, bit: Limb, value: Limb): void {
  const at = limbs.add(bit, limbs.constant(low), 32).code;
  let word: string;
  if (limbsFor(widthOf(of)) === 1) word = wordOf(words, 0);
  else if (isPlace(words)) {
    const dynamic = words.dynamic === undefined ? "" : `${words.dynamic} + `;
    word = `${words.array}[${dynamic}${String(words.base)} + (${at} >>> 5)]`;
  } else throw new Error("a signal in variables has no limb at a variable place");
  scope.lines.push(`${word} = ((${word} & ~(1 << ${at})) | (${value.code} << ${at}));`);
}

/** Bits across the elements of a slotted value. */
function storeInElements(scope: Scope, to: Bits, of: SlottedType, value: Flat): void {
  if (!isPlace(to.words)) throw new Error("a slotted signal lies in slots");
  if (to.bit !== undefined) {
    for (let i = 0; i < to.width; i++) {
      nested(scope, `if (${to.bit.code} === ${String(i)})`, (inner) => {
        storeInElements(inner, { ...to, low: to.low + i, width: 1, bit: undefined }, of, value);
      });
    }
    return;
  }
  const [width, slots] = [widthOf(of.element), slotsOf(of.element)];
  const end = to.low + to.width;
  for (let i = Math.floor(to.low / width); i * width < end; i++) {
    const from = Math.max(to.low, i * width);
    const count = Math.min(end, (i + 1) * width) - from;
    const inner: Bits = {
      kind: "bits",
      of: of.element,
      words: placeAt(to.words, i * slots),
      low: from - i * width,
      width: count,
      bit: undefined,
    };
    storeBits(scope, inner, sliced(scope, value, from - to.low, count));
  }
}

/** Whether a target picks an element or bit with an index that is not a constant. */
export function hasVariableIndex(target: Target): boolean {
  if (target.kind === "ref") return false;
  return (target.kind === "index" && !isConstant(target.index)) || hasVariableIndex(target.arg);
}

function isConstant(expr: Expr): boolean {
  return expr.kind === "const";
}
