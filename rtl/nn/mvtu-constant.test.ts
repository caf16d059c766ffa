import { expect, test } from "vitest";
import { mvtuConstantCases, mvuConstantCases } from "./mvtu-constant.fixture.ts";

const coverage = { both: { cases: 200, parameterSets: 8 } };

test("mvtu-constant: a vector per cycle, in both simulators and as built, tick by tick", async () => {
  const tried = await mvtuConstantCases.check();
  expect(tried).toMatchObject(coverage);
});

test("mvu-constant: counts, a vector per cycle, in both simulators and as built, tick by tick", async () => {
  const tried = await mvuConstantCases.check();
  expect(tried).toMatchObject(coverage);
});
