import { describe, expect, test } from "vitest";
import { blockCost, blockEfficiency, cheaperRom, romCost } from "./memory-shape.ts";

/** Random contents, `rom_style = "block"`, Yosys 0.23, xc7. */
test.each([
  [512, 36, 0.5, 0],
  [512, 72, 1, 0],
  [512, 100, 1.5, 0],
  [512, 156, 2.5, 0],
  [384, 384, 5.5, 0],
  [768, 384, 11, 0],
  [600, 40, 1.5, 0],
  [600, 72, 2, 0],
  [1024, 36, 1, 0],
  [1024, 48, 1.5, 0],
  [1024, 72, 2, 0],
  [1152, 72, 3, 72],
  [2048, 36, 2, 0],
  [2048, 72, 4, 0],
  [2048, 75, 4.5, 0],
  [4096, 35, 4, 0],
  [8192, 16, 4, 0],
  [8192, 18, 4, 18],
  [8192, 72, 16, 72],
])("block RAM of %d words of %d bits, as Yosys has it", (words, width, bram36, lut) => {
  expect(blockCost({ words, width })).toEqual({ bram36, lut });
});

/** The same with `rom_style = "logic"`, the registers behind it left out. */
test.each([
  [48, 64, 64],
  [64, 64, 64],
  [72, 64, 128],
  [128, 64, 128],
  [144, 64, 256],
  [256, 32, 128],
])("a ROM of LUTs of %d words of %d bits, as Yosys has it", (words, width, lut) => {
  expect(romCost({ words, width }, "portable")).toEqual({ bram36: 0, lut });
});

test("a shallow ROM has no more columns than there are different ones", () => {
  expect(romCost({ words: 4, width: 1000 }, "portable").lut).toBe(16);
});

test("a LUT6_2 holds two columns of up to 32 words", () => {
  expect(romCost({ words: 16, width: 1001 }, "xilinx7").lut).toBe(501);
  expect(romCost({ words: 33, width: 1001 }, "xilinx7").lut).toBe(1001);
});

describe("which is cheaper", () => {
  test.each([
    [64, 1024, "distributed"],
    [144, 1024, "distributed"],
    [512, 144, "block"],
    [8192, 72, "block"],
    [5120, 1, "distributed"],
  ] as const)("%d words of %d bits: %s", (words, width, style) => {
    expect(cheaperRom({ words, width }, "portable")).toBe(style);
  });
});

test("efficiency: only what is as deep and as wide as blocks are fills them", () => {
  const efficiency = (words: number, width: number): number =>
    blockEfficiency({ words, width }, blockCost({ words, width }).bram36);
  expect(efficiency(8192, 72)).toBe(1);
  expect(efficiency(512, 144)).toBe(1);
  expect(efficiency(144, 1024)).toBeCloseTo(0.28, 2);
  expect(efficiency(8192, 16)).toBeCloseTo(8 / 9, 10);
});
