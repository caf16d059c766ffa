/** What the cost bench reports: estimates beside what Yosys makes, and the stored run. */
import { readFile, writeFile } from "node:fs/promises";
import { z } from "zod";
import { count, table } from "../../src/cli/table.ts";
import { SluiceError } from "../../src/error.ts";

const amount = z.number().nonnegative();

/** LUTs of logic and of memory, flip-flops, block RAMs of 36 Kb. */
const Area = z.object({ lut: amount, ff: amount, bram36: amount });

export type Area = Readonly<z.infer<typeof Area>>;

const Row = z.object({
  unit: z.string(),
  parameters: z.record(z.string(), z.union([z.string(), z.number()])),
  /** The model was fitted with this one. */
  fitted: z.boolean(),
  estimate: Area,
  yosys: Area,
  /** LUTs by FINN's model, of units that it has. */
  finn: amount.nullable(),
});

export type Row = Readonly<z.infer<typeof Row>>;

const Report = z.object({
  format: z.literal("sluice-cost-bench"),
  version: z.literal(1),
  tool: z.string(),
  family: z.literal("xc7"),
  rows: z.array(Row),
});

export type Report = Readonly<z.infer<typeof Report>>;

export function nameOf({ unit, parameters }: Pick<Row, "unit" | "parameters">): string {
  return [unit, ...Object.entries(parameters).map(([name, value]) => `${name}=${String(value)}`)].join(" ");
}

/** Part by which the estimate is above Yosys' figure. */
export const errorOf = (estimate: number, real: number): number =>
  real === 0 ? (estimate === 0 ? 0 : Infinity) : estimate / real - 1;

/** Of the LUTs; of tiny units as many LUTs as stand for noise. */
const limit = { part: 0.1, luts: 10 };

export function isWithin({ estimate, yosys }: Pick<Row, "estimate" | "yosys">): boolean {
  const off = Math.abs(estimate.lut - yosys.lut);
  return off <= Math.max(limit.part * yosys.lut, limit.luts) && estimate.bram36 === yosys.bram36;
}

/** Rows that are not as the stored run has them, by Yosys or by the model. */
export function changes(stored: Report | undefined, { tool, rows }: Report): readonly string[] {
  if (stored?.tool !== tool) return [];
  const before = new Map(stored.rows.map((row) => [nameOf(row), row]));
  return rows.flatMap((row) => {
    const old = before.get(nameOf(row));
    if (old === undefined) return [];
    const moved = (["estimate", "yosys"] as const).flatMap((of) =>
      (["lut", "ff", "bram36"] as const)
        .filter((name) => row[of][name] !== old[of][name])
        .map((name) => `${of} ${name} ${count(old[of][name])} to ${count(row[of][name])}`),
    );
    return moved.length === 0 ? [] : [`${nameOf(row)}: ${moved.join(", ")}`];
  });
}

/** The table, the errors in one line, and what changed. */
export function describe(report: Report, changed: readonly string[]): string {
  const { rows } = report;
  const missed = rows.filter((row) => !isWithin(row));
  const close = rows.filter(
    ({ estimate, yosys }) => Math.abs(errorOf(estimate.lut, yosys.lut)) <= limit.part,
  );
  return [
    table(rows.map(cells), [
      ...["unit", "parameters", "", "LUT", "Yosys", "error", "FF", "Yosys", "error"],
      ...["BRAM36", "Yosys", "FINN LUT", "error", "limits"],
    ]),
    `${report.tool}, synth_xilinx -abc9 -flatten -family ${report.family}, 200 MHz; LUTs with those that are memory.`,
    `Rows marked "fitted" are those that the model was fitted with. Limits: 10 % of the LUTs, or 10 LUTs; block RAM exact.`,
    `${String(close.length)} of ${String(rows.length)} within 10 %, ${String(rows.length - missed.length)} within the limits. ${meanErrors(rows)}`,
    ...(changed.length === 0 ? [] : ["Changed since the stored run:", ...changed.map((line) => `  ${line}`)]),
  ].join("\n");
}

function meanErrors(rows: readonly Row[]): string {
  const mean = (what: string, errors: readonly number[]): string[] =>
    errors.length === 0
      ? []
      : [`${what} ${percent(errors.reduce((sum, error) => sum + Math.abs(error), 0) / errors.length)}`];
  const errors = (fitted: boolean): number[] =>
    rows.filter((row) => row.fitted === fitted).map((row) => errorOf(row.estimate.lut, row.yosys.lut));
  const finn = rows.flatMap(({ finn: luts, yosys }) => (luts === null ? [] : [errorOf(luts, yosys.lut)]));
  const ff = rows.map(({ estimate, yosys }) => errorOf(estimate.ff, yosys.ff));
  const within = ff.filter((error) => Math.abs(error) <= limit.part).length;
  return [
    `Mean error: ${[...mean("fitted", errors(true)), ...mean("others", errors(false)), ...mean("FINN's formula", finn)].join(", ")}.`,
    `Flip-flops: ${String(within)} within 10 %, ${mean("mean error", ff).join("")}.`,
  ].join(" ");
}

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;

function cells(row: Row): (string | number)[] {
  const { unit, parameters, fitted, estimate, yosys, finn } = row;
  const named = Object.entries(parameters).map(([name, value]) => `${name}=${String(value)}`);
  return [
    ...[unit, named.join(" "), fitted ? "fitted" : ""],
    ...[Math.round(estimate.lut), yosys.lut, percent(errorOf(estimate.lut, yosys.lut))],
    ...[Math.round(estimate.ff), yosys.ff, percent(errorOf(estimate.ff, yosys.ff))],
    ...[estimate.bram36, yosys.bram36],
    ...(finn === null ? ["", ""] : [finn, percent(errorOf(finn, yosys.lut))]),
    isWithin(row) ? "met" : "MISSED",
  ];
}

/**
 * Reads a stored run; undefined where there is none.
 *
 * @throws SluiceError `stored-run-invalid`.
 */
export async function readReport(path: string): Promise<Report | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const parsed = Report.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new SluiceError(
    "stored-run-invalid",
    `the stored run cannot be read: ${z.prettifyError(parsed.error)}`,
    {
      where: path,
      hint: "git checkout it, or remove it and store a new run: --store",
    },
  );
}

/** Writes a run, with rows of the stored one that it lacks, in the order of `names`. */
export async function storeReport(
  path: string,
  {
    stored,
    run,
    names,
  }: { readonly stored: Report | undefined; readonly run: Report; readonly names: readonly string[] },
): Promise<void> {
  const kept = stored?.tool === run.tool ? stored.rows : [];
  const rows = new Map([...kept, ...run.rows].map((row) => [nameOf(row), row]));
  const merged: Report = { ...run, rows: names.flatMap((name) => rows.get(name) ?? []) };
  await writeFile(path, `${JSON.stringify(merged, null, 2)}\n`);
}
