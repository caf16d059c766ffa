import { expect, test } from "vitest";
import { pointsOf } from "./points.ts";
import { noAxes } from "./sweep.fixture.ts";

test("all combinations, in the order of the command line, equal ones once", () => {
  const points = pointsOf(
    {
      ...{ boards: ["zc706", "./b", "zc706"], clocks: [100, 200, 100], folds: ["max"], fps: [1e6, 1e6] },
      ...{ cycles: [64], latenciesMicroseconds: [2, 1], strategies: ["default", "explore"] },
    },
    { lut: 0.5 },
  );
  expect(points).toHaveLength(2 * 2 * 3 * 2 * 2);
  expect(points.slice(0, 5).map(({ goal, strategy }) => [goal, strategy])).toEqual([
    ["--fold max --latency 2", "default"],
    ["--fold max --latency 2", "explore"],
    ["--fold max --latency 1", "default"],
    ["--fold max --latency 1", "explore"],
    ["--fps 1000000 --latency 2", "default"],
  ]);
  expect(points.at(-1)).toEqual({
    request: {
      ...{ board: "./b", clockMHz: 200, cycles: 64, latencyMicroseconds: 1, budget: { lut: 0.5 } },
    },
    ...{ goal: "--cycles 64 --latency 1", strategy: "explore" },
  });
});

test("an axis without values stands for what is usual", () => {
  expect(pointsOf(noAxes, undefined)).toEqual([
    { request: { board: "zc706" }, goal: "--fold max", strategy: null },
  ]);
});
