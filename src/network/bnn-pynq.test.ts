import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { binarise, loadBnnPynq, infer, trace, type BitMatrix } from "./index.ts";
import { mnistTest } from "./mnist.fixture.ts";

const folder = join(process.env["SLUICE_PEER_DATA"] ?? "", "bnn-pynq", "mnist", "lfcW1A1");
const isThere = existsSync(folder);
if (!isThere) console.warn("FINN's own LFC is not tested: SLUICE_PEER_DATA names no folder with bnn-pynq.");

describe.skipIf(!isThere)("FINN's own LFC", () => {
  const { pixels, labels } = mnistTest();

  test("classifies exactly 9,840 of the 10,000 test images right", () => {
    const network = loadBnnPynq(folder);
    const inferred = infer(network, pixels).labels;
    expect(inferred.filter((label, image) => label === labels[image])).toHaveLength(9840);
  });

  test("gives the golden vectors of the first test image", () => {
    const network = loadBnnPynq(folder);
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
