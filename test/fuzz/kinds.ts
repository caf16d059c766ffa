import { bits, bitWidth, bool, enumeration, sint, struct, uint, vec } from "../../src/hdl/index.ts";
import type { EnumKind, Into, Kind, SIntKind, UIntKind } from "../../src/hdl/index.ts";
import type { Choices } from "./choices.ts";

export type IntKind = UIntKind | SIntKind;

/** Enumerations with a code for every label and with fewer labels than codes. */
export const enumerations: readonly [EnumKind, ...EnumKind[]] = [
  enumeration("phase", ["idle", "fetch", "run", "drain"]),
  enumeration("level", ["low", "mid", "high"]),
  enumeration("unit", ["only"]),
  enumeration("opCode", ["nop", "add", "subtract", "shiftLeft", "mulHigh"]),
];

/** Mostly short, often just below, at or above a limb boundary. */
export function randomWidth(c: Choices): number {
  switch (c.below(5)) {
    case 0:
    case 1:
      return 1 + c.below(9);
    case 2:
      return c.pick([31, 32, 33, 63, 64, 65]);
    default:
      return 1 + c.below(100);
  }
}

export function randomScalar(c: Choices): Kind {
  switch (c.below(8)) {
    case 0:
      return bool;
    case 1:
    case 2:
      return bits(randomWidth(c));
    case 3:
    case 4:
      return uint(randomWidth(c));
    case 5:
    case 6:
      return sint(randomWidth(c));
    default:
      return c.pick(enumerations);
  }
}

const widest = 260;

/** A kind of at most `widest` bits; `depth` bounds how far kinds nest. */
export function randomKind(c: Choices, depth = 2): Kind {
  const kind = c.part(() => {
    if (depth === 0) return randomScalar(c);
    switch (c.below(7)) {
      case 5:
        return vec(1 + c.below(5), randomKind(c, depth - 1));
      case 6:
        return struct(
          Object.fromEntries(c.list(1, 3, (i) => [`f${String(i)}`, randomKind(c, depth - 1)] as const)),
        );
      default:
        return randomScalar(c);
    }
  });
  return bitWidth(kind) <= widest ? kind : uint(1 + c.below(8));
}

/** A JavaScript value for a signal of `kind`. */
export function randomLiteral(c: Choices, kind: Kind): Into<Kind> {
  const literal = (of: Kind): unknown => {
    switch (of.kind) {
      case "bool":
        return c.below(2) === 1;
      case "bits":
      case "uint":
        return c.pattern(of.width);
      case "sint":
        return BigInt.asIntN(of.width, c.pattern(of.width));
      case "enum":
        return of.labels[c.below(of.labels.length)];
      case "struct":
        return Object.fromEntries(Object.entries(of.fields).map(([name, field]) => [name, literal(field)]));
      case "vec":
        return Array.from({ length: of.length }, () => literal(of.element));
    }
  };
  return literal(kind) as Into<Kind>;
}

export function sameKind(a: Kind, b: Kind): boolean {
  switch (a.kind) {
    case "bool":
      return b.kind === "bool";
    case "bits":
    case "uint":
    case "sint":
      return b.kind === a.kind && b.width === a.width;
    case "enum":
      return b.kind === "enum" && b.name === a.name;
    case "vec":
      return b.kind === "vec" && b.length === a.length && sameKind(a.element, b.element);
    case "struct": {
      if (b.kind !== "struct") return false;
      const [own, other] = [Object.entries(a.fields), Object.entries(b.fields)];
      return (
        own.length === other.length &&
        own.every(([name, field], i) => other[i]?.[0] === name && sameKind(field, other[i][1]))
      );
    }
  }
}

/** Some bit pattern of the kind stands for no value: an enumeration has codes to spare. */
export function hasGaps(kind: Kind): boolean {
  switch (kind.kind) {
    case "enum":
      return kind.labels.length !== 2 ** bitWidth(kind);
    case "vec":
      return hasGaps(kind.element);
    case "struct":
      return Object.values(kind.fields).some(hasGaps);
    default:
      return false;
  }
}

/** A packed vec of structs is one vec per field: its elements do not lie side by side. */
export function interleaves(kind: Kind): boolean {
  switch (kind.kind) {
    case "vec":
      return kind.element.kind === "struct" || interleaves(kind.element);
    case "struct":
      return Object.values(kind.fields).some(interleaves);
    default:
      return false;
  }
}
