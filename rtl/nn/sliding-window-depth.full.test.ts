import { expect, test } from "vitest";
import { Random } from "../../src/random.ts";
import { slidingWindowDepth } from "./sliding-window-depth.ts";
import { randomDepthTrial, steppedDepth, usualWindows } from "./sliding-window-depth.fixture.ts";

test("depth of many random windows and of the usual ones up to 224 x 224: as stepped word by word", () => {
  const random = new Random(52);
  const many = Array.from({ length: 50_000 }, () => randomDepthTrial(random, 40));
  for (const { params, pause } of [...many, ...usualWindows(6_000_000)])
    expect(slidingWindowDepth(params, { pause }), JSON.stringify({ params, pause })).toBe(
      steppedDepth(params, pause),
    );
});
