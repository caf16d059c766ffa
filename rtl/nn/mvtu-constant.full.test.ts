import { expect, test } from "vitest";
import { checkCases } from "../../sim/cases.ts";
import { mvtuConstant, mvtuConstantLatency } from "./mvtu-constant.ts";
import { beatsOf, bitsOf, chunks, popcounts, randomWeights } from "./random.fixture.ts";

test("a layer of 256 x 256, 1,000 random vectors, as built for 7 series at 200 MHz", async () => {
  const [size, vectors] = [256, 1000];
  const tried = await checkCases(
    {
      // Thresholds near the middle, where counts of random vectors are; a row that always fires, and one that never does.
      pick: (random) => ({
        weights: randomWeights(random, size, size),
        thresholds: Int32Array.from({ length: size }, (_, row) =>
          row === 0 ? 0 : row === 1 ? size + 1 : size / 2 - 20 + random.below(41),
        ),
        technology: "xilinx7" as const,
      }),
      hardware: mvtuConstant,
      inputs: (_, random) => ({ x: Array.from({ length: vectors }, () => random.bits(size)) }),
      model: ({ x }, { weights, thresholds }) => ({
        y: beatsOf(
          chunks(bitsOf(x, size), size).flatMap((vector) =>
            popcounts(weights, vector).map((count, row) => (count >= (thresholds[row] ?? 0) ? 1 : 0)),
          ),
          size,
        ),
      }),
      timing: ({ inputs: { x }, params }) => ({
        x: x.map((_, beat) => beat),
        y: x.map((_, beat) => beat + mvtuConstantLatency(params)),
      }),
    },
    { seed: 17, cases: 2, sets: 1, nativeSets: 0, optimize: false },
  );
  expect(tried).toMatchObject({ both: { cases: 2, parameterSets: 1 } });
});
