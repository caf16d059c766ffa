import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { smallDesign } from "../implement/synthesize.fixture.ts";
import { sluice } from "./run.fixture.ts";

let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-synth-"));
  env = { SLUICE_CACHE: join(folder, "cache") };
  for (const { name, text } of smallDesign) await writeFile(join(folder, name), text);
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

test(
  "synth of a folder: a table with how it was done and the longest path, or one JSON object",
  { timeout: 600_000 },
  async () => {
    const args = ["synth", folder, "--tool", "native", "--family", "xcup"];
    const people = await sluice(args, { env });
    expect(people.errors).toBe("");
    expect(people.stdout).toMatch(/│ pair +│ +1 │/);
    expect(people.stdout).toMatch(/^Yosys .*, synth_xilinx -abc9 -flatten -family xcup$/m);
    expect(people.stdout).toMatch(/flattened into one netlist/);
    expect(people.stdout).toMatch(/^Longest path, \d+\.\d\d ns in pair: /m);
    expect(people.stdout).toMatch(/^Memory pair\.masks \(4 x 8 bits\) is in LUTs or flip-flops\.$/m);

    const { stdout, exitCode } = await sluice([...args, "--json"], { env });
    const result = JSON.parse(stdout) as Record<string, unknown>;
    expect(Object.keys(result)).toEqual(
      expect.arrayContaining([
        "tool",
        "family",
        "lut",
        "lutPaired",
        "ff",
        "bram36",
        "dsp",
        "depthNs",
        "modules",
      ]),
    );
    expect(result).toMatchObject({ family: "xcup", top: "pair", ff: 6 });
    expect(exitCode).toBe(0);
  },
);

test("an option that only other targets have", async () => {
  const { stdout, exitCode } = await sluice(["synth", folder, "--param", "width=3", "--json"], { env });
  expect(JSON.parse(stdout)).toMatchObject({
    error: { code: "option-without-effect", where: "--param", message: "--param is not for a folder" },
  });
  expect(exitCode).toBe(1);
});
