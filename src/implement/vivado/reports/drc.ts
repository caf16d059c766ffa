import { garbled, numberIn, readReport, tablesOf, truncated, type ReportHead } from "./text.ts";

/** A rule that a design breaks. */
export interface BrokenRule {
  readonly rule: string;
  /** `Error`, `Critical Warning`, `Warning` or `Advisory`. */
  readonly severity: string;
  readonly description: string;
  readonly count: number;
}

/** What `report_drc` finds. */
export interface DesignRules {
  readonly head: ReportHead;
  readonly found: number;
  readonly rules: readonly BrokenRule[];
}

/**
 * Reads the text of `report_drc`. The sum, the table of rules and the details have to agree. From 2025.1 violations are
 * called checks.
 *
 * @throws SluiceErrors `report-invalid`, `report-truncated`, `report-garbled`.
 */
export function readDesignRules(text: string, where: string): DesignRules {
  const report = readReport(text, where, "report_drc");
  const sum = /^\s*(?:Violations|Checks) found: (.*)$/;
  const line = report.lines.findIndex((text_) => sum.test(text_));
  if (line < 0) throw truncated(report, "the number of violations");
  const found = numberIn(report, sum.exec(report.lines[line] ?? "")?.[1] ?? "", line);
  const table = tablesOf(report).find(({ head }) => head[0]?.trim() === "Rule");
  if (table === undefined) throw truncated(report, "the table of rules");
  const rules = table.rows.map(({ cells, line: row }): BrokenRule => {
    const [rule = "", severity = "", description = "", count = ""] = cells.map((cell) => cell.trim());
    return { rule, severity, description, count: numberIn(report, count, row) };
  });
  const listed = rules.reduce((total, { count }) => total + count, 0);
  if (listed !== found) throw garbled(report, line, `${listed} violations, as the table of rules has`);
  const details = report.lines.filter((text_) => /^[A-Z][\w-]*#\d+ [A-Z]/.test(text_)).length;
  const ends = report.lines.filter((text_) => text_.startsWith("Related violations:")).length;
  if (details < found || ends < found) throw truncated(report, `the details of all ${found} violations`);
  return { head: report.head, found, rules };
}
