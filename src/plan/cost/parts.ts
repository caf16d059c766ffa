/** What the parts take that units are made of, as Yosys 0.23 maps them to 7 series: fitted, bench/cost.ts checks them. */
import { bitsFor } from "../../../src/hdl/index.ts";
import { romCost, type MemorySize } from "../../../rtl/memory-shape.ts";

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
 * LUTs that choose one of `words` words of `width` bits by its number. Four fit a LUT6; of more, Yosys' choice is less
 * good, and bad where the place of a word has to be computed.
 */
export function wordLuts(words: number, width: number): number {
  if (words <= 1) return 0;
  if (words === 2) return width;
  if (words === 3) return width * (isPowerOfTwo(width) ? 1 : 1.3);
  if (placeIsComputed(words, width)) return width * words * (words === 4 ? 1 : isPowerOfTwo(words) ? 1.3 : 2);
  return width * (words === 4 ? 1 : words / 2);
}

/**
 * Whether the place of one of `words` words, its number times their width, is more than the number's bits moved: where
 * it adds them up, Yosys makes a shifter of the choice.
 */
export function placeIsComputed(words: number, width: number): boolean {
  let last = -Infinity;
  for (let bit = 0; 2 ** bit <= width; bit++) {
    if (Math.floor(width / 2 ** bit) % 2 === 0) continue;
    if (bit - last < indexBits(words)) return true;
    last = bit;
  }
  return false;
}

export const isPowerOfTwo = (value: number): boolean => 2 ** indexBits(value) === value;

/** What a RAM of four LUTs holds: so many words of so many bits, by its ports. */
const ramShapes = {
  /** One to write, one to read: RAM32M, RAM64M. */
  twoAddresses: [
    { words: 32, width: 6 },
    { words: 64, width: 3 },
  ],
  /** One address for both. */
  oneAddress: [
    { words: 32, width: 8 },
    { words: 64, width: 4 },
    { words: 128, width: 2 },
    { words: 256, width: 1 },
  ],
} as const satisfies Readonly<Record<string, readonly MemorySize[]>>;

/** LUTs of a memory in distributed RAM: banks of the shape that takes the fewest, as Yosys weighs more banks. */
export function ramLuts(
  { words, width }: MemorySize,
  ports: keyof typeof ramShapes = "twoAddresses",
): number {
  if (width === 0) return 0;
  const choices = ramShapes[ports].map((shape) => {
    const banks = Math.ceil(words / shape.words);
    const luts = 4 * banks * Math.ceil(width / shape.width);
    return { banks, luts, weight: luts + 0.15 * width * (banks - 1) };
  });
  const { banks, luts } = choices.reduce((best, one) => (one.weight < best.weight ? one : best));
  return luts + bankLuts(banks, width);
}

/** The choice between banks, and which of them is written. */
function bankLuts(banks: number, width: number): number {
  if (banks === 1) return 0;
  if (banks <= 4) return 1.15 * width + banks;
  if (banks <= 6) return 2 * width;
  // Pairs of banks, and what puts these together.
  const pairs = Math.ceil(banks / 2);
  return width * (pairs + Math.ceil(pairs / 6)) + 2 * banks;
}

/**
 * LUTs of a ROM that synthesis infers, beside other logic: of more than 128 words Yosys then leaves out some of the
 * multiplexers between LUTs, and takes LUTs.
 */
export function romLuts({ words, width }: MemorySize): number {
  if (words <= 1) return 0;
  if (words > 256) return (1.85 * width * words) / 64;
  return romCost({ words, width }, "portable").lut * (words > 128 ? 1.1 : 1);
}
