import type { Scope } from "./code.ts";
import { isSlotted, limbsFor, slotsOf } from "./layout.ts";
import type { SlottedType } from "./layout.ts";
import * as limbs from "./limb.ts";
import type { Limb } from "./limb.ts";
import { widthOf } from "../ir/index.ts";
import type { Type } from "../ir/index.ts";

/** The value of an expression in generated code: limbs where it is flat, else elements (see layout.ts). */
export type Value = Flat | Vec;

/** Slots from `array[dynamic + base]` on. */
export interface Place {
  readonly array: string;
  readonly base: number;
  /** Name of an int32 that is added to `base`. */
  readonly dynamic: string | undefined;
}

export function cell(place: Place, slot: number): string {
  const at = String(place.base + slot);
  return `${place.array}[${place.dynamic === undefined ? at : `${place.dynamic} + ${at}`}]`;
}

export function placeAt(place: Place, slots: number): Place {
  return { ...place, base: place.base + slots };
}

/** A flat value. Limbs that nobody asks for cost nothing. */
export class Flat {
  readonly kind = "flat";
  readonly scope: Scope;
  readonly width: number;
  /** Where the limbs lie in memory, where they do. */
  readonly place: Place | undefined;
  readonly #make: (limb: number) => Limb;
  readonly #limbs: (Limb | undefined)[] = [];
  /** Several readers: every limb is computed once and named. */
  shared = false;

  constructor(scope: Scope, width: number, make: (limb: number) => Limb, place?: Place) {
    this.scope = scope;
    this.width = width;
    this.#make = make;
    this.place = place;
  }

  /** Limb `index` (0 past the end), to be written down once. */
  limb(index: number): Limb {
    if (this.shared) return this.atom(index);
    if (index >= limbsFor(this.width)) return limbs.zero;
    return (this.#limbs[index] ??= this.#make(index));
  }

  /** Limb `index` as a name or literal. */
  atom(index: number): Limb {
    if (index >= limbsFor(this.width)) return limbs.zero;
    const limb = (this.#limbs[index] ??= this.#make(index));
    if (limb.simple) return limb;
    return (this.#limbs[index] = named(this.scope, limb));
  }

  /** Bits `from` .. `from + width - 1`; at most 32. Past the end they are 0. */
  bits(from: number, width: number): Limb {
    const [index, shift] = [from >>> 5, from & 31];
    const whole = shift === 0 && width >= this.limbWidth(index);
    if (whole) return this.limb(index);
    const below = limbs.shiftRight(this.atom(index), shift);
    const all =
      shift + width <= 32 ? below : limbs.or(below, limbs.shiftLeft(this.atom(index + 1), 32 - shift));
    return limbs.low(all, width);
  }

  limbWidth(index: number): number {
    return Math.max(0, Math.min(32, this.width - 32 * index));
  }
}

/** A vec whose elements have slots of their own. */
export interface Vec {
  readonly kind: "vec";
  readonly scope: Scope;
  readonly type: SlottedType;
  readonly place: Place | undefined;
  at(index: number): Value;
  /** For a reader in `scope`: the element at an index that may be known at run time only, and is below the length. */
  select(scope: Scope, index: Limb): Value;
}

export function named(scope: Scope, limb: Limb): Limb {
  if (limb.simple) return limb;
  return { code: scope.define(limb.code), simple: true, max: limb.max };
}

/** The value of `type` that lies at `place`. */
export function valueAt(scope: Scope, type: Type, place: Place): Value {
  if (!isSlotted(type)) {
    const width = widthOf(type);
    const load = (limb: number): Limb => ({
      code: cell(place, limb),
      simple: false,
      max: limbs.maskOf(width - 32 * limb),
    });
    return new Flat(scope, width, load, place);
  }
  const stride = slotsOf(type.element);
  const elements: (Value | undefined)[] = [];
  return {
    kind: "vec",
    scope,
    type,
    place,
    at: (i) => (elements[i] ??= valueAt(scope, type.element, placeAt(place, i * stride))),
    select: (reader, index) => valueAt(reader, type.element, offsetBy(reader, place, index, stride)),
  };
}

/** `place` moved on by `index` times `stride` slots. */
export function offsetBy(scope: Scope, place: Place, index: Limb, stride: number): Place {
  if (index.value !== undefined) return placeAt(place, index.value * stride);
  const scaled = limbs.mul(index, limbs.constant(stride), 32);
  const sum = place.dynamic === undefined ? scaled.code : `(${place.dynamic} + ${scaled.code}) | 0`;
  const dynamic = scaled.simple && place.dynamic === undefined ? sum : scope.define(sum);
  return { ...place, dynamic };
}

/** A vec made of given elements. `spill` puts a value into memory where it can be indexed. */
export function vecOf(
  scope: Scope,
  type: SlottedType,
  at: (index: number) => Value,
  spill: (value: Vec) => Place,
): Vec {
  const elements: (Value | undefined)[] = [];
  let spilled: Value | undefined;
  const vec: Vec = {
    kind: "vec",
    scope,
    type,
    place: undefined,
    at: (i) => (elements[i] ??= at(i)),
    select: (reader, index) => {
      spilled ??= valueAt(scope, type, spill(vec));
      if (spilled.kind === "flat") throw new Error("a slotted vec lies in elements");
      return spilled.select(reader, index);
    },
  };
  return vec;
}

/** The bits of any value, one after the other. */
export function flatten(value: Value): Flat {
  if (value.kind === "flat") return value;
  const { element, length } = value.type;
  const width = widthOf(element);
  return concatenated(
    value.scope,
    Array.from({ length }, (_, i) => ({ width, value: () => flatten(value.at(i)) })),
  );
}

/** Parts one after the other, the first in the least significant bits. */
export function concatenated(
  scope: Scope,
  parts: readonly { readonly width: number; readonly value: () => Flat }[],
): Flat {
  const starts: number[] = [];
  let total = 0;
  for (const { width } of parts) {
    starts.push(total);
    total += width;
  }
  return new Flat(scope, total, (index) => {
    const [from, to] = [32 * index, Math.min(total, 32 * index + 32)];
    let limb = limbs.zero;
    for (let i = partAt(starts, from); i < parts.length; i++) {
      const [start, part] = [starts[i] ?? 0, parts[i]];
      if (part === undefined || start >= to) break;
      const first = Math.max(from, start);
      const last = Math.min(to, start + part.width);
      const bits = part.value().bits(first - start, last - first);
      limb = limbs.or(limb, limbs.shiftLeft(bits, first - from));
    }
    return limb;
  });
}

/** Index of the part that holds bit `bit`. */
function partAt(starts: readonly number[], bit: number): number {
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) <= bit) low = middle;
    else high = middle;
  }
  return low;
}

/** Bits `from` .. `from + width - 1` of a value. */
export function sliced(scope: Scope, value: Value, from: number, width: number): Flat {
  if (value.kind === "vec") {
    const element = widthOf(value.type.element);
    const index = Math.floor(from / element);
    const inside = from - index * element;
    if (index < value.type.length && inside + width <= element)
      return sliced(scope, value.at(index), inside, width);
  }
  const flat = flatten(value);
  if (from === 0 && width === flat.width) return flat;
  const place =
    flat.place !== undefined && from % 32 === 0 && (width % 32 === 0 || from + width === flat.width)
      ? placeAt(flat.place, from / 32)
      : undefined;
  return new Flat(
    scope,
    width,
    (index) => flat.bits(from + 32 * index, Math.min(32, width - 32 * index)),
    place,
  );
}

/** The same bits seen as a value of `type`. */
export function viewedAs(scope: Scope, type: Type, value: Value, spill: (value: Vec) => Place): Value {
  if (!isSlotted(type)) return flatten(value);
  if (value.kind === "vec" && slotsOf(type) === slotsOf(value.type) && sameShape(type, value.type))
    return value;
  const width = widthOf(type.element);
  return vecOf(
    scope,
    type,
    (i) => viewedAs(scope, type.element, sliced(scope, value, i * width, width), spill),
    spill,
  );
}

function sameShape(a: Type, b: Type): boolean {
  if (isSlotted(a)) return isSlotted(b) && a.length === b.length && sameShape(a.element, b.element);
  return !isSlotted(b) && widthOf(a) === widthOf(b);
}

/** Computes all of a value now, before anything that it reads changes. */
export function settleValue(value: Value): void {
  if (value.kind === "flat") for (let i = 0; i < limbsFor(value.width); i++) value.atom(i);
  else for (let i = 0; i < value.type.length; i++) settleValue(value.at(i));
}
