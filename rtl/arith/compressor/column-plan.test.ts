import { expect, test } from "vitest";
import { Random } from "../../../src/random.ts";
import { planColumns, type SumPlan, type SumShape } from "./column-plan.ts";

/** A kind of cell: bits that it takes from its column and the two above, so many at least there, and LUTs. */
const cells = [
  { needs: [7, 0], change: [-6, 1, 1], luts: 2 },
  { needs: [6, 0], change: [-5, 1, 1], luts: 2 },
  { needs: [5, 1], change: [-4, 0, 1], luts: 2 },
  { needs: [3, 0], change: [-2, 1, 0], luts: 1 },
  { needs: [2, 0], change: [-1, 1, 0], luts: 1 },
] as const;

/** LUTs of the shortest final adder for these heights; Infinity where it cannot take them. */
function finalAdder(heights: readonly number[], { accumulates, operands }: SumShape): number {
  const room = operands - (accumulates ? 1 : 0);
  const begins = accumulates ? 0 : heights.findIndex((height) => height > 1);
  if (begins < 0) return 0;
  const fits = heights.slice(begins).every((height, i) => height <= (i === 0 ? room + 1 : room));
  return fits ? heights.length - begins : Infinity;
}

/** The least LUTs, `most` at most, by trying all cells in all columns in all orders, the fewest LUTs first. */
function fewestLuts(shape: SumShape, most: number): number {
  let fewest = most;
  const seen = new Set<string>();
  const byLuts = [[Array.from({ length: shape.width }, (_, i) => shape.heights[i] ?? 0)]];
  for (let luts = 0; luts < fewest; luts++)
    for (const heights of byLuts[luts] ?? []) {
      const key = heights.join(" ");
      if (seen.has(key)) continue;
      seen.add(key);
      fewest = Math.min(fewest, luts + finalAdder(heights, shape));
      for (let column = 0; column < heights.length; column++)
        for (const { needs, change, luts: more } of cells)
          if (needs.every((count, i) => (heights[column + i] ?? 0) >= count))
            (byLuts[luts + more] ??= []).push(heights.map((height, i) => height + (change[i - column] ?? 0)));
    }
  return fewest;
}

/** Takes the planned cells out of the heights and gives the LUTs; undefined where one does not find its bits. */
function carryOut({ columns }: SumPlan, shape: SumShape): number | undefined {
  const { heights, accumulates, operands } = shape;
  const left = Array.from({ length: columns.length + 2 }, (_, i) => heights[i] ?? 0);
  const room = operands - (accumulates ? 1 : 0);
  let luts = 0;
  for (const [column, plan] of columns.entries()) {
    const { sevens, sixes, fourOnes, fullAdders, halfAdders, adder } = plan;
    for (const [kind, count] of [sevens, sixes, fourOnes, fullAdders, halfAdders].entries())
      for (let n = 0; n < count; n++) {
        const { needs = [], change = [], luts: more = 0 } = cells[kind] ?? {};
        if (needs.some((needed, i) => (left[column + i] ?? 0) < needed)) return undefined;
        change.forEach((by, i) => (left[column + i] = (left[column + i] ?? 0) + by));
        luts += more;
      }
    const begins = adder && columns[column - 1]?.adder !== true;
    if ((left[column] ?? 0) > (adder ? room + (begins ? 1 : 0) : 1)) return undefined;
    luts += adder ? 1 : 0;
  }
  return columns.some(({ adder }) => !adder && accumulates) ? undefined : luts;
}

function anyShape(random: Random, widest: number, highest: number): SumShape {
  const width = 1 + random.below(widest);
  const most = 1 + random.below(highest);
  return {
    heights: Array.from({ length: width }, () => random.below(most + 1)),
    width,
    accumulates: random.below(2) === 1,
    operands: 2 + random.below(2),
  };
}

test("plans take as few LUTs as any order of cells, 100 small shapes", () => {
  const random = new Random(21);
  for (let n = 0; n < 100; n++) {
    const shape = anyShape(random, 4, 13);
    const { luts } = planColumns(shape);
    expect({ shape, luts }).toEqual({ shape, luts: fewestLuts(shape, luts) });
  }
});

test("a carry atom of four and one takes a bit of the next column that another of its own column has handed there", () => {
  const shape = { heights: [12, 0], width: 2, accumulates: true, operands: 2 };
  expect(planColumns(shape).luts).toBe(6);
  expect(fewestLuts(shape, 7)).toBe(6);
});

test("plans can be carried out, 400 shapes", () => {
  const random = new Random(22);
  for (let n = 0; n < 400; n++) {
    const shape = anyShape(random, 12, 100);
    const plan = planColumns(shape);
    expect(plan.columns).toHaveLength(shape.width);
    expect({ shape, luts: carryOut(plan, shape) }).toEqual({ shape, luts: plan.luts });
  }
});
