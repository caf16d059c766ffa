import { execa } from "execa";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadCatalog } from "../../src/generate/index.ts";
import { circuits } from "./circuits.ts";
import {
  compare,
  merge,
  missedLimits,
  nameOf,
  readReport,
  writeReport,
  type Report,
  type Row,
} from "./report.ts";
import { describe } from "./table.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-hardware-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

function row(width: number, figures: Partial<Row> = {}): Row {
  return {
    ...{ circuit: "popcount", parameters: { width } },
    ...{ lut: 98, lutPaired: 78, lutram: 0, ff: 8, bram36: 0, carry: 2, depthNs: 4.9, cycles: 1 },
    ...{ baseline: null, otherBaselines: [], bound: null, limits: {} },
    ...figures,
  };
}

function report(...rows: Row[]): Report {
  return { format: "sluice-hardware-bench", version: 1, tool: "Yosys 0.23", family: "xc7", rows };
}

const rival = {
  ...{ name: "plain Verilog", lut: 196, lutPaired: 76, depthNs: 4.9, quoted: false },
};

test("what got worse, what better, and what is new", () => {
  const stored = report(row(64), row(128), row(512));
  const run = report(row(64, { lut: 97, depthNs: 5.125 }), row(128), row(256));
  const comparison = compare(stored, run);
  expect(comparison).toEqual({
    worse: [{ name: "popcount width=64", figure: "depthNs", before: 4.9, after: 5.125 }],
    better: [{ name: "popcount width=64", figure: "lut", before: 98, after: 97 }],
    added: ["popcount width=256"],
  });
  const text = describe({ report: run, comparison, leftOut: ["CNV-max model=cnv"] });
  expect(text).toMatch(/│ popcount │ width=64 .*│ ns \+0.225, LUT -1 │/);
  expect(text).toMatch(/│ popcount │ width=128 .*│ same +│/);
  expect(text).toMatch(/│ popcount │ width=256 .*│ new +│/);
  expect(text).toContain("Worse than the stored run:\n  popcount width=64: ns 4.9 to 5.125\n");
  expect(text).toContain("Better than the stored run:\n  popcount width=64: LUT 98 to 97\n");
  expect(text).toContain("Left out, with --all or by name:\n  CNV-max model=cnv");
});

test("runs by different tools are not compared, nor mixed in the stored run", () => {
  const other = { ...report(row(64)), tool: "Yosys 0.55" };
  const run = report(row(128));
  expect(compare(other, run)).toBeNull();
  expect(describe({ report: run, comparison: null, leftOut: [] })).toContain(
    "There is no stored run by this tool to compare with.",
  );
  const names = ["popcount width=64", "popcount width=128"];
  expect(() => merge(other, run, names)).toThrow(
    expect.objectContaining({ code: "stored-by-another-tool", where: "--store" }),
  );
  expect(merge(other, report(row(64), row(128)), names)).toEqual(report(row(64), row(128)));
});

test("a run of some circuits replaces their rows only, in the order of the table; rows of no circuit go", () => {
  const stored = report(row(512), row(64), row(1));
  const names = [64, 128, 512].map((width) => `popcount width=${width}`);
  const merged = merge(stored, report(row(128), row(64, { lut: 90 })), names);
  expect(merged).toEqual(report(row(64, { lut: 90 }), row(128), row(512)));
  expect(merge(undefined, report(row(128)), names)).toEqual(report(row(128)));
});

test("ratios to rivals, the bound, and limits", () => {
  const limited = row(64, {
    baseline: rival,
    otherBaselines: [{ ...rival, name: "first try", depthNs: null, quoted: true }],
    bound: { name: "linear programme", lut: 49 },
    limits: { lut: 98, lutPaired: 70, depthNs: 4 },
  });
  expect(missedLimits(limited)).toEqual(["lutPaired", "depthNs"]);
  const text = describe({ report: report(limited), comparison: null, leftOut: [] });
  expect(text).toMatch(/│ plain Verilog +│ 196 │ +76 │ 4.9 │ 0.50 +│ 1.03 +│ MISSED │/);
  expect(text).toMatch(/│ first try \* +│ 196 │ +76 │ +│ 0.50 +│ 1.03 +│ +│/);
  expect(text).toMatch(/│ linear programme \* │ +49 │ +│ +│ 2.00 +│ +│ +│/);
  expect(text).toContain("popcount width=64: paired 78 of at most 70, ns 4.9 of at most 4\n");
});

test("a stored run is read as it was written, formatted as the other files, and leaves nothing beside it", async () => {
  const path = join(folder, "hardware.json");
  expect(await readReport(path)).toBeUndefined();
  const run = report(row(64), row(128, { otherBaselines: [rival], limits: { lut: 100 } }));
  await writeReport(path, run);
  expect(await readReport(path)).toEqual(run);
  expect(await readdir(folder)).toEqual(["hardware.json"]);
  await execa("node_modules/.bin/prettier", ["--check", path]);
});

test("a stored run that is broken, and one that cannot be written", async () => {
  const path = join(folder, "broken.json");
  for (const text of ["{", '{"format":"sluice-hardware-bench","version":2}']) {
    await writeFile(path, text);
    await expect(readReport(path)).rejects.toMatchObject({ code: "stored-run-invalid", where: path });
  }
  const nowhere = join(folder, "missing", "hardware.json");
  await expect(writeReport(nowhere, report())).rejects.toMatchObject({ code: "output-not-writable" });
});

test("every circuit has a name of its own, and every generator a circuit", async () => {
  const names = circuits.map(nameOf);
  expect(new Set(names).size).toBe(names.length);
  const measured = circuits.map(({ circuit }) => circuit);
  const generators = (await loadCatalog()).map(({ name }) => name);
  expect(measured).toEqual(expect.arrayContaining(generators));
});
