import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { writeRun } from "./folder.ts";
import { implement } from "./implement.ts";
import { fakeVivado, runShim, sampleReports, tinyBuild } from "./vivado.fixture.ts";

/**
 * These run the stand-in for Vivado as a `vivado` on the PATH: a real process with children, a log and checkpoints. What
 * is tested is how Sluice starts it, watches it, ends it, and reads what it leaves.
 */
let folder: string;
let build: string;
let path: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-run-"));
  build = await tinyBuild(folder);
  path = await fakeVivado(join(folder, "bin"));
  // With the netlist at hand, the stand-in comes to any step in a second: time limits are about the steps.
  const out = join(folder, "first");
  await writeRun({ build, strategy: "default", ooc: true, out });
  await runShim(out, folder);
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  vi.stubEnv("PATH", path);
  vi.stubEnv("SLUICE_SHIM_CACHE", folder);
  const numbers = { slack: -0.5, from: "dense0/elements/sum_reg[3]/C", to: "dense1/fold_reg[0]/D" };
  vi.stubEnv("SLUICE_SHIM_REPORTS", await sampleReports(join(folder, "reports"), "tiny", numbers));
});

afterEach(() => {
  vi.unstubAllEnvs();
});

function options(more: { timeoutSeconds?: number; signal?: AbortSignal; out?: string } = {}) {
  const out = join(folder, `run${++count}`);
  return { build, strategy: "default", ooc: true, timeoutSeconds: 100, out, ...more } as const;
}

/** Command lines of processes whose working directory is in a folder, as Linux lists them. */
function processesIn(place: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(place)
          ? [readFileSync(`/proc/${pid}/cmdline`, "utf8")]
          : [];
      } catch {
        return [];
      }
    });
}

test("a run to the end: reports are read, and a path that fails is told by stage and layer", async () => {
  const asked = options();
  const { ran, results, run } = await implement(asked);
  expect(ran).toBe(true);
  expect(results).toMatchObject({
    vivado: "2022.2",
    utilization: { lut: { used: 1200, available: 218_600 }, ff: { used: 900 }, bram36: { used: 0.5 } },
    timing: { met: false, wns: -0.5, failingEndpoints: 3 },
    power: { totalW: 0.5, dynamicW: 0.3, staticW: 0.2, confidence: "Low" },
    designRules: { found: 1, rules: [{ rule: "ZPS7-1", severity: "Warning", count: 1 }] },
  });
  expect(results?.timing.fmaxMHz).toBeCloseTo(1000 / 5.5);
  expect(results?.timing.failing).toEqual([
    {
      ...{ slack: -0.5, check: "setup", delay: 5.5, logic: 2, route: 3.5, levels: 5 },
      from: {
        ...{ pin: "dense0/elements/sum_reg[3]/C", stage: "dense0", unit: "mvtu", layer: "dense0" },
        inside: "elements/sum_reg[3]/C",
      },
      to: {
        ...{ pin: "dense1/fold_reg[0]/D", stage: "dense1", layer: "dense1" },
        unit: run.stages.find(({ name }) => name === "dense1")?.unit,
        inside: "fold_reg[0]/D",
      },
    },
  ]);
  expect(run.planned.lut).toBeGreaterThan(0);
  // Once complete it is not run again, and the folder of the run will do.
  const again = await implement({ ...asked, build: asked.out });
  expect(again).toMatchObject({ ran: false, results });
});

const hang = "SLUICE_SHIM_HANG";

test.runIf(process.platform === "linux")(
  "a time limit ends the tool and its children; the next run goes on behind the last checkpoint",
  async () => {
    vi.stubEnv(hang, "place_design");
    const messages: string[] = [];
    const asked = options({ timeoutSeconds: 8 });
    const onProgress = (message: string): void => {
      messages.push(message);
    };
    await expect(implement({ ...asked, onProgress })).rejects.toMatchObject({
      code: "implementation-timeout",
      message: "not done after 8 s: place: Hang",
    });
    expect(messages.at(-1)).toBe("place: Hang");
    await expect.poll(() => processesIn(asked.out)).toEqual([]);
    expect(readdirSync(join(asked.out, "checkpoints")).sort()).toEqual(["opt.dcp", "synth.dcp"]);

    vi.stubEnv(hang, "");
    const { ran, results } = await implement({ ...asked, timeoutSeconds: 100 });
    expect([ran, results?.timing.wns]).toEqual([true, -0.5]);
    const log = await readFile(join(asked.out, "vivado.log"), "utf8");
    expect(log.match(/^Command: synth_design/gm)).toHaveLength(1);
    expect(log).toContain("SLUICE: opening the checkpoint of opt");
    expect(log.match(/^Command: place_design/gm)).toHaveLength(2);
  },
);

test.runIf(process.platform === "linux")("an interrupt ends the tool and its children", async () => {
  vi.stubEnv(hang, "route_design");
  const controller = new AbortController();
  const asked = options({ signal: controller.signal });
  const running = implement(asked);
  const children = (): string => processesIn(asked.out).join("\n");
  await expect.poll(children, { timeout: 60_000 }).toMatch(/sleep/);
  expect(children()).toMatch(/tclsh/);
  controller.abort();
  await expect(running).rejects.toMatchObject({ code: "interrupted" });
  await expect.poll(() => processesIn(asked.out)).toEqual([]);
});

test("a checkpoint that was cut off has another name, and is not taken", async () => {
  vi.stubEnv(hang, "place_design");
  const asked = options({ timeoutSeconds: 5 });
  await expect(implement(asked)).rejects.toMatchObject({ code: "implementation-timeout" });
  await writeFile(join(asked.out, "checkpoints/unfinished.dcp"), "cut o");
  vi.stubEnv(hang, "");
  expect((await implement({ ...asked, timeoutSeconds: 100 })).results?.vivado).toBe("2022.2");
});

test("an error of the script: what Vivado says, and where its log is", async () => {
  const asked = options();
  vi.stubEnv("PATH", process.env["PATH"]?.split(":").slice(1).join(":") ?? "");
  const { ran, results } = await implement(asked);
  expect([ran, results]).toEqual([false, null]);
  await appendFile(join(asked.out, "xdc/board.xdc"), "set_false_path -from [get_ports reset]\n");
  vi.stubEnv("PATH", path);
  await expect(implement(asked)).rejects.toMatchObject({
    code: "vivado-failed",
    message: expect.stringContaining("No ports matched 'reset'") as string,
    where: join(asked.out, "vivado.log"),
  });
});

test("a report that is cut off", async () => {
  const reports = join(folder, "reports");
  const file = join(reports, "timing_summary.rpt");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.slice(0, text.indexOf("| Clock Summary")));
  await expect(implement(options())).rejects.toMatchObject({ code: "report-truncated" });
});

test("reports of another design", async () => {
  await sampleReports(join(folder, "reports"), "other", { slack: 1, from: "a/C", to: "b/D" });
  await expect(implement(options())).rejects.toMatchObject({ code: "report-of-another" });
});
