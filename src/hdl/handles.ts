import type { BitsKind, BoolKind, EnumKind, Kind, SIntKind, StructKind, UIntKind, VecKind } from "./kinds.ts";
import type { Bits, Bool, Enum, SInt, UInt, Vec } from "./signals.ts";

/** How a signal may be driven: not at all, by `.set` (combinational) or by `.next` (at the clock edge). */
export type Access = "read" | "set" | "next";

export interface Settable<K extends Kind> {
  /** Drives the signal combinationally; the last assignment that applies wins. */
  set(value: Into<K>): void;
}

export interface Nextable<K extends Kind> {
  /** Value after the next clock edge; without an assignment a register keeps its value. */
  next(value: Into<K>): void;
}

type Drivable<K extends Kind, A extends Access> = A extends "set"
  ? Settable<K>
  : A extends "next"
    ? Nextable<K>
    : unknown;

/** The signal of a kind: `Handle<UIntKind>` can be read, `Handle<UIntKind, "set">` driven as well. */
export type Handle<K extends Kind, A extends Access = "read"> =
  K extends StructKind<infer F>
    ? { readonly [P in keyof F]: Handle<F[P], A> } & Drivable<K, A>
    : K extends VecKind<infer E>
      ? Vec<E, A> & Drivable<K, A>
      : K extends BitsKind
        ? Bits<A> & Drivable<K, A>
        : K extends BoolKind
          ? Bool & Drivable<K, A>
          : K extends UIntKind
            ? UInt & Drivable<K, A>
            : K extends SIntKind
              ? SInt & Drivable<K, A>
              : K extends EnumKind<infer L>
                ? Enum<L> & Drivable<K, A>
                : never;

/** What may be assigned to a signal of a kind: a signal, or a JavaScript value. */
export type Into<K extends Kind> =
  K extends StructKind<infer F>
    ? { readonly [P in keyof F]: Into<F[P]> }
    : K extends VecKind<infer E>
      ? Vec<E> | readonly Into<E>[]
      : K extends BitsKind
        ? Bits | number | bigint
        : K extends BoolKind
          ? Bool | boolean
          : K extends UIntKind
            ? UInt | number | bigint
            : K extends SIntKind
              ? SInt | number | bigint
              : K extends EnumKind<infer L>
                ? Enum<L> | L
                : never;
