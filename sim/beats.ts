import {
  leavesOf,
  type BoolKind,
  type EnumKind,
  type Kind,
  type StructKind,
  type VecKind,
} from "../src/hdl/index.ts";
import { widthOf } from "../src/ir/index.ts";
import { decode, encode, type PlainValue } from "../src/simulate/values.ts";
import { SluiceError } from "../src/error.ts";
import { limbsOf } from "./vectors.ts";

/**
 * A value of a kind as tests write it. bool: boolean. bits, uint, sint: a number up to 32 bits, a bigint above (either
 * is taken where it is exact). enum: its label. vec: an array, element 0 first. struct: an object of its fields.
 */
export type JsOf<K extends Kind> = Kind extends K
  ? JsValue
  : K extends StructKind<infer F>
    ? { readonly [N in keyof F]: JsOf<F[N]> }
    : K extends VecKind<infer E>
      ? readonly JsOf<E>[]
      : K extends BoolKind
        ? boolean
        : K extends EnumKind<infer L>
          ? L
          : number | bigint;

/** A value of a kind that is known only at run time. */
export type JsValue =
  boolean | number | bigint | string | readonly JsValue[] | { readonly [field: string]: JsValue };

/** Values of one kind to limbs and back; a struct's first leaf lies in the least significant bits. */
export interface Codec {
  /** Limbs of a value. */
  readonly limbs: number;
  /** It is one value, not a list of values (which for a vec is an array as well). */
  readonly isOne: (value: unknown) => boolean;
  /** Names of the leaves of port `name`, in order. */
  readonly names: (name: string) => readonly string[];
  /** The leaves of a value, in order. */
  readonly leaves: (value: unknown) => readonly Uint32Array[];
  /** The value whose leaves these are. */
  readonly fromLeaves: (leaves: readonly Uint32Array[]) => unknown;
  /** Values packed one after the other. @throws SluiceError `value-out-of-range`. */
  readonly encode: (values: readonly unknown[]) => Uint32Array;
  readonly decode: (limbs: Uint32Array) => unknown[];
}

/** `where` names the port or stream in errors. */
export function codecOf(kind: Kind, where: string): Codec {
  const parts: {
    readonly leaf: ReturnType<typeof leavesOf>[number];
    readonly lo: number;
    readonly width: number;
  }[] = [];
  let total = 0;
  for (const leaf of leavesOf(kind)) {
    const width = widthOf(leaf.type);
    parts.push({ leaf, lo: total, width });
    total += width;
  }
  const limbs = Math.max(1, limbsOf(total));
  const leaves = (value: unknown): Uint32Array[] =>
    parts.map(({ leaf: { type, path } }) => {
      const place = [where, ...path].join(".");
      return encode(type, leafValue(kind, value, path, place), place);
    });
  const fromLeaves = (values: readonly Uint32Array[]): unknown => {
    const plain = parts.map(({ leaf }, i) => decode(leaf.type, values[i] ?? new Uint32Array(1)));
    return assemble(kind, plain[Symbol.iterator]());
  };
  return {
    limbs,
    isOne: (value) => !isEmpty(value) && nesting(value) <= nestingOf(kind),
    names: (name) => parts.map(({ leaf }) => [name, ...leaf.path].join("_")),
    leaves,
    fromLeaves,
    encode: (values) => {
      const packed = new Uint32Array(values.length * limbs);
      values.forEach((value, beat) => {
        leaves(value).forEach((leaf, i) => {
          copyBits(leaf, 0, packed, beat * limbs * 32 + (parts[i]?.lo ?? 0), parts[i]?.width ?? 0);
        });
      });
      return packed;
    },
    decode: (packed) =>
      Array.from({ length: packed.length / limbs }, (_, beat) =>
        fromLeaves(
          parts.map(({ lo, width }) => {
            const leaf = new Uint32Array(limbsOf(width));
            copyBits(packed, beat * limbs * 32 + lo, leaf, 0, width);
            return leaf;
          }),
        ),
      ),
  };
}

/** How deep arrays of a value of `kind` are nested, and those of a value. */
function nestingOf(kind: Kind): number {
  return kind.kind === "vec" ? 1 + nestingOf(kind.element) : 0;
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function nesting(value: unknown): number {
  return Array.isArray(value) ? 1 + nesting(value[0]) : 0;
}

/** The plain value of the leaf at `path`: through a vec of structs it is an array of the elements' fields. */
function leafValue(kind: Kind, value: unknown, path: readonly string[], where: string): PlainValue {
  if (kind.kind === "struct") {
    const [name = "", ...rest] = path;
    const field = kind.fields[name];
    if (field === undefined || typeof value !== "object" || value === null || !(name in value))
      throw new SluiceError("value-out-of-range", `${where} is not given`, {
        where,
        hint: `give an object with the fields ${Object.keys(kind.fields).join(", ")}`,
      });
    return leafValue(field, (value as Readonly<Record<string, unknown>>)[name], rest, where);
  }
  if (kind.kind === "vec" && Array.isArray(value))
    return (value as readonly unknown[]).map((element) => leafValue(kind.element, element, path, where));
  return value as PlainValue;
}

/** The value of `kind` from its leaves' plain values, taken in order. */
function assemble(kind: Kind, leaves: Iterator<PlainValue>): unknown {
  if (kind.kind === "struct")
    return Object.fromEntries(
      Object.entries(kind.fields).map(([name, field]) => [name, assemble(field, leaves)]),
    );
  if (kind.kind !== "vec") return leaves.next().value as PlainValue;
  const columns = leavesOf(kind).map(() => leaves.next().value as readonly PlainValue[]);
  return Array.from({ length: kind.length }, (_, i) =>
    assemble(kind.element, columns.map((column) => column[i] ?? 0)[Symbol.iterator]()),
  );
}

/** Copies `width` bits from bit `at` of `from` to bit `to` of `into`, which is 0 there. */
function copyBits(from: Uint32Array, at: number, into: Uint32Array, to: number, width: number): void {
  for (let done = 0; done < width;) {
    const [source, target] = [at + done, to + done];
    const count = Math.min(width - done, 32 - (source & 31), 32 - (target & 31));
    const bits = ((from[source >>> 5] ?? 0) >>> (source & 31)) & (count === 32 ? ~0 : (1 << count) - 1);
    into[target >>> 5] = (into[target >>> 5] ?? 0) | (bits << (target & 31));
    done += count;
  }
}
