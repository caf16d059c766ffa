import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { buildAccelerator, verified, verifyBuild } from "../src/flow/index.ts";

const dir = mkdtempSync(join(tmpdir(), "sluice-cifar10-"));
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

describe("CNV in Verilator", () => {
  test("at FINN's CNV-max rate, 9,130 cycles per frame: bit-exact and cycle-exact", async () => {
    const model = "random:cnv";
    const out = join(dir, "cnv-9130");
    await buildAccelerator({ model, board: "zc706", cycles: 9130, out });
    const result = await verifyBuild({ dir: out, frames: 6, workers: 1, simulator: "verilator" });
    expect(result).toMatchObject({ frames: 6, mismatches: 0, timingMismatches: 0 });
    expect(verified(result)).toBe(true);
    expect(result.cyclesPerFrame.measured).toBeLessThanOrEqual(9_130);
    expect(result.latencyCycles.measured).toBeLessThanOrEqual(56_600);
  });

  test("at FINN's CNV-max rate with full weight memories, the folding of examples", async () => {
    const out = join(dir, "cnv-max");
    const fold = fileURLToPath(new URL("../examples/foldings/cnv-max.json", import.meta.url));
    const built = await buildAccelerator({ model: "cnv", board: "zc706", fold, out });
    expect(built.weightEfficiency).toBeGreaterThan(0.86);
    const result = await verifyBuild({ dir: out, frames: 8, workers: 1, simulator: "verilator" });
    expect(result).toMatchObject({ frames: 8, mismatches: 0, timingMismatches: 0 });
    expect(verified(result)).toBe(true);
    expect(result.cyclesPerFrame).toEqual({ predicted: 8_192, measured: 8_192 });
  });

  test("the bundled network at five times FINN's CNV-max rate", async () => {
    const out = join(dir, "cnv");
    await buildAccelerator({ model: "cnv", board: "zc706", cycles: 1_920, out });
    const result = await verifyBuild({ dir: out, frames: 60, simulator: "verilator" });
    expect(result).toMatchObject({ frames: 60, mismatches: 0, timingMismatches: 0 });
    expect(verified(result)).toBe(true);
    expect(result.cyclesPerFrame.measured).toBe(result.cyclesPerFrame.predicted);
    expect(result.accuracy).toBeGreaterThan(0.6);
  });
});

const peer = process.env["SLUICE_PEER_DATA"];

describe.skipIf(peer === undefined)("FINN's own cnvW1A1 (set SLUICE_PEER_DATA to run)", () => {
  test("50 images at FINN's folding: every layer bit-exact, 32,768 cycles per frame", async () => {
    const out = join(dir, "cnvW1A1");
    const fold = fileURLToPath(new URL("../examples/foldings/cnv-bnn-pynq.json", import.meta.url));
    const model = join(peer ?? "", "bnn-pynq/cifar10/cnvW1A1");
    await buildAccelerator({ model, board: "zc706", fold, out });
    const result = await verifyBuild({ dir: out, frames: 50, simulator: "verilator" });
    expect(result).toMatchObject({ frames: 50, mismatches: 0, timingMismatches: 0 });
    expect(result.cyclesPerFrame).toEqual({ predicted: 32_768, measured: 32_768 });
    expect(result.latencyCycles.measured).toBe(result.latencyCycles.predicted);
  });
});
