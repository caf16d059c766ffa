import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cifar10Test } from "./cifar10.fixture.ts";
import { infer, loadBnnPynq } from "./index.ts";

const folder = join(process.env["SLUICE_PEER_DATA"] ?? "", "bnn-pynq", "cifar10", "cnvW1A1");
const isThere = existsSync(folder);
if (!isThere)
  process.stderr.write("FINN's own CNV is not tested: SLUICE_PEER_DATA names no folder with bnn-pynq.\n");

test.skipIf(!isThere)("FINN's own CNV classifies exactly 7,922 of the 10,000 test images right", async () => {
  const { pixels, labels } = await cifar10Test();
  const inferred = infer(loadBnnPynq(folder), pixels).labels;
  expect(labels).toHaveLength(10_000);
  expect(inferred.filter((label, image) => label === labels[image])).toHaveLength(7922);
});
