import type { OfferedTrain, Train, UnitTiming } from "../../rtl/unit-timing.ts";
import { SluiceError } from "../error.ts";
import { ScheduledUnit, TrainTicks } from "./scheduled-unit.ts";
import { Conversion, coupled } from "./unit-timings.ts";

/** A stage as the schedule sees it. */
export interface TimedStage {
  readonly name: string;
  /** A fresh model of its control. */
  readonly timing: () => UnitTiming;
}

/** The frames that are sent through a pipeline. */
export interface FrameStream {
  /** Beats of a frame at the input and at the output. */
  readonly input: number;
  readonly output: number;
  readonly frames: number;
  /** Ticks from the start of a frame to that of the next; where not given, frames come as fast as they are taken. */
  readonly interval?: number | undefined;
  /** Asked at the start of every frame but the first: whether that is all that is wanted. */
  readonly until?: ((sofar: Schedule, frame: number) => boolean) | undefined;
}

/** The pipeline is after `from + frames` frames in the state in which it was after `from` frames, `ticks` later. */
export interface Repetition {
  readonly from: number;
  readonly frames: number;
  readonly ticks: number;
  /** Tick in which the last beat of frame `from - 1` had been taken. */
  readonly start: number;
}

/** What a pipeline does in every tick, tick 0 being that in which the first beat is offered. */
export interface Schedule {
  /** Tick of every beat at the output. */
  readonly outputs: readonly number[];
  /** Undefined where there was none among the frames. */
  readonly repetition: Repetition | undefined;
  /** Beats that were at most in each stage, taken and not yet given: of stages that give as many as they take. */
  peaks(): readonly number[];
  /** Beats that each stage has taken. */
  taken(): readonly number[];
  /** How much there was to compute: times that a stage was looked at. */
  readonly work: number;
}

/**
 * Exact schedule of a pipeline whose output is always taken: the same handshakes as in the hardware, without the data. A
 * stage is looked at only in the ticks in which its neighbours or itself begin to do something else, so that a burst of
 * beats, or a train of single ones, costs as much as one, and a pause nothing.
 *
 * @throws SluiceError `pipeline-deadlock` where nothing moves any more.
 */
export function scheduleOf(stages: readonly TimedStage[], stream: FrameStream): Schedule {
  return new Simulation(stages, stream).run();
}

/** Sets of units, as bits; of a set the unit that is last in the pipeline is taken first. */
class UnitSets {
  readonly #perSet: number;
  readonly #words: Int32Array;

  constructor(units: number, sets: number) {
    this.#perSet = Math.ceil(units / 32);
    this.#words = new Int32Array(sets * this.#perSet);
  }

  add(set: number, unit: number): void {
    const word = set * this.#perSet + (unit >>> 5);
    this.#words[word] = (this.#words[word] as number) | (1 << (unit & 31));
  }

  /** Takes the last one before `end` out, which none is at or behind; -1 where there is none. */
  takeLast(set: number, end: number): number {
    const start = set * this.#perSet;
    for (let i = (end - 1) >> 5; i >= 0; i--) {
      const word = this.#words[start + i] as number;
      if (word === 0) continue;
      const bit = 31 - Math.clz32(word);
      this.#words[start + i] = word & ~(1 << bit);
      return 32 * i + bit;
    }
    return -1;
  }
}

/** No tick. */
const never = -1;

/** Ticks ahead for which there is an agenda: a unit that is steady for longer is looked at again then. */
const horizon = 1024;

/** Beats of a train that are looked at one by one for less. */
const fewBeats = 3;

/** One for each stage, or for two. */
function unitsOf(timings: readonly UnitTiming[]): readonly ScheduledUnit[] {
  const units: ScheduledUnit[] = [];
  for (let i = 0; i < timings.length; i++) {
    const [timing, behind] = [timings[i], timings[i + 1]];
    if (timing === undefined) break;
    const both = behind === undefined ? undefined : coupled(timing, behind);
    if (both !== undefined) i++;
    units.push(new ScheduledUnit(both ?? timing));
  }
  return units;
}

class Simulation {
  readonly #names: readonly string[];
  readonly #units: readonly ScheduledUnit[];
  readonly #stream: FrameStream;
  readonly #outputs: number[] = [];
  /** The units to be woken in each of the next ticks, by tick modulo the horizon. */
  readonly #agenda: UnitSets;
  readonly #busy = new Int32Array(horizon / 32);
  /** The one set of those to be looked at in this tick. */
  readonly #touched: UnitSets;
  /** The source is a unit in front of the first: these beats it has handed over before tick `#sourceSince`. */
  #handed = 0;
  #sourceSince = 0;
  #sourceWake = 0;
  #sourceWoken = never;
  #offers = false;
  #work = 0;
  readonly #states = new Map<string, { readonly frame: number; readonly tick: number }>();
  #repetition: Repetition | undefined;

  constructor(stages: readonly TimedStage[], stream: FrameStream) {
    this.#names = stages.map(({ name }) => name);
    this.#units = unitsOf(stages.map(({ timing }) => timing()));
    this.#stream = stream;
    this.#agenda = new UnitSets(stages.length, horizon);
    this.#touched = new UnitSets(stages.length, 1);
  }

  run(): Schedule {
    const { input, output, frames, until } = this.#stream;
    this.#units.forEach((_, i) => {
      this.#wakeAt(i, 0);
    });
    let tick = 0;
    for (; ; tick = this.#nextTick(tick)) {
      this.#wakeUnits(tick);
      const frame = this.#wakeSource(tick);
      if (frame > 0) {
        this.#compare(frame, tick);
        if (until?.(this.#sofar(), frame) === true) break;
      }
      if (this.#outputs.length >= frames * output && this.#handed >= frames * input) break;
      this.#settle(tick);
    }
    this.#catchAllUp(tick);
    return this.#sofar();
  }

  #sofar(): Schedule {
    return {
      outputs: this.#outputs,
      repetition: this.#repetition,
      peaks: () =>
        this.#units.flatMap(({ timing, peak }) => (timing instanceof Conversion ? timing.peaks : [peak])),
      taken: () =>
        this.#units.flatMap(({ timing, took }) =>
          timing instanceof Conversion ? [took, took - timing.held[0]] : [took],
        ),
      work: this.#work,
    };
  }

  #unit(place: number): ScheduledUnit {
    return this.#units[place] as ScheduledUnit;
  }

  #wakeAt(place: number, tick: number): void {
    this.#unit(place).wake = tick;
    const slot = tick & (horizon - 1);
    this.#agenda.add(slot, place);
    this.#busy[slot >> 5] = (this.#busy[slot >> 5] as number) | (1 << (slot & 31));
  }

  /** What has come to its own next event. */
  #wakeUnits(tick: number): void {
    const slot = tick & (horizon - 1);
    const last = this.#units.length - 1;
    const [busy, bit] = [this.#busy[slot >> 5] as number, 1 << (slot & 31)];
    if ((busy & bit) === 0) return;
    this.#busy[slot >> 5] = busy & ~bit;
    const { length } = this.#units;
    for (let i = this.#agenda.takeLast(slot, length); i >= 0; i = this.#agenda.takeLast(slot, i)) {
      const unit = this.#unit(i);
      if (unit.wake !== tick) continue;
      this.#catchUp(i, tick);
      this.#touched.add(0, i);
      if (unit.sent !== undefined) continue;
      const valid = unit.offers();
      if (valid === unit.valid) continue;
      unit.valid = valid;
      if (i < last) this.#touched.add(0, i + 1);
    }
  }

  #catchAllUp(tick: number): void {
    this.#units.forEach((_, i) => {
      this.#catchUp(i, tick);
    });
  }

  #catchUp(place: number, tick: number): void {
    const unit = this.#unit(place);
    if (place === this.#units.length - 1 && unit.valid)
      for (let at = unit.since; at < tick; at++) this.#outputs.push(at);
    if (place === 0) this.#countHanded(tick);
    unit.catchUp(tick);
  }

  /** Frame by frame: whether a beat is offered in this tick. Gives the number of the frame that begins, if any does. */
  #wakeSource(tick: number): number {
    if (this.#sourceWake !== tick) return 0;
    this.#sourceWoken = tick;
    this.#countHanded(tick);
    this.#touched.add(0, 0);
    const { input, frames, interval } = this.#stream;
    const frame = Math.floor(this.#handed / input);
    const start = interval === undefined ? tick : Math.max(tick, frame * interval);
    this.#offers = frame < frames && start === tick;
    this.#sourceWake = frame < frames && start > tick ? start : Infinity;
    return this.#offers && this.#handed % input === 0 ? frame : 0;
  }

  #countHanded(tick: number): void {
    if (this.#unit(0).taken) this.#handed += tick - this.#sourceSince;
    this.#sourceSince = tick;
  }

  /** Whether the pipeline has been in this state before, at the start of another frame. */
  #compare(frame: number, tick: number): void {
    if (this.#repetition !== undefined) return;
    const { interval = 0, output } = this.#stream;
    this.#catchAllUp(tick);
    const late = interval === 0 ? 0 : tick - frame * interval;
    const inside = frame * output - this.#outputs.length;
    const states = this.#units.flatMap(({ timing }) => timing.state());
    const key = [late, inside, ...states].join();
    const before = this.#states.get(key);
    if (before === undefined) {
      this.#states.set(key, { frame, tick });
      return;
    }
    const [frames, ticks] = [frame - before.frame, tick - before.tick];
    this.#repetition = { from: before.frame, start: before.tick, frames, ticks };
  }

  /** From the back: a stage sees the ready behind it and the valid before it of the same tick. */
  #settle(tick: number): void {
    const last = this.#units.length - 1;
    for (let i = this.#touched.takeLast(0, last + 1); i >= 0; i = this.#touched.takeLast(0, i)) {
      const unit = this.#unit(i);
      const train = i > 0 ? this.#unit(i - 1).sent : undefined;
      const before = this.#offeredTo(i, tick);
      // Where a unit offers nothing, the ready behind it changes nothing; a train is taken.
      const behind = i === last || !unit.valid || this.#unit(i + 1).ready;
      const turns = unit.wake === tick || unit.readyBehind !== behind;
      const renewed = i === 0 && this.#sourceWoken === tick;
      const goesOn =
        unit.received === train && (train !== undefined || (before && unit.ready) === unit.taken);
      if (!turns && !renewed && goesOn) continue;
      this.#work++;
      this.#catchUp(i, tick);
      if (turns) {
        const ready = unit.takes(behind);
        if (i > 0 && ready !== unit.ready) this.#touched.add(0, i - 1);
        unit.ready = ready;
      }
      unit.readyBehind = behind;
      if (train !== undefined) {
        if (unit.ready && this.#takesTrain(i, tick, train)) continue;
        this.#stopTrain(i - 1, tick);
      }
      unit.received = undefined;
      unit.taken = before && unit.ready;
      if (i === last || !this.#sendsTrain(i, tick))
        this.#wakeAfter(i, tick, unit.steady(unit.taken, unit.readyBehind));
      if (i === 0 && this.#offers) {
        const left = this.#stream.input - (this.#handed % this.#stream.input);
        this.#sourceWake = unit.taken ? tick + left : Infinity;
      }
    }
  }

  #offeredTo(place: number, tick: number): boolean {
    return place === 0 ? this.#offers : this.#unit(place - 1).offersIn(tick);
  }

  /** Whether a unit that takes a beat in every tick, or none, sends a train from this tick on, or goes on to do so. */
  #sendsTrain(place: number, tick: number): boolean {
    const unit = this.#unit(place);
    const train = unit.sends?.(unit.taken);
    if (unit.sent?.isAlso(tick, train) === false) {
      this.#endTrain(place, tick);
      return false;
    }
    if (train === undefined) return false;
    if (unit.sent === undefined) {
      if (!this.#beginsTrain(place, tick, train)) return false;
    }
    this.#wakeAfter(place, tick, train.ticks);
    return true;
  }

  /** Whether the unit behind takes this train, which then begins. Of few beats it is not worth while. */
  #beginsTrain(place: number, tick: number, train: OfferedTrain): boolean {
    if (train.ticks < train.first + fewBeats * train.period) return false;
    const sent = new TrainTicks(tick, train);
    if (!this.#unit(place + 1).ready || !this.#takesTrain(place + 1, tick, sent)) return false;
    const unit = this.#unit(place);
    unit.sent = sent;
    [unit.valid, unit.readyBehind] = [false, true];
    return true;
  }

  /** Whether a unit that is ready can take a train from this tick on. */
  #takesTrain(place: number, tick: number, received: TrainTicks): boolean {
    const unit = this.#unit(place);
    this.#catchUp(place, tick);
    const train = received.from(tick);
    const ticks = this.#relaysTrain(place, tick, train) ?? unit.absorbs?.(train, unit.readyBehind);
    if (ticks === undefined || ticks === 0) return false;
    unit.received = received;
    this.#wakeAfter(place, tick, ticks);
    return true;
  }

  /** For how long a unit sends a train while it takes this one; undefined where it does not. */
  #relaysTrain(place: number, tick: number, train: Train): number | undefined {
    const unit = this.#unit(place);
    const relayed = place < this.#units.length - 1 ? unit.relays?.(train) : undefined;
    if (unit.sent?.isAlso(tick, relayed) === false) this.#endTrain(place, tick);
    if (relayed === undefined) return undefined;
    if (unit.sent === undefined && !this.#beginsTrain(place, tick, relayed)) return undefined;
    unit.relaysOn = relayed.ticks === Infinity;
    return relayed.ticks;
  }

  /** A unit sends no train any more; what it does in this tick is still as it was. */
  #endTrain(place: number, tick: number): void {
    const unit = this.#unit(place);
    unit.valid = unit.offers();
    unit.sent = undefined;
    this.#wakeAt(place + 1, tick + 1);
  }

  /** The unit behind takes the train no more: in this very tick the unit sends beats again. */
  #stopTrain(place: number, tick: number): void {
    const unit = this.#unit(place);
    this.#catchUp(place, tick);
    unit.valid = unit.offers();
    unit.sent = undefined;
    unit.wake = tick;
    this.#touched.add(0, place);
  }

  #wakeAfter(place: number, tick: number, ticks: number): void {
    if (ticks === Infinity) this.#unit(place).wake = never;
    else this.#wakeAt(place, tick + Math.min(ticks, horizon - 1));
  }

  #nextTick(tick: number): number {
    const next = this.#nextBusy(tick + 1);
    if (this.#sourceWake < Infinity && this.#sourceWake <= next) return this.#sourceWake;
    if (next < Infinity) return next;
    throw this.#deadlock(tick);
  }

  /** The first tick from this one on for which there is an agenda. */
  #nextBusy(tick: number): number {
    const slot = tick & (horizon - 1);
    let word = (this.#busy[slot >> 5] as number) & (-1 << (slot & 31));
    for (let start = tick - (slot & 31), i = slot >> 5; start < tick + horizon; start += 32) {
      if (word !== 0) return start + 31 - Math.clz32(word & -word);
      i = (i + 1) & (horizon / 32 - 1);
      word = this.#busy[i] as number;
    }
    return Infinity;
  }

  #deadlock(tick: number): SluiceError {
    this.#catchAllUp(tick);
    const results = Math.floor(this.#outputs.length / this.#stream.output);
    const timings = this.#units.flatMap(({ timing }) =>
      timing instanceof Conversion ? timing.parts : [timing],
    );
    const waits = timings.map((timing, i) => {
      const [before = "the input", behind] = [this.#names[i - 1], this.#names[i + 1]];
      const offered = i === 0 ? this.#offers : timings[i - 1]?.valid() === true;
      return `${this.#names[i] ?? ""} ${waitsFor(timing, { before, behind, offered })}`;
    });
    return new SluiceError(
      "pipeline-deadlock",
      `after ${String(results)} results nothing moves any more: ${waits.join("; ")}`,
      { where: `tick ${String(tick)}` },
    );
  }
}

/** Why a unit does not move, in words. */
function waitsFor(
  timing: UnitTiming,
  {
    before,
    behind,
    offered,
  }: { readonly before: string; readonly behind: string | undefined; readonly offered: boolean },
): string {
  if (timing.valid() && behind !== undefined) return `waits until ${behind} takes a beat`;
  const lacks = timing.lacks?.();
  if (lacks !== undefined) return `waits for ${lacks}`;
  return offered ? `does not take the beat of ${before}` : `waits for a beat of ${before}`;
}
