import { bits, bool, enumeration, sint, struct, uint, vec, type Kind } from "../src/hdl/index.ts";
import type { Random } from "../src/random.ts";

/** A random value of a kind, as `JsOf` describes it. */
export function randomValue(kind: Kind, random: Random): unknown {
  switch (kind.kind) {
    case "bool":
      return random.below(2) === 1;
    case "bits":
    case "uint":
      return plain(random.bits(kind.width), kind.width);
    case "sint":
      return plain(BigInt.asIntN(kind.width, random.bits(kind.width)), kind.width);
    case "enum":
      return kind.labels[random.below(kind.labels.length)];
    case "vec":
      return Array.from({ length: kind.length }, () => randomValue(kind.element, random));
    case "struct":
      return Object.fromEntries(
        Object.entries(kind.fields).map(([name, field]) => [name, randomValue(field, random)]),
      );
  }
}

function plain(value: bigint, width: number): number | bigint {
  return width <= 32 ? Number(value) : value;
}

/** A random kind, some wider than a machine word, some nested. */
export function randomKind(random: Random): Kind {
  const width = (): number => 1 + random.below(random.below(4) === 0 ? 100 : 12);
  switch (random.below(8)) {
    case 0:
      return bool;
    case 1:
      return sint(width());
    case 2:
      return enumeration("phase", ["idle", "busy", "done"]);
    case 3:
      return vec(1 + random.below(4), uint(width()));
    case 4:
      return struct({ first: uint(width()), last: bool });
    case 5:
      return struct({ inner: struct({ a: sint(width()), b: bits(width()) }), list: vec(2, bits(width())) });
    case 6:
      return uint(width());
    default:
      return bits(width());
  }
}
