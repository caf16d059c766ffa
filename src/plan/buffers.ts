import { bitWidth } from "../hdl/index.ts";
import { SluiceError } from "../error.ts";
import type { Network } from "../network/index.ts";
import type { Target } from "./board.ts";
import type { Folding } from "./folding.ts";
import type { Depths } from "./lowering.ts";
import { pipelineStages } from "./pipeline.ts";
import { scheduleOf, type Schedule } from "./schedule.ts";
import { bufferStage, type Stage } from "./stage.ts";
import { frameShape, intervalOf, pacedSchedule, settling, slowest, timingOf, type Timing } from "./timing.ts";

/** A pipeline whose buffers keep its full rate. */
export interface SizedPipeline {
  readonly stages: readonly Stage[];
  readonly timing: Timing;
}

/**
 * The pipeline with the smallest buffers and windows that let it run at the rate of its slowest part, frames being sent
 * as fast as they are taken. Each part is asked first for the least with which it keeps that rate, having beats always in
 * front of it and room behind it: the pipeline as a whole needs no less. Often that is enough for all together. Where it
 * is not, frames are sent at exactly the interval through buffers of any depth, and as many beats as wait at most hold
 * nothing up; from there depths are made smaller as long as the rate stays, the largest memories first.
 *
 * @throws SluiceError `interval-missed`.
 */
export function sizedPipeline(network: Network, folding: Folding, target: Target): SizedPipeline {
  return new Sizing(network, folding, target).run();
}

/** Looks at stages, summed over all schedules, after which no more buffers are made smaller: about a quarter of a second. */
const patience = 7e5;

/** Beats beyond which no depth helps. */
const mostBeats = 2 ** 20;

/** Ticks after which no beat of a frame is under way any more: a strided pool may need none of a map's last ones. */
const longAfter = 2 ** 30;

/** A buffer or a window whose depth is sought. */
interface Sought {
  readonly name: string;
  /** What it needs at least. */
  readonly low: number;
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
  /** Of depths that keep the rate. */
  readonly #schedules = new Map<Depths, Schedule>();
  #work = 0;
  /** Names of the buffers that there can be. */
  readonly #places: readonly string[];
  /** Of a frame alone, between buffers of any depth: beats that each stage takes, and that wait at most in each buffer. */
  readonly #taken: ReadonlyMap<string, number>;
  readonly #peaks: ReadonlyMap<string, number>;

  constructor(network: Network, folding: Folding, target: Target) {
    [this.#network, this.#folding, this.#target] = [network, folding, target];
    this.#places = network.layers.flatMap(({ name }) => [`${name}_buffer`, `${name}_store`]);
    const stages = this.#unlimited({});
    const alone = this.#oneFrame(stages);
    this.#peaks = peaksOf(stages, alone);
    this.#taken = new Map(stages.map(({ name }, i) => [name, alone.taken()[i] ?? 0]));
    this.#interval = this.#leastInterval(stages);
  }

  run(): SizedPipeline {
    const windows = this.#windows();
    const sought = [...windows, ...this.#buffers(windows)];
    const least = depthsOf(sought);
    if (this.#isPatient() && this.#keepsRate(least)) this.#depths = least;
    else {
      this.#depths = this.#enough(sought);
      this.#reduce(
        sought
          .filter(({ name, low }) => (this.#depths[name] ?? 0) > low)
          .sort((a, b) => b.width * (this.#depths[b.name] ?? 0) - a.width * (this.#depths[a.name] ?? 0)),
      );
    }
    const stages = this.#stages(this.#depths);
    return { stages, timing: timingOf(this.#network, stages, this.#schedules.get(this.#depths)) };
  }

  /**
   * Cycles per frame that no buffers better: those of the slowest stage, or of the slowest part between buffers of any
   * depth, where a parallel window lets the unit behind it wait for the first rows of a frame.
   */
  #leastInterval(stages: readonly Stage[]): number {
    const least = slowest(stages);
    if (!stages.some(({ unit }) => unit === "parallel-window")) return least;
    const beats = this.#beats(stages);
    const intervals = stages.flatMap(({ unit }, i) => {
      if (unit !== "parallel-window") return [];
      const isBuffer = ({ unit: other }: Stage): boolean => other === "fifo";
      const start = stages.findLastIndex((stage, at) => at < i && isBuffer(stage)) + 1;
      const behind = stages.findIndex((stage, at) => at > i && isBuffer(stage));
      const end = behind < 0 ? stages.length : behind;
      const [input = 1, output = 1] = [beats[start], beats[end]];
      return [intervalOf(this.#scheduled(stages.slice(start, end), input, output), output)];
    });
    return Math.max(least, ...intervals.map(Math.ceil));
  }

  /** Whether there is work left for a search. */
  #isPatient(): boolean {
    return this.#work < patience;
  }

  #stages(depths: Depths): readonly Stage[] {
    return pipelineStages(this.#network, this.#folding, depths, this.#target);
  }

  /** With buffers of any depth wherever there can be one. */
  #unlimited(depths: Depths): readonly Stage[] {
    return this.#stages({ ...depths, ...Object.fromEntries(this.#places.map((name) => [name, Infinity])) });
  }

  /**
   * Sliding windows: the fewest words with which the layer keeps the interval, if it always finds its words. Where it has
   * time to spare, it may wait for the first rows of a map.
   */
  #windows(): readonly Sought[] {
    const stages = this.#stages({});
    const beats = this.#beats(stages);
    return stages.flatMap(({ name, unit, input, depth }, start) => {
      if (unit !== "sliding-window") return [];
      const end = stages.findIndex(({ layer }, i) => i >= start && layer !== undefined);
      const keeps = (words: number): boolean => {
        const window = this.#stages({ [name]: words }).filter((stage) => stage.name === name);
        return this.#segmentKeeps(
          [...window, ...stages.slice(start + 1, end + 1)],
          beats[start],
          beats[end + 1],
        );
      };
      let [least, enough] = [this.#stages({ [name]: 0 })[start]?.depth ?? 0, depth];
      if (this.#isPatient() && keeps(least)) enough = least;
      while (least < enough && this.#isPatient()) {
        const middle = Math.floor((least + enough) / 2);
        if (keeps(middle)) enough = middle;
        else least = middle + 1;
      }
      return [{ name, low: enough, width: bitWidth(input) }];
    });
  }

  /** Buffers: the fewest beats with which what is before and behind, up to the next buffers, keeps the interval. */
  #buffers(windows: readonly Sought[]): readonly Sought[] {
    const stages = this.#unlimited(depthsOf(windows));
    const beats = this.#beats(stages);
    return stages.flatMap((buffer, place) => {
      const { name, unit, input } = buffer;
      if (unit !== "fifo") return [];
      const isOther = (stage: Stage): boolean => stage.unit === "fifo" && stage !== buffer;
      const start = stages.findLastIndex((stage, i) => i < place && isOther(stage)) + 1;
      const behind = stages.findIndex((stage, i) => i > place && isOther(stage));
      const end = behind < 0 ? stages.length : behind;
      const keeps = (depth: number): boolean => {
        const own = depth === 0 ? [] : [bufferStage(name, input, depth)];
        const segment = [...stages.slice(start, place), ...own, ...stages.slice(place + 1, end)];
        return this.#segmentKeeps(segment, beats[start], beats[end]);
      };
      return [{ name, low: this.#leastFrom(0, keeps), width: bitWidth(input) }];
    });
  }

  /** The least from `low` on that keeps the rate, or less; `low` where it seems to be something else that does not. */
  #leastFrom(low: number, keeps: (depth: number) => boolean): number {
    if (!this.#isPatient() || keeps(low)) return low;
    let [least, enough] = [low + 1, 0];
    for (let step = 4; enough === 0; step *= 2) {
      if (step > mostBeats) return low;
      if (!this.#isPatient()) return least;
      if (keeps(low + step)) enough = low + step;
      else least = low + step + 1;
    }
    while (least < enough && this.#isPatient()) {
      const middle = Math.floor((least + enough) / 2);
      if (keeps(middle)) enough = middle;
      else least = middle + 1;
    }
    return least;
  }

  /** Beats of a frame in front of each stage, and behind the last. */
  #beats(stages: readonly Stage[]): readonly number[] {
    const { output } = frameShape(this.#network, stages);
    return [...stages.map(({ name }) => this.#taken.get(name) ?? 0), output.beats];
  }

  /** One frame alone, until all of it has gone through. */
  #oneFrame(stages: readonly Stage[]): Schedule {
    const { input, output } = frameShape(this.#network, stages);
    const schedule = scheduleOf(stages, {
      ...{ input: input.beats, output: output.beats, frames: 2 },
      ...{ interval: longAfter, until: () => true },
    });
    this.#work += schedule.work;
    return schedule;
  }

  /** Whether stages keep the interval if they always find beats in front of them and room behind them. */
  #segmentKeeps(stages: readonly Stage[], input = 1, output = 1): boolean {
    return intervalOf(this.#scheduled(stages, input, output), output) <= this.#interval;
  }

  #scheduled(stages: readonly Stage[], input: number, output: number): Schedule {
    const schedule = scheduleOf(stages, { input, output, frames: Infinity, until: settling(output) });
    this.#work += schedule.work;
    return schedule;
  }

  /**
   * As many beats as wait at most in buffers of any depth: while one frame goes through alone, which mostly is enough, or
   * if frames come at the interval; more where frames that are sent as fast as they are taken meet a unit that stalls as a
   * whole in another place.
   */
  #enough(sought: readonly Sought[]): Depths {
    const waiting = (peaks: ReadonlyMap<string, number>): Depths =>
      Object.fromEntries(sought.map(({ name, low }) => [name, Math.max(low, 2, peaks.get(name) ?? 0)]));
    const alone = waiting(this.#peaks);
    if (this.#keepsRate(alone)) return alone;
    const stages = this.#unlimited(depthsOf(sought));
    const schedule = pacedSchedule(this.#network, stages, this.#interval);
    this.#work += schedule.work;
    const enough = Object.entries(waiting(peaksOf(stages, schedule)));
    for (let tries = 0; tries < 10; tries++) {
      const deeper = ([name, depth]: readonly [string, number]): [string, number] => [
        name,
        tries === 0 ? depth : Math.ceil(depth * 1.25 ** tries) + tries,
      ];
      const depths = Object.fromEntries(enough.map(deeper));
      if (this.#keepsRate(depths)) return depths;
    }
    throw new SluiceError(
      "interval-missed",
      `the pipeline does not reach the ${String(this.#interval)} cycles per frame of its slowest part`,
      {
        where: this.#network.name,
        hint: "a fault of the planner: please report the network and its folding",
      },
    );
  }

  #keepsRate(depths: Depths): boolean {
    const stages = this.#stages(depths);
    const { input, output } = frameShape(this.#network, stages);
    const schedule = this.#scheduled(stages, input.beats, output.beats);
    if (intervalOf(schedule, output.beats) > this.#interval) return false;
    this.#schedules.set(depths, schedule);
    return true;
  }

  /**
   * Makes these as small as the rate allows: one half as small as it can be alone, or else by parts, then the other.
   */
  #reduce(sought: readonly Sought[]): void {
    const [only] = sought;
    if (only === undefined || !this.#isPatient()) return;
    if (sought.length > 1) {
      const half = Math.ceil(sought.length / 2);
      for (const part of [sought.slice(0, half), sought.slice(half)]) {
        const least = { ...this.#depths, ...depthsOf(part) };
        if (this.#isPatient() && this.#keepsRate(least)) this.#depths = least;
        else this.#reduce(part);
      }
      return;
    }
    const { name, low } = only;
    let [least, enough] = [low, this.#depths[name] ?? low];
    while (least < enough && this.#isPatient()) {
      const middle = Math.floor((least + enough) / 2);
      const smaller = { ...this.#depths, [name]: middle };
      if (this.#keepsRate(smaller)) [enough, this.#depths] = [middle, smaller];
      else least = middle + 1;
    }
  }
}

function depthsOf(sought: readonly Sought[]): Depths {
  return Object.fromEntries(sought.map(({ name, low }) => [name, low]));
}

/** Beats that wait at most in each buffer when frames come so many cycles apart. */
export function bufferPeaks(
  network: Network,
  stages: readonly Stage[],
  interval: number,
): ReadonlyMap<string, number> {
  return peaksOf(stages, pacedSchedule(network, stages, interval));
}

function peaksOf(stages: readonly Stage[], schedule: Schedule): ReadonlyMap<string, number> {
  const peaks = schedule.peaks();
  return new Map(
    stages.flatMap(({ name, unit }, i): [string, number][] =>
      unit === "fifo" || unit === "skid" ? [[name, peaks[i] ?? 0]] : [],
    ),
  );
}
