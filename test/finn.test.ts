import { expect, test } from "vitest";
import { finnDesigns, fixedFps } from "../bench/finn-designs.ts";
import { lutsPerBlock } from "../rtl/memory-shape.ts";
import { planHardware, resolveModel } from "../src/flow/index.ts";
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

// The smallest SFC and LFC are faster than either rate already: their weights fill block RAMs best at some 4,000 words.
test.each(finnDesigns.slice(3))("$name at 9,000 frames per second is no larger", ({ model, fps }) => {
  const areaAt = (rate: number): number => {
    const { lut, bram36 } = costOfPlan(planAt(model, rate));
    return lut + lutsPerBlock * bram36;
  };
  expect(areaAt(fixedFps)).toBeLessThanOrEqual(areaAt(fps));
});
