import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildAccelerator } from "../../flow/index.ts";
import { edalize, fusesoc, validate } from "./fusesoc.fixture.ts";
import { packageBuild } from "./package.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-ip-full-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

const axi = { interface: "axi" } as const;

test.each([
  ["sfc", "zc706", { fps: 100_000 }, 50],
  ["sfc", "adm-pcie-8k5", { fps: 1_000_000 }, 50],
  ["sfc", "zc706", { fps: 100_000, ...axi, busWidth: 32 }, 50],
  ["sfc", "adm-pcie-8k5", { fps: 1_000_000, ...axi, busWidth: 256 }, 50],
  ["cnv", "zc706", { fold: "examples/foldings/cnv-max.json", ...axi, busWidth: 64 }, 3],
])(
  "%s on the %s, %j: valid, lints, and runs through FuseSoC and Edalize",
  async (model, board, goal, frames) => {
    const isAxi = "interface" in goal;
    const build = join(folder, `${model}-${board}${isAxi ? "-axi" : ""}`);
    const { model: name } = await buildAccelerator({ model, board, ...goal, out: build });
    const out = `${build}-ip`;
    const { vlnv } = await packageBuild({ build, out, frames, vendor: "example.org", version: "2.1" });
    const core = `example.org:accelerators:${vlnv.name}:2.1`;
    expect(vlnv.name).toBe(`${name.replaceAll("-", "_")}${isAxi ? "_axi" : ""}`);
    expect(await validate(join(out, "component.xml"))).toEqual({ exitCode: 0, output: "" });
    const run = (...options: string[]) => fusesoc(out, `${build}-work`, "run", "--target", ...options);
    expect((await run("lint", core)).exitCode).toBe(0);
    const pass = `PASS: ${frames} frames`;
    const stalled = await run("sim", core);
    expect(stalled.output).toContain(`${pass} with stalls`);
    expect(stalled.exitCode).toBe(0);
    const straight = await run("sim", core, "--stalls", "0");
    expect(straight.output).toContain(isAxi ? `${pass}, ` : "each in its cycle");
    expect(straight.exitCode).toBe(0);

    const work = join(out, "work");
    await mkdir(work);
    const alone = await edalize(join(out, `${vlnv.name}.eda.yml`), work);
    expect(alone.output).toContain(pass);
    expect(alone.exitCode).toBe(0);
  },
);
