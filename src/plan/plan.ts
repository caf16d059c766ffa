import type { Hardware } from "../hdl/index.ts";
import type { Network } from "../network/index.ts";
import { anyTarget } from "./board.ts";
import { bufferPeaks, sizedPipeline } from "./buffers.ts";
import { lanesOf, type Folding } from "./folding.ts";
import { padNetwork } from "./padding.ts";
import { accelerator, type AcceleratorPorts } from "./pipeline.ts";
import type { Stage } from "./stage.ts";
import { frameShape, type FrameShape } from "./timing.ts";
import { weightEfficiency } from "./weight-store.ts";

/** A network as a pipeline, with everything that is known of it before it is simulated. */
export interface Plan {
  readonly network: Network;
  /** With the dead neurons that the folding adds: see `padNetwork`. */
  readonly padded: Network;
  readonly folding: Folding;
  readonly stages: readonly Stage[];
  readonly hardware: Hardware<AcceleratorPorts>;
  readonly input: FrameShape;
  readonly output: FrameShape;
  /** Initiation interval: cycles from a frame's result to the next one's, frames coming back to back. */
  readonly cyclesPerFrame: number;
  /** Cycles from taking the first beat of a frame to giving the last beat of its result, the pipeline empty before. */
  readonly latencyCycles: number;
  /** Synapses computed per cycle: sum of PE * SIMD * MMV. */
  readonly lanes: number;
  /** Part of the bits of the weights' block RAMs that are weights: see `weightEfficiency`. */
  readonly weightEfficiency: number | null;
  /** Beats that wait at most in each buffer (units "skid" and "fifo"), by its name, when frames come at the interval. */
  bufferPeaks(): ReadonlyMap<string, number>;
  /** Tick at which each beat of the results of `frames` back-to-back frames leaves, from tick 0 of the first beat in. */
  outputTicks(frames: number): Uint32Array;
}

/** Lowers a network under a folding to a pipeline with buffers that keep its full rate. */
export function plan(network: Network, folding: Folding, target = anyTarget): Plan {
  const padded = padNetwork(network, folding);
  const { stages, timing } = sizedPipeline(padded, folding, target);
  return {
    network,
    padded,
    folding,
    stages,
    hardware: accelerator(padded, stages),
    ...frameShape(padded, stages),
    cyclesPerFrame: timing.cyclesPerFrame,
    latencyCycles: timing.latencyCycles,
    lanes: stages.reduce((sum, stage) => sum + (stage.folding === undefined ? 0 : lanesOf(stage.folding)), 0),
    weightEfficiency: weightEfficiency(stages.flatMap((stage) => stage.weightStore ?? [])),
    bufferPeaks: () => bufferPeaks(padded, stages, timing.cyclesPerFrame),
    outputTicks: (frames) => timing.outputTicks(frames),
  };
}
