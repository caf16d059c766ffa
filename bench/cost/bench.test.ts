import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { instances } from "./instances.ts";
import { changes, describe, errorOf, isWithin, nameOf, readReport, type Report, type Row } from "./report.ts";

const stored = await readReport(fileURLToPath(new URL("../cost.json", import.meta.url)));
const rows = stored?.rows ?? [];

test("the stored run has every instance: 40 and more, of every unit, half of them not fitted, and three nets", () => {
  expect(rows.map(nameOf)).toEqual(instances.map(nameOf));
  const units = rows.filter(({ unit }) => unit !== "net");
  expect(units.length).toBeGreaterThanOrEqual(40);
  expect(units.filter(({ fitted }) => !fitted).length).toBeGreaterThanOrEqual(units.length / 2);
  expect(rows.length - units.length).toBe(3);
});

test.each(instances.map((instance) => [nameOf(instance), instance] as const))(
  "%s costs what Yosys made of it",
  (name, instance) => {
    const row = rows.find((one) => nameOf(one) === name);
    if (row === undefined) throw new Error(`bench/cost.json has no ${name}`);
    const { lut, ff, bram36 } = instance.build().cost;
    const now = { ...row, estimate: { lut, ff, bram36 } };
    expect(isWithin(now), JSON.stringify(now)).toBe(true);
  },
);

test("the mean error of the LUTs is a fraction of that of FINN's formula", () => {
  const mean = (errors: readonly number[]): number =>
    errors.reduce((sum, error) => sum + Math.abs(error), 0) / errors.length;
  const compared = rows.filter(({ finn }) => finn !== null);
  const own = mean(compared.map(({ estimate, yosys }) => errorOf(estimate.lut, yosys.lut)));
  expect(own).toBeLessThan(0.06);
  expect(mean(compared.map(({ finn, yosys }) => errorOf(finn ?? 0, yosys.lut)))).toBeGreaterThan(10 * own);
});

const row: Row = {
  unit: "fifo",
  parameters: { depth: 33, width: 64 },
  fitted: false,
  estimate: { lut: 110, ff: 81, bram36: 0.5 },
  yosys: { lut: 100, ff: 81, bram36: 0.5 },
  finn: null,
};

test("within 10 %, or 10 LUTs of a tiny unit; block RAM exactly", () => {
  const within = (lut: number, real: number, bram36 = 0.5): boolean =>
    isWithin({ estimate: { lut, ff: 0, bram36 }, yosys: { lut: real, ff: 0, bram36: 0.5 } });
  expect([within(110, 100), within(111, 100), within(899, 1000), within(16, 6), within(17, 6)]).toEqual([
    ...[true, false, false, true, false],
  ]);
  expect(within(100, 100, 1)).toBe(false);
});

test("what changed since the stored run, by the model or by Yosys", () => {
  const before: Report = {
    format: "sluice-cost-bench",
    version: 1,
    tool: "Yosys 0",
    family: "xc7",
    rows: [row],
  };
  const after = {
    ...before,
    rows: [
      { ...row, estimate: { ...row.estimate, lut: 120 } },
      { ...row, unit: "skid" },
    ],
  };
  const changed = changes(before, after);
  expect(changed).toEqual(["fifo depth=33 width=64: estimate lut 110 to 120"]);
  expect(changes({ ...before, tool: "Yosys 1" }, after)).toEqual([]);
  const shown = describe(after, changed);
  expect(shown).toMatch(/│ fifo │ depth=33 width=64 │ +│ 120 │ +100 │ 20.0 % │.* MISSED │/);
  expect(shown).toContain("0 of 2 within 10 %, 1 within the limits. Mean error: others 15.0 %.");
});
