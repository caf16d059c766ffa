import { bitsFor } from "../../src/hdl/index.ts";

/**
 * Thresholds without a comparator. An accumulator that starts at 2^k minus the threshold has its bit k set exactly when
 * the total reaches the threshold. It starts at the same constant in every neuron; what a neuron is short of its own start
 * comes with its weights: in every beat of the vector a few bias digits, each worth a power of two or nothing, are
 * added beside the products. The digits are bits of the weight memory's words, so that neither a threshold memory nor
 * its read port is left.
 */

/** What the thresholds of a unit make of its accumulators. */
export interface Bias {
  /** What each bias bit of a beat is worth, least first; no bits where all thresholds are equal. */
  readonly digits: readonly number[];
  /** Where every accumulator starts. */
  readonly base: number;
  /** Bits of an accumulator; the highest is the result. */
  readonly width: number;
}

/**
 * The fewest bits per beat with which `beats` beats can add any whole number from 0 to `range`. Digits are powers of
 * two, each the largest with which no number is left out.
 */
export function digitsFor(beats: number, range: number): readonly number[] {
  const digits: number[] = [];
  for (let reached = 0; reached < range;) {
    const digit = 2 ** (bitsFor(reached + 1) - 1);
    digits.push(digit);
    reached += beats * digit;
  }
  return digits;
}

/** In how many of the beats each digit is set, so that they add up to `value`: the largest first, as often as it fits. */
export function digitCounts(digits: readonly number[], beats: number, value: number): readonly number[] {
  let left = value;
  return digits
    .map((_, i) => digits.length - 1 - i)
    .map((i) => {
      const digit = digits[i] ?? 0;
      const count = Math.min(beats, Math.floor(left / digit));
      left -= count * digit;
      return count;
    })
    .reverse();
}

/**
 * Base, digits and width for neurons that fire from `limits` upwards, of totals from 0 to `most` over `beats` beats.
 * A total that starts there lies between 2^k - max(limits) and 2^k + most - min(limits), and so do all sums on its way:
 * k is the least that keeps both ends between 0 and 2^(k+1) - 1.
 */
export function biasFor(limits: readonly number[], beats: number, most: number): Bias {
  const [least, greatest] = extentOf(limits);
  let k = 0;
  while (2 ** k < Math.max(greatest, most - least + 1)) k++;
  return { digits: digitsFor(beats, greatest - least), base: 2 ** k - greatest, width: k + 1 };
}

/** The threshold that needs no bias: the greatest of those that the digits are made for. */
export const greatestOf = ({ base, width }: Bias): number => 2 ** (width - 1) - base;

/** The least and the greatest; kept, as the planner asks for those of a layer at thousands of foldings. */
function extentOf(limits: readonly number[]): readonly [least: number, greatest: number] {
  let extent = extents.get(limits);
  if (extent === undefined) extents.set(limits, (extent = [Math.min(...limits), Math.max(...limits)]));
  return extent;
}

const extents = new WeakMap<readonly number[], readonly [number, number]>();

/**
 * Bias bits of every fold step: word `group * beats + beat` holds, for PE p in bits p * digits upwards, those of neuron
 * group * pe + p.
 */
export function biasWords(bias: Bias, limits: readonly number[], beats: number, pe: number): bigint[] {
  const { digits } = bias;
  const greatest = greatestOf(bias);
  const counts = limits.map((limit) => digitCounts(digits, beats, greatest - limit));
  return Array.from({ length: (limits.length / pe) * beats }, (_, word) => {
    const [group, beat] = [Math.floor(word / beats), word % beats];
    // From the most significant down: the last PE's largest digit first.
    const set = counts
      .slice(group * pe, (group + 1) * pe)
      .flatMap((of) => of.map((count) => beat < count))
      .reverse();
    return BigInt(`0b0${set.map((bit) => (bit ? "1" : "0")).join("")}`);
  });
}
