import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../random.ts";
import { bitMatrix, getBit, setBit, type BitMatrix } from "./bits.ts";
import type { DenseNetwork } from "./model.ts";
import { randomBits, randomNetwork } from "./random-network.ts";
import { infer, readOut, trace, type LayerTrace } from "./reference.ts";

const sizes = fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 2, maxLength: 5 });

test("agrees with sums of +-1 on random networks, in every accumulator and activation", () => {
  fc.assert(
    fc.property(sizes, fc.integer(), fc.integer({ min: 0, max: 9 }), (shape, seed, images) => {
      const network = randomNetwork({ name: "random", shape, seed });
      const bits = randomBits(new Random(seed), images, shape[0] ?? 0);
      expect(trace(network, bits)).toEqual(naiveTrace(network, bits));
    }),
    { numRuns: 200 },
  );
});

test("bits beyond the outputs stay 0", () => {
  const network = randomNetwork({ name: "odd", shape: [5, 37, 2], seed: 4 });
  const layers = network.layers.map((layer) => ({ ...layer, thresholds: new Int32Array(layer.outputs) }));
  const [hidden] = trace({ ...network, layers }, randomBits(new Random(1), 3, 5));
  expect(hidden?.activations?.words).toEqual(Uint32Array.from([-1, 31, -1, 31, -1, 31]));
});

test("infer takes the first of equal maxima, from pixels", () => {
  const network = randomNetwork({ name: "tie", shape: [16, 8, 10], seed: 2 });
  const pixels = Uint8Array.from({ length: 16 * 50 }, (_, index) => (index * 97) & 255);
  const { labels, scores } = infer(network, pixels);
  expect(labels).toHaveLength(50);
  let ties = 0;
  labels.forEach((label, image) => {
    const own = [...scores.subarray(10 * image, 10 * image + 10)];
    expect(label).toBe(own.indexOf(Math.max(...own)));
    if (own.filter((score) => score === own[label]).length > 1) ties++;
  });
  expect(ties).toBeGreaterThan(0);
});

test("the highest set bit of the first classes is the class, 0 if none is set", () => {
  const last = (word: number) => ({
    ...{ name: "last", outputs: 12, accumulators: new Int32Array(12) },
    activations: { rows: 1, columns: 12, wordsPerRow: 1, words: Uint32Array.of(word) },
  });
  const classOf = (word: number) => readOut({ kind: "highest-bit", classes: 10 }, last(word)).labels[0];
  expect([0, 1, 0b101, 0x200, 0xc00, 0xc04].map(classOf)).toEqual([0, 0, 2, 9, 0, 2]);
});

test("images of another size are refused", () => {
  const network = randomNetwork({ name: "small", shape: [16, 8, 10], seed: 2 });
  expect(() => infer(network, new Uint8Array(15))).toThrow(expect.objectContaining({ code: "images-size" }));
  expect(() => trace(network, randomBits(new Random(1), 1, 17))).toThrow(
    expect.objectContaining({ code: "images-size" }),
  );
  const bytes = { rows: 1, columns: 16, values: new Int8Array(16) };
  expect(() => trace(network, bytes)).toThrow(expect.objectContaining({ code: "images-encoding" }));
});

/** The same as `trace`, one image after the other, by sums of products of +1 and -1. */
function naiveTrace(network: DenseNetwork, bits: BitMatrix): LayerTrace[] {
  let rows = Array.from({ length: bits.rows }, (_, image) => signs(bits, image));
  return network.layers.map(({ name, outputs, weights, thresholds }) => {
    const accumulators = rows.map((row) => naiveCounts(weights, row));
    rows = accumulators.map((counts) =>
      counts.map((count, output) => (count >= (thresholds?.[output] ?? 0) ? 1 : -1)),
    );
    const activations = thresholds === undefined ? undefined : packed(rows, outputs);
    return { name, outputs, accumulators: Int32Array.from(accumulators.flat()), activations };
  });
}

/** For each row of the weights the count of matches: (sum of the products + inputs) / 2. */
function naiveCounts(weights: BitMatrix, activations: readonly number[]): number[] {
  return Array.from({ length: weights.rows }, (_, row) => {
    const products = signs(weights, row).map((weight, column) => weight * (activations[column] ?? 0));
    return (products.reduce((sum, product) => sum + product, 0) + activations.length) / 2;
  });
}

/** A row of bits as numbers +1 and -1. */
function signs(matrix: BitMatrix, row: number): number[] {
  return Array.from({ length: matrix.columns }, (_, column) => 2 * getBit(matrix, row, column) - 1);
}

/** Rows of numbers +1 and -1 as bits. */
function packed(rows: readonly (readonly number[])[], columns: number): BitMatrix {
  const matrix = bitMatrix(rows.length, columns);
  rows.forEach((row, image) => {
    row.forEach((sign, column) => {
      if (sign > 0) setBit(matrix, image, column);
    });
  });
  return matrix;
}
