import type { Technology } from "./arith/index.ts";

/**
 * What memories take of a Xilinx device: block RAM by the shapes that a block can have (UG473, UG573), memories of LUTs
 * by the 64 words that a LUT6 holds (UG474). The figures are those that Yosys 0.23 comes to; memory-shape.test.ts has
 * what was measured.
 */

/** Block RAMs of 36 Kb, one of 18 Kb being half of it, and LUTs: with block RAM the multiplexers between banks. */
export interface MemoryCost {
  readonly bram36: number;
  readonly lut: number;
}

/** What a memory is made of. */
export type MemoryStyle = "block" | "distributed";

/** Words and bits per word. */
export interface MemorySize {
  readonly words: number;
  readonly width: number;
}

/**
 * LUTs that count as much as a block RAM of 36 Kb: as many as there are for each on the XC7Z045 of the ZC706, 218,600
 * to 545. A memory that is cheaper by this rate leaves more of the device to everything else.
 */
export const lutsPerBlock = 401;

/** Bits of a block RAM with its parity bits. */
const blockBits = 36 * 1024;

/** A way to use a block, or half of one. A port reads 72 bits of a block per cycle at the most. */
interface BlockShape extends MemorySize {
  readonly bram36: number;
}

const blockShapes: readonly BlockShape[] = [
  ...[72, 36, 18, 9, 4, 2, 1].map((width, i) => ({ words: 512 * 2 ** i, width, bram36: 1 })),
  ...[36, 18, 9, 4, 2, 1].map((width, i) => ({ words: 512 * 2 ** i, width, bram36: 0.5 })),
];

/** The choice between values, per bit: four to a LUT6. */
const selectLuts = (values: number): number => Math.ceil((values - 1) / 3);

/** Both as LUTs. */
export const weigh = ({ bram36, lut }: MemoryCost): number => lutsPerBlock * bram36 + lut;

/**
 * The fewest block RAMs: the word is cut into columns of one shape, what is left of it into columns of another; a column
 * of more words than a block has is several banks.
 */
export function blockCost({ words, width }: MemorySize): MemoryCost {
  if (width === 0) return { bram36: 0, lut: 0 };
  const key = `${String(words)}x${String(width)}`;
  let cost = blockCosts.get(key);
  if (cost === undefined) blockCosts.set(key, (cost = leastBlockCost({ words, width })));
  return cost;
}

/** The planner asks for the same memories again and again. */
const blockCosts = new Map<string, MemoryCost>();

function leastBlockCost({ words, width }: MemorySize): MemoryCost {
  const costs = blockShapes.map((shape): MemoryCost => {
    const columns = Math.max(1, Math.floor(width / shape.width));
    const bits = Math.min(width, columns * shape.width);
    const banks = Math.ceil(words / shape.words);
    const rest = blockCost({ words, width: width - bits });
    return {
      bram36: columns * banks * shape.bram36 + rest.bram36,
      lut: bits * selectLuts(banks) + rest.lut,
    };
  });
  return costs.reduce((best, cost) => (weigh(cost) < weigh(best) ? cost : best));
}

/** Words of a ROM of which a LUT6_2 holds two columns. */
export const pairedRomWords = 32;

/**
 * A ROM of LUTs: a LUT6 for 64 words of a column, MUXF7 and MUXF8 up to 256, and no two columns alike; where LUT6_2 are
 * placed, one for two columns of 32 words.
 */
export function romCost({ words, width }: MemorySize, technology: Technology): MemoryCost {
  const columns = Math.min(width, 2 ** Math.min(words, 52));
  if (technology !== "portable" && words <= pairedRomWords) return { bram36: 0, lut: Math.ceil(columns / 2) };
  const leaves = words <= 64 ? 1 : words <= 128 ? 2 : 4 * Math.ceil(words / 256);
  return { bram36: 0, lut: columns * (leaves + selectLuts(Math.ceil(words / 256))) };
}

/** The style in which a ROM costs less. */
export function cheaperRom(size: MemorySize, technology: Technology): MemoryStyle {
  return weigh(blockCost(size)) < weigh(romCost(size, technology)) ? "block" : "distributed";
}

/**
 * A RAM of LUTs with a port to write and one to read: four LUTs hold 32 words of 6 bits or 64 of 3 (RAM32M, RAM64M), and
 * of several banks one is chosen.
 */
export function ramCost({ words, width }: MemorySize): MemoryCost {
  if (words <= 32) return { bram36: 0, lut: 4 * Math.ceil(width / 6) };
  const banks = Math.ceil(words / 64);
  return { bram36: 0, lut: 4 * banks * Math.ceil(width / 3) + width * selectLuts(banks) };
}

/** The style in which a RAM costs less. */
export function cheaperRam(size: MemorySize): MemoryStyle {
  return weigh(blockCost(size)) < weigh(ramCost(size)) ? "block" : "distributed";
}

/** Part of the bits of its block RAMs that a memory fills. */
export function blockEfficiency({ words, width }: MemorySize, bram36: number): number {
  return (words * width) / (bram36 * blockBits);
}
