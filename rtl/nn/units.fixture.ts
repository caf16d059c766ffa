import { casesOf } from "../../sim/cases.ts";
import type { Random } from "../../src/random.ts";
import { labelSelect, labelSelectLatency } from "./label-select.ts";
import { chunks, divisorsOf, pick } from "./random.fixture.ts";
import { threshold, thresholdDepth, type ThresholdParams } from "./threshold.ts";

/** Frames of few different scores, so that ties are common; in every third frame one stands out alone. */
function scoresOf(random: Random, count: number, width: number): number[] {
  const most = 2 ** width - 1;
  return Array.from({ length: random.below(24) }, () => {
    const greatest = random.below(3) === 0 ? random.below(count) : undefined;
    return Array.from({ length: count }, (_, i) =>
      greatest === undefined
        ? Math.min(most, random.below(pick(random, [2, 4, 2000])))
        : Number(i === greatest),
    );
  }).flat();
}

/** The class of the greatest score. */
export const labelSelectCases = casesOf(
  {
    pick: (random) => {
      const classes = 2 + random.below(23);
      return { classes, width: 1 + random.below(10), pe: pick(random, divisorsOf(classes)) };
    },
    hardware: labelSelect,
    inputs: ({ classes, width, pe }, random) => ({
      x: chunks(scoresOf(random, classes, width), pe),
    }),
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

/** The class of the greatest score, of more outputs than classes. */
export const paddedLabelSelectCases = casesOf(
  {
    pick: (random) => {
      const classes = 2 + random.below(23);
      const outputs = classes + random.below(40);
      return { classes, width: 1 + random.below(10), pe: pick(random, divisorsOf(outputs)), outputs };
    },
    hardware: labelSelect,
    inputs: ({ width, pe, outputs }, random) => ({
      x: chunks(scoresOf(random, outputs, width), pe),
    }),
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

/** How many thresholds a value reaches. */
export const thresholdCases = casesOf(
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
