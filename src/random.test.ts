import { expect, test } from "vitest";
import { Random } from "./random.ts";

test("the same seed gives the same sequence, another seed another one", () => {
  const draw = (seed: number): number[] => {
    const random = new Random(seed);
    return Array.from({ length: 4 }, () => random.next());
  };
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

test("below, float and bits stay in range and reach both ends", () => {
  const random = new Random(7);
  const seen = new Set<number>();
  for (let i = 0; i < 1000; i++) {
    seen.add(random.below(5));
    expect(random.float()).toBeLessThan(1);
    expect(random.bits(70)).toBeLessThan(1n << 70n);
  }
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4]);
  expect(random.bits(0)).toBe(0n);
});

test("every bit is set about half of the time", () => {
  const random = new Random(3);
  const ones = new Array<number>(96).fill(0);
  for (let i = 0; i < 1000; i++) {
    const value = random.bits(96);
    ones.forEach((count, bit) => (ones[bit] = count + Number((value >> BigInt(bit)) & 1n)));
  }
  for (const count of ones) expect(Math.abs(count - 500)).toBeLessThan(80);
});
