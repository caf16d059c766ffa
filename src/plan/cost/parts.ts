/** What the parts take that units are made of, as Yosys 0.23 maps them to 7 series: fitted, bench/cost.ts checks them. */
import { bitsFor } from "../../../src/hdl/index.ts";
import type { MemorySize } from "../../../rtl/memory-shape.ts";

/** Bits of an index below `count`; none of a single thing. */
export const indexBits = (count: number): number => (count <= 1 ? 0 : bitsFor(count - 1));

/** LUTs of a counter modulo `count` with its last value told: an adder, a comparison, and back to 0 at the end. */
export function counterLuts(count: number): number {
  const bits = indexBits(count);
  if (bits <= 1) return bits;
  return bits + Math.ceil(bits / 5);
}

/** LUTs that tell a value of `bits` bits from a constant. */
export const compareLuts = (bits: number): number => (bits <= 1 ? 0 : Math.ceil((bits - 1) / 5));

/**
 * LUTs that choose one of `words` words of `width` bits by its number. Four fit a LUT6. Where neither number is a power
 * of two, the place of a word is a product, of which Yosys makes a shifter.
 */
export function wordLuts(words: number, width: number): number {
  if (words <= 1) return 0;
  if (isPowerOfTwo(words) || isPowerOfTwo(width)) return width * (words <= 2 ? 1 : Math.ceil(words / 4));
  return width * (words <= 2 ? 1 : 1.2 * words);
}

export const isPowerOfTwo = (value: number): boolean => 2 ** indexBits(value) === value;

/** Words that a RAM64M holds; deeper memories are banks of it. */
const bankWords = 64;

/**
 * LUTs of a memory with a port to write and one to read: RAM32M, six bits of 32 words in four LUTs; RAM64M, three bits
 * of 64 in four. Yosys builds deeper ones of banks.
 */
export function ramLuts({ words, width }: MemorySize): number {
  if (words <= 32) return 4 * Math.ceil(width / 6);
  const banks = Math.ceil(words / bankWords);
  return banks * 4 * Math.ceil(width / 3) + bankLuts(banks, width);
}

/** The choice between banks, and which of them is written. */
function bankLuts(banks: number, width: number): number {
  if (banks === 1) return 0;
  if (banks <= 4) return width + banks;
  // Pairs of banks, and what puts these together.
  const pairs = Math.ceil(banks / 2);
  return width * (pairs + Math.ceil(pairs / 6)) + 2 * banks;
}

/** The same where one address serves both ports: a third more bits, and up to 256 words without banks. */
export function sharedAddressRamLuts({ words, width }: MemorySize): number {
  const bits = [32, 64, 128, 256].findIndex((most) => words <= most);
  return bits < 0 ? ramLuts({ words, width }) : 4 * Math.ceil(width / 2 ** (3 - bits));
}
