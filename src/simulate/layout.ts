import { widthOf } from "../ir/index.ts";
import type { Type, VecType } from "../ir/index.ts";

/**
 * How a value lies in 32-bit slots. A scalar is flat: ceil(width / 32) slots, least significant first, unused bits 0.
 * So is a vec of single bits. Any other vec has its elements one after the other, each in slots of its own, so that
 * an element is read and written without shifting.
 */
export type SlottedType = VecType;

export function isSlotted(type: Type): type is SlottedType {
  return type.kind === "vec" && (type.element.kind === "vec" || widthOf(type.element) > 1);
}

/** 32-bit limbs of a flat value of `width` bits. */
export function limbsFor(width: number): number {
  return Math.ceil(width / 32);
}

export function slotsOf(type: Type): number {
  return isSlotted(type) ? type.length * slotsOf(type.element) : limbsFor(widthOf(type));
}

/** A run of at most 32 bits that lie in one slot. `bit` is its position in the flat value. */
export interface Chunk {
  readonly slot: number;
  readonly bit: number;
  readonly width: number;
}

/** The slots of a value of `type` from `slot` on, in order of their bits. */
export function chunksOf(type: Type, slot = 0, bit = 0): Chunk[] {
  if (isSlotted(type)) {
    const { element } = type;
    const [slots, width] = [slotsOf(element), widthOf(element)];
    return Array.from({ length: type.length }, (_, i) =>
      chunksOf(element, slot + i * slots, bit + i * width),
    ).flat();
  }
  const width = widthOf(type);
  return Array.from({ length: limbsFor(width) }, (_, i) => ({
    slot: slot + i,
    bit: bit + 32 * i,
    width: Math.min(32, width - 32 * i),
  }));
}

/** Gathers the bits of `chunks` from `slots` into limbs from `limbs[start]` on, which must be 0. */
export function pack(slots: Int32Array, chunks: readonly Chunk[], limbs: Uint32Array, start: number): void {
  for (const { slot, bit, width } of chunks) {
    const value = slots[slot] ?? 0;
    const at = start + (bit >>> 5);
    const shift = bit & 31;
    limbs[at] = (limbs[at] ?? 0) | (value << shift);
    if (shift + width > 32) limbs[at + 1] = value >>> (32 - shift);
  }
}

/** Spreads limbs from `limbs[start]` on over the slots of `chunks`. True when a slot changed. */
export function unpack(
  limbs: Uint32Array,
  start: number,
  chunks: readonly Chunk[],
  slots: Int32Array,
): boolean {
  let changed = false;
  for (const { slot, bit, width } of chunks) {
    const at = start + (bit >>> 5);
    const shift = bit & 31;
    let value = (limbs[at] ?? 0) >>> shift;
    if (shift + width > 32) value |= (limbs[at + 1] ?? 0) << (32 - shift);
    if (width < 32) value &= (1 << width) - 1;
    if (slots[slot] !== (value | 0)) changed = true;
    slots[slot] = value;
  }
  return changed;
}
