import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeYosys, journalOf, tinyModel } from "../implement/sweep/sweep.fixture.ts";
import { sluice, startSluice } from "./run.fixture.ts";

let folder: string;
let model: string;
let env: Record<string, string>;
let journal: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-sweep-"));
  model = await tinyModel(folder);
  journal = join(folder, "journal");
  const PATH = await fakeYosys(join(folder, "bin"));
  env = { PATH, SLUICE_CACHE: join(folder, "cache"), STANDIN_JOURNAL: journal };
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

test.runIf(process.platform === "linux")(
  "Ctrl-C half-way ends everything that was started; the same sweep goes on, and shows a table",
  { timeout: 600_000 },
  async () => {
    const out = join(folder, "a sweep");
    const args = [
      "--clock",
      "100,200",
      "--cycles",
      "64",
      "--cycles",
      "1",
      "--out",
      out,
      "--run",
      "--jobs",
      "1",
    ];
    const running = startSluice(["sweep", model, ...args], { env: { ...env, STANDIN_HANG: "2" } });
    await expect.poll(async () => (await journalOf(journal)).begun, { timeout: 300_000 }).toBe(3);
    running.kill("SIGINT");
    const { exitCode, stdout, stderr } = await running;
    expect([exitCode, stdout]).toEqual([130, ""]);
    expect(stderr.split("\n").at(-1)).toBe("interrupted");
    const pid = /start (\d+)\n$/.exec(await readFile(journal, "utf8"))?.[1] ?? "";
    expect(existsSync(`/proc/${pid}`)).toBe(false);

    const rest = await sluice(["sweep", out, "--run", "--json"], { env });
    expect(rest.exitCode).toBe(0);
    expect(JSON.parse(rest.stdout)).toMatchObject({
      folder: out,
      model: "tiny",
      tool: "yosys",
      runs: 4,
      left: 0,
    });
    expect((await journalOf(journal)).begun).toBe(5);

    const people = await sluice(["sweep", out], { env });
    expect(people.stdout).toMatch(/│ MHz │ goal +│ frames per s │ planned LUT │ +FF │ BRAM36 │ Yosys LUT │/);
    expect(people.stdout).toMatch(
      /│ 200 │ --cycles 64 │ +6,250,000 │ +\d+ │ +\d+ │ +0 │ +1 │ +2 │ +0 │ +[\d.]+ │ done │/,
    );
    expect(people.stdout).toContain(`tiny: 4 points, 4 runs, 0 of them left to do, in ${out}`);

    const other = await sluice(["sweep", out, "--clock", "50", "--json"], { env });
    expect(JSON.parse(other.stdout)).toMatchObject({
      error: { code: "option-without-effect", where: "--clock" },
    });
  },
);

test("strategies are Vivado's; where there is none, what does the rest elsewhere is told", async () => {
  const out = join(folder, "vivado");
  const args = ["sweep", model, "--cycles", "64", "--strategy", "default,area", "--out", out];
  const yosys = await sluice([...args, "--json"], { env });
  expect(JSON.parse(yosys.stdout)).toMatchObject({
    error: { code: "option-without-effect", where: "--strategy" },
  });
  const { stdout, exitCode } = await sluice([...args, "--tool", "vivado", "--ooc", "--run"], { env });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/│ area +│/);
  expect(stdout).toContain("There is no Vivado on the PATH.");
  expect(stdout).toContain(`  cd ${out} && sbatch sweep.sbatch\n`);
  expect(stdout).toMatch(/^ {2}cd .* && snakemake --cores \d+$/m);
});
