import { bitRange, intersectBits, noBits, unionOfSets, type BitSet } from "./bits.ts";
import type { Signal } from "./signals.ts";
import type { Unrolled } from "./unroll.ts";

/** Bits of signals that a piece of a body drives: on some way through it, and on every way. */
export interface Cover {
  readonly maybe: ReadonlyMap<Signal, BitSet>;
  readonly always: ReadonlyMap<Signal, BitSet>;
}

export interface Covers {
  /** Of all statements together. */
  readonly whole: Cover;
  /** Of one statement, with all inside it. */
  of(node: Unrolled): Cover;
}

export function coversOf(tree: readonly Unrolled[]): Covers {
  const branches = new Map<Unrolled, Cover>();
  const list = (nodes: readonly Unrolled[]): Cover => {
    const maybe = new Unions();
    const always = new Unions();
    for (const node of nodes) {
      if (node.kind === "effect") continue;
      if (node.kind === "assign") {
        const bits = bitRange(node.lo, node.hi);
        maybe.add(node.signal, bits);
        if (!node.dynamic) always.add(node.signal, bits);
        continue;
      }
      const cover = branch(
        node.arms.map(({ body }) => list(body)),
        node.missing === undefined,
      );
      branches.set(node, cover);
      for (const [signal, bits] of cover.maybe) maybe.add(signal, bits);
      for (const [signal, bits] of cover.always) always.add(signal, bits);
    }
    return { maybe: maybe.all(), always: always.all() };
  };
  return { whole: list(tree), of: (node) => branches.get(node) ?? leaf(node) };
}

function leaf(node: Unrolled): Cover {
  if (node.kind !== "assign") return { maybe: new Map(), always: new Map() };
  const bits = new Map([[node.signal, bitRange(node.lo, node.hi)]]);
  return { maybe: bits, always: node.dynamic ? new Map() : bits };
}

/** Bits of signals, gathered piece by piece and joined at the end: a wide one may be driven bit by bit. */
class Unions {
  private readonly pieces = new Map<Signal, BitSet[]>();

  add(signal: Signal, bits: BitSet): void {
    const list = this.pieces.get(signal);
    if (list === undefined) this.pieces.set(signal, [bits]);
    else list.push(bits);
  }

  all(): ReadonlyMap<Signal, BitSet> {
    const all = new Map<Signal, BitSet>();
    for (const [signal, list] of this.pieces) all.set(signal, unionOfSets(list));
    return all;
  }
}

function branch(arms: readonly Cover[], complete: boolean): Cover {
  const maybe = new Unions();
  for (const arm of arms) for (const [signal, bits] of arm.maybe) maybe.add(signal, bits);
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
  return { maybe: maybe.all(), always };
}
