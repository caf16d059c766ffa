import { join } from "node:path";
import { expect, test } from "vitest";
import { cifar10Test } from "./cifar10.fixture.ts";
import { infer, loadNetwork } from "./index.ts";

test("cnv-cifar10 classifies as many of the 10,000 test images right as its file says", async () => {
  const network = loadNetwork(join(import.meta.dirname, "..", "..", "models", "cnv-cifar10.json"));
  const { pixels, labels } = await cifar10Test();
  const inferred = infer(network, pixels).labels;
  const correct = inferred.filter((label, image) => label === labels[image]).length;
  expect(network.provenance).toMatchObject({ correct, images: labels.length });
  expect(labels).toHaveLength(10_000);
});
