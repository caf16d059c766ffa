import type { Random } from "../../src/random.ts";
import type { WeightMatrix } from "./weights.ts";

export function randomWeights(random: Random, rows: number, columns: number): WeightMatrix {
  const wordsPerRow = Math.ceil(columns / 32);
  const words = Uint32Array.from({ length: rows * wordsPerRow }, (_, i) => {
    const used = Math.min(32, columns - (i % wordsPerRow) * 32);
    return random.next() & (used === 32 ? 0xffffffff : (1 << used) - 1);
  });
  return { rows, columns, wordsPerRow, words };
}

/** One threshold per row, spread over all that make sense, 0 to columns + 1; now and then all of them are small. */
export function randomThresholds(random: Random, { rows, columns }: WeightMatrix): Int32Array {
  const most = random.below(4) === 0 ? random.below(columns + 2) : columns + 1;
  return Int32Array.from({ length: rows }, () => random.below(most + 1));
}

export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[random.below(items.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}

export const divisorsOf = (n: number): number[] =>
  Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);

/** Synapses of each row that agree with a vector of bits, one by one: the oracle. */
export function popcounts(weights: WeightMatrix, vector: readonly number[]): number[] {
  return Array.from({ length: weights.rows }, (_, r) => {
    let count = 0;
    for (let c = 0; c < weights.columns; c++) {
      if (weightAt(weights, r, c) === vector[c]) count++;
    }
    return count;
  });
}

type Beat = number | bigint;

/** The bits of beats of `width`, least significant first. */
export function bitsOf(beats: readonly Beat[], width: number): number[] {
  return beats.flatMap((beat) =>
    Array.from({ length: width }, (_, i) => Number((BigInt(beat) >> BigInt(i)) & 1n)),
  );
}

/** Beats of `width` bits from bits, least significant first; a number up to 32 bits, as signals give them. */
export function beatsOf(bits: readonly number[], width: number): Beat[] {
  return chunks(bits, width).map((chunk) => {
    const value = chunk.reduceRight((sum, bit) => sum * 2n + BigInt(bit), 0n);
    return width > 32 ? value : Number(value);
  });
}

export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

/** Lists of equal length, `mmv` of them side by side: `size` items of each in turn. */
export function sideBySide<T>(lists: readonly (readonly T[])[], mmv: number, size: number): T[] {
  return chunks(lists, mmv).flatMap((group) =>
    Array.from({ length: (group[0]?.length ?? 0) / size }, (_, step) =>
      group.flatMap((list) => list.slice(step * size, (step + 1) * size)),
    ).flat(),
  );
}

/** The lists of `length` items that `sideBySide` has put together. */
export function apart<T>(items: readonly T[], length: number, mmv: number, size: number): T[][] {
  return chunks(items, mmv * length).flatMap((group) =>
    Array.from({ length: mmv }, (_, v) => group.filter((__, i) => Math.floor(i / size) % mmv === v)),
  );
}

/** Beats of up to `most` random vectors of `count` beats, each of `width` bits. */
export function randomVectors(
  random: Random,
  { count, width, most }: { count: number; width: number; most: number },
): Beat[] {
  const vectors = random.below(most + 1);
  return Array.from({ length: vectors * count }, () => {
    const value = random.bits(width);
    return width > 32 ? value : Number(value);
  });
}

/** Vectors of bits: every other one agrees with some row in as many places as its threshold asks for, or in one less. */
export function vectorsNearThresholds(
  random: Random,
  weights: WeightMatrix,
  thresholds: ArrayLike<number>,
  count: number,
): number[][] {
  const { rows, columns } = weights;
  return Array.from({ length: count }, () => {
    const row = random.below(rows);
    const edge = (thresholds[row] ?? 0) - random.below(2);
    const agreeing = random.below(2) === 0 ? random.below(columns + 1) : Math.min(Math.max(edge, 0), columns);
    const places = shuffled(
      random,
      Array.from({ length: columns }, (_, column) => column),
    );
    const differing = new Set(places.slice(agreeing));
    return places.map((_, column) => weightAt(weights, row, column) ^ (differing.has(column) ? 1 : 0));
  });
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(random.below(left.length), 1));
}

/** The weight as a bit. */
export function weightAt({ words, wordsPerRow }: WeightMatrix, row: number, column: number): number {
  return ((words[row * wordsPerRow + (column >>> 5)] ?? 0) >>> (column & 31)) & 1;
}
