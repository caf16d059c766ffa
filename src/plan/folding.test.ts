import { expect, test } from "vitest";
import { SluiceError } from "../error.ts";
import { cnv, operations, randomNetwork } from "../network/index.ts";
import { loadBoard } from "./board.ts";
import { foldingFor, maxFolding, resolveFolding } from "./fold-search.ts";
import { checkFolding, lanesOf, loadFolding, parseFolding, serializeFolding } from "./folding.ts";
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

test("the fastest folding gets slower on a smaller board, and says when nothing fits", () => {
  const zc706 = loadBoard("zc706");
  const big = randomNetwork({ name: "big", shape: [256, 256, 10], seed: 1 });
  const interval = (lut: number): number =>
    plan(big, maxFolding(big, { ...zc706, resources: { ...zc706.resources, lut } })).cyclesPerFrame;
  expect(interval(200_000)).toBeLessThan(interval(20_000));
  expect(codeOf(() => maxFolding(big, { ...zc706, resources: { ...zc706.resources, lut: 1 } }))).toBe(
    "board-too-small",
  );
});

const convolutional = cnv({ seed: 1 });

test("a folding for so many cycles takes few lanes more than the work needs", () => {
  for (const cycles of [9_130, 20_000, 50_000]) {
    const folding = foldingFor(convolutional, cycles);
    const planned = plan(convolutional, folding);
    expect(planned.cyclesPerFrame).toBeLessThanOrEqual(cycles);
    const lanes = Object.values(folding).reduce((sum, layer) => sum + lanesOf(layer), 0);
    expect(planned.lanes).toBe(lanes);
    expect(lanes).toBeLessThan((1.25 * operations(convolutional)) / (2 * cycles));
  }
});

test("what cannot be that fast is said, with the layer", () => {
  expect(() => foldingFor(convolutional, 100)).toThrow(
    "layer conv0 takes 512 cycles per frame at its fastest",
  );
  expect(codeOf(() => resolveFolding("100", convolutional, loadBoard("zc706")))).toBe("folding-impossible");
  expect(codeOf(() => resolveFolding("0", convolutional, loadBoard("zc706")))).toBe("folding-unreadable");
});

test("a folding that does not fit a convolution is refused", () => {
  const folding = foldingFor(convolutional, 20_000);
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
