import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { acceleratorRegisters } from "../../rtl/axi/index.ts";
import { registersFormat } from "../../rtl/axi/index.ts";
import { randomNetwork, saveNetwork } from "../network/index.ts";
import { serializeFolding } from "../plan/index.ts";
import { buildAccelerator } from "./build.ts";
import { readManifest } from "./manifest.ts";
import { verifyBuild } from "./verify.ts";

const dir = mkdtempSync(join(tmpdir(), "sluice-axi-"));
const file = (name: string): string => join(dir, name);
const text = (name: string): string => readFileSync(file(name), "utf8");

afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

const build = (out: string, seed: number) => {
  saveNetwork(randomNetwork({ name: "tiny-net", shape: [784, 8, 10], seed }), file("model.json"));
  const folding = { dense0: { pe: 4, simd: 98 }, dense1: { pe: 2, simd: 8 } };
  writeFileSync(file("fold.json"), serializeFolding(folding));
  const what = { model: file("model.json"), board: "zc706", fold: file("fold.json"), out: file(out) };
  return buildAccelerator({ ...what, interface: "axi", busWidth: 32 });
};

beforeAll(async () => {
  await build("one", 1);
});

test("an AXI build says so, and the same build again has the same hash, another another", async () => {
  const { top, interface: ends, files } = readManifest(file("one"));
  expect(top).toBe("tiny_net_axi");
  expect(ends).toMatchObject({ kind: "axi", accelerator: "tiny_net", busWidth: 32 });
  const hash = (name: string) => {
    const { interface: made } = readManifest(file(name));
    return made.kind === "axi" ? made.buildHash : "";
  };
  expect(hash("one")).toMatch(/^[0-9a-f]{16}$/);
  await build("again", 1);
  expect(readManifest(file("again")).files).toEqual(files);
  await build("other-weights", 2);
  expect(new Set(["one", "again", "other-weights"].map(hash)).size).toBe(2);
  const [low, high] = [hash("one").slice(8), hash("one").slice(0, 8)].map((half) =>
    parseInt(half, 16).toString(16),
  );
  const slave = text("one/rtl/tiny_net_registers.sv");
  expect(slave).toContain(`32'h${low ?? ""};`);
  expect(slave).toContain(`32'h${high ?? ""};`);
});

test("the registers for software are those of the hardware", () => {
  const map = JSON.parse(text("one/host/registers.json")) as ReturnType<typeof acceleratorRegisters>;
  expect(map).toMatchObject({ ...registersFormat, name: "tiny-net", addressBits: 12 });
  const reads = (name: string) => map.registers.find((register) => register.name === name)?.value;
  expect(["input_bytes", "input_beats", "output_bytes", "bus_bytes", "classes", "layers"].map(reads)).toEqual(
    [98, 25, 1, 4, 10, 2],
  );
  const document = text("one/docs/registers.md");
  const program = map.registers.flatMap(({ name, offset, fields }) => {
    expect(document).toContain(`\`${name}\``);
    const macro = `SLUICE_TINY_NET_${name.toUpperCase()}`;
    const masks = fields.map(
      (field) =>
        `_Static_assert(${macro}_${field.name.toUpperCase()}_MASK >> ${macro}_${field.name.toUpperCase()}_SHIFT == ${String(2 ** field.width - 1)}u, "");`,
    );
    return [`_Static_assert(${macro}_OFFSET == ${String(offset)}, "");`, ...masks];
  });
  writeFileSync(file("check.c"), ['#include "one/host/registers.h"', ...program, ""].join("\n"));
  execFileSync("gcc", ["-std=c11", "-Wall", "-Werror", "-pedantic", "-fsyntax-only", file("check.c")]);
});

test("verify runs the accelerator inside", async () => {
  const result = await verifyBuild({ dir: file("one"), frames: 3, simulator: "native" });
  expect(result).toMatchObject({ mismatches: 0, timingMismatches: 0 });
  expect(result.latencyCycles.measured).toBe(result.latencyCycles.predicted);
});
