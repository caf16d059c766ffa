import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildAccelerator, verified, verifyBuild } from "../src/flow/index.ts";
import { randomNetwork, saveNetwork } from "../src/network/index.ts";
import { serializeFolding } from "../src/plan/index.ts";

// Faults in the emitted RTL that a test has to see: `verify` compares every layer's stream, not the labels alone.
const dir = mkdtempSync(join(tmpdir(), "sluice-faults-"));
const out = join(dir, "build");
const options = { dir: out, frames: 50, simulator: "verilator" as const };

beforeAll(async () => {
  const network = randomNetwork({ name: "tiny", shape: [784, 16, 12, 10], seed: 5 });
  saveNetwork({ ...network, input: { ...network.input, shape: [28, 28] } }, join(dir, "tiny.json"));
  writeFileSync(
    join(dir, "fold.json"),
    serializeFolding({
      dense0: { pe: 4, simd: 49 },
      dense1: { pe: 4, simd: 4 },
      dense2: { pe: 2, simd: 4 },
    }),
  );
  await buildAccelerator({
    model: join(dir, "tiny.json"),
    board: "zc706",
    fold: join(dir, "fold.json"),
    out,
  });
});
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

/** Runs `body` with one RTL file changed. */
async function withFault(
  file: string,
  change: (text: string) => string,
  body: () => Promise<void>,
): Promise<void> {
  const path = join(out, "rtl", file);
  const text = readFileSync(path, "utf8");
  expect(change(text)).not.toBe(text);
  writeFileSync(path, change(text));
  try {
    await body();
  } finally {
    writeFileSync(path, text);
  }
}

/** All bits of the first word inverted: a single bit may well change no output at all. */
const invertFirstWord = (text: string): string =>
  text.replace(/^[0-9a-f]+/, (word) =>
    word.replaceAll(/./g, (digit) => (parseInt(digit, 16) ^ 15).toString(16)),
  );

/** Two buffers in a row where there was one: the same beats, a cycle later. */
function doubled(text: string): string {
  const [, name = ""] = /^module (\w+)/m.exec(text) ?? [];
  const width = Number(/_(\d+)$/.exec(name)?.[1]);
  const range = `[${width - 1}:0]`;
  return `${text.replaceAll(name, "inner_buffer")}
module ${name} (
    input logic clk, input logic rst,
    input logic x_valid, output logic x_ready, input logic ${range} x_payload,
    output logic y_valid, input logic y_ready, output logic ${range} y_payload
);
  logic valid, ready;
  logic ${range} payload;
  inner_buffer a (.clk, .rst, .x_valid, .x_ready, .x_payload, .y_valid(valid), .y_ready(ready), .y_payload(payload));
  inner_buffer b (.clk, .rst, .x_valid(valid), .x_ready(ready), .x_payload(payload), .y_valid, .y_ready, .y_payload);
endmodule
`;
}

test("as built, everything agrees", async () => {
  const result = await verifyBuild(options);
  expect(result).toMatchObject({ mismatches: 0, timingMismatches: 0, changedFiles: [] });
  expect(verified(result)).toBe(true);
});

test("a wrong word in the memory of any layer, weights and thresholds, is seen", async () => {
  const memories = readdirSync(join(out, "rtl")).filter((name) => name.endsWith(".mem"));
  expect(memories).toHaveLength(3);
  for (const memory of memories) {
    await withFault(memory, invertFirstWord, async () => {
      const result = await verifyBuild(options);
      expect({ memory, mismatches: result.mismatches }).not.toEqual({ memory, mismatches: 0 });
      expect(result.changedFiles).toEqual([`rtl/${memory}`]);
      expect(verified(result)).toBe(false);
    });
  }
});

test("a register too many between two layers is seen as late outputs", async () => {
  const buffer = readdirSync(join(out, "rtl")).find((name) => /^skid_buffer_\d+\.sv$/.test(name));
  await withFault(buffer ?? "", doubled, async () => {
    const result = await verifyBuild(options);
    expect(result.mismatches).toBe(0);
    expect(result.timingMismatches).toBeGreaterThan(0);
    expect(result.latencyCycles.measured).toBeGreaterThan(result.latencyCycles.predicted);
    expect(verified(result)).toBe(false);
  });
});
