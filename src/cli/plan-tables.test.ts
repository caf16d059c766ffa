import { expect, test } from "vitest";
import { cnvReport } from "../report/cnv.fixture.ts";
import { planTables } from "./plan-tables.ts";

/** The cells of the row that begins with `name`. */
const row = (text: string, name: string): string[] => {
  const line = text.split("\n").find((candidate) => candidate.startsWith(`│ ${name} `)) ?? "";
  return line
    .split("│")
    .slice(1, -1)
    .map((cell) => cell.trim());
};

test("a plan for people: layers, FIFOs, parts of the board, roofline, the next step", () => {
  const text = planTables(cnvReport);
  expect(row(text, "conv3")).toEqual(["conv3", "conv", "8", "48", "5", "7,680", "93.8", "2,210", "6"]);
  expect(row(text, "all").slice(-2)).toEqual(["12,816", "48"]);
  expect(row(text, "conv3_store").slice(3)).toEqual(["240", "25", "25", "distributed", "205", "0"]);
  expect(row(text, "LUT")).toEqual(["LUT", "12,816 of 218,600, 5.9 %"]);
  expect(row(text, "latency")).toEqual(["latency", "38,022 cycles, 190.1 us"]);
  expect(row(text, "roofline")[1]).toMatch(/^2\.9 of 55\.1 TOPS, 5\.3 %; bound by LUTs/);
  expect(row(text, "bottleneck")[1]).toBe(
    "conv5, 8,192 cycles; next: 7,680 cycles per frame for +594 LUT, +9 BRAM36",
  );
});

test("a design that cannot be faster, or whose next step does not fit, says so", () => {
  const { bottleneck } = cnvReport;
  const last = { ...cnvReport, bottleneck: { ...bottleneck, next: null } };
  expect(planTables(last)).toContain("conv5, 8,192 cycles; no folding is faster");
  const next = bottleneck.next === null ? null : { ...bottleneck.next, fits: false };
  expect(planTables({ ...cnvReport, bottleneck: { ...bottleneck, next } })).toContain("which does not fit");
});
