import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { cnv, infer, randomNetwork, type Network } from "../network/index.ts";
import { loadImages } from "./images.ts";
import { resolveModel } from "./model.ts";

const folder = mkdtempSync(join(tmpdir(), "sluice-images-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const digits = resolveModel("sfc");
const colours = cnv({ seed: 1 });

/** Writes a file and gives its path. */
function file(name: string, bytes: Uint8Array): string {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

function idx(shape: readonly number[], data: Uint8Array): Uint8Array {
  const sizes = shape.flatMap((size) => [0, 0, size >> 8, size & 255]);
  return Uint8Array.of(0, 0, 8, shape.length, ...sizes, ...data);
}

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index % 251);
const threeDigits = bytes(3 * 784);
const digitFile = file("digits", idx([3, 28, 28], threeDigits));
const labelFile = file("labels", idx([3], Uint8Array.of(7, 2, 1)));
const records = Uint8Array.from({ length: 2 * 3073 }, (_, index) => (index % 3073 === 0 ? 6 : index % 251));
const recordFile = file("records", records);

describe("bundled images fit the network:", () => {
  test("1,000 digits, of which SFC labels 986 as their labels say", () => {
    const { pixels, labels, frames } = loadImages(digits, {});
    expect([frames, pixels.length, labels?.length]).toEqual([1000, 784_000, 1000]);
    const inferred = infer(digits, pixels).labels;
    expect(inferred.filter((label, image) => label === labels?.[image])).toHaveLength(986);
  });

  test("200 pictures of CIFAR-10", () => {
    const { pixels, labels, frames } = loadImages(colours, {});
    expect([frames, pixels.length, labels?.length]).toEqual([200, 200 * 3072, 200]);
  });

  test("none of another size", () => {
    const network: Network = { ...digits, input: { ...digits.input, shape: [14, 56] } };
    expect(() => loadImages(network, {})).toThrow(
      expect.objectContaining({ code: "no-bundled-images", hint: "give a file of images with --images" }),
    );
  });
});

test("an idx file, with labels and without", () => {
  const images = { pixels: threeDigits, frames: 3 };
  expect(loadImages(digits, { images: digitFile })).toEqual({ ...images, labels: undefined });
  const labels = Uint8Array.of(7, 2, 1);
  expect(loadImages(digits, { images: digitFile, labels: labelFile })).toEqual({ ...images, labels });
});

test("a CIFAR-10 file has its labels with it and gives its colours innermost", () => {
  const { pixels, labels, frames } = loadImages(colours, { images: recordFile });
  expect([frames, pixels.length]).toEqual([2, 2 * 3072]);
  expect(labels).toEqual(Uint8Array.of(6, 6));
  expect([...pixels.subarray(0, 3)]).toEqual([1, 1025, 2049].map((at) => records[at]));
});

test("files are told apart by what is in them, also compressed", () => {
  const misnamed = file("records.idx3-ubyte.gz", gzipSync(records));
  expect(loadImages(colours, { images: misnamed }).frames).toBe(2);
  const colourIdx = file("colours.bin", idx([2, 32, 32, 3], bytes(2 * 3072)));
  const loaded = { pixels: bytes(2 * 3072), labels: undefined, frames: 2 };
  expect(loadImages(colours, { images: colourIdx })).toEqual(loaded);
});

test("the first frames, with their labels", () => {
  const first = { pixels: threeDigits.subarray(0, 2 * 784), labels: Uint8Array.of(7, 2), frames: 2 };
  expect(loadImages(digits, { images: digitFile, labels: labelFile, frames: 2 })).toEqual(first);
});

test("a network without rows takes any image of as many pixels", () => {
  const network = randomNetwork({ name: "flat", shape: [784, 10], seed: 1 });
  expect(loadImages(network, { images: digitFile }).frames).toBe(3);
});

describe("a clear error for", () => {
  const refused = (network: Network, options: Parameters<typeof loadImages>[1]) =>
    expect(() => loadImages(network, options));
  const error = (code: string, message: RegExp, where: unknown) =>
    expect.objectContaining({ code, where, message: expect.stringMatching(message) as string }) as Error;

  test("images of another size than the network's", () => {
    refused(colours, { images: digitFile }).toThrow(
      error("images-shape", /the images are 28 x 28, the network cnv-random takes 32 x 32 x 3/, digitFile),
    );
    refused(digits, { images: recordFile }).toThrow(error("images-shape", /are 32 x 32 x 3/, recordFile));
    const planes = file("planes", idx([1, 3, 32, 32], bytes(3072)));
    refused(colours, { images: planes }).toThrow(error("images-shape", /are 3 x 32 x 32/, planes));
  });

  test("labels where images should be", () => {
    refused(digits, { images: labelFile }).toThrow(error("images-shape", /single numbers/, labelFile));
  });

  test("more frames than there are, or none", () => {
    refused(digits, { images: digitFile, frames: 4 }).toThrow(
      error("bad-frames", /4 frames asked for, 3 images there/, digitFile),
    );
    refused(colours, { frames: 201 }).toThrow(error("bad-frames", /200 images there/, "bundled images"));
    const empty = file("empty", idx([0, 28, 28], bytes(0)));
    refused(digits, { images: empty }).toThrow(error("bad-frames", /0 images there/, empty));
  });

  test("labels given where they are known", () => {
    for (const options of [{ images: recordFile }, {}]) {
      refused(colours, { ...options, labels: labelFile }).toThrow(
        error("option-without-effect", /have their labels with them/, labelFile),
      );
    }
    refused(digits, { labels: labelFile }).toThrow(error("option-without-effect", /./, labelFile));
  });

  test("labels of other images", () => {
    const two = file("two", idx([2], Uint8Array.of(1, 2)));
    const refusal = (labels: string, message: RegExp): void => {
      refused(digits, { images: digitFile, labels }).toThrow(error("bad-labels", message, labels));
    };
    refusal(two, /2 labels for 3 images/);
    refusal(digitFile, /no list of labels for 3 images/);
    refusal(recordFile, /no list of labels/);
  });

  test("a file that is neither, is cut, or is not there", () => {
    const cut = file("cut", records.subarray(1));
    refused(colours, { images: cut }).toThrow(error("images-format", /neither idx .* nor CIFAR-10/, cut));
    const cutIdx = file("cut-idx", idx([3, 28, 28], threeDigits).subarray(0, 1000));
    refused(digits, { images: cutIdx }).toThrow(error("images-truncated", /./, cutIdx));
    const absent = join(folder, "absent");
    refused(digits, { images: absent }).toThrow(error("images-unreadable", /no such file/, absent));
  });
});
