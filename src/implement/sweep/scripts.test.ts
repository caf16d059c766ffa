import { execa } from "execa";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sweepScripts } from "./scripts.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), `sluice it's "a" {sweep} %1 $HOME-`));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

const launcher = ["/opt/it's node", `a "b" $(c)`, "back\\slash"];

test("no script but the launcher depends on where it is; that one is quoted", async () => {
  const scripts = { tool: "yosys", runs: ["tiny-xc7-0123456789ab"], timeoutSeconds: 60 } as const;
  const [here, there] = [launcher, ["/elsewhere"]].map((start) =>
    sweepScripts({ ...scripts, launcher: start }),
  );
  expect([...(here?.keys() ?? [])]).toEqual(["runs.txt", "run.sh", "sweep.sbatch", "Snakefile", "sluice"]);
  for (const name of ["runs.txt", "run.sh", "sweep.sbatch", "Snakefile"])
    expect(here?.get(name)).toBe(there?.get(name));
  const text = here?.get("sluice")?.replace("exec ", "printf '%s\\n' ") ?? "";
  const { stdout } = await execa("sh", ["-c", text, "sluice", "more $1"]);
  expect(stdout.split("\n")).toEqual([...launcher, "more $1"]);
});

test.each([
  [3, 3],
  [2500, 1000],
])("an array for %i runs has %i tasks, which do each run once", async (runs, tasks) => {
  const names = Array.from({ length: runs }, (_, i) => `run-${String(i)}`);
  const scripts = sweepScripts({ tool: "vivado", runs: names, launcher, timeoutSeconds: 60 });
  const sbatch = scripts.get("sweep.sbatch") ?? "";
  expect(/^#SBATCH --array=1-(\d+)$/m.exec(sbatch)?.[1]).toBe(String(tasks));
  const place = join(folder, String(runs));
  await mkdir(join(place, "logs"), { recursive: true });
  await writeFile(join(place, "runs.txt"), scripts.get("runs.txt") ?? "");
  await writeFile(join(place, "sweep.sbatch"), sbatch);
  // Not the script itself: what it is called with.
  await writeFile(join(place, "run.sh"), 'echo "$1 $2" >> done.txt\n');
  const ids = runs < 10 ? [1, 2, 3] : [1, 500, 1000];
  for (const id of ids) {
    const env = { SLURM_ARRAY_TASK_ID: String(id), SLURM_CPUS_PER_TASK: "8" };
    await execa("bash", ["sweep.sbatch"], { cwd: place, env });
  }
  const done = (await readFile(join(place, "done.txt"), "utf8")).trim().split("\n").sort();
  const expected = names.filter((_, i) => ids.includes((i % tasks) + 1)).map((name) => `${name} 8`);
  expect(done).toEqual(expected.sort());
  expect((await readdir(join(place, "logs"))).length).toBe(expected.length + ids.length);
});

test("a task that is submitted from elsewhere, or whose run fails, fails", async () => {
  const scripts = sweepScripts({ tool: "yosys", runs: ["a", "b"], launcher, timeoutSeconds: 60 });
  const place = join(folder, "fails");
  await mkdir(place);
  await writeFile(join(place, "sweep.sbatch"), scripts.get("sweep.sbatch") ?? "");
  const start = () =>
    execa("bash", ["sweep.sbatch"], { cwd: place, env: { SLURM_ARRAY_TASK_ID: "1" }, reject: false });
  expect((await start()).exitCode).toBe(1);
  await mkdir(join(place, "logs"));
  await writeFile(join(place, "runs.txt"), "a\nb\n");
  await writeFile(join(place, "run.sh"), "exit 3\n");
  expect((await start()).exitCode).toBe(3);
});
