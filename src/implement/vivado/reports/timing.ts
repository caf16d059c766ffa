import { garbled, numberIn, readReport, truncated, type Report, type ReportHead } from "./text.ts";

/** What `report_timing_summary` says. Times are in ns; null where nothing is constrained. */
export interface TimingSummary {
  readonly head: ReportHead;
  readonly met: boolean;
  /** Worst and total negative slack of setup; hold likewise. */
  readonly wns: number | null;
  readonly tns: number | null;
  readonly failingEndpoints: number | null;
  readonly endpoints: number | null;
  readonly whs: number | null;
  readonly ths: number | null;
  readonly clocks: readonly { readonly name: string; readonly periodNs: number }[];
  /** Those that the report shows, setup and hold, the worst of each clock first. */
  readonly paths: readonly TimingPath[];
}

export interface TimingPath {
  readonly slack: number;
  readonly check: "setup" | "hold";
  /** Pins of the netlist: `dense0/elements/sum_reg[3]/C`. */
  readonly source: string;
  readonly destination: string;
  readonly group: string;
  readonly requirement: number;
  readonly delay: number;
  readonly logic: number;
  readonly route: number;
  readonly levels: number;
}

/**
 * Reads the text of `report_timing_summary` with its paths.
 *
 * @throws SluiceErrors `report-invalid`, `report-truncated`, `report-garbled`.
 */
export function readTimingSummary(text: string, where: string): TimingSummary {
  const report = readReport(text, where, "report_timing_summary");
  const values = summaryOf(report);
  const met = verdictOf(report);
  const paths = pathsOf(report);
  if (!met && !paths.some(({ slack }) => slack < 0) && (values.get("WPWS(ns)") ?? 0) >= 0)
    throw truncated(report, "a path that fails, though constraints are not met");
  const value = (name: string): number | null => values.get(name) ?? null;
  return {
    head: report.head,
    met,
    wns: value("WNS(ns)"),
    tns: value("TNS(ns)"),
    failingEndpoints: value("TNS Failing Endpoints"),
    endpoints: value("TNS Total Endpoints"),
    whs: value("WHS(ns)"),
    ths: value("THS(ns)"),
    clocks: clocksOf(report),
    paths,
  };
}

/** The line of values under the heads `WNS(ns)  TNS(ns)  TNS Failing Endpoints ...`; `NA` is null. */
function summaryOf(report: Report): ReadonlyMap<string, number | null> {
  const title = indexAfter(report, 0, /^\| Design Timing Summary/);
  const heads = title < 0 ? -1 : indexAfter(report, title, /^\s*WNS\(ns\)\s/);
  if (heads < 0 || report.lines.length <= heads + 2) throw truncated(report, "the design timing summary");
  const names = (report.lines[heads] ?? "").trim().split(/\s{2,}/);
  const line = heads + 2;
  const cells = (report.lines[line] ?? "").trim().split(/\s+/);
  if (cells.length !== names.length) throw garbled(report, line, `${names.length} values`);
  return new Map(
    names.map((name, i) => {
      const cell = cells[i] ?? "";
      return [name, cell === "NA" ? null : numberIn(report, cell, line)] as const;
    }),
  );
}

const verdicts: Readonly<Record<string, boolean>> = {
  "All user specified timing constraints are met.": true,
  "Timing constraints are not met.": false,
  "There are no user specified timing constraints.": true,
};

function verdictOf(report: Report): boolean {
  const verdict = report.lines.map((line) => verdicts[line.trim()]).find((met) => met !== undefined);
  if (verdict === undefined) throw truncated(report, "the verdict on the timing constraints");
  return verdict;
}

function clocksOf(report: Report): TimingSummary["clocks"] {
  const title = indexAfter(report, 0, /^\| Clock Summary/);
  if (title < 0) throw truncated(report, "the clock summary");
  const next = indexAfter(report, title + 1, /^\| [A-Z]/);
  const section = report.lines.slice(title, next < 0 ? undefined : next);
  return section.flatMap((line) => {
    const [, name, period] = /^\s*(\S+)\s+\{[^}]*\}\s+(\d+\.\d+)\s+\d+\.\d+\s*$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, periodNs: Number(period) }];
  });
}

/** `Slack (VIOLATED) :  -21.706ns  (required time - arrival time)` begins a path. */
const slackLine = /^Slack(?: \((?:MET|VIOLATED)\))? :\s*(\S+?)(?:ns)?\s+\((required|arrival) time - /;

function pathsOf(report: Report): readonly TimingPath[] {
  const { lines } = report;
  if (indexAfter(report, 0, /^\| Timing Details/) < 0) throw truncated(report, "the timing details");
  const starts = lines.flatMap((line, i) => (line.startsWith("Slack") ? [i] : []));
  return starts.flatMap((start, i) => {
    const [, slack = "", from] = slackLine.exec(lines[start] ?? "") ?? [];
    if (from === undefined) {
      if (/^Slack:\s+inf/.test(lines[start] ?? "")) return [];
      throw garbled(report, start, "the slack of a path");
    }
    const end = starts[i + 1] ?? lines.length;
    return [readPath(report, { start, end, slack, check: from === "required" ? "setup" : "hold" })];
  });
}

interface PathPlace {
  readonly start: number;
  readonly end: number;
  readonly slack: string;
  readonly check: TimingPath["check"];
}

function readPath(report: Report, { start, end, slack, check }: PathPlace): TimingPath {
  const lines = report.lines.slice(start, end);
  const field = (name: string): { readonly text: string; readonly line: number } => {
    const pattern = new RegExp(`^\\s+${name}:\\s+(.*)$`);
    const index = lines.findIndex((line) => pattern.test(line));
    if (index < 0) throw truncated(report, `the ${name.toLowerCase()} of the path of line ${start + 1}`);
    return { text: (pattern.exec(lines[index] ?? "")?.[1] ?? "").trimEnd(), line: start + index };
  };
  const matched = (name: string, pattern: RegExp): readonly string[] => {
    const { text, line } = field(name);
    const match = pattern.exec(text);
    if (match === null) throw garbled(report, line, `a ${name.toLowerCase()}`);
    return match.slice(1);
  };
  const [delay, logic, route] = matched(
    "Data Path Delay",
    /^(-?[\d.]+)ns\s+\(logic ([\d.]+)ns .* route ([\d.]+)ns /,
  );
  const [requirement] = matched("Requirement", /^(-?[\d.]+)ns/);
  const [levels] = matched("Logic Levels", /^(\d+)/);
  const path = {
    slack: numberIn(report, slack, start),
    check,
    source: field("Source").text,
    destination: field("Destination").text,
    group: field("Path Group").text,
    requirement: Number(requirement),
    delay: Number(delay),
    logic: Number(logic),
    route: Number(route),
    levels: Number(levels),
  };
  // Each path ends with its slack, once more.
  if (!lines.some((line) => /^\s+slack\s+-?[\d.]+\s*$/.test(line)))
    throw truncated(report, `the end of the path of line ${start + 1}`);
  return path;
}

function indexAfter({ lines }: Report, from: number, pattern: RegExp): number {
  const found = lines.slice(from).findIndex((line) => pattern.test(line));
  return found < 0 ? -1 : from + found;
}
