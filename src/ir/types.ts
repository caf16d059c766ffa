/**
 * Types of values in the IR. Structs do not occur here: the DSL takes a struct
 * apart into one declaration per field (`x_payload_re`, `x_payload_im`), so that
 * every pass, and every reader of the emitted RTL, meets plain named signals.
 */
export type Type = ScalarType | VecType;

export type ScalarType = BoolType | BitsType | UIntType | SIntType | EnumType;

/** One bit that means true or false. */
export interface BoolType {
  readonly kind: "bool";
}

/** A bit vector without arithmetic. */
export interface BitsType {
  readonly kind: "bits";
  readonly width: number;
}

/** Unsigned integer, 0 to 2^width - 1. */
export interface UIntType {
  readonly kind: "uint";
  readonly width: number;
}

/** Two's complement integer, -2^(width-1) to 2^(width-1) - 1. */
export interface SIntType {
  readonly kind: "sint";
  readonly width: number;
}

/** A named set of labels; the value of a label is its position in `labels`. */
export interface EnumType {
  readonly kind: "enum";
  readonly name: string;
  readonly labels: readonly string[];
}

/** `length` equal elements, element 0 in the least significant bits. */
export interface VecType {
  readonly kind: "vec";
  readonly length: number;
  readonly element: Type;
}

/** Bits needed to index `count` things: 0..count-1. At least 1. */
export function indexWidth(count: number): number {
  return Math.max(1, Math.ceil(Math.log2(count)));
}

/** Width in bits of a value of `type` as a flat vector. */
export function widthOf(type: Type): number {
  switch (type.kind) {
    case "bool":
      return 1;
    case "bits":
    case "uint":
    case "sint":
      return type.width;
    case "enum":
      return indexWidth(type.labels.length);
    case "vec":
      return type.length * widthOf(type.element);
  }
}

export function sameType(a: Type, b: Type): boolean {
  switch (a.kind) {
    case "bool":
      return b.kind === "bool";
    case "bits":
    case "uint":
    case "sint":
      return b.kind === a.kind && b.width === a.width;
    case "enum":
      return (
        b.kind === "enum" &&
        b.name === a.name &&
        b.labels.length === a.labels.length &&
        b.labels.every((label, i) => label === a.labels[i])
      );
    case "vec":
      return b.kind === "vec" && b.length === a.length && sameType(a.element, b.element);
  }
}

/** The type as its author wrote it: `uint(8)`, `vec(4, sint(3))`, `enum State`. */
export function typeName(type: Type): string {
  switch (type.kind) {
    case "bool":
      return "bool";
    case "bits":
    case "uint":
    case "sint":
      return `${type.kind}(${String(type.width)})`;
    case "enum":
      return `enum ${type.name}`;
    case "vec":
      return `vec(${String(type.length)}, ${typeName(type.element)})`;
  }
}
