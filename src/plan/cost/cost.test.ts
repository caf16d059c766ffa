import { expect, test } from "vitest";
import { blockCost } from "../../../rtl/memory-shape.ts";
import { elementsOf } from "../../../rtl/nn/matrix-vector.ts";
import { mvtuSignedUse, mvtuUse, mvuUse, weightMemory, type MvtuParams } from "../../../rtl/nn/index.ts";
import { constantLayer } from "../../../rtl/nn/constant-layer.ts";
import { processingElement } from "../../../rtl/nn/processing-element.ts";
import { randomWeights } from "../../../rtl/nn/random.fixture.ts";
import { emit } from "../../emit/index.ts";
import { elaborate } from "../../hdl/index.ts";
import { Random } from "../../random.ts";
import { constantLayerCost } from "./constant-layer.ts";
import { sumOfCosts } from "./cost.ts";
import { elementCost } from "./element.ts";
import { matrixVectorCost } from "./matrix-vector.ts";
import { fifoCost } from "./stream.ts";

const fabric = { technology: "xilinx7", clockMHz: 200 } as const;

function layer(columns: number, rows: number): Pick<MvtuParams, "weights" | "thresholds"> {
  const random = new Random(columns * rows);
  const weights = randomWeights(random, rows, columns);
  const spread = Math.round(Math.sqrt(columns));
  const thresholds = Array.from({ length: rows }, () => Math.floor(columns / 2) + random.below(spread));
  return { weights, thresholds };
}

function unit(columns: number, rows: number, folding: { pe: number; simd: number; mmv?: number }) {
  const params = { ...layer(columns, rows), ...folding, ...fabric };
  return { params, use: mvtuUse(params), cost: matrixVectorCost(params, mvtuUse(params)) };
}

test("a PE is as many LUTs as its tree has cells, or near it", () => {
  const sizes = [
    ...[1, 3, 8, 16, 36, 49, 64, 98].map((simd) => ({ simd, inputBits: 1, columns: 12 * simd })),
    ...[1, 3, 9].map((simd) => ({ simd, inputBits: 8, columns: 3 * simd })),
  ];
  for (const { simd, inputBits, columns } of sizes) {
    const given = { ...layer(columns, 8), pe: 1, simd, ...fabric };
    const use =
      inputBits === 1
        ? mvtuUse(given)
        : mvtuSignedUse({
            ...given,
            thresholds: Array.from(given.thresholds, (at) => 64 * (2 * at - columns)),
          });
    const params = elementsOf(given, use);
    const { files } = emit(elaborate(processingElement(params)));
    const cells = files.flatMap(({ text }) => [...text.matchAll(/^ *LUT6_2 /gm)]).length;
    expect(cells).toBeGreaterThan(simd / 2);
    expect(
      Math.abs(elementCost(params).lut - cells),
      `${String(simd)} x ${String(inputBits)}`,
    ).toBeLessThanOrEqual(Math.max(2, 0.06 * cells));
  }
});

test("a layer of constant weights is near what is built of it", () => {
  for (const [columns, rows] of [
    [36, 16],
    [64, 64],
    [128, 10],
  ] as const) {
    const { weights, thresholds } = layer(columns, rows);
    for (const limits of [thresholds, undefined]) {
      const { luts } = constantLayer({ weights, thresholds: limits, clockMHz: 200 });
      const { lut } = constantLayerCost({ weights, thresholds: limits, ...fabric });
      expect(Math.abs(lut / luts - 1)).toBeLessThan(0.06);
    }
  }
});

test("block RAM is that of the weight memory, exactly", () => {
  const { params, use, cost } = unit(1152, 128, { pe: 4, simd: 32 });
  const memory = weightMemory(params, use);
  expect(memory.style).toBe("block");
  expect(cost.bram36).toBe(blockCost(memory).bram36);
  expect(matrixVectorCost({ ...params, memory: "distributed" }, use).bram36).toBe(0);
  expect(fifoCost({ words: 1024, width: 40, style: "block" }).bram36).toBe(1.5);
});

test("more PEs, synapses or vectors side by side take more", () => {
  const luts = (pe: number, simd: number, mmv: number): number => unit(576, 64, { pe, simd, mmv }).cost.lut;
  expect(luts(16, 18, 1)).toBeGreaterThan(luts(8, 18, 1));
  expect(luts(8, 36, 1)).toBeGreaterThan(luts(8, 18, 1));
  expect(luts(8, 18, 2)).toBeGreaterThan(luts(8, 18, 1) + 8 * 18);
});

test("a threshold costs next to nothing", () => {
  const { params, cost } = unit(1152, 128, { pe: 16, simd: 64 });
  expect(cost.lut / matrixVectorCost(params, mvuUse).lut).toBeLessThan(1.05);
});

test("all foldings of a layer in a moment", () => {
  const start = performance.now();
  const { params, use } = unit(1152, 256, { pe: 1, simd: 1 });
  for (let pe = 1; pe <= 256; pe *= 2)
    for (let simd = 1; simd <= 128; simd *= 2)
      for (let mmv = 1; mmv <= 16; mmv++) matrixVectorCost({ ...params, pe, simd, mmv }, use);
  // 1,152 of them; some 20 ms on a machine of its own.
  expect(performance.now() - start).toBeLessThan(2000);
});

test("costs add up", () => {
  const { cost } = unit(64, 8, { pe: 2, simd: 8 });
  const { lut, ff } = sumOfCosts([cost, cost]);
  expect([lut, ff]).toEqual([2 * cost.lut, 2 * cost.ff]);
});
