import { execa } from "execa";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A user's project with the packed package installed. */
let project: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "sluice-package-"));
  await execa("npm", ["pack", "--pack-destination", project, "--loglevel=error"], { cwd: root });
  const [tarball = ""] = await readdir(project);
  await writeFile(join(project, "package.json"), JSON.stringify({ name: "user", type: "module" }));
  await execa("npm", ["install", `./${tarball}`, "--prefer-offline", "--no-audit", "--loglevel=error"], {
    cwd: project,
  });
});

afterAll(async () => {
  await rm(project, { recursive: true, force: true });
});

const sluice = (...args: string[]) => execa("npx", ["--no", "--", "sluice", ...args], { cwd: project });

test("the installed command tells its version", async () => {
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  expect((await sluice("--version")).stdout).toBe(version);
});

const design = `
import { component, elaborate, emit, sink, source, testbench, uint } from "sluice";
import { registerSlice } from "sluice/rtl";

const byte = uint(8);
const doubler = component({
  name: "doubler",
  ports: () => ({ x: sink(byte), y: source(uint(9)) }),
  build(m, { x, y }) {
    x.through({ slice: registerSlice({ kind: byte }) }).map(uint(9), (value) => value.add(value)).into(y);
  },
});
console.log(emit(elaborate(doubler())).files.at(-1)?.name);
const tb = await testbench(doubler());
void tb.x.push([1, 100, 255]);
console.log((await tb.y.popMany(3)).join(" "));
`;

test("a design that uses the package compiles, is emitted and simulated", async () => {
  await writeFile(join(project, "design.ts"), design);
  const options = { strict: true, module: "nodenext", target: "es2024", lib: ["es2024"], types: ["node"] };
  const typeRoots = [join(root, "node_modules/@types")];
  await writeFile(
    join(project, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: { ...options, typeRoots, skipLibCheck: false },
      include: ["design.ts"],
    }),
  );
  await execa(join(root, "node_modules/.bin/tsc"), ["-p", "."], { cwd: project });
  const { stdout } = await execa(process.execPath, ["design.js"], { cwd: project });
  expect(stdout.split("\n")).toEqual(["doubler.sv", "2 200 510"]);
});

test("what the installed command generates is byte for byte what the repo generates", async () => {
  const args = ["generate", "fifo", "--param", "kind=bits8", "--param", "depth=16", "--out"];
  await sluice(...args, "installed");
  await execa(join(root, "node_modules/.bin/tsx"), [
    join(root, "src/cli/bin.ts"),
    ...args,
    join(project, "repo"),
  ]);
  const files = await readdir(join(project, "repo"));
  expect(await readdir(join(project, "installed"))).toEqual(files);
  expect(files).toContain("fifo_distributed_16x8.sv");
  for (const file of files) {
    const [a, b] = await Promise.all(
      ["installed", "repo"].map((dir) => readFile(join(project, dir, file), "utf8")),
    );
    expect(a).toBe(b);
  }
});

test("the installed command builds and verifies a bundled network", async () => {
  const { stdout } = await sluice("verify", "sfc", "--frames", "20", "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    model: "sfc-mnist",
    frames: 20,
    mismatches: 0,
    simulator: "verilator",
  });
});

test("internals are hidden", async () => {
  await writeFile(join(project, "internal.js"), 'import "sluice/dist/src/ir/index.js";');
  await expect(execa(process.execPath, ["internal.js"], { cwd: project })).rejects.toThrow(
    "ERR_PACKAGE_PATH_NOT_EXPORTED",
  );
});
