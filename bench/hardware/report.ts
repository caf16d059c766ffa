/** What a run of the hardware bench gives, how it is kept, and how two runs differ. */
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { z } from "zod";
import { SluiceError } from "../../src/error.ts";

const amount = z.number().nonnegative();

/** What a circuit takes, as `synth` counts it; all are better when lower. */
const Figures = z.object({
  /** LUTs that hold logic, as Yosys leaves them. */
  lut: amount,
  /** The same, with pairs of them in one LUT6_2. */
  lutPaired: amount,
  /** LUTs that hold memory. */
  lutram: amount,
  ff: amount,
  bram36: amount,
  /** CARRY4. */
  carry: amount,
  /** Longest path. */
  depthNs: amount,
  /** From one unit of work (beat, vector, map, frame) to the next where nothing stalls. */
  cycles: amount,
});

export type Figures = Readonly<z.infer<typeof Figures>>;
export type FigureName = keyof Figures;
export const figureNames = Object.keys(Figures.shape) as readonly FigureName[];

/** A rival's figures, as far as they are known. */
const Baseline = Figures.partial().extend({
  name: z.string(),
  lut: amount,
  depthNs: amount.nullable(),
  /** Whether the figures were published, or measured by others, and not in this run. */
  quoted: z.boolean(),
});

export type Baseline = Readonly<z.infer<typeof Baseline>>;

const Row = Figures.extend({
  circuit: z.string(),
  parameters: z.record(z.string(), z.union([z.string(), z.number()])),
  /** The rival that ratios are against. */
  baseline: Baseline.nullable(),
  otherBaselines: z.array(Baseline),
  /** LUTs that a linear programme over known compressors finds to be the fewest; other ways may need fewer. */
  bound: z.object({ name: z.string(), lut: amount }).nullable(),
  /** What it may take at most. */
  limits: Figures.partial(),
});

export type Row = Readonly<z.infer<typeof Row>>;

const Report = z.object({
  format: z.literal("sluice-hardware-bench"),
  version: z.literal(1),
  /** Yosys, with its version: figures of different ones are not compared. */
  tool: z.string(),
  family: z.literal("xc7"),
  rows: z.array(Row),
});

export type Report = Readonly<z.infer<typeof Report>>;

/** A circuit with its parameters: `popcount width=64 stages=1`. */
export function nameOf({ circuit, parameters }: Pick<Row, "circuit" | "parameters">): string {
  return [circuit, ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`)].join(" ");
}

/** The figures that are above their limits. */
export function missedLimits(row: Row): readonly FigureName[] {
  return figureNames.filter((name) => row[name] > (row.limits[name] ?? Infinity));
}

export interface Change {
  readonly name: string;
  readonly figure: FigureName;
  readonly before: number;
  readonly after: number;
}

/** How a run differs from the stored one. */
export interface Comparison {
  readonly worse: readonly Change[];
  readonly better: readonly Change[];
  /** Rows that the stored run does not have. */
  readonly added: readonly string[];
}

/** What got worse and better; null where the runs are by different tools, of which neither says anything about the other. */
export function compare(stored: Report, run: Report): Comparison | null {
  if (stored.tool !== run.tool) return null;
  const before = new Map(stored.rows.map((row) => [nameOf(row), row]));
  const changes = run.rows.flatMap((row): Change[] => {
    const name = nameOf(row);
    const old = before.get(name);
    if (old === undefined) return [];
    const changed = figureNames.filter((figure) => row[figure] !== old[figure]);
    return changed.map((figure) => ({ name, figure, before: old[figure], after: row[figure] }));
  });
  return {
    worse: changes.filter((change) => change.after > change.before),
    better: changes.filter((change) => change.after < change.before),
    added: run.rows.map(nameOf).filter((name) => !before.has(name)),
  };
}

/**
 * The stored run with the rows of a newer one in place of its own, in the order of `names`; rows of other names go.
 *
 * @throws SluiceError `stored-by-another-tool` where rows of two tools would stand side by side.
 */
export function merge(stored: Report | undefined, run: Report, names: readonly string[]): Report {
  const rows = new Map(run.rows.map((row) => [nameOf(row), row]));
  const kept = (stored?.rows ?? []).filter((row) => names.includes(nameOf(row)) && !rows.has(nameOf(row)));
  if (stored !== undefined && kept.length > 0 && compare(stored, run) === null) {
    throw new SluiceError(
      "stored-by-another-tool",
      `the stored run is by ${stored.tool}, this one by ${run.tool}: they cannot be mixed`,
      { where: "--store", hint: "store a run of all circuits: --all, and none by name" },
    );
  }
  for (const row of kept) rows.set(nameOf(row), row);
  return { ...run, rows: names.flatMap((name) => rows.get(name) ?? []) };
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
    throw invalid(path, String(error), error);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw invalid(path, String(error), error);
  }
  const parsed = Report.safeParse(json);
  if (parsed.success) return parsed.data;
  throw invalid(path, z.prettifyError(parsed.error), parsed.error);
}

function invalid(path: string, reason: string, cause: unknown): SluiceError {
  return new SluiceError("stored-run-invalid", `the stored run cannot be read: ${reason}`, {
    where: path,
    hint: "git checkout it, or remove it and store a new run of all circuits: --all --store",
    cause,
  });
}

/**
 * Writes a run under a temporary name and renames it.
 *
 * @throws SluiceError `output-not-writable`.
 */
export async function writeReport(path: string, report: Report): Promise<void> {
  const temporary = `${path}.${process.pid}`;
  try {
    await writeFile(temporary, `${JSON.stringify(report, null, 2)}\n`);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SluiceError("output-not-writable", `cannot write the stored run: ${reason}`, {
      where: path,
      cause,
    });
  }
}
