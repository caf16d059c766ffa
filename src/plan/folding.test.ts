import { expect, test } from "vitest";
import { SluiceError } from "../error.ts";
import { randomNetwork } from "../network/index.ts";
import { loadBoard } from "./board.ts";
import { maxFolding } from "./fold-search.ts";
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
