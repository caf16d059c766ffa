import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { buildAccelerator, verifyBuild } from "../src/flow/index.ts";
import { saveNetwork } from "../src/network/index.ts";
import { serializeFolding } from "../src/plan/index.ts";
import { randomFolding, randomNetworkOf, randomPixels } from "../src/plan/random-pipeline.fixture.ts";
import { Random } from "../src/random.ts";

const dir = mkdtempSync(join(tmpdir(), "sluice-random-"));
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

/** An idx file of bytes. */
function idx(sizes: readonly number[], data: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
  header.setUint32(0, 0x0800 + sizes.length);
  sizes.forEach((size, i) => {
    header.setUint32(4 + 4 * i, size);
  });
  return Buffer.concat([new Uint8Array(header.buffer), data]);
}

// What src/plan/convolutional.test.ts runs natively, here as SystemVerilog and with every layer's stream compared.
test.each([0, 1, 2, 3, 4, 5])(
  "random layers and folding %i: every layer bit-exact and cycle-exact in Verilator",
  async (seed) => {
    const frames = 5;
    const random = new Random(seed);
    const network = randomNetworkOf(seed);
    const file = (name: string): string => join(dir, `${String(seed)}-${name}`);
    saveNetwork(network, file("model.json"));
    writeFileSync(file("fold.json"), serializeFolding(randomFolding(network, random)));
    writeFileSync(
      file("images.idx"),
      idx([frames, ...network.input.shape], randomPixels(network, random, frames)),
    );
    const out = file("build");
    await buildAccelerator({ model: file("model.json"), board: "zc706", fold: file("fold.json"), out });
    const images = file("images.idx");
    const result = await verifyBuild({ dir: out, images, workers: 1, simulator: "verilator" });
    expect(result).toMatchObject({ frames, mismatches: 0, timingMismatches: 0 });
    expect(result.latencyCycles.measured).toBe(result.latencyCycles.predicted);
  },
);
