import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { cifar10Test } from "./cifar10.fixture.ts";
import { parseCifar10, readCifar10 } from "./cifar10.ts";
import { readPicture } from "./picture.ts";

const folder = mkdtempSync(join(tmpdir(), "sluice-picture-"));
afterAll(async () => {
  await rm(folder, { recursive: true });
});
const file = (name: string) => join(folder, name);

/** Four rows of six pixels: the left half red, the right half blue. */
const redAndBlue = Uint8Array.from({ length: 4 * 6 * 3 }, (_, index) => {
  const isLeft = Math.floor(index / 3) % 6 < 3;
  return index % 3 === (isLeft ? 0 : 2) ? 255 : 0;
});
const raw = { width: 6, height: 4, channels: 3 } as const;

test("a PNG file gives its bytes, one with transparency has white behind it", async () => {
  await sharp(redAndBlue, { raw }).png().toFile(file("a.png"));
  expect(await readPicture(file("a.png"))).toEqual({ shape: [4, 6, 3], data: redAndBlue });
  const clear = new Uint8Array(4 * 6 * 4);
  await sharp(clear, { raw: { ...raw, channels: 4 } })
    .png()
    .toFile(file("clear.png"));
  expect(await readPicture(file("clear.png"))).toEqual({
    shape: [4, 6, 3],
    data: new Uint8Array(72).fill(255),
  });
});

test("a JPEG file comes near, turned as the camera says", async () => {
  await sharp(redAndBlue, { raw }).jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toFile(file("a.jpg"));
  const { shape, data } = await readPicture(file("a.jpg"));
  expect(shape).toEqual([4, 6, 3]);
  data.forEach((value, index) => {
    expect(Math.abs(value - (redAndBlue[index] ?? 0))).toBeLessThan(12);
  });
  await sharp(redAndBlue, { raw }).withMetadata({ orientation: 6 }).jpeg().toFile(file("turned.jpg"));
  expect((await readPicture(file("turned.jpg"))).shape).toEqual([6, 4, 3]);
});

test("a picture is brought to the shape of a network's input, cut in the middle", async () => {
  await sharp(redAndBlue, { raw }).png().toFile(file("b.png"));
  const { shape, data } = await readPicture(file("b.png"), [4, 4, 3]);
  expect(shape).toEqual([4, 4, 3]);
  const row = [255, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 255];
  expect([...data]).toEqual([row, row, row, row].flat());
  const grey = await readPicture(file("b.png"), [28, 28]);
  expect(grey.shape).toEqual([28, 28, 1]);
  expect(grey.data).toHaveLength(784);
});

test("what is no picture is refused", async () => {
  writeFileSync(file("text.png"), "no picture");
  for (const name of ["text.png", "absent.png"]) {
    await expect(readPicture(file(name))).rejects.toMatchObject({
      code: "picture-unreadable",
      where: file(name),
    });
  }
  await expect(readPicture(file("b.png"), [28, 28, 2])).rejects.toMatchObject({ code: "picture-channels" });
});

test("CIFAR-10's test images are 1,000 of each class", async () => {
  const { pixels, labels } = await cifar10Test();
  expect(pixels).toHaveLength(10_000 * 3072);
  for (let label = 0; label < 10; label++) {
    expect(labels.filter((own) => own === label)).toHaveLength(1000);
  }
});

test("a binary file of CIFAR-10 gives pixels with the colours innermost", () => {
  const records = Uint8Array.from({ length: 2 * 3073 }, (_, index) => (index % 3073 === 0 ? 9 : index % 251));
  const { pixels, labels } = parseCifar10(records, "x");
  expect([...labels]).toEqual([9, 9]);
  for (const image of [0, 1]) {
    for (const [row, column, colour] of [
      [0, 0, 0],
      [0, 0, 2],
      [3, 17, 1],
      [31, 31, 2],
    ] as const) {
      const source = 3073 * image + 1 + 1024 * colour + 32 * row + column;
      expect(pixels[((image * 32 + row) * 32 + column) * 3 + colour]).toBe(records[source]);
    }
  }
  writeFileSync(file("batch.bin"), records);
  expect(readCifar10(file("batch.bin"))).toEqual({ pixels, labels });
});

test("a file that is no binary file of CIFAR-10 is refused", () => {
  const error = (code: string) => expect.objectContaining({ code, where: "x" }) as Error;
  expect(() => parseCifar10(new Uint8Array(3072), "x")).toThrow(error("images-size"));
  expect(() => parseCifar10(new Uint8Array(3073).fill(10), "x")).toThrow(error("images-label"));
  expect(() => readCifar10(file("absent.bin"))).toThrow(
    expect.objectContaining({ code: "images-unreadable" }),
  );
});
