import { expect, test } from "vitest";
import { Random } from "../../src/random.ts";
import { slidingWindowDepth, slidingWindowLeastDepth } from "./sliding-window-depth.ts";
import {
  randomDepthTrial,
  steppedDepth,
  steppedLeastDepth,
  steppedRanges,
  usualWindows,
} from "./sliding-window-depth.fixture.ts";
import { slidingWindowRanges } from "./sliding-window-schedule.ts";
import { windowShape } from "./sliding-window-shape.ts";

// Larger ones: sliding-window-depth.full.test.ts.
test("depth of random windows, whatever is padded, and what their counters reach: as stepped word by word", () => {
  const random = new Random(51);
  for (let trial = 0; trial < 6000; trial++) {
    const { params, pause } = randomDepthTrial(random, trial % 4 === 0 ? 26 : 9);
    const where = JSON.stringify({ params, pause });
    const depth = slidingWindowDepth(params, { pause });
    expect(depth, where).toBe(steppedDepth(params, pause));
    expect(slidingWindowLeastDepth(params), where).toBe(steppedLeastDepth(params));
    const shape = windowShape("test", params);
    const words = depth + random.below(20);
    expect(slidingWindowRanges(shape, words), where).toEqual(steppedRanges(shape, words));
  }
});

test("depth of the usual windows: as stepped word by word", () => {
  for (const { params, pause } of usualWindows(40_000))
    expect(slidingWindowDepth(params, { pause }), JSON.stringify({ params, pause })).toBe(
      steppedDepth(params, pause),
    );
});

test("the depth of a window of millions of words takes no walk over them", () => {
  const params = {
    height: 4096,
    width: 4096,
    channels: 65_536,
    simd: 1,
    kernel: [3, 3],
    padding: [1, 1, 1, 1],
  };
  expect(slidingWindowDepth(params)).toBe(4096 * 65_536 * 2 + 65_536 * 2);
});
