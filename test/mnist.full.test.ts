import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { verilatorLint } from "../sim/lint.ts";
import { buildAccelerator, verified, verifyBuild } from "../src/flow/index.ts";
import { mnistFiles } from "../src/network/mnist.fixture.ts";

const dir = mkdtempSync(join(tmpdir(), "sluice-mnist-full-"));
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

test.each([
  { model: "sfc", fps: 12_361_000, frames: 10_000, least: 0.958 },
  { model: "lfc", fps: 1_561_000, frames: 2_000, least: 0.96 },
])(
  "$model agrees bit for bit over $frames images of the MNIST test set",
  async ({ model, fps, frames, least }) => {
    const out = join(dir, model);
    await buildAccelerator({ model, board: "zc706", fps, out });
    const result = await verifyBuild({ dir: out, frames, simulator: "verilator", ...mnistFiles });
    expect(result).toMatchObject({ frames, mismatches: 0, timingMismatches: 0 });
    expect(verified(result)).toBe(true);
    expect(result.accuracy).toBeGreaterThanOrEqual(least);
  },
);

test.each([
  { folding: "sfc-one-frame-per-cycle", cycles: 1 },
  { folding: "sfc-max", cycles: 16 },
])(
  "$folding agrees bit for bit over 1,000 images, and lints clean in both views",
  async ({ folding, cycles }) => {
    const out = join(dir, folding);
    const fold = `examples/foldings/${folding}.json`;
    const built = await buildAccelerator({ model: "sfc", board: "zc706", fold, out });
    expect(built.cyclesPerFrame).toBe(cycles);
    const result = await verifyBuild({ dir: out, frames: 1000, simulator: "verilator", ...mnistFiles });
    expect(result).toMatchObject({ frames: 1000, mismatches: 0, timingMismatches: 0 });
    expect(verified(result)).toBe(true);
    const files = readdirSync(join(out, "rtl"))
      .filter((name) => !name.endsWith(".map"))
      .map((name) => ({ name, text: readFileSync(join(out, "rtl", name), "utf8") }));
    expect(await verilatorLint([{ top: "sfc_mnist", files }])).toEqual([]);
  },
);
