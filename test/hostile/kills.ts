import { execa } from "execa";
import { readdir } from "node:fs/promises";
import { dirname, basename } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { startSluice } from "../../src/cli/run.fixture.ts";
import { buildAccelerator } from "../../src/flow/index.ts";
import { changedFiles, readManifest } from "../../src/flow/manifest.ts";
import { writeFolder } from "../../src/flow/folder.ts";
import { Random } from "../../src/random.ts";
import { contentOf, filesOf, marker } from "./writer.ts";

const fixture = fileURLToPath(new URL("./writer.fixture.ts", import.meta.url));

/** Starts the fixture behind a command line, in a shell that has done something `before`. */
export function startWriter(args: readonly string[], before = ":", behind: readonly string[] = []) {
  const command = [process.execPath, "--import", import.meta.resolve("tsx"), fixture, ...args];
  const [shell, ...rest] = [...behind, "bash", "-c", `${before} && exec "$@"`, "bash", ...command];
  return execa(shell ?? "", rest, {
    reject: false,
    stdin: "ignore",
    // Its cache of compiled files would be larger than what some may write.
    env: { TSX_DISABLE_CACHE: "1" },
  });
}

/** Temporary folders beside an output folder. */
export async function leftovers(out: string): Promise<string[]> {
  return (await readdir(dirname(out))).filter((name) => name.startsWith(`.${basename(out)}.`));
}

/** Kills a process that writes folder after folder, so many times, at random moments; the folder is always whole. */
export async function killWriters(out: string, count: number, seed: number): Promise<void> {
  const random = new Random(seed);
  const whole = [contentOf(0), contentOf(1)].map((files) => new Map([...files].sort()));
  for (let kill = 0; kill < count; kill++) {
    const writer = startWriter(["loop", out]);
    await new Promise((resolve) => writer.stdout.once("data", resolve));
    await setTimeout(random.below(120));
    writer.kill("SIGKILL");
    await writer;
    expect(whole, `kill ${kill} of seed ${seed}`).toContainEqual(await filesOf(out));
  }
  await writeFolder(out, contentOf(1), marker);
  expect(await filesOf(out)).toEqual(whole[1]);
  expect(await leftovers(out)).toEqual([]);
}

export interface KilledBuilds {
  readonly old: number;
  readonly new: number;
}

/**
 * Kills builds of the command line, so many times: every second at any moment, the others as they write. What is in the
 * folder then is one whole build, the old or the new one, as its manifest says.
 */
export async function killBuilds(
  { model, out }: { readonly model: string; readonly out: string },
  count: number,
  seed: number,
): Promise<KilledBuilds> {
  const random = new Random(seed);
  const cycles = [64, 256];
  const builds: Map<string, string>[] = [];
  let milliseconds = 0;
  for (const most of cycles) {
    const start = performance.now();
    await startSluice(["build", model, "--cycles", String(most), "--out", out]);
    milliseconds = performance.now() - start;
    builds.push(await filesOf(out));
  }
  let present = 1;
  const counts = { old: 0, new: 0 };
  for (let kill = 0; kill < count; kill++) {
    const wanted = 1 - present;
    const running = startSluice(["build", model, "--cycles", String(cycles[wanted]), "--out", out]);
    if (kill % 2 === 0) {
      await setTimeout(random.below(Math.ceil(milliseconds)));
    } else {
      const before = await leftovers(out);
      const ended = new AbortController();
      void running.finally(() => {
        ended.abort();
      });
      const isWriting = async (): Promise<boolean> =>
        (await leftovers(out)).some((name) => !before.includes(name));
      while (!ended.signal.aborted && !(await isWriting())) await setTimeout(1);
      await setTimeout(random.below(30));
    }
    running.kill("SIGKILL");
    await running;
    const found = await filesOf(out);
    const which = builds.findIndex((files) => isSame(files, found));
    expect(which, `kill ${kill} of seed ${seed}: neither the old build nor the new one`).not.toBe(-1);
    expect(changedFiles(out, readManifest(out))).toEqual([]);
    counts[which === wanted ? "new" : "old"]++;
    present = which;
  }
  const { files } = await buildAccelerator({ model, board: "zc706", cycles: cycles[0], out });
  expect(files).toHaveLength(builds[0]?.size ?? 0);
  expect(await leftovers(out)).toEqual([]);
  return counts;
}

function isSame(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([name, text]) => b.get(name) === text);
}
