import { SluiceError } from "../error.ts";
import { bitWidth, type Hardware, type SinkPort, type SourcePort } from "../hdl/index.ts";
import type { DenseNetwork, Network } from "../network/index.ts";
import { denseNetwork } from "./dense.ts";
import type { Folding } from "./folding.ts";
import { accelerator, pipelineStages, type BufferDepths, type Stage } from "./pipeline.ts";
import { pipelineTiming } from "./schedule.ts";

/** Beats of a frame at one end of the accelerator. */
export interface FrameShape {
  readonly beats: number;
  /** Bits of a beat. */
  readonly width: number;
}

/** A network as a pipeline, with everything that is known of it before it is simulated. */
export interface Plan {
  readonly network: Network;
  readonly folding: Folding;
  readonly stages: readonly Stage[];
  readonly hardware: Hardware<{ x: SinkPort; y: SourcePort }>;
  readonly input: FrameShape;
  readonly output: FrameShape;
  /** Initiation interval: cycles from a frame's result to the next one's, frames coming back to back. */
  readonly cyclesPerFrame: number;
  /** Cycles from taking the first beat of a frame to giving the last beat of its result, the pipeline empty before. */
  readonly latencyCycles: number;
  /** Synapses computed per cycle: sum of PE * SIMD. */
  readonly lanes: number;
  /** Tick at which each beat of the results of `frames` back-to-back frames leaves, from tick 0 of the first beat in. */
  outputTicks(frames: number): Uint32Array;
}

/** Frames that the timing model runs for: enough for the buffers to fill and the interval to settle. */
const settlingFrames = 24;

/** Lowers a network under a folding to a pipeline with the smallest buffers that keep its full rate and latency. */
export function plan(network: Network, folding: Folding): Plan {
  const dense = denseNetwork(network);
  const depths = bufferDepths(dense, folding);
  const stages = pipelineStages(dense, folding, depths);
  const shape = frameShape(dense, stages);
  const timing = measure(dense, stages, settlingFrames);
  return {
    network,
    folding,
    stages,
    hardware: accelerator(dense, stages),
    ...shape,
    ...timing,
    lanes: stages.reduce((sum, { folding: f }) => sum + (f === undefined ? 0 : f.pe * f.simd), 0),
    outputTicks: (frames) => outputTicks(dense, stages, frames, timing.cyclesPerFrame),
  };
}

function frameShape(
  network: DenseNetwork,
  stages: readonly Stage[],
): { input: FrameShape; output: FrameShape } {
  const first = stages[0];
  const last = stages.at(-1);
  const lastLayer = network.layers.at(-1);
  if (first?.folding === undefined || last === undefined || lastLayer === undefined)
    throw new Error("a pipeline starts with a layer");
  const results = last.folding === undefined ? 1 : lastLayer.outputs / last.folding.pe;
  return {
    input: { beats: network.input.bits / first.folding.simd, width: first.folding.simd },
    output: { beats: results, width: bitWidth(last.output) },
  };
}

function measure(
  network: DenseNetwork,
  stages: readonly Stage[],
  frames: number,
): { cyclesPerFrame: number; latencyCycles: number } {
  const ticks = run(network, stages, frames);
  const perFrame = ticks.length / frames;
  const end = (frame: number): number => ticks[(frame + 1) * perFrame - 1] ?? 0;
  return { cyclesPerFrame: end(frames - 1) - end(frames - 2), latencyCycles: end(0) };
}

function run(network: DenseNetwork, stages: readonly Stage[], frames: number): Uint32Array {
  const { input, output } = frameShape(network, stages);
  return pipelineTiming(
    stages.map((stage) => stage.timing()),
    frames * input.beats,
    frames * output.beats,
  ).outputs;
}

/** Once settled, every frame repeats the last one's pattern an interval later. */
function outputTicks(
  network: DenseNetwork,
  stages: readonly Stage[],
  frames: number,
  interval: number,
): Uint32Array {
  const head = run(network, stages, Math.min(frames, settlingFrames));
  const perFrame = head.length / Math.min(frames, settlingFrames);
  return Uint32Array.from({ length: frames * perFrame }, (_, i) => {
    const frame = Math.floor(i / perFrame);
    const extra = Math.max(0, frame - (settlingFrames - 1));
    return (head[i - extra * perFrame] ?? 0) + extra * interval;
  });
}

/**
 * The least buffer behind each layer that keeps the pipeline at its full rate and shortest latency, found one after
 * the other by bisection on the timing model. A buffer that holds a whole vector of the next layer is always enough:
 * while that layer replays one vector, the next one arrives.
 */
function bufferDepths(network: DenseNetwork, folding: Folding): BufferDepths {
  const slack = 4;
  const depths: Record<string, number> = {};
  const converted = new Set<string>();
  network.layers.forEach((layer, i) => {
    const next = network.layers[i + 1];
    const simd = next === undefined ? undefined : folding[next.name]?.simd;
    if (next !== undefined && simd !== undefined)
      depths[layer.name] = Math.max(2, next.inputs / simd + slack);
  });
  const measured = (): { cyclesPerFrame: number; latencyCycles: number } =>
    measure(network, pipelineStages(network, folding, depths), settlingFrames);
  const interval = Math.max(...pipelineStages(network, folding, depths).map((stage) => stage.cycles));
  const goal = measured();
  if (goal.cyclesPerFrame !== interval) {
    throw new SluiceError(
      "interval-missed",
      `the pipeline takes ${String(goal.cyclesPerFrame)} cycles per frame, its slowest layer ${String(interval)}`,
      { where: network.name },
    );
  }
  for (const [name, enough] of Object.entries(depths)) {
    // Without a width converter, a buffer is what cuts the ready path between two layers.
    let [low, high] = [converted.has(name) ? 0 : 2, enough];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      depths[name] = middle;
      const got = measured();
      // A skid buffer answers a cycle sooner than a FIFO.
      if (got.cyclesPerFrame <= goal.cyclesPerFrame && got.latencyCycles <= goal.latencyCycles) high = middle;
      else low = middle + 1;
    }
    depths[name] = low;
  }
  return depths;
}
