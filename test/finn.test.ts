import { expect, test } from "vitest";
import { finnDesigns, fixedFps } from "../bench/finn-designs.ts";
import { lutsPerBlock } from "../rtl/memory-shape.ts";
import { planHardware, resolveModel } from "../src/flow/index.ts";
import { weightSize } from "../src/network/index.ts";
import { divisorsOf } from "../src/plan/divisors.ts";
import { isFolded } from "../src/plan/folding.ts";
import { costOfPlan } from "../src/plan/index.ts";

const planAt = (model: string, fps: number) =>
  planHardware(resolveModel(model), { board: "zc706", fps }).planned;

test.each(finnDesigns)(
  "$name: asked for FINN's frame rate alone, it answers as soon and is smaller",
  ({ model, fps, latencyCycles, lut, bram36 }) => {
    const planned = planAt(model, fps);
    expect(200e6 / planned.cyclesPerFrame).toBeGreaterThanOrEqual(fps);
    expect(planned.latencyCycles).toBeLessThanOrEqual(latencyCycles);
    const cost = costOfPlan(planned);
    expect(cost.lut).toBeLessThan(lut);
    expect(cost.bram36).toBeLessThanOrEqual(bram36);
  },
);

const areaAt = (model: string, fps: number): number => {
  const { lut, bram36 } = costOfPlan(planAt(model, fps));
  return lut + lutsPerBlock * bram36;
};

test("CNV-fix at 9,000 frames per second is smaller still", () => {
  expect(areaAt("cnv", fixedFps)).toBeLessThan(areaAt("cnv", 11_600));
});

test.each(["sfc", "lfc"])(
  "%s at 9,000 frames per second is as at 12,200: what reaches the one reaches the other",
  (model) => {
    const layers = resolveModel(model).layers.filter(isFolded);
    const between = layers.flatMap((layer) => {
      const { rows, columns } = weightSize(layer);
      const cycles = divisorsOf(rows).flatMap((pe) =>
        divisorsOf(columns).map((simd) => (rows / pe) * (columns / simd)),
      );
      return cycles.filter((each) => each > 200e6 / 12_200 && each <= 200e6 / fixedFps);
    });
    expect(between).toEqual([]);
    expect(areaAt(model, fixedFps)).toBe(areaAt(model, 12_200));
  },
);
