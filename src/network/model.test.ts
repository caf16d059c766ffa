import { expect, test } from "vitest";
import { bitMatrix } from "./bits.ts";
import { checkNetwork } from "./check.ts";
import type { ConvLayer, DenseLayer, Network } from "./model.ts";
import { randomNetwork } from "./random-network.ts";
import { outputTensor, tensors, volume } from "./shapes.ts";

const network = randomNetwork({ name: "small", shape: [40, 33, 10], seed: 1 });

function withFirst(change: Partial<DenseLayer>): Network {
  return {
    ...network,
    layers: network.layers.map((layer, index) => (index === 0 ? { ...layer, ...change } : layer)),
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

const withConv = (change: Partial<ConvLayer>, input?: Partial<Network["input"]>): Network => {
  const shape = { height: 5, width: 4, channels: 3 };
  const conv: ConvLayer = {
    ...{ kind: "conv", name: "conv", input: shape, outChannels: 2 },
    ...{
      kernel: { height: 3, width: 2 },
      stride: { height: 1, width: 2 },
      dilation: { height: 1, width: 1 },
    },
    padding: { top: 1, left: 0, bottom: 2, right: 1, value: -1 },
    ...{ weights: bitMatrix(2, 18), thresholds: new Int32Array(2) },
    ...change,
  };
  const inputs = volume(outputTensor(conv));
  return {
    name: "conv",
    input: {
      shape: [5, 4, 3],
      encoding: "binary-threshold",
      threshold: 128,
      bits: 60,
      ...input,
    },
    layers: [
      conv,
      {
        kind: "dense",
        name: "dense",
        inputs,
        outputs: 1,
        weights: bitMatrix(1, inputs),
        thresholds: undefined,
      },
    ],
    readout: { kind: "argmax", classes: 1 },
    labels: ["only"],
  };
};
const signed = { encoding: "signed-8bit" } as const;
const padding = { top: 0, left: 0, bottom: 0, right: 0, value: -1 };
const pool = { kind: "max-pool", name: "pool", input: { height: 5, width: 4, channels: 3 } } as const;
const two = { height: 2, width: 2 };

test("a convolution that fits is right, on bits and on signed bytes", () => {
  expect(() => checkNetwork(withConv({}), "x")).not.toThrow();
  expect(() => checkNetwork(withConv({ padding: { ...padding, value: 77 } }, signed), "x")).not.toThrow();
  const far = Int32Array.of(-128 * 18, 128 * 18 + 1);
  expect(() => checkNetwork(withConv({ thresholds: far }, signed), "x")).not.toThrow();
  expect(tensors(withConv({}))).toEqual([
    { height: 5, width: 4, channels: 3, values: "bit" },
    { height: 6, width: 2, channels: 2, values: "bit" },
    { height: 1, width: 1, channels: 1, values: "accumulator" },
  ]);
});

test.each([
  ["another height", withConv({ input: { height: 6, width: 4, channels: 3 } }), "model-shape-chain"],
  ["other channels", withConv({ input: { height: 5, width: 4, channels: 4 } }), "model-shape-chain"],
  ["a map where bits fill the input up to a vector", withConv({}, { bits: 64 }), "model-shape-chain"],
  ["weights of other columns", withConv({ weights: bitMatrix(2, 17) }), "model-weights-shape"],
  ["a kernel of no rows", withConv({ kernel: { height: 0, width: 2 } }), "model-window"],
  ["half a stride", withConv({ stride: { height: 1, width: 0.5 } }), "model-window"],
  ["no dilation", withConv({ dilation: { height: 0, width: 1 } }), "model-window"],
  ["a kernel larger than its input", withConv({ kernel: { height: 3, width: 6 } }), "model-window"],
  [
    "a dilated kernel larger than its input",
    withConv({ padding, dilation: { height: 3, width: 1 } }),
    "model-window",
  ],
  ["padding as high as the kernel", withConv({ padding: { ...padding, top: 3 } }), "model-padding"],
  ["padding less than nothing", withConv({ padding: { ...padding, right: -1 } }), "model-padding"],
  ["padding of zeros among bits", withConv({ padding: { ...padding, value: 0 } }), "model-padding"],
  ["padding that is no byte", withConv({ padding: { ...padding, value: 128 } }, signed), "model-padding"],
  ["thresholds for bits below 0", withConv({ thresholds: Int32Array.of(0, -1) }), "model-thresholds-range"],
  [
    "thresholds beyond any byte",
    withConv({ thresholds: Int32Array.of(0, 2306) }, signed),
    "model-thresholds-range",
  ],
  ["raw sums into a layer", withConv({ thresholds: undefined }), "model-thresholds-missing"],
  ["signed bytes without height and width", withConv({}, { ...signed, shape: [60] }), "model-input-shape"],
  [
    "a pool of signed bytes",
    { ...withConv({}, signed), layers: [{ ...pool, kernel: two, stride: two }] },
    "model-values",
  ],
  [
    "a pool larger than its input",
    { ...withConv({}), layers: [{ ...pool, kernel: { height: 6, width: 1 }, stride: two }] },
    "model-window",
  ],
  [
    "a pool at the end",
    {
      ...withConv({}),
      layers: [{ ...pool, kernel: { height: 5, width: 4 }, stride: two }],
      readout: { kind: "highest-bit", classes: 1 },
    },
    "model-readout",
  ],
  [
    "a feature map at the end",
    { ...withConv({}), layers: withConv({ thresholds: undefined }).layers.slice(0, 1) },
    "model-readout",
  ],
  ["an image beyond all memory", withConv({}, { ...signed, shape: [4097, 4097, 1] }), "model-size"],
  [
    "a feature map beyond all memory",
    withConv(
      {
        ...{ input: { height: 2048, width: 4096, channels: 2 }, outChannels: 3 },
        ...{ kernel: { height: 1, width: 1 }, stride: { height: 1, width: 1 }, padding },
        ...{ weights: bitMatrix(3, 2), thresholds: new Int32Array(3) },
      },
      { ...signed, shape: [2048, 4096, 2] },
    ),
    "model-size",
  ],
] as const)("%s is refused", (_, wrong, code) => {
  expect(() => checkNetwork(wrong, "x")).toThrow(expect.objectContaining({ code, where: "x" }));
});
