import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { buildAccelerator, verified, verifyBuild } from "../src/flow/index.ts";
import { mnistFiles } from "../src/network/mnist.fixture.ts";
import { serializeFolding } from "../src/plan/index.ts";

const dir = mkdtempSync(join(tmpdir(), "sluice-mnist-"));
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

describe("MNIST accelerators in Verilator, asked for the rates of FINN's SFC-max and LFC-max", () => {
  test.each([
    { model: "sfc", frames: 1000, fps: 12_361_000, most: 16 },
    { model: "lfc", frames: 400, fps: 1_561_000, most: 128 },
  ])("$model: $fps frames per second, bit-exact and cycle-exact", async ({ model, frames, fps, most }) => {
    const out = join(dir, model);
    await buildAccelerator({ model, board: "zc706", fps, out });
    const result = await verifyBuild({ dir: out, frames, simulator: "verilator" });
    expect(result).toMatchObject({ frames, mismatches: 0, timingMismatches: 0 });
    expect(verified(result)).toBe(true);
    expect(result.cyclesPerFrame.measured).toBe(result.cyclesPerFrame.predicted);
    expect(result.latencyCycles.measured).toBe(result.latencyCycles.predicted);
    expect(result.cyclesPerFrame.measured).toBeLessThanOrEqual(most);
    expect(result.accuracy).toBeGreaterThan(0.95);
  });
});

const peer = process.env["SLUICE_PEER_DATA"];

describe.skipIf(peer === undefined)("FINN's own lfcW1A1 (set SLUICE_PEER_DATA to run)", () => {
  test("200 images at FINN's folding: bit-exact, 512 cycles per frame", async () => {
    const fold = join(dir, "finn.json");
    writeFileSync(
      fold,
      serializeFolding({
        dense0: { pe: 32, simd: 64 },
        dense1: { pe: 64, simd: 32 },
        dense2: { pe: 32, simd: 64 },
        dense3: { pe: 16, simd: 8 },
      }),
    );
    const out = join(dir, "lfcW1A1");
    await buildAccelerator({ model: join(peer ?? "", "bnn-pynq/mnist/lfcW1A1"), board: "zc706", fold, out });
    const result = await verifyBuild({ dir: out, frames: 200, simulator: "verilator", ...mnistFiles });
    expect(result).toMatchObject({ frames: 200, mismatches: 0, timingMismatches: 0 });
    expect(result.cyclesPerFrame).toEqual({ predicted: 512, measured: 512 });
    expect(result.latencyCycles.measured).toBe(result.latencyCycles.predicted);
  });
});
