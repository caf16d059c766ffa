import { existsSync } from "node:fs";
import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sluice, startSluice } from "./run.fixture.ts";

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "sluice-cocotb-")));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Tests of a FIFO in Icarus, which compiles it in no time. */
const preamble = `
import cocotb
from sluice_cocotb import Accelerator, Bench, Component, Generator, simulate

def test_fifo():
    simulate(Generator("fifo", kind="uint8", depth=4), simulator="icarus")
`;

async function put(name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), text);
}

test("every cocotb test is told of, with what went wrong", async () => {
  await put(
    "test_fifo.py",
    `${preamble}
@cocotb.test()
async def passes(dut):
    bench = await Bench.start(dut)
    bench.x.push([1, 2])
    assert await bench.y.pop_many(2) == [1, 2]

@cocotb.test()
async def differs(dut):
    bench = await Bench.start(dut)
    bench.x.push([1, 2])
    assert await bench.y.pop_many(2) == [1, 3]

@cocotb.test()
async def waits_in_vain(dut):
    bench = await Bench.start(dut, idle_limit=50)
    await bench.y.pop()

@cocotb.test(skip=True)
async def is_skipped(dut):
    pass
`,
  );
  await put("test_unloadable.py", "import nothing_of_this_name\n");
  const { exitCode, stdout, errors } = await sluice(["test", folder, "--json"]);
  const { seconds, tests, ...counts } = JSON.parse(stdout) as {
    readonly seconds: number;
    readonly tests: readonly Record<string, unknown>[];
  };
  expect({ exitCode, errors, counts }).toEqual({
    ...{ exitCode: 1, errors: "", counts: { passed: 1, failed: 3, skipped: 1 } },
  });
  expect(seconds).toBeGreaterThan(0);
  const containing = (text: string): unknown => expect.stringContaining(text);
  const fifo = {
    runner: "cocotb",
    file: join(folder, "test_fifo.py"),
    seconds: expect.any(Number) as number,
  };
  const cocotb = (name: string, status: string, failure: unknown): object => {
    return { ...fifo, name: `test_fifo > ${name}`, status, failure };
  };
  expect(tests).toHaveLength(5);
  expect(tests).toEqual(
    expect.arrayContaining([
      cocotb("passes", "passed", null),
      cocotb("differs", "failed", containing("assert [1, 2] == [1, 3]")),
      cocotb(
        "waits_in_vain",
        "failed",
        containing("no beat has moved for 50 cycles; waited for: y after 0 beats"),
      ),
      cocotb("is_skipped", "skipped", null),
      {
        ...{ runner: "pytest", file: join(folder, "test_unloadable.py"), name: "", status: "failed" },
        ...{ seconds: 0, failure: containing("No module named 'nothing_of_this_name'") },
      },
    ]),
  );
});

test("designs that cannot be made are told of as on the command line, without a stack trace", async () => {
  const designs = [
    ['Generator("fifi")', 'there is no generator "fifi" (unknown-generator)'],
    ['Generator("fifo", kind="bool", depth=0)', "depth cannot be 0 (bad-parameter)"],
    ['Generator("fifo", kind="bool")', "fifo needs depth (missing-parameter)"],
    ['Component("nowhere.ts", "thing")', "the module cannot be loaded"],
    ['Component("thing.ts", "thing")', 'the module exports no function "thing" (no-such-export)'],
    ['Component("thing.ts", "other")', "other gives no hardware (not-a-component)"],
    ['Accelerator("lenet")', 'there is no model "lenet" (unknown-model)'],
  ] as const;
  await put("thing.ts", "export const other = () => 3;\n");
  const tests = designs.map(([design], i) => `def test_${i}():\n    simulate(${design})\n`);
  await put("test_wrong.py", preamble.replace(/def [^]*/, "") + tests.join("\n"));
  const { exitCode, stdout } = await sluice(["test", folder]);
  expect(exitCode).toBe(1);
  for (const [, message] of designs) expect(stdout).toContain(message);
  expect(stdout).toContain("0 passed, 7 failed, 0 skipped");
  expect(stdout).not.toMatch(/Traceback|^ +at .*:\d+:\d+/m);
});

test("TypeScript tests run beside them", async () => {
  const file = fileURLToPath(new URL("../../rtl/stream/parameters.test.ts", import.meta.url));
  const { exitCode, stdout } = await sluice(["test", file, "--json"]);
  expect(exitCode).toBe(0);
  const { tests } = JSON.parse(stdout) as { readonly tests: readonly Record<string, unknown>[] };
  expect(tests.length).toBeGreaterThan(0);
  for (const each of tests)
    expect(each).toMatchObject({ runner: "vitest", file, status: "passed", failure: null });
});

test.each([
  ["no folder", "nowhere", {}, "no-such-folder"],
  ["no tests", ".", {}, "no-tests"],
])("ends with an error where there is %s", async (_, path, env, code) => {
  const { exitCode, stdout } = await sluice(["test", join(folder, path), "--json"], { env });
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code } });
});

test("ends with an error where Python is missing, or cocotb cannot be installed", async () => {
  await put("test_fifo.py", preamble);
  const without = await sluice(["test", folder], { env: { PATH: folder } });
  expect(without).toMatchObject({ exitCode: 1, stdout: "" });
  expect(without.errors).toMatch(/^error: python3 is not on the PATH.*\n {2}hint: .*apt-get install python3/);

  const env = { SLUICE_CACHE: join(folder, "cache"), PIP_NO_INDEX: "1", PIP_FIND_LINKS: folder };
  const offline = await sluice(["test", folder], { env });
  expect(offline).toMatchObject({ exitCode: 1, stdout: "" });
  expect(offline.errors).toMatch(
    /^error: the Python environment of cocotb cannot be made: pip could not install/,
  );
  expect(offline.errors).not.toContain("Traceback");
});

/** A process that has ended stays known as a zombie until whoever took it over asks how it ended. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return !/^(\d+ \(.*\) Z.*)?$/s.test(stat);
}

test("an interrupt ends the simulation as well", async () => {
  const note = join(folder, "pids");
  await put(
    "test_endless.py",
    `${preamble}
@cocotb.test()
async def never_ends(dut):
    import os, time
    with open(${JSON.stringify(note)}, "w") as note:
        note.write(f"{os.getpid()} {os.getppid()}\\n")
    time.sleep(600)
`,
  );
  const run = startSluice(["test", folder]);
  while (!existsSync(note) || !(await readFile(note, "utf8")).endsWith("\n")) await setTimeout(50);
  const pids = (await readFile(note, "utf8")).trim().split(" ").map(Number);
  run.kill("SIGINT");
  expect((await run).exitCode).toBe(130);
  await setTimeout(200);
  for (const pid of pids) expect(await isRunning(pid)).toBe(false);
});
