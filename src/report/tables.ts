import type { Cost } from "../plan/cost/cost.ts";
import type { FifoReport, LayerReport, PlanReport, StageReport } from "../plan/plan-report.ts";
import type { WeightStore } from "../plan/weight-store.ts";
import { amount, count, percent, whole } from "./figures.ts";
import { markup, type Markup } from "./html.ts";
import type { FrontPoint } from "./report-data.ts";
import { fifoTitles, resources, resourceTitles, unitTitles } from "./titles.ts";

/** A column: its head, and the cell of a row. Numbers stand to the right. */
export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => unknown;
  readonly text?: true;
}

interface TableParts<Row> {
  /** For links within the page; unique. */
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Cells of the last row, which sums up. */
  readonly total?: readonly unknown[];
}

/** A table that scrolls within its box where the screen is too narrow. The first column names the row. */
export function dataTable<Row>({ id, caption, columns, rows, total }: TableParts<Row>): Markup {
  const kind = ({ text }: Column<Row>): string => (text === true ? "text" : "number");
  return markup`<div class="scroll" role="region" aria-labelledby="${id}-caption" tabindex="0">
    <table>
      <caption id="${id}-caption">
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map((column) => markup`<th scope="col" class="${kind(column)}">${column.head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => tableRow(columns.map((column) => ({ kind: kind(column), value: column.cell(row) }))))}
      </tbody>
      ${
        total === undefined
          ? null
          : markup`<tfoot>
              ${tableRow(columns.map((column, i) => ({ kind: kind(column), value: total[i] })))}
            </tfoot>`
      }
    </table>
  </div>`;
}

function tableRow([first, ...rest]: readonly { kind: string; value: unknown }[]): Markup {
  return markup`<tr>
    <th scope="row" class="${first?.kind}">${first?.value}</th>
    ${rest.map(({ kind, value }) => markup`<td class="${kind}">${value}</td>`)}
  </tr>`;
}

const costColumns: readonly Column<Cost>[] = resources.map((resource) => ({
  head: resourceTitles[resource],
  cell: (cost) => amount(resource, cost[resource]),
}));

const costCells = (cost: Cost): readonly unknown[] => costColumns.map(({ cell }) => cell(cost));

/** A load with a bar as long as it, which says the same. */
function loadCell(load: number): Markup {
  const part = (Math.min(1, Math.max(0, load)) * 100).toFixed(1);
  return markup`${percent(load)}
    <span class="bar" aria-hidden="true"><span style="width:${part}%;--load:${part}%"></span></span>`;
}

export function layerTable(plan: PlanReport): Markup {
  const folded = (head: string, of: (folding: NonNullable<LayerReport["folding"]>) => number) => ({
    head,
    cell: ({ folding }: LayerReport) => (folding === null ? "" : count(of(folding))),
  });
  return dataTable<LayerReport>({
    id: "layers",
    caption: "Layers with their units and FIFOs",
    columns: [
      { head: "Layer", cell: ({ name }) => name, text: true },
      { head: "Kind", cell: ({ kind }) => kind, text: true },
      folded("PE", ({ pe }) => pe),
      folded("SIMD", ({ simd }) => simd),
      folded("MMV", ({ mmv = 1 }) => mmv),
      { head: "Cycles", cell: ({ cycles }) => count(cycles) },
      { head: "Load", cell: ({ load }) => loadCell(load) },
      { head: "Operations", cell: ({ operations }) => count(operations) },
      { head: "Weights", cell: ({ weights }) => (weights === null ? "" : weightText(weights)), text: true },
      ...costColumns,
    ],
    rows: plan.layers,
    total: [
      "Whole design",
      "",
      "",
      "",
      "",
      count(plan.cyclesPerFrame),
      "",
      count(plan.roofline.operationsPerFrame),
      plan.weightEfficiency === null ? "" : `fill ${percent(plan.weightEfficiency)} of their block RAM`,
      ...costCells(plan),
    ],
  });
}

function weightText({ words, width, style, bram36 }: WeightStore): string {
  const kind =
    style === "block" ? `${count(bram36)} BRAM36` : style === "distributed" ? "LUTs" : "in the logic";
  return `${count(words)} x ${count(width)} b, ${kind}`;
}

/** All but the FIFOs, which have a table of their own. */
export function unitTable({ stages, fifos }: PlanReport): Markup {
  return dataTable<StageReport>({
    id: "units",
    caption: "Units in the order of the data",
    columns: [
      { head: "Unit", cell: ({ name }) => name, text: true },
      { head: "Kind", cell: ({ unit }) => unitTitles[unit], text: true },
      { head: "Layer", cell: ({ layer }) => layer ?? "", text: true },
      { head: "Cycles", cell: ({ cycles }) => (cycles === 0 ? "" : count(cycles)) },
      { head: "Load", cell: ({ cycles, load }) => (cycles === 0 ? "" : loadCell(load)) },
      { head: "Bits in", cell: ({ inputBits }) => count(inputBits) },
      { head: "Bits out", cell: ({ outputBits }) => count(outputBits) },
      ...costColumns,
    ],
    rows: stages.filter((stage) => !fifos.some(({ name }) => name === stage.name)),
  });
}

export function fifoTable({ fifos }: PlanReport): Markup {
  return dataTable<FifoReport>({
    id: "fifos",
    caption: "FIFO depths, and the most beats that wait",
    columns: [
      { head: "FIFO", cell: ({ name }) => name, text: true },
      { head: "From", cell: ({ from }) => from, text: true },
      { head: "To", cell: ({ to }) => to, text: true },
      { head: "Bits", cell: ({ bits }) => count(bits) },
      { head: "Depth", cell: ({ depth }) => count(depth) },
      { head: "Most waiting", cell: ({ peak }) => count(peak) },
      { head: "Kind", cell: ({ implementation }) => fifoTitles[implementation], text: true },
      { head: "LUT", cell: ({ lut }) => amount("lut", lut) },
      { head: "BRAM36", cell: ({ bram36 }) => amount("bram36", bram36) },
    ],
    rows: fifos,
  });
}

export function frontTable(front: readonly FrontPoint[]): Markup {
  return dataTable<FrontPoint>({
    id: "front",
    caption: "Designs on the Pareto front",
    columns: [
      { head: "Cycles per frame", cell: ({ cyclesPerFrame }) => count(cyclesPerFrame) },
      { head: "Frames per second", cell: ({ fps }) => whole(fps) },
      { head: "Latency, cycles", cell: ({ latencyCycles }) => count(latencyCycles) },
      { head: "LUT", cell: ({ lut }) => amount("lut", lut) },
      { head: "BRAM36", cell: ({ bram36 }) => amount("bram36", bram36) },
      { head: "Chosen", cell: ({ chosen }) => (chosen ? "this design" : ""), text: true },
    ],
    rows: front,
  });
}
