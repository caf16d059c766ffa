import { expect, test } from "vitest";
import { checkCases } from "../../sim/cases.ts";
import type { Kind } from "../../src/hdl/index.ts";
import { randomKind } from "../../sim/random-values.ts";
import { fifo, fifoLatency, type FifoStyle } from "./fifo.ts";

const styles: readonly FifoStyle[] = ["shift", "distributed", "block"];

test.each(styles)("%s: 200 random cases in both simulators", async (style) => {
  const coverage = await checkCases(
    {
      pick: (random) => ({
        kind: randomKind(random),
        depth: 1 + random.below(random.below(2) === 0 ? 5 : 64),
        style,
      }),
      hardware: fifo<Kind>,
      model: ({ x }) => ({ y: x }),
      timing: ({ inputs: { x }, params }) => ({
        x: x.map((_, beat) => beat),
        y: x.map((_, beat) => beat + fifoLatency(params)),
      }),
    },
    { seed: 3 },
  );
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 10,
      },
      "nativeOnly": {
        "cases": 200,
        "parameterSets": 48,
      },
    }
  `);
});
