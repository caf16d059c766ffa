import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sluice } from "./run.fixture.ts";

let folder: string;
let built: string;
let buildResult: Record<string, unknown>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-cli-"));
  built = join(folder, "sfc");
  // Few lanes, so that Verilator compiles it in no time.
  const layers = Object.fromEntries(
    [16, 16, 16, 1].map((pe, i) => [`dense${String(i)}`, { pe, simd: i === 0 ? 49 : 16 }]),
  );
  const fold = join(folder, "fold.json");
  await writeFile(fold, JSON.stringify({ format: "sluice-folding", version: 1, layers }));
  const { stdout, exitCode } = await sluice([
    "build",
    "sfc",
    "--fold",
    fold,
    "--clock",
    "100",
    "--out",
    built,
    "--json",
  ]);
  expect(exitCode).toBe(0);
  buildResult = JSON.parse(stdout) as Record<string, unknown>;
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

test("build writes RTL, memories, folding, manifest and report, and tells what it predicts", async () => {
  expect(await readdir(built)).toEqual([
    ...["assertions", "folding.json", "manifest.json", "model.json", "report.html", "rtl"],
  ]);
  const rtl = await readdir(join(built, "rtl"));
  expect(rtl).toContain("label_select_10_pe1_w9.sv");
  expect(rtl.filter((file) => file.endsWith(".mem")).length).toBeGreaterThan(0);
  expect(buildResult).toMatchObject({
    dir: built,
    model: "sfc-mnist",
    board: "zc706",
    clockMHz: 100,
    cyclesPerFrame: 256,
    fps: 100e6 / 256,
    lanes: 16 * 49 + 16 * 16 + 16 * 16 + 16,
  });
});

const verifyKeys = [
  ...["model", "board", "clockMHz", "frames", "mismatches", "accuracy", "cyclesPerFrame", "latencyCycles"],
  ...["timingMismatches", "fps", "lanes", "simulator", "changedFiles", "waves"],
];

test("the report says that nothing is measured yet", async () => {
  expect(await readFile(join(built, "report.html"), "utf8")).toContain("Not measured yet");
});

test.each(["native", "verilator"])(
  "verify in %s agrees with the reference and the prediction",
  async (simulator) => {
    const { stdout, exitCode } = await sluice([
      ...["verify", built, "--frames", "12", "--workers", "1", "--simulator", simulator, "--json"],
    ]);
    const result = JSON.parse(stdout) as Record<string, unknown>;
    expect(Object.keys(result)).toEqual(verifyKeys);
    const { latencyCycles } = buildResult;
    expect(result).toMatchObject({
      frames: 12,
      mismatches: 0,
      timingMismatches: 0,
      cyclesPerFrame: { predicted: 256, measured: 256 },
      latencyCycles: { predicted: latencyCycles, measured: latencyCycles },
      simulator,
      changedFiles: [],
    });
    expect(exitCode).toBe(0);
    expect(await readFile(join(built, "report.html"), "utf8")).toContain(
      `12 frames simulated with ${simulator}`,
    );
  },
);

test("verify for people is a table with a verdict", async () => {
  const { stdout, exitCode } = await sluice(["verify", built, "--frames", "12", "--simulator", "native"]);
  expect(stdout).toMatch(/mismatches +│ 0 of 12 images/);
  expect(stdout).toMatch(/cycles per frame +│ 256 predicted, 256 measured/);
  expect(stdout).toMatch(/Every output and every cycle is as predicted\.$/);
  expect(exitCode).toBe(0);
});

test("verify writes a waveform, and checks the rules of all streams", async () => {
  const wave = join(folder, "waves", "two.fst");
  await mkdir(dirname(wave));
  const { stdout, exitCode } = await sluice([
    ...["verify", built, "--wave", wave, "--assertions", "--simulator", "native", "--json"],
  ]);
  expect(exitCode).toBe(0);
  const result = JSON.parse(stdout) as { frames: number; waves: string[] };
  expect(result.frames).toBe(2);
  expect(result.waves).toEqual([wave, join(folder, "waves", "two.gtkw"), join(folder, "waves", "two.sucl")]);
  expect((await readdir(join(folder, "waves"))).sort()).toEqual(["two.fst", "two.gtkw", "two.sucl"]);
  const refused = await sluice(["verify", built, "--wave", "wave.vcd"]);
  expect(refused).toMatchObject({ exitCode: 1 });
  expect(refused.errors).toMatch(/waveforms are written as FST/);
});

test("verify finds hardware that computes something else", async () => {
  const rtl = join(built, "rtl");
  const name = (await readdir(rtl)).find((file) => /^mvu_.*weight_rom\.mem$/.test(file)) ?? "no such file";
  const words = (await readFile(join(rtl, name), "utf8")).split("\n");
  await writeFile(join(rtl, name), words.map((word) => word.replace(/./g, "0")).join("\n"));
  const { stdout, exitCode } = await sluice(["verify", built, "--frames", "12", "--json"]);
  expect((JSON.parse(stdout) as { mismatches: number }).mismatches).toBeGreaterThan(0);
  expect(exitCode).toBe(1);
  const { stdout: text } = await sluice(["verify", built, "--frames", "12"]);
  expect(text).toMatch(/FAILED/);
});

test("generate writes a component", async () => {
  const out = join(folder, "generated");
  const { stdout, exitCode } = await sluice([
    ...["generate", "mvtu", "--param", "weights=random:1:8x16", "--param", "thresholds=random:2:8:17"],
    ...["--param", "pe=4", "--param", "simd=8", "--out", out, "--json"],
  ]);
  expect(exitCode).toBe(0);
  const result = JSON.parse(stdout) as { top: string; files: string[] };
  expect(result).toMatchObject({ generator: "mvtu", top: "mvtu_16x8_pe4_simd8", dir: out });
  const written = await readdir(out, { recursive: true });
  expect(written.filter((name) => name !== "assertions").sort()).toEqual(result.files.toSorted());
  expect(await readFile(join(out, `${result.top}.sv`), "utf8")).toMatch(/^module mvtu_16x8_pe4_simd8 \($/m);
});

test("generate --list names the generators, and the parameters of one", async () => {
  expect((await sluice(["generate", "--list"])).stdout).toMatch(/│ fifo +│ rtl\/stream │ First-in first-out/);
  const { stdout } = await sluice(["generate", "fifo", "--list", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({
    name: "fifo",
    parameters: [{ name: "kind" }, { name: "depth", type: { kind: "integer", min: 1 } }, { name: "style" }],
  });
});

test("doctor names every tool, and how to get one that is missing", async () => {
  const all = await sluice(["doctor", "--json"]);
  expect(all.exitCode).toBe(0);
  expect(JSON.parse(all.stdout)).toMatchObject({ ok: true });
  const none = await sluice(["doctor"], { env: { PATH: folder } });
  expect(none.exitCode).toBe(1);
  expect(none.stdout).toMatch(/│ verilator │ missing +│/);
  expect(none.stdout).toMatch(/^verilator \(.*\): Debian, Ubuntu: apt-get install verilator/m);
});

test("help names every command, and is what sluice alone prints", async () => {
  const { stdout, exitCode } = await sluice(["--help"]);
  expect(exitCode).toBe(0);
  for (const command of ["build", "verify", "classify", "generate", "doctor"])
    expect(stdout).toMatch(new RegExp(`^  ${command} `, "m"));
  expect((await sluice([])).stdout).toBe(stdout);
  expect((await sluice(["build", "--help"])).stdout).toMatch(/random:padded-cnv-2$/m);
});
