import { bitWidth, type Kind } from "../hdl/index.ts";
import { inputTensor, outputTensor, volume, type Network, type Tensor } from "../network/index.ts";
import { pipelineTiming, type StageTiming } from "./schedule.ts";
import { bitsOf, type Stage } from "./stage.ts";

/** Beats of a frame at one end of the accelerator. */
export interface FrameShape {
  readonly beats: number;
  /** Bits of a beat. */
  readonly width: number;
}

export function frameShape(
  network: Network,
  stages: readonly Stage[],
): { readonly input: FrameShape; readonly output: FrameShape } {
  const [first, last] = [stages[0], stages.at(-1)];
  const lastLayer = network.layers.at(-1);
  if (first === undefined || last === undefined || lastLayer === undefined)
    throw new Error("a pipeline has stages");
  const results = last.unit === "label-select" ? 1 : beatsOf(outputTensor(lastLayer), last.output);
  return {
    input: { beats: beatsOf(inputTensor(network.input), first.input), width: bitWidth(first.input) },
    output: { beats: results, width: bitWidth(last.output) },
  };
}

/** Beats of a tensor: of a vec each holds so many values, of bits values of so many. */
export function beatsOf(tensor: Tensor, kind: Kind): number {
  const perBeat = kind.kind === "vec" ? kind.length : bitWidth(kind) / bitsOf(tensor);
  return volume(tensor) / perBeat;
}

/** Cycles per frame of the slowest stage: no schedule is faster. */
export function slowest(stages: readonly Stage[]): number {
  return Math.max(...stages.map(({ cycles }) => cycles));
}

/** Cycles that frames take in a pipeline. */
export interface Timing {
  /** From the end of a frame to the end of the next, once settled, with more frames behind them. */
  readonly cyclesPerFrame: number;
  /** From the first beat of the first frame in to the last beat of its result. */
  readonly latencyCycles: number;
  /** Tick in which each output beat of so many frames leaves, from the first beat in. */
  outputTicks(frames: number): Uint32Array;
}

/** Sends frames through the timing model as fast as they are taken, until the interval has settled. */
export function timingOf(network: Network, stages: readonly Stage[]): Timing {
  const { settling, draining } = framesToRun(network, stages);
  const head = outputsOf(network, stages, settling + draining);
  const perFrame = head.length / (settling + draining);
  const end = (frame: number): number => head[(frame + 1) * perFrame - 1] ?? 0;
  const cyclesPerFrame = end(settling - 1) - end(settling - 2);
  return {
    cyclesPerFrame,
    latencyCycles: end(0),
    outputTicks: (frames) => {
      const repeats = frames - settling - draining;
      if (repeats <= 0) return outputsOf(network, stages, frames);
      // Once settled, every frame repeats the last one's pattern; those at the end have none behind them that push.
      return Uint32Array.from({ length: frames * perFrame }, (_, i) => {
        const frame = Math.floor(i / perFrame);
        const repeated = Math.max(0, Math.min(repeats, frame - (settling - 1)));
        return (head[i - repeated * perFrame] ?? 0) + repeated * cyclesPerFrame;
      });
    },
  };
}

/** Frames until the interval has settled, many where that costs little; frames that are under way at once and more. */
export function framesToRun(
  network: Network,
  stages: readonly Stage[],
): { readonly settling: number; readonly draining: number } {
  const interval = slowest(stages);
  const latency = outputsOf(network, stages, 1).at(-1) ?? 0;
  const underWay = Math.ceil(latency / interval);
  const cheap = Math.floor(2 ** 15 / interval);
  return { settling: underWay + Math.max(3, Math.min(24, cheap)), draining: underWay + 1 };
}

/** Tick in which each output beat of `frames` frames leaves, from the first beat in. */
export function outputsOf(
  network: Network,
  stages: readonly Stage[],
  frames: number,
  {
    interval,
    timings = stages.map((stage) => stage.timing()),
  }: { readonly interval?: number; readonly timings?: readonly StageTiming[] } = {},
): Uint32Array {
  const { input, output } = frameShape(network, stages);
  return pipelineTiming(timings, {
    inputBeats: frames * input.beats,
    outputBeats: frames * output.beats,
    idleLimit: 4 * slowest(stages) + 1000,
    ...(interval === undefined ? {} : { pace: { beats: input.beats, interval } }),
  }).outputs;
}
