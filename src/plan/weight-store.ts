import { blockCost, blockEfficiency, type MemorySize } from "../../rtl/memory-shape.ts";
import type { WeightMemory } from "../../rtl/nn/index.ts";

/** The weights of a layer as its unit keeps them: words with the weights of a fold step and what its thresholds add. */
export interface WeightStore extends MemorySize {
  /** `constant`: a single word. */
  readonly style: "block" | "distributed" | "constant";
  /** Block RAMs of 36 Kb by `blockCost`, 0 where it takes none. */
  readonly bram36: number;
  /** Bits of the words that are weights. */
  readonly weightBits: number;
}

export function weightStore({ words, width, style }: WeightMemory, weightBits: number): WeightStore {
  const { bram36 } = style === "block" ? blockCost({ words, width }) : { bram36: 0 };
  return { words, width, style: words === 1 ? "constant" : style, bram36, weightBits };
}

/**
 * Part of the bits of block RAMs that the weights in them fill, of all stores together; thresholds do not count. Null
 * where no weight is in block RAM.
 */
export function weightEfficiency(stores: readonly WeightStore[]): number | null {
  const inBlocks = stores.filter(({ bram36 }) => bram36 > 0);
  const bram36 = inBlocks.reduce((sum, store) => sum + store.bram36, 0);
  const bits = inBlocks.reduce((sum, { weightBits }) => sum + weightBits, 0);
  return bram36 === 0 ? null : blockEfficiency({ words: bits, width: 1 }, bram36);
}
