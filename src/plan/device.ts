import type { Board } from "./board.ts";
import type { Cost } from "./cost/cost.ts";

/** Parts of a board's resources that a design may take. */
export type Budget = Cost;

/** Above 70 % of the LUTs, designs rarely route (FINN-R, arXiv 1809.04570, section 6). */
export const usualBudget: Budget = { lut: 0.7, ff: 1, bram36: 1, dsp: 1 };

/** Everything there is. */
export const wholeBoard: Budget = { lut: 1, ff: 1, bram36: 1, dsp: 1 };

export interface Device {
  readonly board: Board;
  readonly clockMHz: number;
  readonly budget: Budget;
  /** Weights and thresholds can be written at run time. */
  readonly writable?: boolean;
}

const names = { lut: "LUTs", ff: "flip-flops", bram36: "BRAM36", dsp: "DSPs" };

/** The resources of which a device allows too little, in words: what is needed, of what may be used. */
export function exceeded(cost: Cost, { board: { resources }, budget }: Device): readonly string[] {
  return (["lut", "ff", "bram36", "dsp"] as const).flatMap((name) => {
    const [need, have] = [Math.ceil(cost[name]), Math.floor(budget[name] * resources[name])];
    const [needed, allowed] = [need, have].map((value) => value.toLocaleString("en-US"));
    return need > have ? [`${String(needed)} ${names[name]} of ${String(allowed)} that may be used`] : [];
  });
}
