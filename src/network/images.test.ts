import { gzipSync } from "node:zlib";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { getBit } from "./bits.ts";
import { binarise, encode, parseIdx, quantise, readIdx } from "./images.ts";

/** An idx file of two images of 2 x 3 pixels. */
const good = Uint8Array.from([
  0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
]);

test("an idx file gives its sizes and bytes, compressed or not", () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  for (const bytes of [good, gzipSync(good)]) {
    writeFileSync(join(folder, "images"), bytes);
    const { shape, data } = readIdx(join(folder, "images"));
    expect(shape).toEqual([2, 2, 3]);
    expect([...data]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  }
  expect(() => readIdx(join(folder, "absent"))).toThrow(
    expect.objectContaining({ code: "images-unreadable" }),
  );
});

test("every cut of an idx file is refused, and so is a longer one", () => {
  for (let length = 0; length < good.length; length++) {
    expect(() => parseIdx(good.subarray(0, length), "x")).toThrow(
      expect.objectContaining({ code: "images-truncated", where: "x" }),
    );
  }
  expect(() => parseIdx(Uint8Array.from([...good, 0]), "x")).toThrow(
    expect.objectContaining({ code: "images-trailing" }),
  );
});

test.each([
  ["another type", [0, 0, 13, 3]],
  ["no dimension", [0, 0, 8, 0]],
  ["too many dimensions", [0, 0, 8, 5]],
  ["another magic", [0x89, 0x50, 0x4e, 0x47]],
])("%s is refused", (_, head) => {
  const bytes = Uint8Array.from([...head, ...good.subarray(4)]);
  expect(() => parseIdx(bytes, "x")).toThrow(expect.objectContaining({ code: "images-magic" }));
});

test("sizes that promise more than the file holds are refused without taking memory", () => {
  const bytes = Uint8Array.from([0, 0, 8, 3, ...new Array<number>(12).fill(255)]);
  expect(() => parseIdx(bytes, "x")).toThrow(expect.objectContaining({ code: "images-truncated" }));
});

test("a pixel at or above the threshold is 1, and zeros fill up", () => {
  const pixels = Uint8Array.from({ length: 2 * 35 }, (_, index) => [127, 128, 255, 0, 129][index % 5] ?? 0);
  const input = { shape: [5, 7], encoding: "binary-threshold", threshold: 128, bits: 70 } as const;
  const bits = binarise(pixels, input);
  expect([bits.rows, bits.columns, bits.wordsPerRow]).toEqual([2, 70, 3]);
  for (let image = 0; image < 2; image++) {
    for (let bit = 0; bit < 70; bit++) {
      const expected = bit < 35 && (pixels[35 * image + bit] ?? 0) >= 128 ? 1 : 0;
      expect(getBit(bits, image, bit)).toBe(expected);
    }
  }
  expect(() => binarise(pixels.subarray(1), input)).toThrow(expect.objectContaining({ code: "images-size" }));
});

test("signed bytes follow BNN-PYNQ's rule", () => {
  const input = { shape: [1, 1, 3], encoding: "signed-8bit" } as const;
  const pixels = Uint8Array.of(0, 1, 63, 64, 127, 128, 191, 192, 254, 255, 255, 0);
  // By hand: 128 * (2 p / 255 - 1), rounded to the nearest; 255 would be 128.
  const expected = [-128, -127, -65, -64, -1, 1, 64, 65, 127, 127, 127, -128];
  const encoded = encode(pixels, input);
  expect(encoded).toEqual({ rows: 4, columns: 3, values: Int8Array.from(expected) });
  expect(() => quantise(pixels.subarray(1), input)).toThrow(expect.objectContaining({ code: "images-size" }));
  expect(() => binarise(pixels, input)).toThrow(expect.objectContaining({ code: "images-encoding" }));
});
