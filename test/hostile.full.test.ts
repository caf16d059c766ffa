import { expect, test } from "vitest";
import { hostileCommands, runHostile } from "./hostile/command-lines.ts";
import { inputFolder } from "./hostile/folder.fixture.ts";
import { fuzzReaders } from "./hostile/fuzz.ts";

const folder = inputFolder();

test("20,000 hostile inputs end in an error that says what to do, or in the right result", async () => {
  const { failures, inputs, megabytes } = await fuzzReaders(folder(), 1000, 20_000);
  expect(failures.join("\n\n")).toBe("");
  expect(inputs).toBeGreaterThanOrEqual(20_000);
  expect(megabytes).toBeLessThan(1500);
});

test.each(Object.entries(hostileCommands))("the command line: %s", async (_, command) => {
  await runHostile(folder(), command);
});
