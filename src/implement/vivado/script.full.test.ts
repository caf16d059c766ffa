import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildAccelerator } from "../../flow/index.ts";
import { writeRun } from "./folder.ts";
import { runShim } from "./vivado.fixture.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-vivado-full-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

test.each([
  ["sfc", "zc706", "max"],
  ["sfc", "adm-pcie-8k5", "max"],
  ["lfc", "zc706", "max"],
  ["cnv", "zc706", "examples/foldings/cnv-max.json"],
])("%s on the %s: the script runs to its end, on what Yosys elaborates", async (model, board, fold) => {
  const build = join(folder, `${model}-${board}`);
  await buildAccelerator({ model, board, fold, out: build });
  const out = `${build}-run`;
  await writeRun({ build, strategy: "default", ooc: true, out });
  const { exitCode, output } = await runShim(out, folder);
  expect(output).toContain("SLUICE: complete");
  expect(exitCode).toBe(0);
});
