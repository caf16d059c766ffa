import { expect, test } from "vitest";
import { simulatedCase } from "./random-pipeline.fixture.ts";

test.each(Array.from({ length: 200 }, (_, i) => 1000 + i))(
  "random layers and folding %i: labels and ticks as planned",
  (seed) => {
    const { got, wanted } = simulatedCase(seed);
    expect(got).toEqual(wanted);
  },
);
