import { test } from "vitest";
import { expectOccupancy } from "./occupancy.fixture.ts";

test.each(Array.from({ length: 200 }, (_, i) => 1000 + i))(
  "random layers and folding %i, frames at the interval: ticks and what waits at most in each buffer as planned",
  async (seed) => {
    await expectOccupancy(seed, "native");
  },
);

test.each(Array.from({ length: 20 }, (_, i) => 1000 + i))("the same in Verilator: %i", async (seed) => {
  await expectOccupancy(seed, "verilator");
});
