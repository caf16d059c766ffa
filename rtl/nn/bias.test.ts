import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { biasFor, biasWords, digitCounts, digitsFor, type Bias } from "./bias.ts";

const beats = fc.integer({ min: 1, max: 300 });
const range = fc.integer({ min: 0, max: 5000 });

/** Limits from 0 (always) to `most` + 1 (never) of a few groups of neurons; now and then all are equal. */
const units = fc.integer({ min: 1, max: 5000 }).chain((most) => {
  const limit = fc.integer({ min: 0, max: most + 1 });
  const limits = fc.oneof(
    fc.array(limit, { minLength: 1, maxLength: 12 }),
    limit.map((all) => [all, all, all]),
  );
  return fc.record({ most: fc.constant(most), limits, beats: fc.integer({ min: 1, max: 40 }) });
});

const worth = ({ digits }: Pick<Bias, "digits">, counts: readonly number[]): number =>
  digits.reduce((sum, digit, i) => sum + digit * (counts[i] ?? 0), 0);

describe("digits", () => {
  test.each([
    [18, 1153, [1, 16, 256]],
    [1, 10, [1, 2, 4, 8]],
    [2, 6, [1, 2]],
    [3, 15, [1, 4]],
    [18, 0, []],
    [18, 18, [1]],
    [18, 19, [1, 16]],
  ])("over %i beats, up to %i", (over, most, digits) => {
    expect(digitsFor(over, most)).toEqual(digits);
  });

  test("are different powers of two, and as many as needed", () => {
    fc.assert(
      fc.property(beats, range, (over, most) => {
        const digits = digitsFor(over, most);
        expect(digits.every((digit) => Number.isInteger(Math.log2(digit)))).toBe(true);
        expect(digits).toEqual([...new Set(digits)].sort((a, b) => a - b));
        const all = (of: readonly number[]): number => of.reduce((sum, digit) => sum + over * digit, 0);
        expect(all(digits)).toBeGreaterThanOrEqual(most);
        if (digits.length > 0) expect(all(digits.slice(0, -1))).toBeLessThan(most);
      }),
    );
  });

  test("reach every value, each set in at most all beats", () => {
    fc.assert(
      fc.property(beats, range, (over, most) => {
        const digits = digitsFor(over, most);
        const reached = (value: number): boolean => {
          const counts = digitCounts(digits, over, value);
          return worth({ digits }, counts) === value && counts.every((count) => count >= 0 && count <= over);
        };
        const values = Array.from({ length: most + 1 }, (_, value) => value);
        expect(values.filter((value) => !reached(value))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});

describe("accumulators", () => {
  test("of 1152 synapses in 18 beats with thresholds from never to always", () => {
    expect(biasFor([0, 500, 1153], 18, 1152)).toEqual({ digits: [1, 16, 256], base: 2048 - 1153, width: 12 });
  });

  test("that need no bias where all thresholds are equal", () => {
    expect(biasFor([5, 5], 3, 12)).toEqual({ digits: [], base: 3, width: 4 });
  });

  test("have their highest bit set at the end exactly where the threshold is reached, and never overflow", () => {
    fc.assert(
      fc.property(units, ({ most, limits, beats: over }) => {
        const bias = biasFor(limits, over, most);
        expect(bias.base).toBeGreaterThanOrEqual(0);
        const half = 2 ** (bias.width - 1);
        for (const limit of limits) {
          const start = bias.base + Math.max(...limits) - limit;
          for (const total of [0, limit - 1, limit, most].filter((t) => t >= 0 && t <= most)) {
            // Sums only grow, so that all on the way to the last are below it.
            expect(start + total).toBeLessThan(2 * half);
            expect(start + total >= half).toBe(total >= limit);
          }
        }
      }),
    );
  });

  test("have no bit too many", () => {
    fc.assert(
      fc.property(units, ({ most, limits, beats: over }) => {
        const { width } = biasFor(limits, over, most);
        if (width === 1) return;
        const half = 2 ** (width - 2);
        const [least, greatest] = [Math.min(...limits), Math.max(...limits)];
        expect(greatest > half || half + most - least >= 2 * half).toBe(true);
      }),
    );
  });
});

test("words: the bits of a neuron over its beats are worth what its threshold is short of the greatest", () => {
  fc.assert(
    fc.property(units, fc.integer({ min: 1, max: 4 }), ({ most, limits, beats: over }, groups) => {
      const pe = limits.length;
      const rows = Array.from({ length: groups }, (_, g) =>
        limits.map((limit) => Math.max(0, limit - g)),
      ).flat();
      const bias = biasFor(rows, over, most);
      const words = biasWords(bias, rows, over, pe);
      expect(words.length).toBe(groups * over);
      const width = bias.digits.length;
      rows.forEach((limit, row) => {
        const [group, p] = [Math.floor(row / pe), row % pe];
        const counts = bias.digits.map((_, d) =>
          words
            .slice(group * over, (group + 1) * over)
            .reduce((sum, word) => sum + Number((word >> BigInt(p * width + d)) & 1n), 0),
        );
        expect(worth(bias, counts)).toBe(Math.max(...rows) - limit);
      });
      for (const word of words) expect(word >> BigInt(pe * width)).toBe(0n);
    }),
  );
});
