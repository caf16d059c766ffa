import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { infer } from "../network/index.ts";
import { serializeFolding } from "../plan/index.ts";
import { classify, confirmed, type ClassifyResult, type HardwareAnswer } from "./classify.ts";
import { loadImages } from "./images.ts";
import { bundledImages, resolveModel } from "./model.ts";

const folder = mkdtempSync(join(tmpdir(), "sluice-classify-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const file = (name: string) => join(folder, name);

const sfc = resolveModel("sfc");
/** The first of the bundled digits, a 7. */
const { pixels } = loadImages(sfc, { frames: 1 });
const scores = [...infer(sfc, pixels).scores];
const digit = sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } });

beforeAll(async () => {
  await digit.png().toFile(file("seven.png"));
  await digit.clone().negate().png().toFile(file("ink.png"));
  await digit.clone().resize(280, 280).jpeg().toFile(file("large.jpg"));
});

describe("a bundled digit by SFC,", () => {
  test("as a PNG file, has the scores of its pixels, the best first", async () => {
    const result = await classify({ model: "sfc", image: file("seven.png") });
    expect(result).toMatchObject({
      model: "sfc-mnist",
      image: file("seven.png"),
      highestScore: 256,
      hardware: null,
    });
    expect(result.classes[0]).toEqual({ class: 7, label: "7", score: scores[7] });
    expect(result.classes.map(({ score }) => score)).toEqual([...scores].sort((a, b) => b - a));
    for (const one of result.classes) expect(one.score).toBe(scores[one.class]);
  });

  test("as a large JPEG file, is brought to its size", async () => {
    const { classes } = await classify({ model: "sfc", image: file("large.jpg"), top: 3 });
    expect(classes).toHaveLength(3);
    expect(classes[0]?.label).toBe("7");
  });

  test("as dark ink on white, is the same inverted", async () => {
    const { classes } = await classify({ model: "sfc", image: file("ink.png"), invert: true });
    expect(classes).toEqual((await classify({ model: "sfc", image: file("seven.png") })).classes);
  });

  test("as the first of an idx file, is the same", async () => {
    const { classes } = await classify({ model: "sfc", image: bundledImages.images });
    expect(classes[0]).toEqual({ class: 7, label: "7", score: scores[7] });
  });

  test.each(["native", "verilator"] as const)("the accelerator in %s confirms", async (simulator) => {
    const few = { pe: 16, simd: 16 };
    const folding = { dense0: { pe: 16, simd: 49 }, dense1: few, dense2: few, dense3: { pe: 1, simd: 16 } };
    writeFileSync(file("fold.json"), serializeFolding(folding));
    const hardware = { simulator, board: "zc706", fold: file("fold.json"), clockMHz: 100 };
    const result = await classify({ model: "sfc", image: file("seven.png"), hardware });
    expect(result.hardware).toMatchObject({ simulator, board: "zc706", clockMHz: 100, class: 7, label: "7" });
    const { latencyCycles, latencyMicroseconds } = result.hardware ?? {};
    expect(latencyCycles?.measured).toBe(latencyCycles?.predicted);
    expect(latencyMicroseconds).toBe((latencyCycles?.measured ?? 0) / 100);
    expect(confirmed(result)).toBe(true);
  });
});

test("the accelerator of a convolutional network confirms", async () => {
  const image = join(import.meta.dirname, "../../models/cifar10-test-200.bin.gz");
  const hardware = { simulator: "native", board: "zc706", cycles: 20_000 } as const;
  const result = await classify({ model: "random:padded-cnv-half", image, hardware });
  expect(result.hardware?.class).toBe(result.classes[0]?.class);
  expect(confirmed(result)).toBe(true);
});

test("hardware that answers otherwise, or in another cycle, does not confirm", () => {
  const hardware: HardwareAnswer = {
    ...({ simulator: "native", board: "zc706", clockMHz: 100 } as const),
    ...{ class: 7, label: "7", latencyCycles: { predicted: 9, measured: 9 }, latencyMicroseconds: 0.09 },
  };
  const classes = [{ class: 7, label: "7", score: 1 }];
  const result: ClassifyResult = { model: "m", image: "i", classes, highestScore: 1, hardware };
  expect(confirmed(result)).toBe(true);
  expect(confirmed({ ...result, hardware: null })).toBe(true);
  expect(confirmed({ ...result, hardware: { ...hardware, class: 1 } })).toBe(false);
  const late = { ...hardware, latencyCycles: { predicted: 9, measured: 10 } };
  expect(confirmed({ ...result, hardware: late })).toBe(false);
});

test("an image that the network cannot take is refused", async () => {
  writeFileSync(file("record.bin"), new Uint8Array(3073));
  writeFileSync(file("none"), Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0, 28));
  writeFileSync(file("text.png"), "no picture");
  const code = (image: string) =>
    classify({ model: "sfc", image: file(image) }).then(
      () => "no error",
      (error: unknown) => (error as { code: string }).code,
    );
  expect(await code("record.bin")).toBe("images-shape");
  expect(await code("none")).toBe("no-image");
  expect(await code("text.png")).toBe("picture-unreadable");
  expect(await code("absent.png")).toBe("images-unreadable");
});

const peer = join(process.env["SLUICE_PEER_DATA"] ?? "", "bnn-pynq");

// That it is not there is said by src/network/bnn-pynq.test.ts.
describe.skipIf(!existsSync(peer))("FINN's own", () => {
  test("CNV sees a deer in deer.bin, with the golden scores, and so does its accelerator", async () => {
    const image = join(peer, "deer.bin");
    const hardware = { simulator: "native", board: "zc706", cycles: 20_000 } as const;
    const result = await classify({ model: join(peer, "cifar10", "cnvW1A1"), image, hardware });
    const { classes, highestScore } = result;
    expect(classes[0]).toEqual({ class: 4, label: "deer", score: 412 });
    const byClass = classes.toSorted((a, b) => a.class - b.class).map(({ score }) => score);
    expect(byClass).toEqual([228, 229, 251, 250, 412, 253, 230, 262, 222, 239]);
    expect(highestScore).toBe(512);
    expect(result.hardware?.label).toBe("deer");
    expect(confirmed(result)).toBe(true);
  });

  test("LFC, whose answer is its highest set bit, has that first", async () => {
    const image = join(peer, "3.image-idx3-ubyte");
    const { classes } = await classify({ model: join(peer, "mnist", "lfcW1A1"), image });
    expect(classes).toHaveLength(10);
    expect(classes[0]?.label).toBe("3");
  });
});
