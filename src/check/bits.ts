/**
 * A set of bit positions as sorted, disjoint, non-touching half-open ranges: [lo0, hi0, lo1, hi1, ...]. Values are
 * never changed in place. Signals may be ten thousand bits wide, but are driven and read in few pieces.
 */
export type BitSet = readonly number[];

export const noBits: BitSet = [];

export function bitRange(lo: number, hi: number): BitSet {
  return lo < hi ? [lo, hi] : noBits;
}

export function intersectBits(a: BitSet, b: BitSet): BitSet {
  return a.length === 0 || b.length === 0 ? noBits : combine(a, b, (inA, inB) => inA && inB);
}

export function subtractBits(a: BitSet, b: BitSet): BitSet {
  return a.length === 0 || b.length === 0 ? a : combine(a, b, (inA, inB) => inA && !inB);
}

export function containsRange(set: BitSet, lo: number, hi: number): boolean {
  for (let i = 0; i < set.length; i += 2) if ((set[i] ?? 0) <= lo && hi <= (set[i + 1] ?? 0)) return true;
  return lo >= hi;
}

/** Union of many sets. */
export function unionOfSets(sets: readonly BitSet[]): BitSet {
  const [first = noBits, ...more] = sets;
  if (more.length === 0) return first;
  return unionOfRanges(
    sets.flatMap((set) =>
      Array.from({ length: set.length / 2 }, (_, i): [number, number] => [
        set[2 * i] ?? 0,
        set[2 * i + 1] ?? 0,
      ]),
    ),
  );
}

/** Union of many ranges in any order. */
export function unionOfRanges(ranges: readonly (readonly [lo: number, hi: number])[]): BitSet {
  const result: number[] = [];
  for (const [lo, hi] of ranges.toSorted((a, b) => a[0] - b[0])) {
    if (lo >= hi) continue;
    const end = result.at(-1);
    if (end === undefined || lo > end) result.push(lo, hi);
    else if (hi > end) result[result.length - 1] = hi;
  }
  return result;
}

/** Sweeps both sets from left to right; every boundary of a set flips whether we are inside it. */
function combine(a: BitSet, b: BitSet, keep: (inA: boolean, inB: boolean) => boolean): BitSet {
  const result: number[] = [];
  let i = 0;
  let j = 0;
  let inside = false;
  while (i < a.length || j < b.length) {
    const at = Math.min(a[i] ?? Infinity, b[j] ?? Infinity);
    if (a[i] === at) i++;
    if (b[j] === at) j++;
    const now = keep(i % 2 === 1, j % 2 === 1);
    if (now !== inside) result.push(at);
    inside = now;
  }
  return result;
}
