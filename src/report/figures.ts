import type { Cost } from "../plan/cost/cost.ts";

/** How numbers are written in a report. */

/** With separators between thousands and at most one decimal: 12,361; 16.5. */
export const count = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 1 });

/** To whole numbers: 16,848. */
export const whole = (value: number): string => count(Math.round(value));

/** An estimated resource in what a device has of it: halves of block RAMs, and whole ones of all others. */
export const inUnits = (resource: keyof Cost, value: number): number =>
  resource === "bram36" ? Math.round(value * 2) / 2 : Math.round(value);

export const amount = (resource: keyof Cost, value: number): string => count(inUnits(resource, value));

/** Three significant digits: 2.9, 0.0527, 38,700. */
export const rounded = (value: number): string =>
  value.toLocaleString("en-US", { maximumSignificantDigits: 3 });

/** A part of one in per cent: 5.3 %. */
export const percent = (part: number): string =>
  `${(part * 100).toLocaleString("en-US", { maximumFractionDigits: 1 })} %`;

/** With its sign: +594, -3, 0. */
export const change = (value: number): string =>
  value.toLocaleString("en-US", { maximumFractionDigits: 1, signDisplay: "exceptZero" });

/** A time given in clock cycles: 190.1 us. */
export function duration(cycles: number, clockMHz: number): string {
  const us = cycles / clockMHz;
  return us >= 1000 ? `${rounded(us / 1000)} ms` : `${rounded(us)} us`;
}

/** Short, for the ticks of an axis: 20K, 1.5M. */
export const compact = (value: number): string =>
  value.toLocaleString("en-US", { notation: "compact", maximumSignificantDigits: 3 });

/** Part of the board's that a design takes; 0 where the board has none. */
export const shareOf = (used: number, available: number): number => (available === 0 ? 0 : used / available);
