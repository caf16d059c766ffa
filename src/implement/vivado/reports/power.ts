import { garbled, readReport, tablesOf, truncated, type ReportHead, type Row } from "./text.ts";

/** What `report_power` estimates, in watts. */
export interface Power {
  readonly head: ReportHead;
  readonly totalW: number;
  readonly dynamicW: number;
  readonly staticW: number;
  readonly junctionC: number;
  /** `Low`, `Medium` or `High`, by how much of the activity was given. */
  readonly confidence: string;
  /** Parts of the chip as the report names them. What is below 0.001 W counts as 0. */
  readonly parts: Readonly<Record<string, number>>;
}

/**
 * Reads the text of `report_power`.
 *
 * @throws SluiceErrors `report-invalid`, `report-truncated`, `report-garbled`.
 */
export function readPower(text: string, where: string): Power {
  const report = readReport(text, where, "report_power");
  const tables = tablesOf(report);
  const summary = tables.find(({ rows }) =>
    rows.some(({ cells }) => named(cells, "Total On-Chip Power (W)")),
  );
  if (summary === undefined) throw truncated(report, "its summary");
  const onChip = tables.find(({ head }) => head[0]?.trim() === "On-Chip");
  if (onChip === undefined) throw truncated(report, "the power of the parts of the chip");

  const value = (name: string): Row => {
    const row = summary.rows.find(({ cells }) => named(cells, name));
    if (row === undefined) throw truncated(report, `"${name}"`);
    return row;
  };
  // A remark may follow: "12.3 (Junction temp exceeded!)".
  const watts = ({ cells, line }: Row): number => {
    const [, number] = /^(-?\d+(?:\.\d+)?)( \(.*\))?$/.exec((cells[1] ?? "").trim()) ?? [];
    if (number === undefined) throw garbled(report, line, "a number");
    return Number(number);
  };
  const part = ({ cells, line }: Row): readonly [string, number] => {
    const text_ = (cells[1] ?? "").trim();
    if (!/^<?\d+\.\d+$/.test(text_)) throw garbled(report, line, "watts");
    return [(cells[0] ?? "").trim(), text_.startsWith("<") ? 0 : Number(text_)];
  };
  return {
    head: report.head,
    totalW: watts(value("Total On-Chip Power (W)")),
    dynamicW: watts(value("Dynamic (W)")),
    staticW: watts(value("Device Static (W)")),
    junctionC: watts(value("Junction Temperature (C)")),
    confidence: (value("Confidence Level").cells[1] ?? "").trim(),
    parts: Object.fromEntries(onChip.rows.map(part)),
  };
}

function named(cells: readonly string[], name: string): boolean {
  return cells[0]?.trim() === name;
}
