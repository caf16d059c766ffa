import { expect, test } from "vitest";
import { checkCases } from "../../sim/cases.ts";
import { randomKind } from "../../sim/random-values.ts";
import { asyncFifo, asyncFifoTiming } from "./async-fifo.ts";

test("200 random cases in both simulators", async () => {
  const coverage = await checkCases(
    {
      pick: (random) => ({
        kind: randomKind(random),
        depth: 2 ** (1 + random.below(5)),
        stages: 2 + random.below(3),
        write: 1 + random.below(5),
        read: 1 + random.below(5),
      }),
      hardware: ({ kind, depth, stages }) => asyncFifo({ kind, depth, stages }),
      periods: ({ write, read }) => ({ write, read }),
      model: ({ x }) => ({ y: x }),
      timing: ({ inputs, params, start }) => {
        const { x, y } = asyncFifoTiming(params, params, inputs.x.length, start);
        return { x: x.map((tick) => tick - start), y: y.map((tick) => tick - start) };
      },
    },
    { seed: 7 },
  );
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 10,
      },
      "nativeOnly": {
        "cases": 200,
        "parameterSets": 49,
      },
    }
  `);
});
