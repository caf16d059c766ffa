import { expect, test } from "vitest";
import { emit } from "../../src/emit/index.ts";
import { elaborate, type Hardware } from "../../src/hdl/index.ts";
import { vvtu } from "./channelwise.ts";
import { mvtuConstant } from "./mvtu-constant.ts";
import { threshold } from "./threshold.ts";
import type { WeightMatrix } from "./weights.ts";

/** 12 rows of 36 ones. */
const weights: WeightMatrix = {
  rows: 12,
  columns: 36,
  wordsPerRow: 2,
  words: Uint32Array.from({ length: 24 }, (_, i) => (i % 2 === 0 ? 0xffffffff : 0xf)),
};

test.each([
  [0, 1],
  [1, 1],
  [5, 3],
  [8, 4],
  [37, 6],
])("limits up to %i take %i bits each, in the ROM and beside the comparison", (most, width) => {
  const thresholds = Array.from({ length: 12 }, (_, r) => (r === 7 ? most : 0));
  const units: Hardware[] = [
    vvtu({ channels: 12, weights, thresholds, pe: 3 }),
    threshold({ thresholds: thresholds.map((limit) => [limit]), width: 6, pe: 3 }),
  ];
  for (const unit of units) {
    expect(widthsOf(unit, "threshold_rom"), unit.name).toEqual([3 * width]);
    expect(widthsOf(unit, "(?:threshold|limit)"), unit.name).toEqual([3 * width]);
  }
  // For simulators; for synthesis they are literals.
  expect(widthsOf(mvtuConstant({ weights, thresholds }), "threshold")).toEqual([12 * width]);
});

/** Bits of the signals and memory words of that name. */
function widthsOf(hardware: Hardware, name: string): number[] {
  const text = emit(elaborate(hardware))
    .files.map((file) => file.text)
    .join("\n");
  const declarations = text.matchAll(new RegExp(`logic \\[(\\d+):0\\] ${name}(?: \\[\\S+\\])?;`, "g"));
  return Array.from(declarations, ([, high]) => Number(high) + 1);
}
