import { bitWidth } from "../hdl/index.ts";
import { SluiceError } from "../error.ts";
import { tensors, type Network } from "../network/index.ts";
import type { Target } from "./board.ts";
import type { Folding } from "./folding.ts";
import type { Depths } from "./lowering.ts";
import { pipelineStages } from "./pipeline.ts";
import { scheduleOf, type Schedule } from "./schedule.ts";
import type { Stage } from "./stage.ts";
import {
  beatsOf,
  frameShape,
  intervalOf,
  pacedSchedule,
  settling,
  slowest,
  timingOf,
  type Timing,
} from "./timing.ts";

/** A pipeline whose buffers keep its full rate. */
export interface SizedPipeline {
  readonly stages: readonly Stage[];
  readonly timing: Timing;
}

/**
 * The pipeline with the smallest buffers and windows that let it run at the rate of its slowest stage, frames being sent
 * as fast as they are taken. What is enough is found first: frames are sent at exactly that interval through buffers of
 * any depth, and as many beats as wait at most hold nothing up. Most stages have time to spare and may be held up,
 * though: buffers are then made smaller as long as the rate stays, the largest first, all at once or by halves.
 *
 * @throws SluiceError `interval-missed`.
 */
export function sizedPipeline(network: Network, folding: Folding, target: Target): SizedPipeline {
  return new Sizing(network, folding, target).run();
}

/** Looks at stages, summed over all schedules, after which no more buffers are made smaller: some seconds. */
const patience = 2e6;

/** A buffer or a window whose depth is sought: `low` is the least that there can be, `high` is enough. */
interface Sought {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** Bits of a beat. */
  readonly width: number;
}

class Sizing {
  readonly #network: Network;
  readonly #folding: Folding;
  readonly #target: Target;
  readonly #interval: number;
  /** Depths that keep the rate, once there are any. */
  #depths: Depths = {};
  #work = 0;

  constructor(network: Network, folding: Folding, target: Target) {
    [this.#network, this.#folding, this.#target] = [network, folding, target];
    this.#interval = slowest(this.#stages({}));
  }

  run(): SizedPipeline {
    const windows = this.#windows();
    const buffers = this.#buffers(windows);
    this.#depths = this.#enough(windows, buffers);
    const sought = [...windows, ...buffers]
      .map((one) => ({ ...one, high: this.#depths[one.name] ?? one.low }))
      .filter(({ low, high }) => high > low)
      .sort((a, b) => b.width * b.high - a.width * a.high);
    this.#reduce(sought);
    const stages = this.#stages(this.#depths);
    return { stages, timing: timingOf(this.#network, stages) };
  }

  #stages(depths: Depths): readonly Stage[] {
    return pipelineStages(this.#network, this.#folding, depths, this.#target);
  }

  /**
   * Sliding windows: from the fewest words with which the layer alone keeps the interval, always finding its words, to
   * those with which no window ever waits. Where a layer has time to spare, it may wait for the first rows of a map.
   */
  #windows(): readonly Sought[] {
    return this.#stages({})
      .filter(({ unit }) => unit === "sliding-window")
      .map(({ name, depth: enough, input }) => {
        const keeps = (depth: number): boolean => this.#layerInterval(name, depth) <= this.#interval;
        const least = this.#stageOf({ [name]: 0 }, name).depth;
        const width = bitWidth(input);
        if (keeps(least)) return { name, low: least, high: enough, width };
        let high = enough;
        while (high < 16 * enough && !keeps(high)) high *= 2;
        return { name, low: leastFrom(least + 1, high, keeps), high, width };
      });
  }

  #stageOf(depths: Depths, name: string): Stage {
    const stage = this.#stages(depths).find((one) => one.name === name);
    if (stage === undefined) throw new Error(`no stage ${name}`);
    return stage;
  }

  /** Cycles per frame of the stages of one layer, from its window on, with words always there and results always taken. */
  #layerInterval(window: string, depth: number): number {
    const stages = this.#stages({ [window]: depth });
    const start = stages.findIndex(({ name }) => name === window);
    const own = stages.slice(
      start,
      stages.findIndex(({ layer }, i) => i >= start && layer !== undefined) + 1,
    );
    const [first, last] = [own[0], own.at(-1)];
    const index = this.#network.layers.findIndex((layer) => layer === last?.layer);
    const [input, output] = tensors(this.#network).slice(index, index + 2);
    if (first === undefined || last === undefined || input === undefined || output === undefined)
      throw new Error(`no layer has the window ${window}`);
    return this.#measure(own, beatsOf(input, first.input), beatsOf(output, last.output));
  }

  #measure(stages: readonly Stage[], input: number, output: number): number {
    const schedule = scheduleOf(stages, { input, output, frames: Infinity, until: settling(output) });
    this.#work += schedule.work;
    return intervalOf(schedule, output);
  }

  /** Buffers, of any depth wherever there can be one: what waits in them at most is enough. */
  #buffers(windows: readonly Sought[]): readonly Sought[] {
    const depths = Object.fromEntries(this.#places().map((name) => [name, Infinity]));
    const stages = this.#stages({ ...depthsOf(windows, "low"), ...depths });
    const schedule = pacedSchedule(this.#network, stages, this.#interval);
    this.#work += schedule.work;
    const peaks = peaksOf(stages, schedule);
    return stages.flatMap(({ name, input }) => {
      const peak = peaks.get(name);
      return peak === undefined ? [] : [{ name, low: 0, high: Math.max(2, peak), width: bitWidth(input) }];
    });
  }

  /** Names of the buffers that there can be. */
  #places(): readonly string[] {
    return this.#network.layers.flatMap(({ name }) => [`${name}_buffer`, `${name}_store`]);
  }

  /** Depths that keep the rate. Sent as fast as they are taken, frames may meet a unit that stalls in another place. */
  #enough(windows: readonly Sought[], buffers: readonly Sought[]): Depths {
    for (let tries = 0; tries < 8; tries++) {
      const deeper = ({ name, high }: Sought): [string, number] => [
        name,
        Math.ceil(high * 1.25 ** tries) + tries,
      ];
      const depths = {
        ...(tries === 0 ? depthsOf(windows, "low") : Object.fromEntries(windows.map(deeper))),
        ...Object.fromEntries(buffers.map(deeper)),
      };
      if (this.#keepsRate(depths)) return depths;
    }
    throw new SluiceError(
      "interval-missed",
      `the pipeline does not reach the ${String(this.#interval)} cycles per frame of its slowest stage`,
      {
        where: this.#network.name,
        hint: "a fault of the planner: please report the network and its folding",
      },
    );
  }

  #keepsRate(depths: Depths): boolean {
    const stages = this.#stages(depths);
    const { input, output } = frameShape(this.#network, stages);
    return this.#measure(stages, input.beats, output.beats) <= this.#interval;
  }

  /** Makes these as small as the rate allows: all together, or else one half and then the other. */
  #reduce(sought: readonly Sought[]): void {
    if (sought.length === 0 || this.#work > patience) return;
    const least = { ...this.#depths, ...depthsOf(sought, "low") };
    if (this.#keepsRate(least)) {
      this.#depths = least;
      return;
    }
    const [only] = sought;
    if (sought.length > 1 || only === undefined) {
      const half = Math.ceil(sought.length / 2);
      this.#reduce(sought.slice(0, half));
      this.#reduce(sought.slice(half));
      return;
    }
    const { name, low, high } = only;
    const keeps = (depth: number): boolean =>
      this.#work <= patience && this.#keepsRate({ ...this.#depths, [name]: depth });
    this.#depths = { ...this.#depths, [name]: leastFrom(low + 1, high, keeps) };
  }
}

function depthsOf(sought: readonly Sought[], which: "low" | "high"): Depths {
  return Object.fromEntries(sought.map((one) => [one.name, one[which]]));
}

/** The least from `low` on that keeps the rate, `high` being known to. */
function leastFrom(low: number, high: number, keeps: (depth: number) => boolean): number {
  let [least, enough] = [low, high];
  while (least < enough) {
    const middle = Math.floor((least + enough) / 2);
    if (keeps(middle)) enough = middle;
    else least = middle + 1;
  }
  return enough;
}

/** Beats that wait at most in each buffer when frames come at the interval of the slowest stage. */
export function bufferPeaks(network: Network, stages: readonly Stage[]): ReadonlyMap<string, number> {
  return peaksOf(stages, pacedSchedule(network, stages, slowest(stages)));
}

function peaksOf(stages: readonly Stage[], schedule: Schedule): ReadonlyMap<string, number> {
  const peaks = schedule.peaks();
  return new Map(
    stages.flatMap(({ name, unit }, i): [string, number][] =>
      unit === "fifo" || unit === "skid" ? [[name, peaks[i] ?? 0]] : [],
    ),
  );
}
