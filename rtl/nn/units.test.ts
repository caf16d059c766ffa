import { expect, test } from "vitest";
import { checkCases } from "../../sim/cases.ts";
import { labelSelect, labelSelectLatency } from "./label-select.ts";
import { chunks, divisorsOf, pick } from "./random.fixture.ts";
import { threshold, thresholdDepth, type ThresholdParams } from "./threshold.ts";

test("label select: the first of the greatest, in both simulators, tick by tick", async () => {
  const coverage = await checkCases(
    {
      pick: (random) => {
        const classes = 2 + random.below(23);
        return { classes, width: 1 + random.below(10), pe: pick(random, divisorsOf(classes)) };
      },
      hardware: labelSelect,
      inputs: ({ classes, width, pe }, random) => {
        // Few different scores, so that ties are common.
        const score = (): number => Math.min(2 ** width - 1, random.below(pick(random, [2, 4, 2000])));
        const frames = random.below(8);
        return { x: chunks(Array.from({ length: frames * classes }, score), pe) };
      },
      model: ({ x }, { classes }) => ({
        y: chunks(x.flat() as number[], classes).map((scores) => scores.indexOf(Math.max(...scores))),
      }),
      timing: ({ inputs: { x }, params }) => ({
        x: x.map((_, b) => b),
        y: Array.from(
          { length: (x.length * params.pe) / params.classes },
          (_, frame) => ((frame + 1) * params.classes) / params.pe - 1 + labelSelectLatency(params),
        ),
      }),
    },
    { seed: 14, sets: 12, nativeSets: 80 },
  );
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
  const coverage = await checkCases(
    {
      pick: (random) => {
        const classes = 2 + random.below(23);
        const outputs = classes + random.below(40);
        return { classes, width: 1 + random.below(10), pe: pick(random, divisorsOf(outputs)), outputs };
      },
      hardware: labelSelect,
      inputs: ({ width, pe, outputs }, random) => {
        const score = (): number => Math.min(2 ** width - 1, random.below(pick(random, [2, 4, 2000])));
        return { x: chunks(Array.from({ length: random.below(8) * outputs }, score), pe) };
      },
      model: ({ x }, { classes, outputs }) => ({
        y: chunks(x.flat() as number[], outputs)
          .map((scores) => scores.slice(0, classes))
          .map((scores) => scores.indexOf(Math.max(...scores))),
      }),
      timing: ({ inputs: { x }, params }) => ({
        x: x.map((_, b) => b),
        y: Array.from(
          { length: (x.length * params.pe) / params.outputs },
          (_, frame) => ((frame + 1) * params.outputs) / params.pe - 1 + labelSelectLatency(params),
        ),
      }),
    },
    { seed: 16, sets: 12, nativeSets: 80 },
  );
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
  const coverage = await checkCases(
    {
      pick: (random): ThresholdParams => {
        const channels = pick(random, [1, 2, 3, 4, 6, 8, 12]);
        const width = 1 + random.below(10);
        const steps = pick(random, [1, 1, 2, 3, 7]);
        const most = random.below(4) === 0 ? random.below(2 ** width) : 2 ** width;
        const thresholds = Array.from({ length: channels }, () =>
          Array.from({ length: steps }, () => random.below(most + 1)).sort((a, b) => a - b),
        );
        return { thresholds, width, pe: pick(random, divisorsOf(channels)) };
      },
      hardware: threshold,
      inputs: ({ thresholds, width, pe }, random) => ({
        x: chunks(
          Array.from({ length: random.below(8) * thresholds.length }, () => random.below(2 ** width)),
          pe,
        ),
      }),
      model: ({ x }, { thresholds, pe }) => ({
        y: chunks(
          (x.flat() as number[]).map(
            (v, i) => (thresholds[i % thresholds.length] ?? []).filter((t) => v >= t).length,
          ),
          pe,
        ),
      }),
      timing: ({ inputs: { x } }) => ({ x: x.map((_, b) => b), y: x.map((_, b) => b + thresholdDepth) }),
    },
    { seed: 15, sets: 12, nativeSets: 80 },
  );
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
