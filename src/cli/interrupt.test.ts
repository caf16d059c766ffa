import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSluice } from "./run.fixture.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-interrupt-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Command lines of running processes that name `text`, as Linux lists them. */
async function processesNaming(text: string): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const ended = (): string => "";
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(ended)));
  return lines.filter((line) => line.includes(text));
}

test.runIf(process.platform === "linux").each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)(
  "%s while a model compiles ends everything and leaves nothing behind",
  async (signal, exitCode) => {
    const cache = join(folder, `cache-${signal}`);
    const out = join(folder, "lfc");
    const running = startSluice(["verify", "lfc", "--cycles", "128", "--out", out], {
      env: { SLUICE_CACHE: cache },
    });
    // The compiler names the cache's temporary folder, or works in it.
    await expect
      .poll(() => processesNaming(cache).then((list) => list.length), { timeout: 60_000 })
      .toBeGreaterThan(0);
    running.kill(signal);
    const result = await running;
    expect(result.exitCode).toBe(exitCode);
    expect(result.stdout).toBe("");
    expect(result.stderr.split("\n").at(-1)).toBe("interrupted");
    expect(await processesNaming(cache)).toEqual([]);
    // What was complete by then may stay: Verilator's runtime. Nothing that is half made may.
    for (const entry of await readdir(cache)) expect(entry).toMatch(/^runtime-[0-9a-f]+$/);
    expect((await readdir(folder)).filter((entry) => entry.startsWith("."))).toEqual([]);
  },
);
