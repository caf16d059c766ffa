import { expect, test } from "vitest";
import { popcountsTo, wrongCounts, xnorPopcountsTo } from "./every-count.fixture.ts";

test("the cells of popcounts of 1 to 24 bits count every beat", async () => {
  expect(await wrongCounts(popcountsTo(24), "verilator")).toEqual([]);
});

test("the cells of XNOR-popcounts of 1 to 12 bits count every beat", async () => {
  expect(await wrongCounts(xnorPopcountsTo(12), "verilator")).toEqual([]);
});
