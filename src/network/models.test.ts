import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cifar10Test } from "./cifar10.fixture.ts";
import { cnv, infer, loadNetwork, readCifar10, readIdx, serializeNetwork, tensors, volume } from "./index.ts";
import { mnistTest } from "./mnist.fixture.ts";

const models = join(import.meta.dirname, "..", "..", "models");
const { pixels, labels } = mnistTest();

test.each([
  ["sfc-mnist", [784, 256, 256, 256, 10], 0.958],
  ["lfc-mnist", [784, 1024, 1024, 1024, 10], 0.984],
] as const)("%s has the topology and at least the accuracy of FINN's", (name, shape, least) => {
  const path = join(models, `${name}.json`);
  const network = loadNetwork(path);
  expect(tensors(network).map(volume)).toEqual(shape);
  const inferred = infer(network, pixels).labels;
  const correct = inferred.filter((label, image) => label === labels[image]).length;
  expect(correct / labels.length).toBeGreaterThanOrEqual(least);
  expect(network.provenance).toMatchObject({ correct, images: labels.length });
  expect(serializeNetwork(network)).toBe(readFileSync(path, "utf8"));
});

// All 10,000 are in models.full.test.ts.
test("cnv-cifar10 has FINN's topology and classifies exactly 178 of the 200 bundled images right", () => {
  const path = join(models, "cnv-cifar10.json");
  const network = loadNetwork(path);
  expect(tensors(network)).toEqual(tensors(cnv({ seed: 1 })));
  const bundled = readCifar10(join(models, "cifar10-test-200.bin.gz"));
  const inferred = infer(network, bundled.pixels).labels;
  expect(inferred.filter((label, image) => label === bundled.labels[image])).toHaveLength(178);
  expect(serializeNetwork(network)).toBe(readFileSync(path, "utf8"));
});

test("the bundled images are the first 1,000 of MNIST's test set", () => {
  const images = readIdx(join(models, "mnist-test-1000.images.idx3-ubyte.gz"));
  expect(images.shape).toEqual([1000, 28, 28]);
  expect(Buffer.from(images.data).equals(pixels.subarray(0, images.data.length))).toBe(true);
  const own = readIdx(join(models, "mnist-test-1000.labels.idx1-ubyte.gz"));
  expect(own.shape).toEqual([1000]);
  expect(Buffer.from(own.data).equals(labels.subarray(0, 1000))).toBe(true);
});

test("the bundled images are the first 200 of CIFAR-10's test set", async () => {
  const all = await cifar10Test();
  const bundled = readCifar10(join(models, "cifar10-test-200.bin.gz"));
  expect(bundled.labels).toEqual(all.labels.subarray(0, 200));
  expect(Buffer.from(bundled.pixels).equals(all.pixels.subarray(0, 200 * 3072))).toBe(true);
});
