import { expect, test } from "vitest";
import { weightEfficiency, weightStore } from "./weight-store.ts";

const inBlocks = (words: number, width: number, weightBits: number) =>
  weightStore({ words, width, style: "block" }, weightBits);

test("what a memory takes", () => {
  expect(inBlocks(8192, 74, 8192 * 72).bram36).toBe(16.5);
  expect(weightStore({ words: 9, width: 100, style: "distributed" }, 900)).toMatchObject({
    style: "distributed",
    bram36: 0,
  });
  expect(weightStore({ words: 1, width: 100, style: "distributed" }, 100).style).toBe("constant");
});

test("weights alone count, of the memories in block RAM, all together", () => {
  const inLuts = weightStore({ words: 64, width: 100, style: "distributed" }, 6400);
  expect(weightEfficiency([inLuts])).toBeNull();
  expect(weightEfficiency([inBlocks(512, 72, 512 * 72), inLuts])).toBe(1);
  // Thresholds fill the last two bits.
  expect(weightEfficiency([inBlocks(4096, 36, 4096 * 34)])).toBeCloseTo(34 / 36, 10);
  expect(weightEfficiency([inBlocks(512, 72, 512 * 72), inBlocks(256, 72, 256 * 72)])).toBe(0.75);
});
