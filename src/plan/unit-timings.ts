import {
  offersResult,
  shift,
  shiftEvery,
  steadySteps,
  ticksToTake,
  type Demand,
  type OfferedTrain,
  type RigidPipe,
  type Supply,
  type Train,
  type UnitTiming,
} from "../../rtl/unit-timing.ts";

/** The folded matrix-vector unit of rtl/nn/matrix-vector.ts, with its output register. */
export function matrixVectorTiming({
  sf,
  nf,
  depth,
}: {
  readonly sf: number;
  readonly nf: number;
  readonly depth: number;
}): UnitTiming {
  const pipe: RigidPipe = { bits: 0, depth };
  // Of the vector: beats that have come in or been read again.
  let step = 0;
  const advances = (readyBehind: boolean): boolean => readyBehind || !offersResult(pipe);
  /** A vector's beats come in during its first neuron group; the others read them again. */
  const takes = (): boolean => step < sf;
  /** Steps up to which it takes beats as it does now. */
  const turns = (): number => (nf === 1 ? Infinity : takes() ? sf - step : sf * nf - step);
  return {
    valid: () => offersResult(pipe),
    ready: (readyBehind) => advances(readyBehind) && takes(),
    edge: (taken, readyBehind, ticks = 1) => {
      if (!advances(readyBehind)) return;
      if (taken || !takes()) {
        step = (step + ticks) % (sf * nf);
        shiftEvery(pipe, ticks, step % sf, sf);
      } else shift(pipe, ticks, false);
    },
    steady: (taken, readyBehind) => {
      if (!advances(readyBehind)) return Infinity;
      if (!taken && takes()) return steadySteps(pipe, false, Infinity);
      const shown =
        sf === 1 ? steadySteps(pipe, true, turns()) : steadySteps(pipe, false, sf - 1 - (step % sf));
      return Math.min(turns(), shown);
    },
    sends: (taken) => {
      if (sf === 1 || (takes() && !taken)) return undefined;
      // Results are `sf` steps apart: the newest is as many steps old as the next neuron group has taken.
      const age = step % sf;
      let regular = 0;
      for (let place = age; place < depth; place += sf) regular |= 1 << place;
      if (pipe.bits !== regular) return undefined;
      return { first: (((depth - 1 - age) % sf) + sf) % sf, length: 1, period: sf, ticks: turns() };
    },
    absorbs: (train) => Math.min(steadySteps(pipe, false, Infinity), ticksToTake(train, sf - step)),
    absorb: (beats) => {
      step = (step + beats) % (sf * nf);
      if (step % sf === 0) pipe.bits |= 1;
    },
    state: () => [pipe.bits, step],
  };
}

/** A unit that gathers `beats` beats into one result, offered `depth` cycles after the last: label select, constant layers. */
export function gatherTiming(beats: number, depth: number): UnitTiming {
  return matrixVectorTiming({ sf: beats, nf: 1, depth });
}

/** The skid buffer of rtl/stream. */
export function skidTiming(): UnitTiming {
  let [valid, skid] = [false, false];
  const stalls = (readyBehind: boolean): boolean => valid && !readyBehind;
  return {
    valid: () => valid,
    ready: () => !skid,
    edge: (taken, readyBehind) => {
      const any = taken || skid;
      if (stalls(readyBehind)) skid = any;
      else {
        valid = any;
        skid = false;
      }
    },
    steady: (taken, readyBehind) => {
      const any = taken || skid;
      return (stalls(readyBehind) ? skid === any : valid === any && !skid) ? Infinity : 1;
    },
    relays: (train) =>
      valid || skid || train.first < 0 ? undefined : { ...train, first: train.first + 1, ticks: Infinity },
    absorbs: (train, readyBehind) => (valid && readyBehind ? 1 : ticksToTake(train, 1)),
    absorb: () => {
      if (valid) skid = true;
      else valid = true;
    },
    state: () => [(valid ? 1 : 0) + (skid ? 2 : 0)],
  };
}

/**
 * The FIFO of rtl/stream: a memory of `words` words, which may be Infinity, and behind it as many registers as a word
 * takes cycles to the output: 1, or 2 with block RAM.
 */
export function fifoTiming(words: number, registers: 1 | 2 = 1): UnitTiming {
  // The output register holds a beat; the latch of the block RAM does.
  let [count, valid, fetched] = [0, false, false];
  const step = (taken: boolean, readyBehind: boolean): void => {
    const advance = !valid || readyBehind;
    const fetch = registers === 1 ? advance : !fetched || advance;
    const pop = fetch && count > 0;
    if (advance) valid = registers === 1 ? pop : fetched;
    if (fetch) fetched = pop && registers === 2;
    count += (taken ? 1 : 0) - (pop ? 1 : 0);
  };
  /** All registers hold a beat: whatever leaves them is followed by a word of the memory while there is one. */
  const filled = (): boolean => valid && (registers === 1 || fetched);
  return {
    valid: () => valid,
    ready: () => count !== words,
    edge: (taken, readyBehind, ticks = 1) => {
      for (let left = ticks; left > 0;) {
        if (filled() && !readyBehind) {
          if (taken) count += left;
          return;
        }
        if (filled() && count > 0) {
          if (taken) return;
          const leaving = Math.min(left, count);
          count -= leaving;
          left -= leaving;
          continue;
        }
        if (!taken && !valid && !fetched && count === 0) return;
        step(taken, readyBehind);
        left--;
      }
    },
    steady: (taken, readyBehind) => {
      if (filled() && !readyBehind) return taken ? words - count : Infinity;
      if (filled() && count > 0) return count === words ? 1 : taken ? Infinity : count + registers;
      if (!valid && !fetched && count === 0) return taken ? registers + 1 : Infinity;
      return 1;
    },
    relays: (train) => {
      if (valid || fetched || count > 0 || train.first < 0) return undefined;
      return { ...train, first: train.first + registers + 1, ticks: Infinity };
    },
    absorbs: (train, readyBehind) => {
      if (filled()) {
        if (!readyBehind) return ticksToTake(train, words - count);
        return Math.max(1, count);
      }
      return valid || fetched || count > 0 ? 1 : ticksToTake(train, 1);
    },
    absorb: (beats) => {
      count += beats;
    },
    state: () => [count, (valid ? 1 : 0) + (fetched ? 2 : 0)],
    supply: {
      // With the first beat a full memory has room again.
      within: (taken) => ({
        beats: !filled() ? 0 : count === words ? 1 : count,
        ticks: taken ? words - count : Infinity,
        all: taken || count === words || !filled() ? 0 : count + registers,
      }),
      edge: (taken, beats, ticks) => {
        count += (taken ? ticks : 0) - beats;
      },
    },
  };
}

/** The width converter of rtl/stream: a buffer of `limit` and more chunks, `from` in and `to` out at a time. */
export function widthConverterTiming({
  from,
  to,
  limit,
}: {
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}): UnitTiming {
  let fill = 0;
  const change = (taken: boolean, readyBehind: boolean): number =>
    (taken ? from : 0) - (fill >= to && readyBehind ? to : 0);
  const demand: Demand = {
    flows: () => fill >= to,
    beats: (ticks) => Math.max(0, Math.floor((to * (ticks - 1) + limit - fill) / from) + 1),
    ticks: (beats) => Math.max(0, Math.ceil((fill + from * (beats - 1) - limit) / to)) + 1,
    lasts: (beats) => Math.floor((fill + from * beats) / to),
    edge: (beats, ticks) => {
      fill += beats * from - ticks * to;
    },
  };
  return {
    valid: () => fill >= to,
    ready: () => fill <= limit,
    edge: (taken, readyBehind, ticks = 1) => {
      // Where each wide beat leaves at once, less than another and a narrow one is left, and at least the last that came.
      if (taken && readyBehind && from < to) fill = from + ((fill + (ticks - 1) * from) % to);
      else fill += ticks * change(taken, readyBehind);
    },
    steady: (taken, readyBehind) => {
      const step = change(taken, readyBehind);
      if (step === 0) return Infinity;
      // How far the fill may go before it crosses a limit.
      const upper = Math.min(fill < to ? to - 1 : Infinity, fill <= limit ? limit : Infinity);
      const lower = Math.max(fill >= to ? to : 0, fill > limit ? limit + 1 : 0);
      return 1 + (step > 0 ? Math.floor((upper - fill) / step) : Math.floor((fill - lower) / -step));
    },
    sends: (taken) => {
      if (!taken || to % from !== 0 || fill >= to + from) return undefined;
      const first = fill >= to ? 0 : Math.ceil((to - fill) / from);
      return { first, length: 1, period: to / from, ticks: Infinity };
    },
    relays: (train) => {
      if (train.length > 1 || train.first < 0) return undefined;
      const { first, period } = train;
      if (fill < to && to % from === 0) {
        const beats = Math.ceil((to - fill) / from);
        return { first: ticksToTake(train, beats), length: 1, period: (to / from) * period, ticks: Infinity };
      }
      return fill === 0 && from % to === 0 && from / to < period
        ? { first: first + 1, length: from / to, period, ticks: Infinity }
        : undefined;
    },
    absorbs: (train, readyBehind) => {
      if (fill < to) return ticksToTake(train, Math.ceil((to - fill) / from));
      return readyBehind ? 1 : ticksToTake(train, Math.floor((limit - fill) / from) + 1);
    },
    absorb: (beats) => {
      fill += beats * from;
    },
    state: () => [fill],
    // From wide beats to narrow ones, of which one is always there.
    ...(from > to ? { demand } : {}),
  };
}

/** Two units in a row, of which the first supplies beats and the second demands them. */
export class Conversion implements UnitTiming {
  readonly parts: readonly [UnitTiming, UnitTiming];
  /** Beats that were at most in each of both, taken and not given. */
  readonly peaks: [number, number] = [0, 0];
  /** Beats that are in each of both. */
  readonly held: [number, number] = [0, 0];
  readonly #supply: Supply;
  readonly #demand: Demand;

  constructor(before: UnitTiming, after: UnitTiming, supply: Supply, demand: Demand) {
    this.parts = [before, after];
    [this.#supply, this.#demand] = [supply, demand];
  }

  readonly valid = (): boolean => this.parts[1].valid();

  readonly ready = (readyBehind: boolean): boolean => this.parts[0].ready(this.parts[1].ready(readyBehind));

  readonly edge = (taken: boolean, readyBehind: boolean, ticks = 1): void => {
    const [before, after] = this.parts;
    for (let left = ticks; left > 0;) {
      const flow = this.#flowing(taken, readyBehind);
      if (flow > 0) {
        const count = Math.min(left, flow);
        const beats = this.#demand.beats(count);
        this.#supply.edge(taken, beats, count);
        this.#demand.edge(beats, count);
        this.#count(taken, beats, count, count);
        left -= count;
        continue;
      }
      const behind = after.ready(readyBehind);
      const passes = behind && before.valid();
      const gives = readyBehind && after.valid();
      const count = Math.min(left, before.steady(taken, behind), after.steady(passes, readyBehind));
      before.edge(taken, behind, count);
      after.edge(passes, readyBehind, count);
      this.#count(taken, passes ? count : 0, gives ? count : 0, count);
      left -= count;
    }
  };

  readonly steady = (taken: boolean, readyBehind: boolean): number => {
    if (readyBehind && this.#demand.flows()) {
      const { beats, ticks, all } = this.#supply.within(taken);
      // Until the last beat has gone through.
      if (all > 0) return this.#demand.lasts(all);
      if (beats > 0) return Math.min(ticks, this.#demand.ticks(beats));
    }
    const [before, after] = this.parts;
    const behind = after.ready(readyBehind);
    const passes = behind && before.valid();
    return Math.min(before.steady(taken, behind), after.steady(passes, readyBehind));
  };

  readonly relays = (train: Train): OfferedTrain | undefined => {
    const [before, after] = this.parts;
    const between = before.relays?.(train);
    return between?.ticks === Infinity ? after.relays?.(between) : undefined;
  };

  readonly absorbs = (train: Train, readyBehind: boolean): number => {
    const [before, after] = this.parts;
    const behind = after.ready(readyBehind);
    const moves = (behind && before.valid()) || (readyBehind && after.valid());
    return moves ? 0 : (before.absorbs?.(train, behind) ?? 0);
  };

  readonly absorb = (beats: number): void => {
    this.parts[0].absorb?.(beats);
    this.#count(true, 0, 0, beats);
  };

  readonly state = (): readonly number[] => this.parts.flatMap((part) => part.state());

  /** Cycles for which the one supplies what the other demands. */
  #flowing(taken: boolean, readyBehind: boolean): number {
    if (!readyBehind || !this.#demand.flows()) return 0;
    const { beats, ticks } = this.#supply.within(taken);
    return beats === 0 ? 0 : Math.min(ticks, this.#demand.ticks(beats));
  }

  #count(taken: boolean, passed: number, given: number, ticks: number): void {
    const { held, peaks } = this;
    held[0] += (taken ? ticks : 0) - passed;
    held[1] += passed - given;
    if (held[0] > peaks[0]) peaks[0] = held[0];
    if (held[1] > peaks[1]) peaks[1] = held[1];
  }
}

/** One unit of these where beats pass between them at the pace of the one or the other. */
export function coupled(before: UnitTiming, after: UnitTiming): Conversion | undefined {
  const [supply, demand] = [before.supply, after.demand];
  return supply === undefined || demand === undefined
    ? undefined
    : new Conversion(before, after, supply, demand);
}
