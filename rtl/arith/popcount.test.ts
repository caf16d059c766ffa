import { expect, test } from "vitest";
import { popcountsTo, wrongCounts, xnorPopcountsTo } from "./every-count.fixture.ts";
import { popcountCases, xnorPopcountCases } from "./popcount.fixture.ts";

const coverage = { both: { cases: 200, parameterSets: 10 } };

test("popcounts, with constant weights and without, 200 random cases in both simulators", async () => {
  const tried = await popcountCases.check();
  expect(tried).toMatchObject(coverage);
});

test("XNOR-popcounts, 200 random cases in both simulators", async () => {
  const tried = await xnorPopcountCases.check();
  expect(tried).toMatchObject(coverage);
});

// popcount.full.test.ts goes on to 24 bits.
test("the cells of small counts count every beat", async () => {
  expect(await wrongCounts([...popcountsTo(10), ...xnorPopcountsTo(5)], "native")).toEqual([]);
});
