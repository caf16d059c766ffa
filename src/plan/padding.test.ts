import { expect, test } from "vitest";
import { checkNetwork, infer, outputTensor, randomNetwork } from "../network/index.ts";
import { Random } from "../random.ts";
import { loadBoard, targetOf } from "./board.ts";
import { FoldSearch } from "./fold-search.ts";
import type { Folding } from "./folding.ts";
import { padNetwork } from "./padding.ts";
import { plan } from "./plan.ts";
import { randomNetworkOf, randomPixels } from "./random-pipeline.fixture.ts";

/** Dead rows for all layers that can have them. */
function randomRows(network: ReturnType<typeof randomNetworkOf>, random: Random): Folding {
  const layers = network.layers.filter(({ kind }) => kind === "dense" || kind === "conv");
  return Object.fromEntries(
    layers.map((layer) => {
      const rows = outputTensor(layer).channels + random.below(5);
      return [layer.name, { pe: 1, simd: 1, rows }];
    }),
  );
}

test.each(Array.from({ length: 20 }, (_, seed) => seed))(
  "random layers %i with dead neurons are a network that answers alike",
  (seed) => {
    const random = new Random(seed);
    const network = randomNetworkOf(seed);
    const padded = padNetwork(network, randomRows(network, random));
    checkNetwork(padded, "padded");
    const pixels = randomPixels(network, random, 4);
    expect(infer(padded, pixels)).toEqual(infer(network, pixels));
  },
);

test("rows are not taken away", () => {
  const network = randomNetwork({ name: "net", shape: [12, 8, 4], seed: 1 });
  const folding = { dense0: { pe: 1, simd: 1, rows: 7 }, dense1: { pe: 1, simd: 1 } };
  expect(() => plan(network, folding)).toThrow("7 rows are not the 8 of layer dense0 and dead ones");
});

test("the search pads where the number of rows has no divisors", () => {
  const network = randomNetwork({ name: "odd", shape: [256, 127, 127, 10], seed: 1 });
  const [cheapest] = new FoldSearch(network, targetOf(loadBoard("zc706"))).candidates(600, 401);
  const rows = Object.values(cheapest?.folding ?? {}).map((layer) => layer.rows);
  expect(rows).toContain(128);
});
