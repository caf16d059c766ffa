import { SluiceError } from "../../../error.ts";
import { shortened } from "../../../files.ts";

/** A report that Vivado wrote as text. */
export interface Report {
  /** File, for errors. */
  readonly where: string;
  readonly lines: readonly string[];
  /** What its head says. */
  readonly head: ReportHead;
}

export interface ReportHead {
  /** `2022.2` */
  readonly vivado: string;
  readonly command: string;
  readonly design: string;
  readonly device: string;
  /** Undefined where the version does not tell. */
  readonly state: string | undefined;
}

/**
 * The lines of a report, and its head.
 *
 * @param command that writes such reports: `report_power`
 * @throws SluiceError `report-invalid` where it is no such report.
 */
export function readReport(text: string, where: string, command: string): Report {
  const lines = text.split(/\r?\n/);
  const field = (name: string): string | undefined => {
    const pattern = new RegExp(`^\\| ${name}\\s*: (.*)$`);
    return lines
      .slice(0, 40)
      .map((line) => pattern.exec(line)?.[1]?.trimEnd())
      .find((value) => value !== undefined);
  };
  const [, vivado] = /^Vivado v\.(\d{4}\.\d+)/.exec(field("Tool Version") ?? "") ?? [];
  const given = field("Command");
  const [design, device] = [field("Design"), field("Device")];
  if (vivado === undefined || given === undefined || design === undefined || device === undefined) {
    throw new SluiceError("report-invalid", "this does not begin as a report of Vivado does", {
      where,
      hint: `expected: the output of ${command} -file`,
    });
  }
  if (given.split(" ")[0] !== command) {
    throw new SluiceError(
      "report-invalid",
      `this is the output of ${shortened(given.split(" ")[0] ?? "")}, not ${command}`,
      { where },
    );
  }
  return { where, lines, head: { vivado, command: given, design, device, state: field("Design State") } };
}

/** A report that ends, or goes on, as none does. */
export function truncated(report: Report, missing: string): SluiceError {
  return new SluiceError("report-truncated", `the report ends before ${missing}`, {
    where: report.where,
    hint: "was the run stopped, or the file cut? run again, or copy the file again",
  });
}

export function garbled(report: Report, line: number, expected: string): SluiceError {
  return new SluiceError(
    "report-garbled",
    `expected ${expected}: ${shortened(report.lines[line]?.trim() ?? "")}`,
    {
      where: `${report.where}:${line + 1}`,
      hint: "if this is how a version of Vivado writes it, please report it with the file",
    },
  );
}

/** A table drawn with `+---+` and `|`. */
export interface Table {
  /** Empty where the table has no line for it. */
  readonly head: readonly string[];
  readonly rows: readonly Row[];
}

export interface Row {
  readonly cells: readonly string[];
  /** Index of its line. */
  readonly line: number;
}

/**
 * All tables of a report.
 *
 * @throws SluiceError `report-truncated` where one has no end, `report-garbled` where a row has other cells than the head.
 */
export function tablesOf(report: Report): readonly Table[] {
  const { lines } = report;
  const tables: Table[] = [];
  let at = 0;
  while (at < lines.length) {
    if (!isBorder(lines[at])) {
      at++;
      continue;
    }
    // Lines between borders: the head's, where there is one, and the rows.
    const groups: Row[][] = [[]];
    const columns = (lines[at] ?? "").split("+").length - 2;
    for (at++; at < lines.length; at++) {
      const line = lines[at] ?? "";
      if (isBorder(line)) {
        if (!(lines[at + 1] ?? "").startsWith("|") && !isBorder(lines[at + 1])) break;
        groups.push([]);
      } else if (line.startsWith("|")) {
        const cells = cellsOf(line, columns);
        if (cells === undefined) throw garbled(report, at, `${columns} columns`);
        groups.at(-1)?.push({ cells, line: at });
      } else {
        throw line.trim() === "" && lines.slice(at).every((rest) => rest.trim() === "")
          ? truncated(report, "the end of a table")
          : garbled(report, at, "a row of a table, or its end");
      }
    }
    if (at >= lines.length) throw truncated(report, "the end of a table");
    at++;
    const [first = [], second] = groups;
    tables.push(
      second === undefined ? { head: [], rows: first } : { head: first[0]?.cells ?? [], rows: second },
    );
  }
  return tables;
}

function isBorder(line: string | undefined): boolean {
  return line !== undefined && /^\+(-+\+)+$/.test(line.trimEnd());
}

function cellsOf(line: string, columns: number): readonly string[] | undefined {
  const cells = line.trimEnd().split("|");
  if (cells.length !== columns + 2 || cells.at(-1) !== "") return undefined;
  return cells.slice(1, -1).map((cell) => cell.trimEnd().replace(/^ /, ""));
}

/** @throws SluiceError `report-garbled`. */
export function numberIn(report: Report, text: string, line: number): number {
  if (!/^-?\d+(\.\d+)?$/.test(text.trim())) throw garbled(report, line, "a number");
  return Number(text);
}
