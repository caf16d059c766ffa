import fc from "fast-check";
import { expect, test } from "vitest";
import { countPairs } from "./pairs.ts";

/** The largest number of pairs, by trying all. */
function mostPairs(luts: readonly (readonly number[])[]): number {
  const [first, ...rest] = luts;
  if (first === undefined) return 0;
  const joined = rest.flatMap((other, i) => {
    const all = new Set([...first, ...other]);
    const fits = all.size <= 5 && all.size < first.length + other.length;
    return fits ? [1 + mostPairs(rest.filter((_, k) => k !== i))] : [];
  });
  return Math.max(mostPairs(rest), ...joined);
}

test("a LUT between two others is left to the one that has no one else", () => {
  // 0-1, 1-2, 2-3: whoever joins 1 and 2 loses a pair.
  const luts = [
    [1, 2, 3, 4],
    [1, 2, 3, 4, 5],
    [2, 3, 4, 5, 1],
    [5, 1],
  ];
  expect(countPairs(luts)).toBe(2);
});

test("of small netlists, never more than possible and at most one less", () => {
  const lut = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(lut, { maxLength: 8 }), (luts) => {
      const [found, most] = [countPairs(luts), mostPairs(luts)];
      expect(found).toBeLessThanOrEqual(most);
      expect(found).toBeGreaterThanOrEqual(most - 1);
    }),
    { numRuns: 200 },
  );
});

test("a net that everything reads does not make it slow", () => {
  const luts = Array.from({ length: 20_000 }, (_, i) => [0, i + 1, i + 2]);
  expect(countPairs(luts)).toBeGreaterThan(9_900);
});
