import { fileURLToPath } from "node:url";
import { SluiceError } from "../error.ts";
import { fileLimits, readUnzipped, reasonOf } from "../files.ts";
import { parseCifar10, parseIdx, type Network } from "../network/index.ts";
import { bundledImages } from "./model.ts";

export interface ImageOptions {
  /** An idx file or a binary file of CIFAR-10, also gzipped; bundled images where not given. */
  readonly images?: string | undefined;
  /** The idx file of the images' classes, where the images are an idx file. */
  readonly labels?: string | undefined;
  /** How many of the images, from the first on; all where not given. */
  readonly frames?: number | undefined;
}

/** Images as a network takes them. */
export interface Images {
  /** Image after image, each in the order row, column, channel. */
  readonly pixels: Uint8Array;
  /** The class of each; undefined where no file says. */
  readonly labels: Uint8Array | undefined;
  readonly frames: number;
}

/** What a file of images holds. */
export interface ImageFile {
  /** Of one image. */
  readonly shape: readonly number[];
  readonly frames: number;
  readonly pixels: Uint8Array;
  /** Undefined where the format has no place for them. */
  readonly labels: Uint8Array | undefined;
}

const models = fileURLToPath(new URL("../../models/", import.meta.url));

/** Test images that come with Sluice. */
const bundled: readonly { readonly images: string; readonly labels?: string }[] = [
  bundledImages,
  { images: `${models}cifar10-test-200.bin.gz` },
];

/**
 * The images of a file, or those that come with Sluice, for a network.
 *
 * @throws SluiceError `images-unreadable`, `images-format`, `images-shape`, `no-bundled-images`, `bad-frames`,
 *   `bad-labels`, `option-without-effect`, and those of `parseIdx` and `parseCifar10`.
 */
export function loadImages(network: Network, options: ImageOptions): Images {
  const { file, where } = options.images === undefined ? bundledFor(network) : given(network, options.images);
  const { frames = file.frames } = options;
  if (!Number.isInteger(frames) || frames < 1 || frames > file.frames) {
    throw new SluiceError("bad-frames", `${frames} frames asked for, ${file.frames} images there`, {
      where,
      hint: file.frames === 0 ? "give a file with images" : `ask for 1 to ${file.frames}`,
    });
  }
  const labels = options.labels === undefined ? file.labels : labelsOf(file, options.labels);
  const size = file.pixels.length / file.frames;
  return { pixels: file.pixels.subarray(0, frames * size), labels: labels?.subarray(0, frames), frames };
}

/**
 * Reads a file of images: idx or CIFAR-10's records, told apart by what is in it.
 *
 * @returns Undefined where it is neither.
 * @throws SluiceError `images-unreadable`, and those of `parseIdx` and `parseCifar10`.
 */
export function readImages(path: string): ImageFile | undefined {
  const bytes = readBytes(path);
  if (bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 8) {
    const { shape, data } = parseIdx(bytes, path);
    const [frames = 0, ...image] = shape;
    return { shape: image, frames, pixels: data, labels: undefined };
  }
  // A record begins with its class; nothing else marks one.
  const isCifar10 = bytes.length % 3073 === 0 && (bytes[0] ?? 10) < 10;
  if (!isCifar10) return undefined;
  const { pixels, labels } = parseCifar10(bytes, path);
  return { shape: [32, 32, 3], frames: labels.length, pixels, labels };
}

/** Whether the images of a file are of the size that a network takes. */
export function fits({ shape }: ImageFile, { input }: Network): boolean {
  const takes = input.shape;
  // A network that takes a mere list of pixels takes images of as many.
  if (takes.length === 1) return takes[0] === shape.reduce((product, size) => product * size, 1);
  // A single channel need not be said.
  const sizes = (all: readonly number[]): string => (all.at(-1) === 1 ? all.slice(0, -1) : all).join(" x ");
  return sizes(shape) === sizes(takes);
}

interface Located {
  readonly file: ImageFile;
  /** What an error names. */
  readonly where: string;
}

function given(network: Network, path: string): Located {
  const file = readImages(path);
  if (file === undefined) {
    throw new SluiceError("images-format", "the file holds neither idx images nor CIFAR-10 records", {
      where: path,
      hint: "an idx file begins with 00 00 08; a CIFAR-10 record has 3,073 bytes, the first its class, 0 to 9",
    });
  }
  if (!fits(file, network)) throw wrongShape(network, file, path);
  return { file, where: path };
}

/** The error of images that a network cannot take. */
export function wrongShape({ name, input }: Network, file: ImageFile, where: string): SluiceError {
  const [got, takes] = [file.shape.join(" x "), input.shape.join(" x ")];
  return new SluiceError(
    "images-shape",
    file.shape.length === 0
      ? "the file holds single numbers, such as labels, not images"
      : `the images are ${got}, the network ${name} takes ${takes}`,
    { where, hint: `give images of ${takes}` },
  );
}

function bundledFor(network: Network): Located {
  for (const { images, labels } of bundled) {
    const file = readImages(images);
    if (file === undefined || !fits(file, network)) continue;
    const known = labels === undefined ? file : { ...file, labels: labelsOf(file, labels) };
    return { file: known, where: "bundled images" };
  }
  throw new SluiceError(
    "no-bundled-images",
    `no images of ${network.input.shape.join(" x ")} come with Sluice`,
    { where: network.name, hint: "give a file of images with --images" },
  );
}

/** The classes in an idx file that belong to the images of another. */
function labelsOf({ frames, labels }: ImageFile, path: string): Uint8Array {
  if (labels !== undefined) {
    throw new SluiceError("option-without-effect", "these images have their labels with them", {
      where: path,
      hint: "leave --labels out, or give --images as well",
    });
  }
  const file = readImages(path);
  const isList = file?.labels === undefined && file?.shape.length === 0;
  if (!isList || file.frames !== frames) {
    const got = isList ? `${file.frames} labels` : "no list of labels";
    throw new SluiceError("bad-labels", `${got} for ${frames} images`, {
      where: path,
      hint: "give the idx file of the labels that belong to the images",
    });
  }
  return file.pixels;
}

function readBytes(path: string): Uint8Array {
  try {
    return readUnzipped(path, fileLimits.images);
  } catch (cause) {
    throw new SluiceError("images-unreadable", `the file cannot be read: ${reasonOf(cause)}`, {
      where: path,
      hint: "check the path and the file",
      cause,
    });
  }
}
