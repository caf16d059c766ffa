import { expect, test } from "vitest";
import { bitMatrix } from "./bits.ts";
import { checkNetwork } from "./check.ts";
import type { DenseLayer, Network } from "./model.ts";
import { randomNetwork } from "./random-network.ts";

const network = randomNetwork({ name: "small", shape: [40, 33, 10], seed: 1 });

function withFirst(change: Partial<DenseLayer>): Network {
  return {
    ...network,
    layers: network.layers.map((layer, index) =>
      index === 0 && layer.kind === "dense" ? { ...layer, ...change } : layer,
    ),
  };
}

test("a network that fits is returned as it is", () => {
  expect(checkNetwork(network, "x")).toBe(network);
});

test.each([
  ["weights of other rows", withFirst({ weights: bitMatrix(32, 40) }), "model-weights-shape"],
  ["weights of other columns", withFirst({ weights: bitMatrix(33, 41) }), "model-weights-shape"],
  [
    "too few words",
    withFirst({ weights: { ...bitMatrix(33, 40), words: new Uint32Array(65) } }),
    "model-weights-shape",
  ],
  ["too wide rows", withFirst({ weights: { ...bitMatrix(33, 80), columns: 40 } }), "model-weights-shape"],
  ["too few thresholds", withFirst({ thresholds: new Int32Array(32) }), "model-thresholds-length"],
  ["no layers", { ...network, layers: [] }, "model-shape-chain"],
] as const)("%s is refused", (_, wrong, code) => {
  expect(() => checkNetwork(wrong, "x")).toThrow(expect.objectContaining({ code, where: "x" }));
});

test("thresholds from 0 (always) to inputs + 1 (never) are right", () => {
  for (const threshold of [0, 41]) {
    expect(() =>
      checkNetwork(withFirst({ thresholds: new Int32Array(33).fill(threshold) }), "x"),
    ).not.toThrow();
  }
  expect(() => checkNetwork(withFirst({ thresholds: new Int32Array(33).fill(42) }), "x")).toThrow(
    "not in 0 to 41",
  );
});
