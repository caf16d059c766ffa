import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { compact } from "./figures.ts";
import { trusted, type Markup } from "./html.ts";

/** Text in charts is this high, in the pixels of a chart that is `chartWidth` wide. */
const fontSize = 12.5;
const chartWidth = 400;

/** What is used of the DOM, whose types this program is compiled without. */
interface Svg {
  readonly outerHTML: string;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelectorAll(selector: string): Iterable<Svg>;
}

/** An SVG that takes its colours from the page; `ariaLabel` says what it shows. */
export function chart(options: Plot.PlotOptions & { readonly ariaLabel: string }): Markup {
  const { document } = parseHTML("<!doctype html><html><body></body></html>") as { document: unknown };
  const drawn: unknown = Plot.plot({
    width: chartWidth,
    marginRight: 24,
    className: "plot",
    style: { fontSize: `${fontSize}px` },
    ...options,
    document,
  });
  const svg = drawn as Svg;
  // One image: its label and its caption say what is in it, not the names that Plot gives to its groups.
  svg.setAttribute("role", "img");
  for (const part of svg.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
  return trusted(svg.outerHTML);
}

/** Keeps text readable over lines. */
export const halo = { fill: "var(--text)", stroke: "var(--surface)", strokeWidth: 4 } as const;

/** A logarithmic axis for these values, with numbers at 1, 2, 5, 10, ... or, where there is no room, at 1, 10, 100, ... */
export function logarithmic(values: readonly number[]): {
  type: "log";
  tickFormat: (value: number) => string;
} {
  const digits = Math.max(...values) > 300 * Math.min(...values) ? [1] : [1, 2, 5];
  return {
    type: "log",
    tickFormat: (value) =>
      digits.includes(Number(value.toExponential(6).split("e")[0])) ? compact(value) : "",
  };
}

/** A linear axis from 0. */
export const linear = { type: "linear", zero: true, nice: true, ticks: 5, tickFormat: compact } as const;
