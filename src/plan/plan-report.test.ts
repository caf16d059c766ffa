import { expect, test } from "vitest";
import { cnv, operations } from "../network/index.ts";
import { loadBoard } from "./board.ts";
import { sumOfCosts } from "./cost/cost.ts";
import { usualBudget } from "./device.ts";
import { planFor } from "./goal.ts";
import { planReport } from "./plan-report.ts";

const network = cnv({ seed: 1 });
const device = { board: loadBoard("zc706"), clockMHz: 200, budget: usualBudget };
const planned = planFor(network, { cycles: 20_000 }, device);
const report = planReport(planned, device);

test("every stage belongs to the layer that it works for, and layers and stages add up to the whole", () => {
  expect(report.stages.map(({ name }) => name)).toEqual(planned.stages.map(({ name }) => name));
  for (const { name, layer } of report.stages) {
    if (name === "label_select") expect(layer).toBeNull();
    else expect(name.startsWith(layer ?? "?")).toBe(true);
  }
  const { lut, ff, bram36, dsp } = report;
  expect(sumOfCosts(report.stages)).toEqual({ lut, ff, bram36, dsp });
  const label = report.stages.filter(({ layer }) => layer === null);
  expect(sumOfCosts([...report.layers, ...label])).toEqual({ lut, ff, bram36, dsp });
  expect(report.layers.reduce((sum, layer) => sum + layer.operations, 0)).toBe(operations(network));
});

test("every buffer has its peak, which is no more than its depth", () => {
  const buffers = planned.stages.filter(({ unit }) => unit === "fifo" || unit === "skid");
  expect(report.fifos.map(({ name }) => name)).toEqual(buffers.map(({ name }) => name));
  for (const { peak, depth } of report.fifos) {
    expect(peak).toBeGreaterThan(0);
    expect(peak).toBeLessThanOrEqual(depth);
  }
});

test("the roofline is what the lanes of the whole board would do", () => {
  const { roofline, cyclesPerFrame } = report;
  expect(roofline.achievedTops).toBeCloseTo((operations(network) * 200e6) / cyclesPerFrame / 1e12, 9);
  // Pixels in, a label of four bits out.
  expect(roofline.intensity).toBeCloseTo(operations(network) / (32 * 32 * 3 + 0.5), 6);
  const { binary } = roofline.lutPerOperation;
  expect(binary).toBeGreaterThan(0.3);
  expect(binary).toBeLessThan(0.6);
  expect(roofline.peakTops.binary).toBeCloseTo((0.7 * 218_600 * 200e6) / binary / 1e12, 6);
  expect(roofline.boundBy).toBe("compute");
  expect(roofline.fractionOfRoof).toBeCloseTo(roofline.achievedTops / roofline.peakTops.binary, 9);
});

test("the bottleneck is the slowest layer, and what is next is faster", () => {
  const { bottleneck, cyclesPerFrame, layers } = report;
  expect(bottleneck.cycles).toBe(Math.max(...layers.map(({ cycles }) => cycles)));
  expect(layers.find(({ name }) => name === bottleneck.layer)?.cycles).toBe(bottleneck.cycles);
  expect(bottleneck.next?.cyclesPerFrame).toBeLessThan(cyclesPerFrame);
  expect(bottleneck.next?.fits).toBe(true);
});
