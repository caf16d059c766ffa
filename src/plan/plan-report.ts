import type { Cost } from "./cost/cost.ts";
import type { LayerFolding } from "./folding.ts";
import type { Stage } from "./stage.ts";
import type { WeightStore } from "./weight-store.ts";

/** Everything that is known of a plan on a board, as plain data: `sluice plan --json`, and what reports are drawn from. */
export interface PlanReport extends Cost {
  readonly model: string;
  readonly board: string;
  readonly clockMHz: number;
  readonly cyclesPerFrame: number;
  readonly latencyCycles: number;
  /** Frames per second at the clock. */
  readonly fps: number;
  /** Synapses computed per cycle. */
  readonly lanes: number;
  /** What the board has. */
  readonly available: Cost;
  /** See `weightEfficiency`. */
  readonly weightEfficiency: number | null;
  readonly layers: readonly LayerReport[];
  readonly stages: readonly StageReport[];
  readonly fifos: readonly FifoReport[];
  readonly roofline: Roofline;
  readonly bottleneck: Bottleneck;
}

/** A layer with all its units, and the buffers behind it. */
export interface LayerReport extends Cost {
  readonly name: string;
  /** As `Layer.kind`. */
  readonly kind: string;
  /** Of layers that have weights. */
  readonly folding: LayerFolding | null;
  /** Cycles per frame of its slowest unit. */
  readonly cycles: number;
  /** Part of the interval in which that unit is busy. */
  readonly load: number;
  /** Per frame; a synapse is two, XNOR and accumulate. */
  readonly operations: number;
  readonly weights: WeightStore | null;
}

/** A unit of the pipeline, in the order of the data. */
export interface StageReport extends Cost {
  readonly name: string;
  readonly unit: Stage["unit"];
  /** The layer that it belongs to; null for the label select. */
  readonly layer: string | null;
  readonly cycles: number;
  readonly load: number;
  /** Bits of a beat. */
  readonly inputBits: number;
  readonly outputBits: number;
}

/** A buffer between two units. */
export interface FifoReport {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Bits of a beat. */
  readonly bits: number;
  /** Beats that it holds. */
  readonly depth: number;
  /** Beats that wait in it at most when frames come at the interval. */
  readonly peak: number;
  readonly implementation: "skid" | "shift-register" | "distributed" | "block";
  readonly lut: number;
  readonly bram36: number;
}

/**
 * The roofline of the device for designs of this kind: operations per second against operations per byte that crosses
 * the device's boundary (Williams 2009; FINN, arXiv 1612.07119, section 3.1). Weights stay on the chip, so that bytes are
 * frames in and results out.
 */
export interface Roofline {
  readonly operationsPerFrame: number;
  /** Operations per byte in and out. */
  readonly intensity: number;
  /** Bytes per second in and out that the board can move; null where its description has none. */
  readonly ioBytesPerSecond: number | null;
  /** Tera-operations per second if the usable LUTs were all lanes. */
  readonly peakTops: { readonly binary: number; readonly byte: number };
  /** Part of the LUTs that counts as usable. */
  readonly lutFill: number;
  /** LUTs per operation per cycle that the peaks assume. */
  readonly lutPerOperation: { readonly binary: number; readonly byte: number };
  readonly achievedTops: number;
  /** Of the roof at this intensity. */
  readonly fractionOfRoof: number;
  readonly boundBy: "compute" | "io";
}

/** The layer that holds the pipeline back, and what the next faster folding would take. */
export interface Bottleneck {
  readonly layer: string;
  readonly cycles: number;
  /** Null where no folding is faster. */
  readonly next: (Cost & { readonly cyclesPerFrame: number; readonly fps: number; readonly fits: boolean }) | null;
}
