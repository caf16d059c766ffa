/**
 * The control of a unit without its data: what its handshakes look like from cycle to cycle. Valid comes from state
 * alone; ready may depend on the ready behind it, which does not matter while no beat is offered.
 */
export interface UnitTiming {
  /** A beat is offered in this cycle. */
  readonly valid: () => boolean;
  /** A beat would be taken in this cycle. */
  readonly ready: (readyBehind: boolean) => boolean;
  /**
   * The edge: whether a beat was taken, whether the stage behind was ready. Or as many `ticks` of them in which both
   * stay as they are, no more than are steady.
   */
  readonly edge: (taken: boolean, readyBehind: boolean, ticks?: number) => void;
  /**
   * Cycles, this one included, for which valid and ready certainly stay as they are if these two do; at least 1.
   * Infinity where nothing changes any more.
   */
  readonly steady: (taken: boolean, readyBehind: boolean) => number;
  /**
   * The train that the unit offers if each of its beats is taken at once, and itself takes a beat in every cycle or none;
   * undefined where it is none. For the train's ticks ready stays as it is.
   */
  readonly sends?: (taken: boolean) => OfferedTrain | undefined;
  /** The train that it offers while it takes all beats of this one at once, if each of its own is taken at once. */
  readonly relays?: (train: Train) => OfferedTrain | undefined;
  /**
   * Cycles, this one included, for which valid and ready certainly stay as they are while it takes this train, and what
   * else happens in it is the same as if no beat came; 0 where nothing is certain.
   */
  readonly absorbs?: (train: Train, readyBehind: boolean) => number;
  /** So many beats that it has absorbed in the cycles of which all else is known already; the last of them in the last. */
  readonly absorb?: (beats: number) => void;
  /** Everything that the future depends on. */
  readonly state: () => readonly number[];
  /** What the unit lacks to go on, besides beats in front of it and room behind it. */
  readonly lacks?: () => string | undefined;
  /** Of a unit whose beats may leave at any pace. */
  readonly supply?: Supply;
  /** Of a unit that takes beats at a pace of its own. */
  readonly demand?: Demand;
}

/** Beats at equal distances, or as many groups of them: they need not be followed one by one. */
export interface Train {
  /** Cycles from this one to that of the next group's first beat: 0 is this one, less is within a group. */
  readonly first: number;
  /** Beats of a group, one in every cycle. */
  readonly length: number;
  /** Cycles from a group to the next, more than its beats. */
  readonly period: number;
}

/** A train that a unit offers. */
export interface OfferedTrain extends Train {
  /** Cycles from this one on for which it does; Infinity where it is so as long as nothing else happens. */
  readonly ticks: number;
}

/** Cycles, this one included, up to that in which so many beats of a train have come: what they bring about is seen then. */
export function ticksToTake({ first, length, period }: Train, beats: number): number {
  if (beats === Infinity) return Infinity;
  const before = beats - 1 + Math.max(0, -first);
  return first + Math.floor(before / length) * period + (before % length) + 1;
}

/**
 * What a unit gives while nothing else happens: beats, one of which is offered in every cycle, whenever they are taken.
 * Two units of which one supplies and one demands need not be followed beat by beat.
 */
export interface Supply {
  /**
   * Beats for which that holds, if a beat is taken in every cycle or in none, and cycles; before the last of these and
   * those the unit's own ready does not change.
   */
  within(taken: boolean): {
    readonly beats: number;
    readonly ticks: number;
    /** Beats that it offers one after the other until it has none, its ready as it is all the time; 0 where that is not so. */
    readonly all: number;
  };
  /** So many edges, in which so many beats leave. */
  edge(taken: boolean, beats: number, ticks: number): void;
}

/** What a unit takes where a beat is offered, and one of its own taken, in every cycle: it offers one in every cycle. */
export interface Demand {
  /** Whether the unit does so now. */
  flows(): boolean;
  /** Beats that are taken in so many cycles. */
  beats(ticks: number): number;
  /** Cycles up to that, included, in which the last of so many beats is taken. */
  ticks(beats: number): number;
  /** Cycles up to that, included, in which it offers the last of its own that so many beats make. */
  lasts(beats: number): number;
  edge(beats: number, ticks: number): void;
}

/** The register stages of a unit that stalls as a whole: a bit for each that holds a result; the last one is offered. */
export interface RigidPipe {
  bits: number;
  readonly depth: number;
}

export const offersResult = ({ bits, depth }: RigidPipe): boolean => ((bits >>> (depth - 1)) & 1) === 1;

/** So many steps, which bring a result each or none. */
export function shift(pipe: RigidPipe, steps: number, result: boolean): void {
  shiftEvery(pipe, steps, result ? 0 : Infinity, 1);
}

/** So many steps, of which the one `back` before the last brings a result, and every `period`th before that. */
export function shiftEvery(pipe: RigidPipe, steps: number, back: number, period: number): void {
  const count = Math.min(steps, pipe.depth);
  let results = 0;
  for (let step = back; step < count; step += period) results |= 1 << step;
  pipe.bits = ((pipe.bits << count) | results) & ((1 << pipe.depth) - 1);
}

/** Steps, this one included, for which the last register stays as it is when `more` steps bring `result` or none. */
export function steadySteps({ bits, depth }: RigidPipe, result: boolean, more: number): number {
  const full = (1 << depth) - 1;
  const last = (bits >>> (depth - 1)) & 1;
  const other = last === 1 ? full & ~bits : bits;
  if (other !== 0) return depth - 1 - (31 - Math.clz32(other));
  return depth + (result === (last === 1) ? more : 0);
}

/**
 * A unit that takes a beat per cycle and has one output register, filled by some of the beats: only these wait for room
 * in it. `at` gives, for each position within a period of beats, whether its beat fills the register, and for how
 * many beats from there on, within the period, that is so.
 */
export function completingTiming(
  period: number,
  at: (position: number) => { readonly completes: boolean; readonly beats: number },
): UnitTiming {
  let [position, valid] = [0, false];
  return {
    valid: () => valid,
    ready: (readyBehind) => !valid || readyBehind || !at(position).completes,
    edge: (taken, readyBehind, ticks = 1) => {
      if (!valid || readyBehind) valid = taken && at(position).completes;
      if (taken) position = (position + ticks) % period;
    },
    steady: (taken, readyBehind) => {
      const leaves = valid && readyBehind;
      if (!taken) return leaves ? 1 : Infinity;
      const { completes, beats } = at(position);
      return completes === valid || (valid && !leaves) ? beats : 1;
    },
    relays: (train) => {
      const { completes, beats } = at(position);
      if (valid || !completes || train.length > 1) return undefined;
      return { ...train, first: train.first + 1, ticks: ticksToTake(train, beats) + 1 };
    },
    absorbs: (train, readyBehind) => {
      if (valid && readyBehind) return 1;
      const { completes, beats } = at(position);
      return ticksToTake(train, completes ? 1 : beats);
    },
    absorb: (beats) => {
      if (at(position).completes) valid = true;
      position = (position + beats) % period;
    },
    state: () => [position, valid ? 1 : 0],
  };
}
