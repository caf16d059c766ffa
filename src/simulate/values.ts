import { limbsFor } from "./layout.ts";
import { SluiceError } from "../error.ts";
import { typeName, widthOf } from "../ir/index.ts";
import type { Type } from "../ir/index.ts";

/**
 * A value as tests write it. bool: boolean. bits, uint and sint: a number up to 32 bits, a bigint above (either is
 * taken where it is exact). enum: its label. vec: an array, element 0 first.
 */
export type PlainValue = boolean | number | bigint | string | readonly PlainValue[];

/** `value` as limbs. `where` names the port or signal in errors. Throws SluiceError `value-out-of-range`. */
export function encode(type: Type, value: PlainValue, where: string): Uint32Array {
  const limbs = new Uint32Array(limbsFor(widthOf(type)));
  put(type, value, limbs, 0, where);
  return limbs;
}

function put(type: Type, value: PlainValue, limbs: Uint32Array, at: number, where: string): void {
  switch (type.kind) {
    case "bool":
      if (typeof value !== "boolean") throw mismatch(type, value, where, "give true or false");
      putBits(value ? 1 : 0, 1, limbs, at);
      break;
    case "enum": {
      const index = typeof value === "string" ? type.labels.indexOf(value) : -1;
      if (index < 0) throw mismatch(type, value, where, `its labels: ${type.labels.join(", ")}`);
      putBits(index, widthOf(type), limbs, at);
      break;
    }
    case "vec": {
      if (!Array.isArray(value) || value.length !== type.length)
        throw mismatch(type, value, where, `give an array of ${String(type.length)} elements`);
      const width = widthOf(type.element);
      for (const [i, element] of (value as readonly PlainValue[]).entries())
        put(type.element, element, limbs, at + i * width, `${where}[${String(i)}]`);
      break;
    }
    case "bits":
    case "uint":
    case "sint":
      putInteger(type, value, limbs, at, where);
  }
}

function putInteger(
  type: Type & { readonly width: number },
  value: PlainValue,
  limbs: Uint32Array,
  at: number,
  where: string,
): void {
  const { width } = type;
  const signed = type.kind === "sint";
  const least = signed ? -(2 ** (width - 1)) : 0;
  const most = 2 ** (signed ? width - 1 : width) - 1;
  const range = `it holds ${signed ? `-2^${String(width - 1)}` : "0"} to 2^${String(signed ? width - 1 : width)} - 1`;
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value) || value < least || value > most)
      throw mismatch(type, value, where, Number.isInteger(value) ? range : "give a whole number");
    if (width <= 32) {
      putBits(value, width, limbs, at);
      return;
    }
  } else if (typeof value !== "bigint") throw mismatch(type, value, where, "give a number or bigint");
  const exact = BigInt(value);
  const pattern = BigInt.asUintN(width, exact);
  if ((signed ? BigInt.asIntN(width, pattern) : pattern) !== exact) throw mismatch(type, value, where, range);
  for (let i = 0; i < width; i += 32)
    putBits(Number((pattern >> BigInt(i)) & 0xffffffffn), Math.min(32, width - i), limbs, at + i);
}

/** Puts the low `width` (at most 32) bits of `value` into limbs that are 0 there. */
function putBits(value: number, width: number, limbs: Uint32Array, at: number): void {
  const bits = width < 32 ? value & ((1 << width) - 1) : value | 0;
  const [index, shift] = [at >>> 5, at & 31];
  limbs[index] = (limbs[index] ?? 0) | (bits << shift);
  if (shift + width > 32) limbs[index + 1] = (limbs[index + 1] ?? 0) | (bits >>> (32 - shift));
}

/** The value of limbs, as `encode` takes it. An enum value without a label gives its number as text. */
export function decode(type: Type, limbs: Uint32Array, at = 0): PlainValue {
  switch (type.kind) {
    case "bool":
      return getBits(limbs, at, 1) === 1;
    case "enum": {
      const index = getBits(limbs, at, widthOf(type));
      return type.labels[index] ?? String(index);
    }
    case "vec": {
      const width = widthOf(type.element);
      return Array.from({ length: type.length }, (_, i) => decode(type.element, limbs, at + i * width));
    }
    case "bits":
    case "uint":
    case "sint": {
      const { width } = type;
      const signed = type.kind === "sint";
      if (width <= 32) {
        const bits = getBits(limbs, at, width);
        return signed && bits >= 2 ** (width - 1) ? bits - 2 ** width : bits;
      }
      const pattern = getBig(limbs, at, width);
      return signed ? BigInt.asIntN(width, pattern) : pattern;
    }
  }
}

function getBits(limbs: Uint32Array, at: number, width: number): number {
  const [index, shift] = [at >>> 5, at & 31];
  let bits = (limbs[index] ?? 0) >>> shift;
  if (shift + width > 32) bits |= (limbs[index + 1] ?? 0) << (32 - shift);
  return width < 32 ? bits & ((1 << width) - 1) : bits >>> 0;
}

function getBig(limbs: Uint32Array, at: number, width: number): bigint {
  let value = 0n;
  for (let i = 0; i < width; i += 32)
    value |= BigInt(getBits(limbs, at + i, Math.min(32, width - i))) << BigInt(i);
  return value;
}

/** The value as waveforms show it: bits in hex with leading zeros, numbers in decimal, labels, elements in brackets. */
export function format(type: Type, limbs: Uint32Array, at = 0): string {
  if (type.kind === "bits")
    return getBig(limbs, at, type.width)
      .toString(16)
      .padStart(Math.ceil(type.width / 4), "0");
  if (type.kind === "vec") {
    const width = widthOf(type.element);
    const elements = Array.from({ length: type.length }, (_, i) =>
      format(type.element, limbs, at + i * width),
    );
    return `[${elements.join(" ")}]`;
  }
  const value = decode(type, limbs, at);
  return typeof value === "boolean" ? (value ? "1" : "0") : String(value);
}

function mismatch(type: Type, value: PlainValue, where: string, hint: string): SluiceError {
  const shown =
    typeof value === "string"
      ? `"${value}"`
      : Array.isArray(value)
        ? `an array of ${String(value.length)}`
        : String(value);
  return new SluiceError("value-out-of-range", `${where} is ${typeName(type)} and cannot take ${shown}`, {
    where,
    hint,
  });
}
