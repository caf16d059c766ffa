import { garbled, numberIn, readReport, tablesOf, truncated, type ReportHead, type Row } from "./text.ts";

/** A resource of the device. */
export interface Used {
  readonly used: number;
  readonly available: number;
}

/** What `report_utilization` says that a design takes. */
export interface Utilization {
  readonly head: ReportHead;
  /** All LUTs: of logic, and of memory and shift registers. */
  readonly lut: Used;
  readonly lutLogic: Used;
  readonly lutMemory: Used;
  readonly ff: Used;
  /** Block RAMs of 36 Kb; one of 18 Kb is half of it. */
  readonly bram36: Used;
  readonly dsp: Used;
}

/** Rows by what both families call them, without the star of a footnote. */
const rowsOf = {
  lut: ["Slice LUTs", "CLB LUTs"],
  lutLogic: ["LUT as Logic"],
  lutMemory: ["LUT as Memory"],
  ff: ["Slice Registers", "CLB Registers"],
  bram36: ["Block RAM Tile"],
  dsp: ["DSPs"],
} as const;

/**
 * Reads the text of `report_utilization`, of 7 series and of UltraScale, with the column "Prohibited" (from 2021.1) or
 * without.
 *
 * @throws SluiceErrors `report-invalid`, `report-truncated`, `report-garbled`.
 */
export function readUtilization(text: string, where: string): Utilization {
  const report = readReport(text, where, "report_utilization");
  const tables = tablesOf(report).filter(({ head }) => head[0]?.trim() === "Site Type");
  const find = (names: readonly string[]): Used => {
    for (const { head, rows } of tables) {
      const row = rows.find(({ cells }) => names.includes(nameOf(cells[0])));
      if (row === undefined) continue;
      const column = (title: string): number => {
        const index = head.findIndex((cell) => cell.trim() === title);
        if (index < 0) throw garbled(report, row.line, `a column "${title}"`);
        return cellNumber(row, index);
      };
      return { used: column("Used"), available: column("Available") };
    }
    throw truncated(report, `"${names[0] ?? ""}"`);
  };
  const cellNumber = ({ cells, line }: Row, index: number): number =>
    numberIn(report, (cells[index] ?? "").trim(), line);
  return {
    head: report.head,
    lut: find(rowsOf.lut),
    lutLogic: find(rowsOf.lutLogic),
    lutMemory: find(rowsOf.lutMemory),
    ff: find(rowsOf.ff),
    bram36: find(rowsOf.bram36),
    dsp: find(rowsOf.dsp),
  };
}

function nameOf(cell: string | undefined): string {
  return (cell ?? "").trim().split("*", 1)[0] ?? "";
}
