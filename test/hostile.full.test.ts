import { mkdtemp, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hostileCommands, runHostile } from "./hostile/command-lines.ts";
import { fuzzReaders } from "./hostile/fuzz.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-hostile-"));
});

afterAll(async () => {
  for (const name of ["room", "here"]) await rm(join(folder, name), { recursive: true, force: true });
  // Inputs that failed are kept.
  await rmdir(folder).catch(() => undefined);
});

test("20,000 hostile inputs end in an error that says what to do, or in the right result", async () => {
  const { failures, inputs, megabytes } = await fuzzReaders(folder, 1000, 20_000);
  expect(failures.join("\n\n")).toBe("");
  expect(inputs).toBeGreaterThanOrEqual(20_000);
  expect(megabytes).toBeLessThan(1500);
});

test.each(Object.entries(hostileCommands))("the command line: %s", async (_, command) => {
  await runHostile(folder, command);
});
