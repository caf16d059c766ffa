import { widthOf } from "../ir/index.ts";
import type { ConstExpr, EnumType, Parameter } from "../ir/index.ts";

/** Name of the localparam that holds an enum's label: `STATE_IDLE`. */
export function labelName(type: EnumType, label: string): string {
  return `${upperSnake(type.name)}_${upperSnake(label)}`;
}

function upperSnake(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();
}

/**
 * A literal of exactly the constant's width, in the base that a reader expects: decimal for numbers, binary for short
 * and hexadecimal for long bit vectors, the label of an enum.
 */
export function literalText({ type, value }: ConstExpr): string {
  const width = widthOf(type);
  const bits = BigInt(`0x${value}`);
  if (type.kind === "enum") {
    const label = type.labels[Number(bits)];
    if (label !== undefined) return labelName(type, label);
  }
  if (type.kind === "sint") return signedLiteral(width, bits);
  if (type.kind === "uint" && width <= 32) return `${String(width)}'d${String(bits)}`;
  if (type.kind === "bool") return `1'b${String(bits)}`;
  if (bits === 0n) return `${String(width)}'d0`;
  if (width > 16 && bits === (1n << BigInt(width)) - 1n) return `{${String(width)}{1'b1}}`;
  if (type.kind === "bits" && width <= 8) return `${String(width)}'b${bits.toString(2).padStart(width, "0")}`;
  return `${String(width)}'h${bits.toString(16)}`;
}

/** The value of a parameter of an instance; a bit vector shows all its digits, as tables of LUTs are read. */
export function parameterText(value: Parameter): string {
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  const width = widthOf(value.type);
  return `${String(width)}'h${value.value.padStart(Math.ceil(width / 4), "0")}`;
}

function signedLiteral(width: number, bits: bigint): string {
  const value = BigInt.asIntN(width, bits);
  // The lowest value has no positive counterpart, and wide decimals tell nobody anything.
  if (width > 32 || value === -(1n << BigInt(width - 1))) return `${String(width)}'sh${bits.toString(16)}`;
  return value < 0n ? `-${String(width)}'sd${String(-value)}` : `${String(width)}'sd${String(value)}`;
}
