import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadImages, resolveModel } from "../flow/index.ts";
import { sluice } from "./run.fixture.ts";

let folder: string;
let picture: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-classify-"));
  picture = join(folder, "seven.png");
  const { pixels } = loadImages(resolveModel("sfc"), { frames: 1 });
  await sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } })
    .png()
    .toFile(picture);
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

test("classify for people is a table of classes, best first", async () => {
  const { stdout, exitCode } = await sluice(["classify", "sfc", picture, "--top", "2"]);
  expect(stdout).toMatch(/seven\.png: 7, says sfc-mnist\n/);
  expect(stdout).toMatch(/class +│ score, of 256 /);
  expect(stdout.match(/^│ \d +│ +\d+ │$/gm)).toHaveLength(2);
  expect(exitCode).toBe(0);
});

test("classify asks the accelerator", async () => {
  const args = ["classify", "sfc", picture, "--simulator", "native", "--clock", "100"];
  const people = await sluice(args);
  expect(people.stdout).toMatch(/latency in cycles │ (\d+) predicted, \1 measured/);
  expect(people.stdout).toMatch(/latency +│ 0\.\d+ µs at 100 MHz/);
  expect(people.stdout).toMatch(/Class and latency are as they should be\.$/);
  const { stdout, exitCode } = await sluice([...args, "--json"]);
  const result = JSON.parse(stdout) as Record<string, unknown>;
  expect(Object.keys(result)).toEqual(["model", "image", "classes", "highestScore", "hardware"]);
  expect(result).toMatchObject({ model: "sfc-mnist", hardware: { simulator: "native", label: "7" } });
  expect(exitCode).toBe(0);
});
