import * as Plot from "@observablehq/plot";
import type { PlanReport } from "../plan/plan-report.ts";
import { amount, count, percent, shareOf } from "./figures.ts";
import type { Markup } from "./html.ts";
import { chart } from "./plot.ts";
import { resources, resourceTitles } from "./titles.ts";

/** Each layer's part of every resource, end to end against all that the board has. */
export function deviceBars(plan: PlanReport): Markup {
  const { available, layers } = plan;
  const parts = resources.flatMap((resource) => {
    const pieces = layers.map((layer) => ({ name: layer.name, used: layer[resource] }));
    const rest = plan[resource] - pieces.reduce((sum, { used }) => sum + used, 0);
    return [...pieces, { name: "readout", used: rest }].map(({ name, used }, i) => ({
      resource: resourceTitles[resource],
      title: `${name}: ${amount(resource, used)} ${resourceTitles[resource]}`,
      part: shareOf(used, available[resource]),
      fill: i % 2 === 0 ? "var(--series)" : "var(--series-alternate)",
    }));
  });
  const totals = resources.map((resource) => {
    const [used, there] = [plan[resource], available[resource]];
    const part = shareOf(used, there);
    return {
      resource: resourceTitles[resource],
      part,
      text: `${amount(resource, used)} of ${count(there)}, ${percent(part)}`,
    };
  });
  const widest = Math.max(1, ...totals.map(({ part }) => part));
  return chart({
    ariaLabel: `Resources: ${totals.map(({ resource, text }) => `${resource} ${text}`).join("; ")}`,
    height: 40 + 46 * resources.length,
    marginLeft: 64,
    marginTop: 8,
    x: { domain: [0, widest], tickFormat: (part: number) => percent(part), ticks: 5, label: null },
    y: { domain: totals.map(({ resource }) => resource), label: null, padding: 0.55, tickSize: 0 },
    marks: [
      Plot.barX(totals, { x1: 0, x2: widest, y: "resource", fill: "var(--track)" }),
      Plot.barX(parts, {
        x: "part",
        y: "resource",
        fill: "fill",
        order: null,
        title: "title",
      }),
      Plot.text(totals, {
        x: 0,
        y: "resource",
        dy: -18,
        text: "text",
        textAnchor: "start",
        fill: "var(--quiet)",
      }),
      Plot.ruleX([1], { stroke: "var(--limit)", strokeDasharray: "4 3" }),
    ],
  });
}

/** Each layer's part of the board's resources, layer by layer, where the design takes any. */
export function layerBars(plan: PlanReport): Markup {
  const shown = resources.filter((resource) => plan[resource] > 0);
  const bars = shown.flatMap((resource) =>
    plan.layers.map((layer, i) => ({
      resource: resourceTitles[resource],
      place: i,
      part: shareOf(layer[resource], plan[resource]),
      text: amount(resource, layer[resource]),
    })),
  );
  const names = plan.layers.map(({ name }) => (name.length <= 12 ? name : `${name.slice(0, 11)}…`));
  return chart({
    ariaLabel: `Part of the design's ${shown.map((resource) => resourceTitles[resource]).join(", ")} that each layer takes; the table of layers has the numbers`,
    height: 30 + 24 * plan.layers.length,
    marginTop: 24,
    marginBottom: 6,
    marginLeft: 92,
    marginRight: 8,
    x: { domain: [0, 1], axis: null },
    y: { label: null, tickSize: 0, padding: 0.35, tickFormat: (place: number) => names[place] ?? "" },
    fx: { axis: "top", label: null, domain: shown.map((resource) => resourceTitles[resource]), padding: 0.1 },
    marks: [
      Plot.barX(bars, { fx: "resource", x1: 0, x2: 1, y: "place", fill: "var(--track)" }),
      Plot.barX(bars, { fx: "resource", x1: 0, x2: "part", y: "place", fill: "var(--series)" }),
      Plot.text(bars, {
        fx: "resource",
        x: 1,
        dx: -4,
        y: "place",
        text: "text",
        textAnchor: "end",
        stroke: "var(--track)",
        fill: "var(--text)",
        strokeWidth: 3,
      }),
    ],
  });
}
