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

/** LUTs of a choice between `choices` values of `width` bits, four to a LUT6, with MUXF7 and MUXF8 behind. */
export function selectLuts(choices: number, width: number): number {
  if (choices <= 1) return 0;
  if (choices === 2) return width;
  return width * Math.ceil(choices / 4);
}

/**
 * LUTs of a memory with a port to write and one to read: RAM32M, six bits of 32 words in four LUTs; RAM64M, three bits
 * of 64 in four. Deeper ones are banks, with a choice between them.
 */
export function ramLuts({ words, width }: MemorySize): number {
  if (words <= 32) return 4 * Math.ceil(width / 6);
  const banks = Math.ceil(words / 64);
  return banks * 4 * Math.ceil(width / 3) + selectLuts(banks, width) + (banks > 1 ? banks : 0);
}
