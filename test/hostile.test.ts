import { execa } from "execa";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { hostileCommands, runHostile } from "./hostile/command-lines.ts";
import { inputFolder } from "./hostile/folder.fixture.ts";
import { fuzzReaders } from "./hostile/fuzz.ts";
import { ownReaders, targets } from "./hostile/targets.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

const folder = inputFolder();

test("500 hostile inputs end in an error that says what to do, or in the right result", async () => {
  const { failures, inputs, megabytes } = await fuzzReaders(folder(), 1, 500);
  expect(failures.join("\n\n")).toBe("");
  expect(inputs).toBeGreaterThanOrEqual(500);
  expect(megabytes).toBeLessThan(1500);
});

test.each(Object.entries(hostileCommands).slice(0, 1))("the command line: %s", async (_, command) => {
  await runHostile(folder(), command);
});

/** What reads a file, or takes text apart that may come from one. */
const reading =
  "\\b(readFile|readFileSync|read(Text|Bytes|Json|Unzipped|LooseText)|createReadStream|readSync|createInterface|parseJson|parseExact|sharp)\\(|JSON\\.parse\\(|\\bgunzip";

test("whatever reads files is tried, or is known to read none of a user's", async () => {
  const { stdout } = await execa(
    "git",
    ["grep", "--untracked", "-lE", reading, "--", "src", "sim", "scripts"],
    { cwd: root },
  );
  const readers = stdout
    .split("\n")
    .filter((file) => /\.(ts|mjs)$/.test(file) && !/\.(test|fixture|test-helper)\.ts$/.test(file));
  const tried = Object.values(targets).flatMap(({ reads }) => reads);
  const known = new Set([...tried, ...Object.keys(ownReaders)]);
  expect(readers.filter((file) => !known.has(file))).toEqual([]);
});
