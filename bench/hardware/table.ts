/** The hardware bench's report for people. */
import { count, table } from "../../src/cli/table.ts";
import {
  missedLimits,
  nameOf,
  type Change,
  type Comparison,
  type FigureName,
  type Report,
  type Row,
} from "./report.ts";

const titles: Readonly<Record<FigureName, string>> = {
  lut: "LUT",
  lutPaired: "paired",
  lutram: "LUTRAM",
  ff: "FF",
  bram36: "BRAM36",
  carry: "CARRY4",
  depthNs: "ns",
  cycles: "cycles",
};

const head = [
  ...["circuit", "parameters", ...Object.values(titles)],
  ...["against", "LUT", "paired", "ns", "ratio", "paired", "limits", "stored"],
];

export interface Shown {
  readonly report: Report;
  /** Null where there is no stored run, or none by this tool. */
  readonly comparison: Comparison | null;
  /** Circuits that only `--all` or their names ask for. */
  readonly leftOut: readonly string[];
}

/** The table, what misses its limits, what got worse and better, and what was left out. */
export function describe({ report, comparison, leftOut }: Shown): string {
  return [
    table(
      report.rows.flatMap((row) => cells(row, comparison)),
      head,
    ),
    `${report.tool}, synth_xilinx -abc9 -flatten -family ${report.family}; ns of the longest path, cycles from one unit of work to the next.`,
    "Ratios are our LUTs to the rival's; rivals marked * are quoted, the others are of this run.",
    ...listed(
      "Above their limits:",
      report.rows.filter((row) => missedLimits(row).length > 0).map(missedText),
    ),
    ...(comparison === null
      ? ["There is no stored run by this tool to compare with."]
      : changesText(comparison)),
    ...listed("Left out, with --all or by name:", leftOut),
  ].join("\n");
}

function changesText({ worse, better }: Comparison): readonly string[] {
  const lines = (changes: readonly Change[]): string[] =>
    changes.map(
      ({ name, figure, before, after }) => `${name}: ${titles[figure]} ${exact(before)} to ${exact(after)}`,
    );
  return [
    ...(worse.length === 0 ? ["Nothing got worse since the stored run."] : []),
    ...listed("Worse than the stored run:", lines(worse)),
    ...listed("Better than the stored run:", lines(better)),
  ];
}

function missedText(row: Row): string {
  const missed = missedLimits(row).map(
    (name) => `${titles[name]} ${exact(row[name])} of at most ${exact(row.limits[name] ?? 0)}`,
  );
  return `${nameOf(row)}: ${missed.join(", ")}`;
}

function listed(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

/** A line for the row, and one more for each other rival and for the bound. */
function cells(row: Row, comparison: Comparison | null): (string | number)[][] {
  const { circuit, parameters, lut, lutPaired, lutram, ff, bram36, carry, depthNs, cycles } = row;
  const { baseline, otherBaselines, bound } = row;
  const own = [lut, lutPaired, lutram, ff, bram36, carry, depthNs, cycles];
  const rivals = [
    ...(baseline === null ? [] : [baseline]),
    ...otherBaselines,
    ...(bound === null ? [] : [{ ...bound, quoted: true }]),
  ].map((rival) => rivalCells(row, rival));
  const [first = rivalCells(row, undefined), ...others] = rivals;
  const named = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  return [
    [circuit, named.join(" "), ...own, ...first, limitsText(row), storedText(row, comparison)],
    ...others.map((other) => [...Array.from({ length: 2 + own.length }, () => ""), ...other, "", ""]),
  ];
}

interface Rival {
  readonly name: string;
  readonly quoted: boolean;
  readonly lut: number;
  readonly lutPaired?: number | undefined;
  readonly depthNs?: number | null | undefined;
}

function rivalCells({ lut, lutPaired }: Row, rival: Rival | undefined): (string | number)[] {
  if (rival === undefined) return ["", "", "", "", "", ""];
  const paired = rival.lutPaired;
  return [
    ...[`${rival.name}${rival.quoted ? " *" : ""}`, rival.lut, paired ?? "", rival.depthNs ?? ""],
    ...[ratio(lut, rival.lut), paired === undefined ? "" : ratio(lutPaired, paired)],
  ];
}

function ratio(own: number, other: number): string {
  return (own / other).toFixed(2);
}

function limitsText(row: Row): string {
  if (missedLimits(row).length > 0) return "MISSED";
  return Object.keys(row.limits).length === 0 ? "" : "met";
}

function storedText(row: Row, comparison: Comparison | null): string {
  if (comparison === null) return "";
  const name = nameOf(row);
  if (comparison.added.includes(name)) return "new";
  const [worse, better] = [comparison.worse, comparison.better].map((changes) =>
    changes
      .filter((change) => change.name === name)
      .map(({ figure, before, after }) => {
        const difference = after - before;
        return `${titles[figure]} ${difference > 0 ? "+" : ""}${exact(difference)}`;
      }),
  ) as [string[], string[]];
  const changes = [...worse, ...better];
  return changes.length === 0 ? "same" : changes.join(", ");
}

/** With the picoseconds that make the difference. */
function exact(value: number): string {
  return Number.isInteger(value) ? count(value) : String(Math.round(value * 1000) / 1000);
}
