import { expect, test } from "vitest";
import { Random } from "../../src/random.ts";
import { constantLayer } from "./constant-layer.ts";
import { randomThresholds, randomWeights } from "./random.fixture.ts";

test.each([
  [64, 64],
  [150, 40],
])(
  "%d columns, %d rows: bits that wait for three stages are in time for a shift register",
  (columns, rows) => {
    const random = new Random(columns);
    const weights = randomWeights(random, rows, columns);
    const params = { weights, thresholds: randomThresholds(random, weights), clockMHz: 200 };
    const { netlist, results, stage } = constantLayer(params);
    const outputs = results.flat().filter((result) => typeof result !== "number");
    expect(netlist.cells.length).toBeGreaterThan(rows);
    expect(netlist.lateCells(outputs, stage)).toEqual([]);
  },
);
