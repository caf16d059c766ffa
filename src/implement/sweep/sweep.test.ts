import { execa } from "execa";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { loadBoard } from "../../plan/index.ts";
import { sampleReports } from "../vivado/vivado.fixture.ts";
import { readSweep, runFolder, runsOf } from "./description.ts";
import { fakeYosys, journalOf, resultsIn, tinyModel, writeTinySweep } from "./sweep.fixture.ts";
import { sweep } from "./sweep.ts";

/** Paths of users may have anything in them. */
const odd = `it's "a" {folder} %1 $HOME`;

let folder: string;
let model: string;
let path: string;
let journal: string;
let count = 0;

beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "sluice-sweep-")), odd);
  model = await tinyModel(folder);
  path = await fakeYosys(join(folder, "bin"));
});

afterAll(async () => {
  await rm(join(folder, ".."), { recursive: true });
});

beforeEach(() => {
  count++;
  journal = join(folder, `journal-${String(count)}`);
  vi.stubEnv("PATH", path);
  vi.stubEnv("SLUICE_CACHE", join(folder, `cache-${String(count)}`));
  vi.stubEnv("STANDIN_JOURNAL", journal);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

const newFolder = (): string => join(folder, `sweep-${String(++count)}`);

const goOn = (out: string, more: { jobs?: number; signal?: AbortSignal } = {}) =>
  sweep({ folder: out, run: true, jobs: 1, timeoutSeconds: 100, ...more });

describe("written", () => {
  test("runs are named by content: the same ones whatever the order and the folder", async () => {
    const [a, b] = [newFolder(), newFolder()];
    const first = await writeTinySweep(model, a, { axes: { clocks: [100, 200], cycles: [64, 1] } });
    const second = await writeTinySweep(model, b, { axes: { clocks: [200, 100], cycles: [1, 64] } });
    expect(first.points).toHaveLength(4);
    for (const run of runsOf(first)) expect(run).toMatch(/^tiny-xc7-[0-9a-f]{12}$/);
    expect(new Set(runsOf(first)).size).toBe(4);
    expect([...runsOf(second)].sort()).toEqual([...runsOf(first)].sort());
    for (const run of runsOf(first)) {
      const files = (place: string) =>
        readdirSync(runFolder(place, run), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), "utf8")]);
      expect(files(a)).toEqual(files(b));
    }
    expect((await readdir(a)).sort()).toEqual(
      [
        "Snakefile",
        "foldings",
        "logs",
        "run.sh",
        "runs",
        "runs.txt",
        "sluice",
        "sweep.json",
        "sweep.sbatch",
      ].sort(),
    );
    expect(readSweep(a)).toEqual(first);
  });

  test("goals that come to the same hardware share a run; a goal out of reach is part of the result", async () => {
    const out = newFolder();
    const axes = { cycles: [64, 65], fps: [200e6 / 64, 1e12] };
    const { points, ...description } = await writeTinySweep(model, out, { axes });
    const outcomes = points.map(({ outcome }) => outcome);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["made", "refused", "made", "made"]);
    expect(points[1]).toMatchObject({ goal: "--fps 1000000000000", outcome: { code: "goal-out-of-reach" } });
    expect(runsOf({ ...description, points })).toHaveLength(1);
    const { points: shown, left } = await sweep({ folder: out, run: false, jobs: 1, timeoutSeconds: 9 });
    expect(shown.map(({ state }) => state)).toEqual(["to do", "refused", "to do", "to do"]);
    expect(left).toBe(1);
  });

  test("a sweep of which nothing can be met is an error", async () => {
    const out = newFolder();
    await expect(writeTinySweep(model, out, { axes: { fps: [1e12] } })).rejects.toMatchObject({
      ...{ code: "sweep-empty", where: "zc706, --fps 1000000000000" },
    });
    const both = { folds: ["max"], latenciesMicroseconds: [1e-9] };
    await expect(writeTinySweep(model, out, { axes: both })).rejects.toMatchObject({ code: "sweep-empty" });
  });

  test("a board of any name, and another family, are other runs", async () => {
    const board = join(folder, "my board's");
    await cp(loadBoard("zc706").folder, board, { recursive: true });
    const { points } = await writeTinySweep(model, newFolder(), {
      axes: { boards: [board, "zc706", "adm-pcie-8k5"], cycles: [64] },
    });
    const runs = points.map(({ outcome }) => (outcome.kind === "made" ? outcome.run : ""));
    expect(points.map((point) => point.board)).toEqual([board, "zc706", "adm-pcie-8k5"]);
    // The same part: the same RTL, and the same cells.
    expect(runs[0]).toBe(runs[1]);
    expect(runs[2]).toMatch(/^tiny-xcup-/);
  });

  test("one that is cut off in the writing is a sweep without points, and is written over", async () => {
    const out = newFolder();
    const controller = new AbortController();
    const onProgress = (): void => {
      controller.abort();
    };
    const options = { axes: { cycles: [64] }, onProgress, signal: controller.signal };
    await expect(writeTinySweep(model, out, options)).rejects.toMatchObject({ code: "interrupted" });
    expect(readSweep(out).points).toEqual([]);
    expect(await readdir(join(out, "runs"))).toEqual([]);
    expect((await writeTinySweep(model, out, { axes: { cycles: [64] } })).points).toHaveLength(1);
  });

  test("folders with other files are left alone", async () => {
    const out = newFolder();
    await mkdir(join(out, "logs"), { recursive: true });
    await writeFile(join(out, "Snakefile"), "precious");
    await expect(writeTinySweep(model, out)).rejects.toMatchObject({ code: "output-not-ours" });
    expect((await readdir(out)).sort()).toEqual(["Snakefile", "logs"]);
  });
});

describe("run here", () => {
  const axes = { clocks: [100, 200], cycles: [64, 1] };

  test("as many at a time as asked for; then nothing is left; results beside estimates", async () => {
    const out = newFolder();
    const description = await writeTinySweep(model, out, { axes });
    const messages: string[] = [];
    const result = await sweep({
      ...{ folder: out, run: true, jobs: 2, timeoutSeconds: 100 },
      onProgress: (message) => messages.push(message),
    });
    expect(await journalOf(journal)).toEqual({ begun: 4, most: 2 });
    expect(messages[0]).toMatch(/^0 of 4 runs done; tiny-xc7-\w+$/);
    expect(messages.at(-1)).toBe("4 of 4 runs done; collecting");
    expect(result).toMatchObject({ runs: 4, left: 0, toolMissing: false });
    expect(result.points[0]).toMatchObject({
      ...{ board: "zc706", clockMHz: 100, goal: "--cycles 64", state: "done" },
      synthesised: { tool: "Yosys 0.99 (a stand-in)", lut: 1, ff: 2, bram36: 0 },
    });
    const [head, line] = (await readFile(result.csv, "utf8")).split("\n");
    expect(head).toMatch(
      /^board,clock_mhz,goal,.*planned_lut,.*,lut,lut_paired,lutram,ff,bram36,dsp,depth_ns/,
    );
    expect(line).toMatch(/^zc706,100,--cycles 64,,done,,tiny-xc7-\w+,foldings\/\w+\.json,32,/);

    const before = await resultsIn(out, description);
    await goOn(out);
    expect(await resultsIn(out, description)).toEqual(before);
    expect((await journalOf(journal)).begun).toBe(4);
  });

  test("a larger sweep in the same folder keeps what is done", async () => {
    const out = newFolder();
    const small = await writeTinySweep(model, out, { axes: { cycles: [64] } });
    await goOn(out);
    const before = await resultsIn(out, small);
    const large = await writeTinySweep(model, out, { axes: { cycles: [64, 1] } });
    expect((await goOn(out)).left).toBe(0);
    const after = await resultsIn(out, large);
    expect(after.size).toBe(2);
    for (const [run, result] of before) expect(after.get(run)).toBe(result);
  });

  test("a run that fails is told, and the others are done; the next time it is tried again", async () => {
    vi.stubEnv("STANDIN_FAIL", "1");
    const out = newFolder();
    const description = await writeTinySweep(model, out, { axes });
    const { points, left } = await goOn(out);
    expect(points.map(({ state }) => state)).toEqual(["done", "failed", "done", "done"]);
    expect(points[1]?.reason).toBe("Yosys: it does not like that");
    expect(left).toBe(1);
    const before = await resultsIn(out, description);
    vi.stubEnv("STANDIN_FAIL", "");
    expect((await goOn(out)).left).toBe(0);
    for (const [run, result] of before) expect((await resultsIn(out, description)).get(run)).toBe(result);
  });

  test("an abort half-way ends the tool and its children; the next time only the rest is done", async () => {
    vi.stubEnv("STANDIN_HANG", "2");
    const out = newFolder();
    const description = await writeTinySweep(model, out, { axes });
    const controller = new AbortController();
    const running = goOn(out, { signal: controller.signal });
    await expect.poll(async () => (await journalOf(journal)).begun, { timeout: 60_000 }).toBe(3);
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: "interrupted" });
    const pid = /start (\d+)\n$/.exec(await readFile(journal, "utf8"))?.[1] ?? "";
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    const before = await resultsIn(out, description);
    expect(before.size).toBe(2);
    for (const run of runsOf(description))
      expect((await readdir(runFolder(out, run))).filter((name) => name.startsWith("."))).toEqual([]);

    vi.stubEnv("STANDIN_HANG", "");
    expect((await goOn(out)).left).toBe(0);
    const after = await resultsIn(out, description);
    for (const [run, result] of before) expect(after.get(run)).toBe(result);
    expect((await journalOf(journal)).begun).toBe(5);
  });

  test("a result that is no result is told, and what to do about it", async () => {
    const out = newFolder();
    const [run = ""] = runsOf(await writeTinySweep(model, out, { axes: { cycles: [64] } }));
    await writeFile(join(runFolder(out, run), "result.json"), '{"tool": "Yos');
    const { points } = await goOn(out);
    expect(points[0]).toMatchObject({
      state: "failed",
      reason: expect.stringMatching(/^this is not the result of a synthesis/) as string,
    });
  });
});

test("run.sh does a run, through Sluice as it was started, from any folder", async () => {
  const out = newFolder();
  const description = await writeTinySweep(model, out, { axes: { cycles: [64, 1] } });
  const [run = ""] = runsOf(description);
  const { stdout } = await execa("sh", [join(out, "run.sh"), run], { cwd: "/" });
  expect(JSON.parse(stdout)).toMatchObject({ top: "tiny", family: "xc7", lut: 1, ff: 2 });
  expect([...(await resultsIn(out, description)).keys()]).toEqual([run]);
});

describe("with Vivado", () => {
  const options = {
    tool: "vivado",
    ooc: true,
    axes: { cycles: [64], strategies: ["default", "area"] },
  } as const;

  test("where there is none, the folders are written, each as implement writes it", async () => {
    const out = newFolder();
    const description = await writeTinySweep(model, out, options);
    const runs = runsOf(description);
    for (const [i, strategy] of ["default", "area"].entries()) {
      expect(runs[i]).toMatch(new RegExp(`^tiny-zc706-200MHz-${strategy}-ooc-[0-9a-f]{12}$`));
      const place = runFolder(out, runs[i] ?? "");
      expect((await readdir(place)).sort()).toEqual(["rtl", "run.json", "run.tcl", "xdc"]);
    }
    const result = await goOn(out);
    expect(result).toMatchObject({ left: 2, toolMissing: true });
    expect(await readdir(out)).not.toContain("sluice");
    expect(await readdir(join(out, "runs"))).toEqual([...runs].sort());
  });

  test("where there is one, here a stand-in: in the pool, and by run.sh", async () => {
    const out = newFolder();
    const description = await writeTinySweep(model, out, options);
    const numbers = { slack: -1, from: "dense0/a_reg/C", to: "dense1/b_reg/D" };
    const reports = await sampleReports(join(folder, "sample reports"), "tiny", numbers);
    const vivado = `#!/bin/sh
mkdir reports && cp "$STANDIN_REPORTS"/* reports/ && echo run >> "$STANDIN_JOURNAL" && : > reports/complete
`;
    await writeFile(join(folder, "bin/vivado"), vivado, { mode: 0o755 });
    vi.stubEnv("STANDIN_REPORTS", reports);
    const [first = ""] = runsOf(description);
    await execa("sh", ["run.sh", first], { cwd: out });
    await execa("sh", ["run.sh", first], { cwd: out });
    const { points, left } = await goOn(out);
    expect(left).toBe(0);
    expect(await readFile(journal, "utf8")).toBe("run\nrun\n");
    expect(points.map(({ strategy }) => strategy)).toEqual(["default", "area"]);
    for (const { synthesised } of points) {
      expect(synthesised).toMatchObject({ tool: "Vivado 2022.2", lut: 1200, bram36: 0.5, timingMet: false });
      expect(synthesised?.depthNs).toBeCloseTo(6);
    }
  });
});
