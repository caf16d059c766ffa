import { execa } from "execa";
import { readdirSync, readlinkSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { cacheFolder } from "../../../sim/verilator/index.ts";
import { runFolder, runsOf, type SweepDescription } from "./description.ts";
import { slurmMissing, startSlurm, type Slurm } from "./slurm.fixture.ts";
import { resultsIn, tinyModel, writeTinySweep } from "./sweep.fixture.ts";
import { sweep } from "./sweep.ts";

/**
 * Sweeps of four runs, done by a real Slurm and a real Snakemake with a real Yosys, from folders with awkward names. Each
 * is killed in the middle of a run; started again, it has to do the rest and nothing else.
 */
let folder: string;
let out: string;
let description: SweepDescription;
let cache: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-schedulers-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  count++;
  // No braces: Snakemake itself takes those in the path of its folder for wildcards.
  out = join(folder, `it's "sweep" $${String(count)} %1`);
  cache = join(folder, `cache-${String(count)}`);
  vi.stubEnv("SLUICE_CACHE", cache);
  const model = await tinyModel(folder);
  description = await writeTinySweep(model, out, { axes: { clocks: [100, 200], cycles: [64, 1] } });
  expect(runsOf(description)).toHaveLength(4);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Processes that work in the cache: Yosys, and what it starts. */
function atWork(): readonly string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(cache);
    } catch {
      return false;
    }
  });
}

/** Waits until a run is done and Yosys is at work on another. */
async function halfWay(): Promise<void> {
  const state = async () => {
    const { size } = await resultsIn(out, description);
    return size >= 1 && size < 4 && atWork().length > 0;
  };
  await expect.poll(state, { timeout: 600_000, interval: 50 }).toBe(true);
}

/** What is done now; there is nothing half done beside it, and no process goes on. */
async function stopped(): Promise<ReadonlyMap<string, string>> {
  await expect.poll(atWork, { timeout: 300_000 }).toEqual([]);
  const done = await resultsIn(out, description);
  expect(done.size).toBeGreaterThanOrEqual(1);
  expect(done.size).toBeLessThan(4);
  for (const run of runsOf(description)) {
    const names = await readdir(runFolder(out, run));
    expect(names.sort()).toEqual([...(done.has(run) ? ["result.json"] : []), "rtl", "run.json"]);
  }
  return done;
}

/** All is done, and what was done before is the same file still. */
async function finished(before: ReadonlyMap<string, string>): Promise<void> {
  const after = await resultsIn(out, description);
  expect(after.size).toBe(4);
  for (const [run, result] of before) expect(after.get(run)).toBe(result);
  const { points, left } = await sweep({ folder: out, run: false, jobs: 1, timeoutSeconds: 60 });
  expect(left).toBe(0);
  for (const { outcome, synthesised } of points) {
    const planned = outcome.kind === "made" ? outcome.planned.lut : 0;
    expect(Math.abs((synthesised?.lut ?? 0) - planned)).toBeLessThan(Math.max(10, 0.1 * planned));
  }
}

const noSlurm = slurmMissing();

describe.skipIf(noSlurm !== undefined)(
  noSlurm === undefined ? "Slurm" : `Slurm (left out: ${noSlurm})`,
  () => {
    let slurm: Slurm;

    beforeAll(async () => {
      slurm = await startSlurm();
    });

    afterAll(async () => {
      await slurm.stop();
    });

    const client = (command: string, ...args: readonly string[]) =>
      execa(command, args, { cwd: out, env: slurm.env, stdin: "ignore" });

    test.each([
      ["cancelled", []],
      ["killed at once", ["--full", "--signal=KILL"]],
    ])("a job array that is %s half-way is submitted again", async (_, flags) => {
      const { stdout: job } = await client("sbatch", "--parsable", "sweep.sbatch");
      await halfWay();
      // The tasks that have not begun, then the one that has.
      if (flags.length > 0) await client("scancel", "--state=PENDING", job);
      await client("scancel", ...flags, job);
      await expect
        .poll(async () => (await client("squeue", "--noheader")).stdout, { timeout: 60_000 })
        .toBe("");
      const before = await stopped();
      await client("sbatch", "--wait", "sweep.sbatch");
      await finished(before);
      expect((await readdir(join(out, "logs"))).length).toBe(8);
    });
  },
);

describe("Snakemake", () => {
  let python: string;

  beforeAll(async () => {
    const script = fileURLToPath(new URL("../../../sim/cocotb/environment.py", import.meta.url));
    const requirements = fileURLToPath(new URL("requirements.txt", import.meta.url));
    // Not in the cache of this test: it is made once.
    python = (await execa("python3", [script, cacheFolder(), requirements])).stdout.trim();
  });

  const start = (...args: readonly string[]) =>
    execa(python, ["-m", "snakemake", "--cores", "1", ...args], {
      ...{ cwd: out, reject: false, all: true, stdin: "ignore", detached: true },
      env: { XDG_CACHE_HOME: join(folder, "home") },
    });

  test("interrupted half-way, as by Ctrl-C, it goes on", async () => {
    const running = start();
    await halfWay();
    process.kill(-(running.pid ?? Number.NaN), "SIGINT");
    expect((await running).exitCode).not.toBe(0);
    const before = await stopped();
    const { exitCode, all } = await start();
    expect(all).toContain(`${String(5 - before.size)} of ${String(5 - before.size)} steps (100%) done`);
    expect(exitCode).toBe(0);
    await finished(before);
  });

  test("killed at once half-way, the run that it began ends well, and it goes on when unlocked", async () => {
    const running = start();
    await halfWay();
    running.kill("SIGKILL");
    await running;
    const before = await stopped();
    expect(before.size).toBeGreaterThanOrEqual(2);
    expect((await start()).all).toContain("--unlock");
    expect((await start("--unlock")).exitCode).toBe(0);
    expect((await start()).exitCode).toBe(0);
    await finished(before);
  });
});
