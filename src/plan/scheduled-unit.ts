import type { Train, UnitTiming } from "../../rtl/unit-timing.ts";

/** A train as ticks: groups of `length` beats, `period` ticks apart from tick `at` on. */
export class TrainTicks {
  readonly at: number;
  readonly length: number;
  readonly period: number;

  constructor(tick: number, { first, length, period }: Train) {
    [this.at, this.length, this.period] = [tick + first, length, period];
  }

  /** The start of the first group that has not passed before this tick. */
  groupAt(tick: number): number {
    const past = tick - this.at - this.length + 1;
    return past <= 0 ? this.at : this.at + Math.ceil(past / this.period) * this.period;
  }

  hasBeat(tick: number): boolean {
    return this.groupAt(tick) <= tick;
  }

  beatsBefore(tick: number): number {
    if (tick <= this.at) return 0;
    const groups = Math.floor((tick - this.at) / this.period);
    return groups * this.length + Math.min(this.length, tick - this.at - groups * this.period);
  }

  from(tick: number): Train {
    return { first: this.groupAt(tick) - tick, length: this.length, period: this.period };
  }

  /** Whether it goes on as this one from a tick on. */
  isAlso(tick: number, train: Train | undefined): boolean {
    return (
      train?.period === this.period &&
      train.length === this.length &&
      this.groupAt(tick) === tick + train.first
    );
  }
}

/** What a stage does from tick `since` on, until its inputs change or tick `wake` comes. */
export class ScheduledUnit {
  readonly timing: UnitTiming;
  since = 0;
  wake = 0;
  /** Not while it sends a train. */
  valid = false;
  ready = false;
  /** Not while it takes a train. */
  taken = false;
  readyBehind = false;
  /** The trains that it sends and takes. */
  sent: TrainTicks | undefined;
  received: TrainTicks | undefined;
  /** That which it sends goes on as long as that which it takes. */
  relaysOn = false;
  took = 0;
  held = 0;
  peak = 0;

  // Apart from the model: units have models of many shapes, which a call through them would have to tell apart.
  readonly offers: UnitTiming["valid"];
  readonly takes: UnitTiming["ready"];
  readonly steady: UnitTiming["steady"];
  readonly sends: UnitTiming["sends"];
  readonly relays: UnitTiming["relays"];
  readonly absorbs: UnitTiming["absorbs"];
  readonly #edge: UnitTiming["edge"];
  readonly #absorbBeats: UnitTiming["absorb"];

  constructor(timing: UnitTiming) {
    this.timing = timing;
    this.offers = timing.valid;
    this.takes = timing.ready;
    this.steady = timing.steady;
    this.sends = timing.sends;
    this.relays = timing.relays;
    this.absorbs = timing.absorbs;
    this.#edge = timing.edge;
    this.#absorbBeats = timing.absorb;
  }

  /** Whether it offers a beat in this tick, from `since` on. */
  offersIn(tick: number): boolean {
    return this.sent?.hasBeat(tick) ?? this.valid;
  }

  catchUp(tick: number): void {
    if (tick === this.since) return;
    if (this.received === undefined)
      this.#pass(tick - this.since, this.taken, this.valid && this.readyBehind);
    else if (this.sent === undefined) this.#absorb(this.received, tick);
    else this.#relay(this.received, this.sent, tick);
    this.since = tick;
  }

  #absorb(received: TrainTicks, tick: number): void {
    const beats = received.beatsBefore(tick) - received.beatsBefore(this.since);
    this.#edge(false, this.readyBehind, tick - this.since);
    if (beats > 0) this.#absorbBeats?.(beats);
    this.took += beats;
    this.#hold(beats - (this.valid && this.readyBehind ? tick - this.since : 0));
  }

  /** From turn to turn of the two trains. Once a beat has left, what happens is the same in every period. */
  #relay(received: TrainTicks, sent: TrainTicks, tick: number): void {
    let at = this.since;
    if (this.relaysOn && at >= sent.at) {
      const periods = Math.floor((tick - at) / sent.period);
      this.took += ((periods * sent.period) / received.period) * received.length;
      at += periods * sent.period;
    }
    let [takenFrom, givenFrom] = [received.groupAt(at), sent.groupAt(at)];
    for (; at < tick;) {
      const [takes, gives] = [at >= takenFrom, at >= givenFrom];
      const turns = takes ? takenFrom + received.length : takenFrom;
      const end = Math.min(tick, turns, gives ? givenFrom + sent.length : givenFrom);
      this.#pass(end - at, takes, gives);
      if (takes && end === turns) takenFrom += received.period;
      if (gives && end === givenFrom + sent.length) givenFrom += sent.period;
      at = end;
    }
  }

  /** So many ticks, in each of which it takes a beat or does not, and gives one or does not. */
  #pass(ticks: number, takes: boolean, gives: boolean): void {
    this.#edge(takes, this.readyBehind, ticks);
    if (takes) this.took += ticks;
    if (takes !== gives) this.#hold(takes ? ticks : -ticks);
  }

  #hold(more: number): void {
    this.held += more;
    if (this.held > this.peak) this.peak = this.held;
  }
}
