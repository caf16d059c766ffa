import { expect, test } from "vitest";
import { labelSelect } from "./label-select.ts";
import { labelSelectCases, paddedLabelSelectCases, thresholdCases } from "./units.fixture.ts";

test("label select: the first of the greatest, in both simulators, tick by tick", async () => {
  const coverage = await labelSelectCases.check();
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 12,
      },
      "nativeOnly": {
        "cases": 320,
        "parameterSets": 71,
      },
    }
  `);
});

test("label select: outputs behind the classes are ignored, in both simulators, tick by tick", async () => {
  const coverage = await paddedLabelSelectCases.check();
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 12,
      },
      "nativeOnly": {
        "cases": 320,
        "parameterSets": 80,
      },
    }
  `);
});

test.each([
  ["fewer outputs than classes", { outputs: 8 }, "bad-classes", "10 classes of 8 scores"],
  [
    "a PE that does not divide",
    { pe: 3 },
    "folding-does-not-divide",
    "PE = 3 does not divide the 10 classes",
  ],
  [
    "a PE that does not divide the outputs",
    { outputs: 64, pe: 5 },
    "folding-does-not-divide",
    "PE = 5 does not divide the 64 outputs",
  ],
  ["one class", { classes: 1 }, "bad-classes", "1 classes"],
] as const)("label select: %s", (_, change, code, message) => {
  expect(() => labelSelect({ classes: 10, width: 9, pe: 5, ...change })).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error,
  );
});

test("threshold: how many thresholds are reached, in both simulators, tick by tick", async () => {
  const coverage = await thresholdCases.check();
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 12,
      },
      "nativeOnly": {
        "cases": 320,
        "parameterSets": 78,
      },
    }
  `);
});
