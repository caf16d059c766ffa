import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tinyBuild } from "../implement/vivado/vivado.fixture.ts";
import { sluice } from "./run.fixture.ts";

let folder: string;
let build: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-package-"));
  build = await tinyBuild(folder, "zc706", 32);
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

test("a package: its name, its interfaces, and how Vivado and FuseSoC take it", async () => {
  const { stdout, exitCode } = await sluice(["package", build, "--vendor", "example.org"], { cwd: folder });
  expect(stdout).toMatch(/│ s_axi +│ axi-lite +│ slave/);
  expect(stdout).toContain("the test bench plays 8 images of random pixels");
  expect(stdout).toContain("run --target sim example.org:accelerators:tiny_axi:1.0");
  expect(exitCode).toBe(0);
  expect(await readdir(join(folder, "build/ip/tiny"))).toEqual([
    ...["component.xml", "rtl", "sim", "tiny_axi.core", "tiny_axi.eda.yml", "xgui"],
  ]);
});
