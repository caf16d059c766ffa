import { expect, test } from "vitest";
import { SluiceError } from "../error.ts";
import { cnv, randomNetwork } from "../network/index.ts";
import { loadBoard } from "./board.ts";
import { usualBudget } from "./device.ts";
import { planFor } from "./goal.ts";
import { checkFolding, loadFolding, parseFolding, serializeFolding } from "./folding.ts";
import { plan } from "./plan.ts";

const network = randomNetwork({ name: "net", shape: [12, 8, 4], seed: 1 });
const good = { dense0: { pe: 4, simd: 3 }, dense1: { pe: 2, simd: 8 } };

const codeOf = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    if (error instanceof SluiceError) return error.code;
    throw error;
  }
  return "nothing thrown";
};

test("a folding survives its file", () => {
  expect(parseFolding(serializeFolding(good), "good")).toEqual(good);
});

test.each([
  ["not JSON", () => parseFolding("{", "f"), "folding-invalid"],
  ["another format", () => parseFolding('{"format":"x","version":1,"layers":{}}', "f"), "folding-invalid"],
  [
    "a fold of 0",
    () => parseFolding(serializeFolding({ dense0: { pe: 0, simd: 1 } }), "f"),
    "folding-invalid",
  ],
  ["no such file", () => loadFolding("/nowhere/fold.json"), "folding-unreadable"],
  [
    "a layer left out",
    () => {
      checkFolding(network, { dense0: good.dense0 });
    },
    "folding-incomplete",
  ],
  [
    "a layer that is not there",
    () => {
      checkFolding(network, { ...good, dense7: good.dense0 });
    },
    "folding-unknown-layer",
  ],
  [
    "PE that does not divide",
    () => {
      checkFolding(network, { ...good, dense0: { pe: 3, simd: 3 } });
    },
    "folding-does-not-divide",
  ],
  [
    "SIMD that does not divide",
    () => plan(network, { ...good, dense0: { pe: 4, simd: 5 } }),
    "folding-does-not-divide",
  ],
  ["an unknown board", () => loadBoard("de10"), "unknown-board"],
])("%s is refused", (_, body, code) => {
  expect(codeOf(body)).toBe(code);
});

test("the message says what would divide", () => {
  expect(() => {
    checkFolding(network, { ...good, dense0: { pe: 3, simd: 3 } });
  }).toThrow("PE = 3 does not divide the 8 outputs of layer dense0");
});

const convolutional = cnv({ seed: 1 });

test("a folding that does not fit a convolution is refused", () => {
  const { folding } = planFor(
    convolutional,
    { cycles: 20_000 },
    { board: loadBoard("zc706"), clockMHz: 200, budget: usualBudget },
  );
  const fold = folding["conv1"] ?? { pe: 1, simd: 1 };
  const plan1 = (conv1: typeof fold) => () => plan(convolutional, { ...folding, conv1 });
  expect(plan1({ ...fold, mmv: 5 })).toThrow("MMV = 5 does not divide the 784 pixels of layer conv1");
  expect(plan1({ ...fold, simd: 7 })).toThrow("SIMD = 7 does not divide the 576 inputs of layer conv1");
  expect(() => plan(convolutional, { ...folding, pool1: fold })).toThrow('cnv-random folds no layer "pool1"');
});

test("raw sums of bytes are refused: no unit computes them", () => {
  const [first] = convolutional.layers;
  if (first?.kind !== "conv") throw new Error("CNV starts with a convolution");
  const input = { ...first.input, height: 3, width: 3 };
  const only = { ...first, input, thresholds: undefined };
  const readout = { kind: "argmax", classes: 10 } as const;
  const encoding = { shape: [3, 3, 3], encoding: "signed-8bit" } as const;
  const raw = { ...convolutional, input: encoding, layers: [only], readout };
  expect(codeOf(() => plan(raw, { conv0: { pe: 1, simd: 1 } }))).toBe("layer-unsupported");
});
