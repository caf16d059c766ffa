import type { PlanReport } from "../plan/plan-report.ts";
import { amount, change, count, duration, inUnits, percent, rounded, shareOf, whole } from "./figures.ts";
import { frontChart } from "./front-chart.ts";
import { markup, type Markup } from "./html.ts";
import { pipelineDrawing } from "./pipeline.ts";
import { measuredSection } from "./measured.ts";
import type { FrontPoint, ReportData } from "./report-data.ts";
import type { Section } from "./section.ts";
import { deviceBars, layerBars } from "./resource-charts.ts";
import { rooflineChart } from "./roofline-chart.ts";
import { dataTable, fifoTable, frontTable, layerTable, unitTable } from "./tables.ts";
import { resources, resourceTitles } from "./titles.ts";

/** What the report says, in the order of the page. */
export async function sectionsOf({ plan, front = [], measured }: ReportData): Promise<readonly Section[]> {
  return [
    { id: "pipeline", title: "Pipeline", content: await pipelineSection(plan) },
    { id: "bottleneck", title: "Bottleneck", content: bottleneckSection(plan) },
    { id: "resources", title: "Resources", content: resourceSection(plan) },
    { id: "roofline", title: "Roofline", content: rooflineSection(plan) },
    ...(front.length === 0 ? [] : [{ id: "front", title: "Pareto front", content: frontSection(front) }]),
    measuredSection(plan, measured),
    { id: "layers", title: "Layers", content: layerTable(plan) },
    { id: "units", title: "Units", content: unitTable(plan) },
    { id: "fifos", title: "FIFOs", content: fifoSection(plan) },
  ];
}

/** The figures that matter, first on the page. */
export function headline(plan: PlanReport): Markup {
  const { clockMHz, latencyCycles, cyclesPerFrame, roofline, available } = plan;
  const tiles = resources.map((resource) =>
    figure(
      resourceTitles[resource],
      amount(resource, plan[resource]),
      `${percent(shareOf(plan[resource], available[resource]))} of ${count(available[resource])}`,
    ),
  );
  return markup`<dl class="figures">
    ${figure("Frames per second", whole(plan.fps), `at ${count(clockMHz)} MHz`)}
    ${figure("Latency", duration(latencyCycles, clockMHz), `${count(latencyCycles)} cycles`)}
    ${figure("Cycles per frame", count(cyclesPerFrame), `${count(plan.lanes)} lanes`)}
    ${figure("TOPS", rounded(roofline.achievedTops), `${percent(roofline.fractionOfRoof)} of the roof`)}
    ${tiles}
  </dl>`;
}

function figure(name: string, value: string, note: string): Markup {
  return markup`<div>
    <dt>${name}</dt>
    <dd class="value">${value}</dd>
    <dd class="note">${note}</dd>
  </div>`;
}

async function pipelineSection(plan: PlanReport): Promise<Markup> {
  return markup`<figure>
    <div class="scroll" role="region" aria-label="Drawing of the pipeline" tabindex="0">
      ${await pipelineDrawing(plan)}
    </div>
    <figcaption id="pipeline-caption">
      A row for each layer; data go from left to right and from row to row. Numbers on wires are bits per beat, round
      boxes are FIFOs (beats x bits). Under each unit: cycles per frame and load, the part of the
      ${count(plan.cyclesPerFrame)} cycles of a frame in which it is busy
      <span class="scale" aria-hidden="true"
        >0 %<svg width="96" height="8"><rect width="96" height="8" rx="2" fill="url(#load-scale)" /></svg>100 %</span
      >
    </figcaption>
    ${loadScale}
  </figure>`;
}

const loadScale = markup`<svg class="definitions" aria-hidden="true">
  <defs>
    <linearGradient id="load-scale">
      <stop class="low" offset="0" />
      <stop class="high" offset="1" />
    </linearGradient>
  </defs>
</svg>`;

function bottleneckSection(plan: PlanReport): Markup {
  const { bottleneck, available } = plan;
  const { layer, cycles, next } = bottleneck;
  const slowest = markup`<p>
    <strong>${layer}</strong> is the slowest layer: it takes ${count(cycles)} cycles per frame.
  </p>`;
  if (next === null) return markup`${slowest}<p>No folding of this network is faster.</p>`;
  const rows = [
    { name: "Cycles per frame", now: plan.cyclesPerFrame, then: next.cyclesPerFrame, of: null },
    { name: "Frames per second", now: Math.round(plan.fps), then: Math.round(next.fps), of: null },
    ...resources.map((resource) => ({
      name: resourceTitles[resource],
      now: inUnits(resource, plan[resource]),
      then: inUnits(resource, next[resource]),
      of: available[resource],
    })),
  ];
  return markup`${slowest}
    <p>
      ${
        next.fits
          ? `The next faster design fits ${plan.board}.`
          : `The next faster design does not fit ${plan.board}.`
      }
    </p>
    ${dataTable<(typeof rows)[number]>({
      id: "next-step",
      caption: "What the next step costs",
      columns: [
        { head: "Quantity", cell: ({ name }) => name, text: true },
        { head: "Now", cell: ({ now }) => count(now) },
        { head: "Next", cell: ({ then }) => count(then) },
        { head: "Change", cell: ({ now, then }) => change(then - now) },
        {
          head: "Of board",
          cell: ({ then, of }) => (of === null ? "" : percent(shareOf(then, of))),
        },
      ],
      rows,
    })}`;
}

function resourceSection(plan: PlanReport): Markup {
  return markup`<div class="charts">
    <figure>
      ${deviceBars(plan)}
      <figcaption>
        Estimated use of ${plan.board}, a piece for each layer in order. The table of layers has the numbers.
      </figcaption>
    </figure>
    <figure>
      ${layerBars(plan)}
      <figcaption>What each layer takes; a full bar is all that the design takes.</figcaption>
    </figure>
  </div>`;
}

function rooflineSection(plan: PlanReport): Markup {
  const { operationsPerFrame, intensity, ioBytesPerSecond, lutFill, lutPerOperation, boundBy } =
    plan.roofline;
  const { binary, byte } = lutPerOperation;
  return markup`<div class="charts">
    <figure>
      ${rooflineChart(plan)}
      <figcaption>
        What ${plan.board} could compute at most, for binary and for 8-bit operations, and what this design does.
      </figcaption>
    </figure>
    <dl class="facts">
      ${fact("Operations per frame", count(operationsPerFrame))}
      ${fact("Operations per byte in and out", count(intensity))}
      ${fact(
        "Bandwidth in and out",
        ioBytesPerSecond === null ? "not stated for the board" : `${rounded(ioBytesPerSecond / 1e9)} GB/s`,
      )}
      ${fact("Bound by", boundBy === "io" ? "bandwidth in and out" : "LUTs")}
      ${fact("LUTs that count as usable", percent(lutFill))}
      ${fact("LUTs per operation and cycle", `${rounded(binary)} binary, ${rounded(byte)} of 8 bits`)}
    </dl>
  </div>`;
}

const fact = (name: string, value: string): Markup =>
  markup`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;

function frontSection(front: readonly FrontPoint[]): Markup {
  return markup`<div class="charts">
      <figure>
        ${frontChart(front, "lut")}
        <figcaption>LUTs against throughput.</figcaption>
      </figure>
      <figure>
        ${frontChart(front, "bram36")}
        <figcaption>Block RAM against throughput.</figcaption>
      </figure>
      <figure>
        ${frontChart(front, "latencyCycles")}
        <figcaption>Latency against throughput.</figcaption>
      </figure>
    </div>
    <details>
      <summary>All ${front.length} designs of the front</summary>
      ${frontTable(front)}
    </details>`;
}

function fifoSection(plan: PlanReport): Markup {
  return plan.fifos.length === 0 ? markup`<p>No stream needs one.</p>` : fifoTable(plan);
}
