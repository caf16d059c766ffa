import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeVivado, sampleReports, tinyBuild } from "../implement/vivado/vivado.fixture.ts";
import { sluice } from "./run.fixture.ts";

let folder: string;
let build: string;
/** A PATH without Vivado. */
const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-implement-"));
  build = await tinyBuild(folder);
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

test("without Vivado: the folder is written, and the one command is told", async () => {
  const out = join(folder, "a run");
  const args = ["implement", build, "--board", "zc706", "--ooc", "--strategy", "explore", "--out", out];
  const { stdout, exitCode } = await sluice([...args, "--json"], { env });
  const command = `cd '${out}' && vivado -mode batch -source run.tcl -log vivado.log -applog -journal vivado.jou -appjournal`;
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ folder: out, ran: false, results: null, command },
    run: { top: "tiny", part: "xc7z045ffg900-2", clockMHz: 200, strategy: "explore", ooc: true },
  });
  expect(exitCode).toBe(0);
  const people = await sluice(args, { env });
  expect(people.stdout).toContain(`There is no Vivado on the PATH`);
  expect(people.stdout).toContain(`  ${command}\n`);
  expect(people.exitCode).toBe(0);
});

test("with a Vivado, here a stand-in: a table beside the plan, and the path that fails", async () => {
  const out = join(folder, "done");
  const numbers = { slack: -0.5, from: "dense0/elements/sum_reg[3]/C", to: "dense1/fold_reg[0]/D" };
  const { stdout, exitCode } = await sluice(["implement", build, "--ooc", "--out", out], {
    env: {
      PATH: await fakeVivado(join(folder, "bin")),
      SLUICE_SHIM_REPORTS: await sampleReports(join(folder, "reports"), "tiny", numbers),
    },
  });
  expect(stdout).toMatch(/│ LUT +│ +\d+ │ +1,200 │/);
  expect(stdout).toMatch(/│ MHz +│ +200 │ +181\.8 │/);
  expect(stdout).toContain("Timing is not met: worst slack -0.500 ns, 3 endpoints too late.");
  expect(stdout).toContain("-0.500 ns, setup: dense0 (mvtu), elements/sum_reg[3]/C\n    to dense1 (");
  expect(stdout).toContain("Design rules: ZPS7-1 (Warning) 1");
  expect(exitCode).toBe(0);

  const again = await sluice(["implement", out, "--ooc", "--json"], { env });
  expect(JSON.parse(again.stdout)).toMatchObject({ error: { code: "option-without-effect" } });
  const read = await sluice(["implement", out], { env });
  expect(read.stdout).toContain("was done before, Vivado 2022.2");
});

test.each([
  [["--board", "zc706"], "pins-unknown"],
  [["--board", "./de10"], "unknown-board"],
])("%j is refused", async (args, code) => {
  const { stdout, exitCode } = await sluice(["implement", build, ...args, "--json"], { env });
  expect(JSON.parse(stdout)).toMatchObject({ error: { code } });
  expect(exitCode).toBe(1);
});
