/** A net that everything reads says little about who is near whom: of its readers, each LUT looks at so many. */
const candidatesPerNet = 48;

/** Inputs that the two halves of a LUT6_2 share. */
const sharedInputs = 5;

/**
 * How many pairs of LUTs, each given by the nets that it reads, fit one LUT6_2: both have at most five inputs, no more
 * than five different ones in all, and share at least one (others stand too far apart to be worth joining). No LUT is in
 * two pairs.
 *
 * Greedy, and then one improvement: LUTs with the fewest possible partners choose first, and take the partner with the
 * fewest; whoever is left looks for a pair that can be split into two. Within 1 % of the largest matching where that was
 * computed. Where the LUTs will be placed is not considered, so that a real packer finds fewer.
 */
export function countPairs(luts: readonly (readonly number[])[]): number {
  const partners = possiblePartners(luts);
  const mate = new Int32Array(luts.length).fill(-1);
  const join = (a: number, b: number): void => {
    mate[a] = b;
    mate[b] = a;
  };
  const isFree = (lut: number): boolean => mate[lut] === -1;
  const choices = (lut: number): number => partners[lut]?.length ?? 0;

  const byChoices = [...luts.keys()].sort((a, b) => choices(a) - choices(b));
  for (const lut of byChoices) {
    if (!isFree(lut)) continue;
    const free = (partners[lut] ?? []).filter(isFree);
    if (free.length > 0)
      join(
        lut,
        free.reduce((best, other) => (choices(other) < choices(best) ? other : best)),
      );
  }
  for (const lut of byChoices) {
    if (!isFree(lut)) continue;
    for (const taken of partners[lut] ?? []) {
      const bereft = mate[taken] ?? -1;
      const other = (partners[bereft] ?? []).find((one) => one !== lut && isFree(one));
      if (other === undefined) continue;
      join(lut, taken);
      join(bereft, other);
      break;
    }
  }
  return mate.filter((other) => other !== -1).length / 2;
}

function possiblePartners(luts: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const readers = new Map<number, number[]>();
  for (const [lut, nets] of luts.entries()) {
    if (nets.length > sharedInputs) continue;
    for (const net of nets) {
      const known = readers.get(net);
      if (known === undefined) readers.set(net, [lut]);
      else known.push(lut);
    }
  }
  const partners = luts.map(() => new Set<number>());
  for (const all of readers.values()) {
    for (const [i, a] of all.entries()) {
      for (const b of all.slice(i + 1, i + 1 + candidatesPerNet)) {
        if (unionSize(luts[a] ?? [], luts[b] ?? []) > sharedInputs) continue;
        partners[a]?.add(b);
        partners[b]?.add(a);
      }
    }
  }
  return partners.map((set) => [...set]);
}

function unionSize(a: readonly number[], b: readonly number[]): number {
  return a.length + b.filter((net) => !a.includes(net)).length;
}
