import * as Plot from "@observablehq/plot";
import { compact } from "./figures.ts";
import type { Markup } from "./html.ts";
import { chart, halo, halvesOfTen, powersOfTen } from "./plot.ts";
import type { FrontPoint } from "./report-data.ts";

const axes = {
  lut: "LUT",
  bram36: "BRAM36",
  latencyCycles: "latency in cycles",
} as const;

/** One property of the designs of the front against frames per second. */
export function frontChart(front: readonly FrontPoint[], what: keyof typeof axes): Markup {
  const label = axes[what];
  const rates = front.map(({ fps }) => fps);
  const wide = Math.max(...rates) > 300 * Math.min(...rates);
  return chart({
    ariaLabel: `${label} against frames per second of ${front.length} designs on the Pareto front`,
    height: 230,
    insetTop: 14,
    marginLeft: 52,
    marginBottom: 42,
    x: {
      type: "log",
      label: "frames per second",
      labelAnchor: "center",
      labelArrow: "none",
      tickFormat: wide ? powersOfTen : halvesOfTen,
    },
    y: { label, labelArrow: "none", nice: true, zero: true, ticks: 5, tickFormat: compact },
    grid: true,
    marks: [
      Plot.dot(front, {
        x: "fps",
        y: what,
        r: 3.5,
        stroke: "var(--series)",
        fill: "var(--series)",
        fillOpacity: 0.35,
        filter: ({ chosen }: FrontPoint) => !chosen,
      }),
      Plot.dot(front, {
        x: "fps",
        y: what,
        r: 6,
        symbol: "diamond",
        fill: "var(--accent)",
        filter: ({ chosen }: FrontPoint) => chosen,
      }),
      Plot.text(front, {
        x: "fps",
        y: what,
        text: () => "this design",
        dy: -13,
        fontWeight: 600,
        ...halo,
        filter: ({ chosen }: FrontPoint) => chosen,
      }),
    ],
  });
}
