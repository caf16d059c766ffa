import { expect, test } from "vitest";
import { checkCases } from "../../sim/cases.ts";
import { slidingWindowStudy } from "./sliding-window.fixture.ts";

test("sliding window: random windows, memories and stalls, in both simulators, tick by tick", async () => {
  const coverage = await checkCases(slidingWindowStudy(9), {
    seed: 31,
    cases: 60,
    sets: 10,
    nativeSets: 110,
  });
  expect(coverage).toMatchInlineSnapshot();
});
