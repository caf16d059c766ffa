import { bitWidth, type Kind } from "../hdl/index.ts";
import { inputTensor, outputTensor, volume, type Network, type Tensor } from "../network/index.ts";
import { scheduleOf, type Repetition, type Schedule } from "./schedule.ts";
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

/** Sends frames through the timing model as fast as they are taken, until the interval has settled; what is known of that. */
export function timingOf(network: Network, stages: readonly Stage[], known?: Schedule): Timing {
  const { input, output } = frameShape(network, stages);
  const stream = { input: input.beats, output: output.beats };
  const settled = known ?? scheduleOf(stages, { ...stream, frames: Infinity, until: settling(output.beats) });
  const { repetition } = settled;
  return {
    cyclesPerFrame: intervalOf(settled, output.beats),
    latencyCycles: settled.outputs[output.beats - 1] ?? 0,
    outputTicks: (frames) => {
      const repeats = repetition === undefined ? 0 : repeatsOf(repetition, frames);
      const { outputs } = scheduleOf(stages, {
        ...stream,
        frames: frames - repeats * (repetition?.frames ?? 0),
      });
      return repetition === undefined ? Uint32Array.from(outputs) : repeated(outputs, repetition, repeats);
    },
  };
}

/** Cycles per frame once settled; of a pattern over several frames their mean. */
export function intervalOf({ repetition, outputs }: Schedule, beats: number): number {
  if (repetition !== undefined) return repetition.ticks / repetition.frames;
  const frames = Math.floor(outputs.length / beats);
  return (outputs[frames * beats - 1] ?? 0) - (outputs[(frames - 1) * beats - 1] ?? 0);
}

/** Ticks that are simulated whatever they cost, and equal intervals in a row that count as settled. */
const [cheapTicks, steadyResults] = [2 ** 15, 2];

/** Until the state repeats, or at least the interval has not changed for some results, where that is long to wait for. */
export function settling(beats: number): (sofar: Schedule) => boolean {
  return ({ repetition, outputs }) => {
    if (repetition !== undefined) return true;
    const results = Math.floor(outputs.length / beats);
    const end = (back: number): number => outputs[(results - back) * beats - 1] ?? 0;
    if (results <= steadyResults || end(0) < cheapTicks) return false;
    const interval = end(0) - end(1);
    for (let back = 1; back < steadyResults; back++) if (end(back) - end(back + 1) !== interval) return false;
    return true;
  };
}

/**
 * The schedule of frames that come at an interval, until the state of the pipeline repeats, or for many times as long as
 * a frame is under way.
 */
export function pacedSchedule(network: Network, stages: readonly Stage[], interval: number): Schedule {
  const { input, output } = frameShape(network, stages);
  const lasts = ({ outputs }: Schedule): number =>
    Math.max(cheapTicks, 8 * (outputs[output.beats - 1] ?? Infinity));
  return scheduleOf(stages, {
    input: input.beats,
    output: output.beats,
    frames: Infinity,
    interval,
    until: (sofar, frame) => sofar.repetition !== undefined || frame * interval > lasts(sofar),
  });
}

/** How often a repetition occurs among so many frames beyond those that are simulated. */
function repeatsOf({ from, frames: period }: Repetition, frames: number): number {
  return Math.max(0, Math.floor((frames - from) / period) - 1);
}

/** What lies between two equal states, put in `times` times more. */
function repeated(outputs: readonly number[], { start, ticks }: Repetition, times: number): Uint32Array {
  const before = outputs.filter((tick) => tick < start);
  const pattern = outputs.filter((tick) => tick >= start && tick < start + ticks);
  const all = new Uint32Array(outputs.length + times * pattern.length);
  all.set(before);
  for (let i = 0; i < times; i++)
    pattern.forEach((tick, beat) => (all[before.length + i * pattern.length + beat] = tick + i * ticks));
  const rest = before.length + times * pattern.length;
  for (let beat = before.length; beat < outputs.length; beat++)
    all[rest + beat - before.length] = (outputs[beat] ?? 0) + times * ticks;
  return all;
}
