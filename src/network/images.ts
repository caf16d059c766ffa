import { SluiceError } from "../error.ts";
import { fileLimits, readUnzipped, reasonOf } from "../files.ts";
import { bitMatrix, type BitMatrix } from "./bits.ts";
import { pixelsPerImage, type Input, type SignedInput } from "./model.ts";

/** The content of an idx file of bytes, the format of MNIST. */
export interface Idx {
  /** Sizes, slowest first, e.g. [10000, 28, 28]. */
  readonly shape: readonly number[];
  /** Row-major; as many as the product of the sizes. */
  readonly data: Uint8Array;
}

/**
 * Reads an idx file of bytes; a file that is compressed with gzip is unpacked.
 *
 * @throws SluiceError `images-unreadable`, and those of `parseIdx`.
 */
export function readIdx(path: string): Idx {
  let bytes: Uint8Array;
  try {
    bytes = readUnzipped(path, fileLimits.images);
  } catch (cause) {
    throw new SluiceError("images-unreadable", `The idx file cannot be read: ${reasonOf(cause)}.`, {
      where: path,
      hint: "check the path and the file",
      cause,
    });
  }
  return parseIdx(bytes, path);
}

/**
 * Reads the bytes of an idx file: 0, 0, 8 (unsigned bytes), the number of dimensions, each size as a
 * big-endian 32-bit number, then the data. Source: http://yann.lecun.com/exdb/mnist.
 *
 * @param where The file that an error names.
 * @throws SluiceError `images-magic`, `images-truncated` or `images-trailing`.
 */
export function parseIdx(bytes: Uint8Array, where: string): Idx {
  const [zero1, zero2, type, dimensions = 0] = bytes;
  if (bytes.length >= 4 && (zero1 !== 0 || zero2 !== 0 || type !== 8 || dimensions < 1 || dimensions > 4)) {
    const hint = "It has to begin with 00 00 08 and the number of dimensions, 01 to 04.";
    throw new SluiceError("images-magic", "The file is not an idx file of bytes.", { where, hint });
  }
  const header = 4 + 4 * dimensions;
  const needs = (size: number): SluiceError =>
    new SluiceError("images-truncated", `The idx file has ${bytes.length} bytes and needs ${size}.`, {
      where,
    });
  if (bytes.length < header) throw needs(header);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const shape = Array.from({ length: dimensions }, (_, index) => view.getUint32(4 + 4 * index));
  const size = header + shape.reduce((product, length) => product * length, 1);
  if (bytes.length < size) throw needs(size);
  if (bytes.length > size) {
    throw new SluiceError("images-trailing", `The idx file has ${bytes.length - size} bytes too many.`, {
      where,
    });
  }
  return { shape, data: bytes.subarray(header) };
}

/** A matrix of signed bytes, row-major. */
export interface ByteMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Int8Array<ArrayBuffer>;
}

/**
 * What a network's first layer gets for n images: one row of bits or of signed bytes for each.
 *
 * @param pixels Bytes, image after image.
 * @throws SluiceError `images-size` if the pixels are not a whole number of images.
 */
export function encode(pixels: Uint8Array, input: Input): BitMatrix | ByteMatrix {
  return input.encoding === "signed-8bit" ? quantise(pixels, input) : binarise(pixels, input);
}

/** The signed byte of each pixel value; the rule stands at `SignedInput`. */
const signedBytes = Int8Array.from({ length: 256 }, (_, pixel) =>
  Math.min(127, Math.max(-128, Math.floor(((2 * pixel) / 255 - 1) * 128 + 0.5))),
);

/**
 * The signed bytes of n images, a row for each.
 *
 * @param pixels Bytes, image after image, channels innermost.
 * @throws SluiceError `images-size` if the pixels are not a whole number of images.
 */
export function quantise(pixels: Uint8Array, input: SignedInput): ByteMatrix {
  const values = new Int8Array(pixels.length);
  for (let index = 0; index < values.length; index++) values[index] = signedBytes[pixels[index] ?? 0] ?? 0;
  return { rows: countImages(pixels, input), columns: pixelsPerImage(input), values };
}

/**
 * The input bits of n images: a pixel at or above the input's threshold is 1; zeros fill up to its bits.
 *
 * @param pixels Bytes, image after image.
 * @returns n rows of `input.bits` bits.
 * @throws SluiceError `images-encoding` if the input takes no bits, `images-size` if the pixels are not a whole number of images.
 */
export function binarise(pixels: Uint8Array, input: Input): BitMatrix {
  if (input.encoding !== "binary-threshold") {
    throw new SluiceError(
      "images-encoding",
      `The input has the encoding ${input.encoding}, not one bit per pixel.`,
    );
  }
  const perImage = pixelsPerImage(input);
  const bits = bitMatrix(countImages(pixels, input), input.bits);
  const below = input.threshold - 1;
  for (let image = 0, next = 0; image < bits.rows; image++) {
    const end = next + perImage;
    for (let word = image * bits.wordsPerRow; next < end; word++) {
      const count = Math.min(32, end - next);
      let value = 0;
      // The sign bit of below - pixel says "at or above the threshold" without a branch.
      for (let bit = 0; bit < count; bit++) value |= ((below - (pixels[next + bit] ?? 0)) >>> 31) << bit;
      bits.words[word] = value;
      next += count;
    }
  }
  return bits;
}

function countImages(pixels: Uint8Array, input: Input): number {
  const perImage = pixelsPerImage(input);
  if (pixels.length % perImage === 0) return pixels.length / perImage;
  throw new SluiceError(
    "images-size",
    `${pixels.length} pixels are not a whole number of images of ${input.shape.join(" x ")}.`,
  );
}
