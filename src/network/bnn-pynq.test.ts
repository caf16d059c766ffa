import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { cifar10Test } from "./cifar10.fixture.ts";
import { binarise, infer, loadBnnPynq, readCifar10, trace, type BitMatrix, type Cifar10 } from "./index.ts";
import { mnistTest } from "./mnist.fixture.ts";

const peer = join(process.env["SLUICE_PEER_DATA"] ?? "", "bnn-pynq");
const [lfc, cnv] = [join(peer, "mnist", "lfcW1A1"), join(peer, "cifar10", "cnvW1A1")];
const isThere = existsSync(lfc) && existsSync(cnv);
if (!isThere) {
  process.stderr.write(
    "FINN's own LFC and CNV are not tested: SLUICE_PEER_DATA names no folder with bnn-pynq.\n",
  );
}

describe.skipIf(!isThere)("FINN's own LFC", () => {
  const { pixels, labels } = mnistTest();

  test("classifies exactly 9,840 of the 10,000 test images right", () => {
    const inferred = infer(loadBnnPynq(lfc), pixels).labels;
    expect(inferred.filter((label, image) => label === labels[image])).toHaveLength(9840);
  });

  test("gives the golden vectors of the first test image", () => {
    const network = loadBnnPynq(lfc);
    const layers = trace(network, binarise(pixels.subarray(0, 784), network.input));
    expect([...(layers[0]?.accumulators?.subarray(0, 8) ?? [])]).toEqual([
      395, 360, 381, 391, 385, 379, 364, 353,
    ]);
    expect(layers.map(({ activations }) => firstWord(activations))).toEqual([
      0xd52e006f58443451n,
      0xb7fad90b7f8aa93en,
      0xbe438a11018011c0n,
      0x80n,
    ]);
    expect(infer(network, pixels.subarray(0, 784)).labels[0]).toBe(7);
  });
});

describe.skipIf(!isThere)("FINN's own CNV", () => {
  let images: Cifar10;
  beforeAll(async () => {
    images = await cifar10Test();
  });

  test("gives the golden scores of deer.bin", () => {
    const { scores, labels } = infer(loadBnnPynq(cnv), readCifar10(join(peer, "deer.bin")).pixels);
    expect([...scores]).toEqual([228, 229, 251, 250, 412, 253, 230, 262, 222, 239]);
    expect(labels[0]).toBe(4);
  });

  // All 10,000 are in bnn-pynq.full.test.ts.
  test("classifies exactly 398 of the first 500 test images right", () => {
    const inferred = infer(loadBnnPynq(cnv), images.pixels.subarray(0, 500 * 3072)).labels;
    expect(inferred.filter((label, image) => label === images.labels[image])).toHaveLength(398);
  });
});

test("a folder without the files and a file of a wrong size are refused", () => {
  const empty = mkdtempSync(join(tmpdir(), "sluice-"));
  onTestFinished(() => {
    rmSync(empty, { recursive: true });
  });
  expect(() => loadBnnPynq(empty)).toThrow(expect.objectContaining({ code: "bnn-pynq-unreadable" }));
  writeFileSync(join(empty, "0-0-weights.bin"), new Uint8Array(12));
  expect(() => loadBnnPynq(empty)).toThrow(expect.objectContaining({ code: "bnn-pynq-size" }));
});

function firstWord(activations: BitMatrix | undefined): bigint {
  const [low = 0, high = 0] = activations?.words ?? [];
  return (BigInt(high) << 32n) | BigInt(low);
}
