import { expect, test } from "vitest";
import { checkCases } from "../../sim/cases.ts";
import { parallelWindowStudy, slidingWindowStudy } from "./sliding-window.fixture.ts";

test("sliding window: 500 random cases in both simulators, 2000 in the native one, tick by tick", async () => {
  const coverage = await checkCases(slidingWindowStudy(9), {
    seed: 33,
    cases: 500,
    sets: 62,
    nativeSets: 500,
  });
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 500,
        "parameterSets": 62,
      },
      "nativeOnly": {
        "cases": 2000,
        "parameterSets": 500,
      },
    }
  `);
});

test("parallel window: 500 random cases in both simulators, 1600 in the native one, tick by tick", async () => {
  const coverage = await checkCases(parallelWindowStudy(9), {
    seed: 34,
    cases: 500,
    sets: 62,
    nativeSets: 400,
  });
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 500,
        "parameterSets": 62,
      },
      "nativeOnly": {
        "cases": 1600,
        "parameterSets": 400,
      },
    }
  `);
});
