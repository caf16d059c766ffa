import { SluiceError } from "../error.ts";
import { fileLimits, readUnzipped, reasonOf } from "../files.ts";

/** The classes of CIFAR-10, in the order of their numbers. */
export const cifar10Labels = [
  ...["airplane", "automobile", "bird", "cat", "deer"],
  ...["dog", "frog", "horse", "ship", "truck"],
] as const;

/** Images of 32 x 32 x 3 bytes and their classes. */
export interface Cifar10 {
  /** One after the other, each in the order row, column, colour (red, green, blue). */
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly labels: Uint8Array<ArrayBuffer>;
}

const plane = 32 * 32;
const recordSize = 1 + 3 * plane;

/**
 * Reads a binary file of CIFAR-10, such as `test_batch.bin`; one that is compressed with gzip is unpacked.
 *
 * @throws SluiceError `images-unreadable`, and those of `parseCifar10`.
 */
export function readCifar10(path: string): Cifar10 {
  let bytes: Uint8Array;
  try {
    bytes = readUnzipped(path, fileLimits.images);
  } catch (cause) {
    throw new SluiceError("images-unreadable", `The CIFAR-10 file cannot be read: ${reasonOf(cause)}.`, {
      where: path,
      hint: "check the path and the file",
      cause,
    });
  }
  return parseCifar10(bytes, path);
}

/**
 * Reads records of CIFAR-10's binary version: the class, then 1,024 red, green and blue bytes each, row by
 * row. Source: https://www.cs.toronto.edu/~kriz/cifar.html.
 *
 * @param where The file that an error names.
 * @throws SluiceError `images-size` or `images-label`.
 */
export function parseCifar10(bytes: Uint8Array, where: string): Cifar10 {
  const count = bytes.length / recordSize;
  if (!Number.isInteger(count)) {
    const message = `The file has ${bytes.length} bytes: not a whole number of records of ${recordSize}.`;
    throw new SluiceError("images-size", message, { where });
  }
  const labels = new Uint8Array(count);
  const pixels = new Uint8Array(count * 3 * plane);
  for (let image = 0; image < count; image++) {
    const record = bytes.subarray(image * recordSize, (image + 1) * recordSize);
    const label = record[0] ?? 0;
    if (label >= cifar10Labels.length) {
      throw new SluiceError("images-label", `Record ${image} has the class ${label}, not 0 to 9.`, { where });
    }
    labels[image] = label;
    for (let pixel = 0; pixel < plane; pixel++) {
      for (let colour = 0; colour < 3; colour++) {
        pixels[(image * plane + pixel) * 3 + colour] = record[1 + colour * plane + pixel] ?? 0;
      }
    }
  }
  return { pixels, labels };
}
