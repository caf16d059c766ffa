import { intersectBits, unionBits, bitRange, noBits, type BitSet } from "./bits.ts";
import type { Signal } from "./signals.ts";
import type { Unrolled } from "./unroll.ts";

/** Bits of signals that a piece of a body drives: on some way through it, and on every way. */
export interface Cover {
  readonly maybe: ReadonlyMap<Signal, BitSet>;
  readonly always: ReadonlyMap<Signal, BitSet>;
}

/** The bits that every statement, with all inside it, drives. */
export function coverOf(tree: readonly Unrolled[]): ReadonlyMap<Unrolled, Cover> {
  const covers = new Map<Unrolled, Cover>();
  const visit = (node: Unrolled): Cover => {
    const cover =
      node.kind === "branch"
        ? branch(
            node.arms.map(({ body }) => list(body)),
            node.missing === undefined,
          )
        : leaf(node);
    covers.set(node, cover);
    return cover;
  };
  const list = (nodes: readonly Unrolled[]): Cover => sequence(nodes.map(visit));
  list(tree);
  return covers;
}

/** What statements one after the other drive together. */
export function sequence(covers: readonly Cover[]): Cover {
  const maybe = new Map<Signal, BitSet>();
  const always = new Map<Signal, BitSet>();
  for (const cover of covers) {
    for (const [signal, bits] of cover.maybe) maybe.set(signal, unionBits(maybe.get(signal) ?? noBits, bits));
    for (const [signal, bits] of cover.always)
      always.set(signal, unionBits(always.get(signal) ?? noBits, bits));
  }
  return { maybe, always };
}

function leaf(node: Exclude<Unrolled, { kind: "branch" }>): Cover {
  if (node.kind === "effect") return { maybe: new Map(), always: new Map() };
  const bits = bitRange(node.lo, node.hi);
  return {
    maybe: new Map([[node.signal, bits]]),
    always: node.dynamic ? new Map() : new Map([[node.signal, bits]]),
  };
}

function branch(arms: readonly Cover[], complete: boolean): Cover {
  const { maybe } = sequence(arms);
  const always = new Map<Signal, BitSet>();
  const [first, ...others] = arms;
  if (complete && first !== undefined)
    for (const [signal, bits] of first.always) {
      const shared = others.reduce<BitSet>(
        (set, arm) => intersectBits(set, arm.always.get(signal) ?? noBits),
        bits,
      );
      if (shared.length > 0) always.set(signal, shared);
    }
  return { maybe, always };
}
