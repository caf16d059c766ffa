import { indexWidth, widthOf, type EnumType, type Type } from "../ir/index.ts";
import { SluiceError } from "../error.ts";

/**
 * What an author writes where a type is wanted: `bool`, `bits(8)`, `uint(4)`, `sint(9)`, an `enumeration`,
 * a `struct` of kinds, a `vec` of a kind.
 */
export type Kind = BoolKind | BitsKind | UIntKind | SIntKind | EnumKind | StructKind | VecKind;

export interface BoolKind {
  readonly kind: "bool";
}

export interface BitsKind {
  readonly kind: "bits";
  readonly width: number;
}

export interface UIntKind {
  readonly kind: "uint";
  readonly width: number;
}

export interface SIntKind {
  readonly kind: "sint";
  readonly width: number;
}

export interface EnumKind<L extends string = string> {
  readonly kind: "enum";
  readonly name: string;
  readonly labels: readonly L[];
}

export type StructFields = Readonly<Record<string, Kind>>;

export interface StructKind<F extends StructFields = StructFields> {
  readonly kind: "struct";
  readonly fields: F;
}

export interface VecKind<E extends Kind = Kind> {
  readonly kind: "vec";
  readonly length: number;
  readonly element: E;
}

function positive(what: string, n: number): number {
  if (!Number.isInteger(n) || n < 1) {
    throw new SluiceError("bad-width", `${what} must be a whole number of at least 1, not ${String(n)}`, {
      hint: "give the width in bits, or use uint.upTo(max), uint.below(count) or sint.between(low, high)",
    });
  }
  return n;
}

/** One bit that means true or false. */
export const bool: BoolKind = { kind: "bool" };

/** A vector of `width` bits without arithmetic. */
export function bits(width: number): BitsKind {
  return { kind: "bits", width: positive("the width of bits", width) };
}

function uintOf(width: number): UIntKind {
  return { kind: "uint", width: positive("the width of uint", width) };
}

function sintOf(width: number): SIntKind {
  return { kind: "sint", width: positive("the width of sint", width) };
}

/** Bits that hold the unsigned number `max`. At least 1. */
export function bitsFor(max: number | bigint): number {
  return Math.max(1, BigInt(max).toString(2).length);
}

/** Unsigned integers: `uint(width)`, `uint.upTo(max)` (inclusive), `uint.below(count)` (an index). */
export const uint = Object.assign(uintOf, {
  upTo: (max: number | bigint): UIntKind => uintOf(bitsFor(max)),
  below: (count: number): UIntKind => uintOf(indexWidth(positive("the count", count))),
});

/** Two's complement integers: `sint(width)`, `sint.between(low, high)` (inclusive). */
export const sint = Object.assign(sintOf, {
  between: (low: number | bigint, high: number | bigint): SIntKind => {
    const side = (n: bigint): number => (n < 0n ? bitsFor(-n - 1n) : bitsFor(n)) + 1;
    return sintOf(Math.max(side(BigInt(low)), side(BigInt(high))));
  },
});

/** A set of labels; `name` becomes the prefix of the emitted localparams (`STATE_IDLE`). */
export function enumeration<const L extends string>(name: string, labels: readonly L[]): EnumKind<L> {
  if (labels.length === 0) throw new SluiceError("bad-enum", `enumeration ${name} has no labels`);
  if (new Set(labels).size !== labels.length) {
    throw new SluiceError("bad-enum", `enumeration ${name} repeats a label`, {
      hint: "give every label once",
    });
  }
  return { kind: "enum", name, labels };
}

/** A record of kinds; in the emitted RTL one signal per field, `name_field`. */
export function struct<const F extends StructFields>(fields: F): StructKind<F> {
  for (const name of Object.keys(fields)) {
    if (name === "set" || name === "next") {
      throw new SluiceError("bad-struct", `a struct field may not be called "${name}"`, {
        hint: "that is how a signal is driven; choose another name",
      });
    }
  }
  return { kind: "struct", fields };
}

/** `length` elements of one kind, element 0 in the least significant bits. */
export function vec<E extends Kind>(length: number, element: E): VecKind<E> {
  return { kind: "vec", length: positive("the length of vec", length), element };
}

/** One plain signal of a kind: where in the struct it sits, and its IR type. */
export interface Leaf {
  readonly path: readonly string[];
  readonly type: Type;
}

const boolLeaves: readonly Leaf[] = [{ path: [], type: bool }];

/**
 * The plain signals that a kind is made of, in order (the first is least significant when packed). A scalar is
 * one leaf; a struct gives those of its fields; a vec of structs becomes one vec per field.
 */
export function leavesOf(kind: Kind): readonly Leaf[] {
  switch (kind.kind) {
    case "bool":
      return boolLeaves;
    case "struct":
      return Object.entries(kind.fields).flatMap(([name, field]) =>
        leavesOf(field).map((leaf) => ({ path: [name, ...leaf.path], type: leaf.type })),
      );
    case "vec":
      return leavesOf(kind.element).map((leaf) => ({
        path: leaf.path,
        type: { kind: "vec", length: kind.length, element: leaf.type },
      }));
    default:
      return [{ path: [], type: irType(kind) }];
  }
}

function irType(kind: BitsKind | UIntKind | SIntKind | EnumKind): Type {
  if (kind.kind !== "enum") return kind;
  const type: EnumType = { kind: "enum", name: kind.name, labels: kind.labels };
  return type;
}

/** Bits of a value of `kind`, struct fields and elements packed. */
export function bitWidth(kind: Kind): number {
  if (kind.kind === "bits" || kind.kind === "bool") return widthOf(kind);
  return leavesOf(kind).reduce((sum, leaf) => sum + widthOf(leaf.type), 0);
}

/** The kind whose single leaf has `type`. */
export function kindOfType(type: Type): Exclude<Kind, StructKind> {
  if (type.kind !== "vec") return type;
  return { kind: "vec", length: type.length, element: kindOfType(type.element) };
}

/** The kind as its author wrote it. */
export function kindName(kind: Kind): string {
  switch (kind.kind) {
    case "bool":
      return "bool";
    case "bits":
    case "uint":
    case "sint":
      return `${kind.kind}(${String(kind.width)})`;
    case "enum":
      return `enum ${kind.name}`;
    case "struct":
      return `struct { ${Object.entries(kind.fields)
        .map(([name, field]) => `${name}: ${kindName(field)}`)
        .join(", ")} }`;
    case "vec":
      return `vec(${String(kind.length)}, ${kindName(kind.element)})`;
  }
}
