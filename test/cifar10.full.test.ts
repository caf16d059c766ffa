import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { buildAccelerator, verified, verifyBuild } from "../src/flow/index.ts";

const dir = mkdtempSync(join(tmpdir(), "sluice-cifar10-"));
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

test("the padded 1.23 GOP net of arXiv 1701.03400 at 12,000 frames per second and 200 MHz", async () => {
  const out = join(dir, "padded");
  await buildAccelerator({ model: "random:padded-cnv-2", board: "adm-pcie-8k5", cycles: 16600, out });
  const result = await verifyBuild({ dir: out, frames: 3, workers: 1, simulator: "verilator" });
  expect(result).toMatchObject({ frames: 3, mismatches: 0, timingMismatches: 0 });
  expect(verified(result)).toBe(true);
  expect(result.cyclesPerFrame.measured).toBeLessThanOrEqual(16_600);
  expect(result.latencyCycles.measured).toBeLessThanOrEqual(134_000);
});

test("the bundled CNV on all its images, at its fastest folding and at a slow one", async () => {
  for (const fold of ["max", "40000"]) {
    const out = join(dir, `cnv-${fold}`);
    await buildAccelerator({ model: "cnv", board: "zc706", fold, out });
    const result = await verifyBuild({ dir: out, simulator: "verilator" });
    expect(result).toMatchObject({ frames: 200, mismatches: 0, timingMismatches: 0 });
    expect(verified(result)).toBe(true);
  }
});
