import * as Plot from "@observablehq/plot";
import type { PlanReport } from "../plan/plan-report.ts";
import { percent, rounded } from "./figures.ts";
import type { Markup } from "./html.ts";
import { chart, halo, logarithmic } from "./plot.ts";

/** Attainable and achieved operations per second against operations per byte in and out, both logarithmic. */
export function rooflineChart({ model, roofline }: PlanReport): Markup {
  const { intensity, ioBytesPerSecond, peakTops, achievedTops, fractionOfRoof } = roofline;
  const roofs = [
    { name: "binary", peak: peakTops.binary },
    { name: "8 bit", peak: peakTops.byte },
  ];
  const slope = (ioBytesPerSecond ?? Infinity) / 1e12;
  const ridges = roofs.map(({ peak }) => peak / slope).filter((ridge) => ridge > 0);
  const [least, most] = [Math.min(intensity, ...ridges) / 10, Math.max(intensity, ...ridges) * 10];
  const attainable = (x: number, peak: number): number => Math.min(peak, x * slope);
  const lines = roofs.flatMap(({ name, peak }) =>
    [least, ...(peak / slope > least ? [peak / slope] : []), most].map((x) => ({
      name,
      x,
      y: attainable(x, peak),
    })),
  );
  const tops = [Math.min(achievedTops, ...lines.map(({ y }) => y)) / 2, peakTops.binary * 2];
  const roof = attainable(intensity, peakTops.binary);
  const point = [{ x: intensity, y: achievedTops }];
  // Where the roofs leave room: the design beside its point, towards the middle; the bandwidth left of its slope.
  const left = intensity < Math.sqrt(least * most);
  const place = least ** 0.2 * (peakTops.binary / slope) ** 0.8;
  const slopeLabel =
    ioBytesPerSecond === null
      ? []
      : [{ x: place, y: place * slope, text: `${rounded(ioBytesPerSecond / 1e9)} GB/s` }];
  return chart({
    ariaLabel: `Roofline: ${model} reaches ${rounded(achievedTops)} TOPS at ${rounded(intensity)} operations per byte, ${percent(fractionOfRoof)} of the roof`,
    height: 300,
    marginLeft: 56,
    marginBottom: 44,
    x: {
      ...logarithmic([least, most]),
      domain: [least, most],
      label: "operations per byte in and out",
      labelAnchor: "center",
      labelArrow: "none",
    },
    y: {
      ...logarithmic(tops),
      domain: tops,
      label: "TOPS",
      labelArrow: "none",
    },
    grid: true,
    marks: [
      Plot.line(lines, {
        x: "x",
        y: "y",
        z: "name",
        stroke: "var(--series)",
        strokeWidth: 2,
      }),
      Plot.text(roofs, {
        x: most,
        y: "peak",
        text: ({ name, peak }: (typeof roofs)[number]) => `${name}: ${rounded(peak)} TOPS`,
        textAnchor: "end",
        dy: -9,
        ...halo,
      }),
      Plot.text(slopeLabel, { x: "x", y: "y", text: "text", textAnchor: "end", dx: -8, dy: -5 }),
      Plot.ruleX(point, { x: "x", y1: "y", y2: roof, stroke: "var(--accent)", strokeDasharray: "2 3" }),
      Plot.dot(point, { x: "x", y: "y", r: 5, fill: "var(--accent)" }),
      Plot.text(point, {
        x: "x",
        y: "y",
        text: () => `${rounded(achievedTops)} TOPS\n${percent(fractionOfRoof)} of the roof`,
        textAnchor: left ? "start" : "end",
        dx: left ? 10 : -10,
        fontWeight: 600,
        ...halo,
      }),
    ],
  });
}
