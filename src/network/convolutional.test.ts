import { expect, test } from "vitest";
import { Random } from "../random.ts";
import { getBit } from "./bits.ts";
import { cnv, encode, operations, paddedCnv, serializeNetwork, tensors, trace } from "./index.ts";

const channels = (network: Parameters<typeof tensors>[0]) =>
  tensors(network).map((tensor) => tensor.channels);

test("CNV has FINN's topology and operations", () => {
  const network = cnv({ seed: 1 });
  const sizes = tensors(network).map(({ height }) => height);
  expect(sizes).toEqual([32, 30, 28, 14, 12, 10, 5, 3, 1, 1, 1, 1]);
  expect(channels(network)).toEqual([3, 64, 64, 64, 128, 128, 128, 256, 256, 512, 512, 10]);
  // By hand: 2 * (900*27*64 + 784*576*64 + 144*576*128 + 100*1152*128 + 9*1152*256 + 2304*256 + 256*512 + 512*512 + 512*10)
  expect(operations(network)).toBe(118_922_752);
});

test("the padded net of width 2 is the 1.234 G operations of the scaling paper", () => {
  const network = paddedCnv({ width: 2, seed: 1 });
  const sizes = tensors(network).map(({ height }) => height);
  expect(sizes).toEqual([32, 32, 32, 16, 16, 16, 8, 8, 8, 4, 1, 1, 1]);
  expect(channels(network)).toEqual([3, 128, 128, 128, 256, 256, 256, 512, 512, 512, 1024, 1024, 10]);
  expect((operations(network) / 1e9).toFixed(3)).toBe("1.234");
  expect(channels(paddedCnv({ width: 0.5, seed: 1 }))).toEqual([
    ...[3, 32, 32, 32, 64, 64, 64, 128, 128, 128, 256, 256, 10],
  ]);
});

test("the same seed gives the same network, another one another", () => {
  const text = serializeNetwork(cnv({ seed: 1 }));
  expect(serializeNetwork(cnv({ seed: 1 }))).toBe(text);
  expect(serializeNetwork(cnv({ seed: 2 }))).not.toBe(text);
});

test.each([
  ["CNV", cnv({ seed: 3 })],
  ["padded CNV", paddedCnv({ width: 0.5, seed: 3 })],
])("activations of %s are mixed in every layer, and depend on the image", (_, network) => {
  const random = new Random(5);
  const pixels = Uint8Array.from({ length: 2 * 3072 }, () => random.below(256));
  for (const { name, outputs, activations } of trace(network, encode(pixels, network.input))) {
    if (activations === undefined) continue;
    let [ones, differing] = [0, 0];
    for (let output = 0; output < outputs; output++) {
      ones += getBit(activations, 0, output);
      differing += getBit(activations, 0, output) ^ getBit(activations, 1, output);
    }
    // Few before a pool, so that its outputs are mixed.
    expect(ones / outputs, name).toBeGreaterThan(0.1);
    expect(ones / outputs, name).toBeLessThan(0.75);
    expect(differing / outputs, name).toBeGreaterThan(0.2);
  }
});
