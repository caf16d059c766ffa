import { execa } from "execa";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findTool, toolNames } from "../sim/tools.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A fresh clone, as far as the set-up looks at it, on a machine whose programs are those in `bin`. */
let clone: string;
let bin: string;
let log: string;

beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), "sluice-setup-"));
  await chmod(clone, 0o777);
  bin = join(clone, "bin");
  log = join(clone, "log");
  await mkdir(join(clone, "scripts"));
  await mkdir(bin);
  await writeFile(log, "");
  for (const file of ["scripts/setup.mjs", "package-lock.json"]) {
    await copyFile(join(root, file), join(clone, file));
  }
  await symlink("/bin/sh", join(bin, "sh"));
});

afterEach(async () => {
  await rm(clone, { recursive: true });
});

/** A program that notes how it was called, then runs `then`. */
async function provide(name: string, then = ""): Promise<void> {
  const text = `#!/bin/sh\necho ${name} "$@" >> ${log}\nPATH=/usr/bin:/bin\n${then}\n`;
  await writeFile(join(bin, name), text, { mode: 0o755 });
}

async function provideTools(): Promise<void> {
  for (const name of [
    "verilator",
    "g++",
    "clang++",
    "make",
    "iverilog",
    "yosys",
    "z3",
    "tclsh",
    "vcd2fst",
    "chromium",
    "python3",
  ])
    await provide(name);
}

/** Leaves behind what `npm ci` leaves. */
const installs = `mkdir -p node_modules/.bin && cp package-lock.json node_modules/.package-lock.json && : > node_modules/.bin/node`;

function setUp(goal: string, command: readonly string[] = []) {
  const [program, ...args] = [...command, process.execPath];
  return execa(program, [...args, join(clone, "scripts/setup.mjs"), goal], {
    env: { PATH: bin },
    extendEnv: false,
    reject: false,
  });
}

const calls = async (): Promise<string[]> => (await readFile(log, "utf8")).trim().split("\n");

test("installs the npm packages once, and again when the lock file has changed", async () => {
  await provideTools();
  await provide("npm", installs);
  const first = await setUp("start");
  expect(first).toMatchObject({ exitCode: 0, stdout: "" });
  expect(first.stderr).toMatch(/^sluice: installing npm packages/);
  expect(await calls()).toEqual(["npm ci --no-audit --no-fund --loglevel=error"]);

  expect(await setUp("start")).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
  expect(await calls()).toHaveLength(1);

  const lock = join(clone, "package-lock.json");
  const text = await readFile(lock, "utf8");
  await writeFile(lock, text.replace(/("node_modules\/zod": \{\s*"version": ")[^"]*/, "$199.0.0"));
  expect(await setUp("start")).toMatchObject({ exitCode: 0 });
  expect(await calls()).toHaveLength(2);
});

test("ends with an error where the Python environment cannot be made", async () => {
  await provideTools();
  await provide("tclsh");
  await provide("npm", installs);
  await provide("python3", 'case "$1" in *environment.py) exit 1;; esac');
  expect(await setUp("test")).toMatchObject({ exitCode: 1, stdout: "" });
  expect((await setUp("test")).stderr).toContain("there is no Python environment for the tests of packages");
});

test("ends with an error where npm fails, or leaves packages out", async () => {
  await provideTools();
  await provide("npm", "exit 1");
  expect(await setUp("start")).toMatchObject({ exitCode: 1 });
  await provide("npm", "mkdir -p node_modules");
  const result = await setUp("start");
  expect(result.exitCode).toBe(1);
  expect(result.stderr.split("\n").at(-1)).toBe("sluice: npm ci ended well but left packages out");
});

test.runIf(process.getuid?.() === 0)(
  "installs Debian's packages as root, all that sim/tools.ts asks for",
  async () => {
    await provide(
      "apt-get",
      `printf '#!/bin/sh\necho python3 "$@" >> ${log}' > ${bin}/python3; chmod +x ${bin}/python3`,
    );
    await provide("npm", installs);
    expect(await setUp("test")).toMatchObject({ exitCode: 0, stdout: "" });
    const [update, install = "", ...others] = await calls();
    expect(update).toBe("apt-get update");
    expect(install).toMatch(
      /^apt-get install -y --no-install-recommends .* python3 python3-venv libpython3-dev/,
    );
    const cache = join(clone, ".cache/verilator");
    expect(others.at(-1)).toBe(`python3 ${join(clone, "sim/cocotb/environment.py")} ${cache}`);
    for (const name of toolNames) {
      const wanted = /apt-get install ([^;]*)/.exec((await findTool(name)).install)?.[1] ?? "none named";
      expect(install.split(" ")).toContain(wanted);
    }
  },
);

test("says what to run where it may not install", async () => {
  await provide("apt-get");
  // 65534 is nobody.
  const drop = process.getuid?.() === 0 ? ["/usr/bin/setpriv", "--reuid=65534", "--clear-groups"] : [];
  const { exitCode, stdout, stderr } = await setUp("start", drop);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toBe(
    "sluice: please run this once:\n" +
      "  sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends verilator g++ clang'",
  );
});

test("says what is missing where there is no apt-get", async () => {
  const { exitCode, stderr } = await setUp("start");
  expect(exitCode).toBe(1);
  expect(stderr).toBe("sluice: these have to be installed first (named as Debian does): verilator g++ clang");
});
