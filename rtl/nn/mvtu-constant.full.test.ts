import { expect, test } from "vitest";
import { checkCases } from "../../sim/cases.ts";
import { mvtuConstant, mvtuConstantLatency } from "./mvtu-constant.ts";
import { beatsOf, bitsOf, chunks, popcounts, randomWeights } from "./random.fixture.ts";

const [rows, vectors] = [256, 1000];

// The cells of 832 x 256 take Verilator too long.
test.each([
  { columns: 256, implementations: true },
  { columns: 832, implementations: false },
])(
  "$columns columns, 256 rows, 1,000 random vectors; as cells: $implementations",
  async ({ columns, implementations }) => {
    const tried = await checkCases(
      {
        // Thresholds near the middle, where counts of random vectors are; a row that always fires, and one that never does.
        pick: (random) => ({
          weights: randomWeights(random, rows, columns),
          thresholds: Int32Array.from({ length: rows }, (_, row) =>
            row === 0 ? 0 : row === 1 ? columns + 1 : columns / 2 - 20 + random.below(41),
          ),
          technology: "xilinx7" as const,
        }),
        hardware: mvtuConstant,
        inputs: (_, random) => ({ x: Array.from({ length: vectors }, () => random.bits(columns)) }),
        model: ({ x }, { weights, thresholds }) => ({
          y: beatsOf(
            chunks(bitsOf(x, columns), columns).flatMap((vector) =>
              popcounts(weights, vector).map((count, row) => (count >= (thresholds[row] ?? 0) ? 1 : 0)),
            ),
            rows,
          ),
        }),
        timing: ({ inputs: { x }, params }) => ({
          x: x.map((_, beat) => beat),
          y: x.map((_, beat) => beat + mvtuConstantLatency(params)),
        }),
      },
      { seed: 17, cases: 2, sets: 1, nativeSets: 0, optimize: false, implementations },
    );
    expect(tried).toMatchObject({ both: { cases: 2, parameterSets: 1 } });
  },
);
