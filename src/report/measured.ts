import type { PlanReport } from "../plan/plan-report.ts";
import { change, count, percent } from "./figures.ts";
import { markup, textOf, type Markup } from "./html.ts";
import type { Measured } from "./report-data.ts";
import { sectionEnd, sectionMarkup, sectionStart, type Section } from "./section.ts";
import { dataTable } from "./tables.ts";

/** What is predicted of that which is measured. */
export type Predicted = Pick<PlanReport, "cyclesPerFrame" | "latencyCycles">;

export function measuredSection(plan: Predicted, measured: Measured | undefined): Section {
  return { id: "measured", title: "Predicted and measured", content: content(plan, measured) };
}

/**
 * A report with another measurement in place of what it has said of one, and everything else as it was; undefined where
 * the page has no such section.
 */
export async function withMeasured(
  page: string,
  plan: Predicted,
  measured: Measured,
): Promise<string | undefined> {
  const section = measuredSection(plan, measured);
  const start = page.indexOf(sectionStart(section.id));
  const end = page.indexOf(sectionEnd, start);
  if (start < 0 || end < 0) return undefined;
  return page.slice(0, start) + (await textOf(sectionMarkup(section))) + page.slice(end + sectionEnd.length);
}

function content(plan: Predicted, measured: Measured | undefined): Markup {
  if (measured === undefined) {
    return markup`<p>Not measured yet. <code>sluice verify</code> simulates the design and adds what it measures.</p>`;
  }
  const { frames, simulator, mismatches, timingMismatches, accuracy } = measured;
  const rows = [
    { name: "Cycles per frame", predicted: plan.cyclesPerFrame, got: measured.cyclesPerFrame },
    { name: "Latency in cycles", predicted: plan.latencyCycles, got: measured.latencyCycles },
    { name: "Frames with a wrong bit", predicted: 0, got: mismatches },
    { name: "Output beats off schedule", predicted: 0, got: timingMismatches },
  ];
  return markup`<p>
      ${count(frames)} ${frames === 1 ? "frame" : "frames"} simulated with ${simulator}${
        accuracy === null ? "" : `; ${percent(accuracy)} labelled right`
      }.
    </p>
    ${dataTable<(typeof rows)[number]>({
      id: "measured",
      caption: "By the plan, and by the simulation",
      columns: [
        { head: "Quantity", cell: ({ name }) => name, text: true },
        { head: "Predicted", cell: ({ predicted }) => count(predicted) },
        { head: "Measured", cell: ({ got }) => (got === null ? "too few frames" : count(got)) },
        { head: "Difference", cell: ({ predicted, got }) => verdict(predicted, got), text: true },
      ],
      rows,
    })}`;
}

function verdict(predicted: number, got: number | null): Markup | string {
  if (got === null) return "";
  return got === predicted
    ? markup`<span class="same">✓ none</span>`
    : markup`<span class="other">✗ ${change(got - predicted)}</span>`;
}
