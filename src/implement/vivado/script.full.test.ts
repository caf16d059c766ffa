import { mkdtemp, rm, writeFile } from "node:fs/promises";
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

/** SFC-max: a frame in 14 cycles. */
const sfcMax = {
  dense0: { pe: 256, simd: 56 },
  dense1: { pe: 32, simd: 256 },
  dense2: { pe: 256, simd: 32 },
  dense3: { pe: 1, simd: 256 },
};

test.each([
  ["sfc", "zc706", sfcMax],
  ["sfc", "adm-pcie-8k5", sfcMax],
  ["cnv", "zc706", "examples/foldings/cnv-max.json"],
])("%s on the %s: the script runs to its end, on what Yosys elaborates", async (model, board, folding) => {
  const build = join(folder, `${model}-${board}`);
  const fold = typeof folding === "string" ? folding : join(folder, "fold.json");
  if (typeof folding !== "string")
    await writeFile(fold, JSON.stringify({ format: "sluice-folding", version: 1, layers: folding }));
  await buildAccelerator({ model, board, fold, out: build });
  const out = `${build}-run`;
  await writeRun({ build, strategy: "default", ooc: true, out });
  const { exitCode, output } = await runShim(out, folder);
  expect(output).toContain("SLUICE: complete");
  expect(exitCode).toBe(0);
});
