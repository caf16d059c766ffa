import * as Plot from "@observablehq/plot";
import type { Markup } from "./html.ts";
import { chart, halo, linear, logarithmic } from "./plot.ts";
import type { FrontPoint } from "./report-data.ts";

const labels = { lut: "LUT", bram36: "BRAM36", latencyCycles: "latency in cycles" } as const;

/** One property of the designs of the front against frames per second. */
export function frontChart(front: readonly FrontPoint[], what: keyof typeof labels): Markup {
  const label = labels[what];
  const values = front.map((point) => point[what]);
  // They span powers of ten, but for block RAM, of which a design may need none.
  const scale = what === "bram36" ? linear : logarithmic(values);
  return chart({
    ariaLabel: `${label} against frames per second of ${front.length} designs on the Pareto front`,
    height: 230,
    insetTop: 14,
    marginLeft: 52,
    marginBottom: 42,
    x: {
      ...logarithmic(front.map(({ fps }) => fps)),
      label: "frames per second",
      labelAnchor: "center",
      labelArrow: "none",
    },
    y: { ...scale, label, labelArrow: "none" },
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
