import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildAccelerator } from "../../../flow/index.ts";
import { writeRun } from "../folder.ts";
import { runShim } from "../vivado.fixture.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-design-full-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

test.each([
  ["sfc", "zc706", 128, { fps: 12_361_000 }],
  ["sfc", "adm-pcie-8k5", 256, { fps: 12_361_000 }],
  ["cnv", "zc706", 64, { fold: "examples/foldings/cnv-max.json" }],
] as const)("%s on the %s: the block design runs to its bitstream", async (model, board, busWidth, goal) => {
  const build = join(folder, `${model}-${board}`);
  await buildAccelerator({ model, board, ...goal, interface: "axi", busWidth, out: build });
  const out = `${build}-run`;
  await writeRun({ build, strategy: "default", ooc: false, out });
  const { exitCode, output } = await runShim(out, folder);
  expect(output).toContain("SLUICE: bitstream");
  expect(output).toContain("SLUICE: complete");
  expect(exitCode).toBe(0);
});
