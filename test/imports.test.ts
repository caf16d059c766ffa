import { execa } from "execa";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Names and places of the broken rules among the imports of src, rtl and sim in `folder`. */
async function brokenRules(folder: string): Promise<string[]> {
  const { stdout } = await execa(
    join(root, "node_modules/.bin/depcruise"),
    ["src", "rtl", "sim", "--config", join(root, ".dependency-cruiser.js"), "--output-type", "json"],
    { cwd: folder, reject: false },
  );
  const { summary } = JSON.parse(stdout) as {
    summary: { totalCruised: number; violations: { rule: { name: string }; from: string; to: string }[] };
  };
  expect(summary.totalCruised).toBeGreaterThan(0);
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`).sort();
}

test("imports of the house point downward only", async () => {
  expect(await brokenRules(root)).toEqual([]);
});

let house: string;

beforeEach(async () => {
  house = await mkdtemp(join(tmpdir(), "sluice-imports-"));
  await copyFile(join(root, "tsconfig.json"), join(house, "tsconfig.json"));
  await copyFile(join(root, "package.json"), join(house, "package.json"));
  for (const [file, text] of Object.entries({
    "src/ir/index.ts": "export const width = 1;",
    "src/error.ts": "export class SluiceError {}",
    "src/lower/index.ts": 'import { width } from "../ir/index.ts";\nexport const lower = width;',
    "src/emit/index.ts": 'import { lower } from "../lower/index.ts";\nexport const emit = lower;',
    "src/hdl/index.ts": 'import { emit } from "../emit/index.ts";\nexport const hdl = emit;',
    "src/hdl/hdl.test.ts": 'import { fifo } from "../../rtl/fifo.ts";\nexport const tested = fifo;',
    "rtl/fifo.ts":
      'import { hdl } from "../src/hdl/index.ts";\nimport "../src/error.ts";\nexport const fifo = hdl;',
    "sim/index.ts": 'import { emit } from "../src/emit/index.ts";\nexport const sim = emit;',
  })) {
    await put(file, text);
  }
});

afterEach(async () => {
  await rm(house, { recursive: true });
});

async function put(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(house, file)), { recursive: true });
  await writeFile(join(house, file), text);
}

test("a house in order breaks no rule", async () => {
  expect(await brokenRules(house)).toEqual([]);
});

test("imports against the rules are found, each under its rule", async () => {
  const imports = [
    ["src/ir/upward.ts", "../emit/index.ts"],
    ["src/lower/upward.ts", "../hdl/index.ts"],
    ["src/lower/sideways.ts", "../emit/index.ts"],
    ["rtl/past-the-dsl.ts", "../src/ir/index.ts"],
    ["sim/generator.ts", "../rtl/fifo.ts"],
    ["src/hdl/own-test.ts", "./hdl.test.ts"],
    ["src/new/no-floor.ts", "../ir/index.ts"],
    ["src/hdl/missing.ts", "./gone.ts"],
  ] as const;
  for (const [file, to] of imports) {
    await put(file, `import type * as other from "${to}";\nexport type Other = typeof other;`);
  }
  await put("src/lower/a.ts", 'import { b } from "./b.ts";\nexport const a = (): unknown => b;');
  await put("src/lower/b.ts", 'import { a } from "./a.ts";\nexport const b = (): unknown => a;');
  expect(await brokenRules(house)).toEqual([
    "downward-only-rtl: rtl/past-the-dsl.ts -> src/ir/index.ts",
    "downward-only-sim: sim/generator.ts -> rtl/fifo.ts",
    "downward-only-src/ir: src/ir/upward.ts -> src/emit/index.ts",
    "downward-only-src/lower: src/lower/sideways.ts -> src/emit/index.ts",
    "downward-only-src/lower: src/lower/upward.ts -> src/hdl/index.ts",
    "every-folder-has-a-floor: src/new/no-floor.ts -> src/ir/index.ts",
    "no-cycles: src/lower/a.ts -> src/lower/b.ts",
    "no-missing-file: src/hdl/missing.ts -> ./gone.ts",
    "no-tests-in-product: src/hdl/own-test.ts -> src/hdl/hdl.test.ts",
  ]);
});
