import type { PlanReport } from "../plan/plan-report.ts";

/** A design on the Pareto front of throughput, latency, LUT and block RAM. */
export interface FrontPoint {
  readonly cyclesPerFrame: number;
  readonly fps: number;
  readonly latencyCycles: number;
  readonly lut: number;
  readonly bram36: number;
  /** The design that the report is about. */
  readonly chosen: boolean;
}

/** What a simulation of the design gave. */
export interface Measured {
  readonly simulator: string;
  readonly frames: number;
  /** Frames of which any output bit differs from the reference. */
  readonly mismatches: number;
  /** Output beats that left in another cycle than predicted. */
  readonly timingMismatches: number;
  /** Fraction of the frames with the right label; null without labels. */
  readonly accuracy: number | null;
  /** Null where too few frames ran to tell. */
  readonly cyclesPerFrame: number | null;
  readonly latencyCycles: number | null;
}

export interface ReportData {
  readonly plan: PlanReport;
  /** Drawn where there are points. */
  readonly front?: readonly FrontPoint[] | undefined;
  /** Beside what is predicted, where it has been measured. */
  readonly measured?: Measured | undefined;
}
