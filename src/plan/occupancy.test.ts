import { test } from "vitest";
import { expectOccupancy } from "./occupancy.fixture.ts";

test.each(Array.from({ length: 40 }, (_, seed) => seed))(
  "random layers and folding %i, frames at the interval: ticks and what waits at most in each buffer as planned",
  async (seed) => {
    await expectOccupancy(seed, "native");
  },
);

test.each([6, 17])("the same in Verilator: %i", async (seed) => {
  await expectOccupancy(seed, "verilator");
});
