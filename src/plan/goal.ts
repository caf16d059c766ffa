import { SluiceError } from "../error.ts";
import type { Network } from "../network/index.ts";
import { lutsPerBlock } from "../../rtl/memory-shape.ts";
import { targetOf } from "./board.ts";
import { sumOfCosts, type Cost } from "./cost/cost.ts";
import { exceeded, type Device } from "./device.ts";
import { areaOf, FoldSearch, type Candidate } from "./fold-search.ts";
import type { Folding } from "./folding.ts";
import { plan, type Plan } from "./plan.ts";

/** What is asked of an accelerator. Without cycles and latency, the fastest that fits. */
export interface Goal {
  /** Cycles per frame at the most. */
  readonly cycles?: number | undefined;
  /** Cycles from the first beat of a frame to the last of its result at the most, the pipeline empty before. */
  readonly latency?: number | undefined;
}

/** By the estimates of all stages. */
export const costOfPlan = ({ stages }: Plan): Cost => sumOfCosts(stages.map((stage) => stage.cost()));

/**
 * The plan that meets a goal on a device at the least cost; and of foldings that cost much the same, one of low latency.
 *
 * @throws SluiceErrors `goal-out-of-reach` where a layer, or the latency of all, cannot be that fast; `over-budget`
 * where what meets the goal does not fit. Both say what binds, and what can be asked for instead.
 */
export function planFor(network: Network, goal: Goal, device: Device): Plan {
  return new Chooser(network, device).choose(goal);
}

/** What the next faster folding takes; undefined where there is none. */
export function nextFaster(
  network: Network,
  cyclesPerFrame: number,
  device: Device,
): { readonly cycles: number; readonly cost: Cost; readonly fits: boolean } | undefined {
  return new Chooser(network, device).next(cyclesPerFrame);
}

/** LUTs and block RAM are exchanged as they cost a device; where one of the two is short, at other rates too. */
const rates = [lutsPerBlock, 4 * lutsPerBlock, lutsPerBlock / 4, 64 * lutsPerBlock, 0];

/**
 * Of foldings that take little more than the cheapest, one that answers sooner is chosen: half the latency is worth a third
 * of the area, of which a tenth may be spent.
 */
const latencyWeight = 0.4;
const areaSlack = 1.1;

/** Candidates that are planned exactly, at the most, before a goal counts as missed. */
const mostPlans = 10;

/** Chooses foldings of a network for a device. */
export class Chooser {
  readonly #network: Network;
  readonly #device: Device;
  readonly #search: FoldSearch;

  constructor(network: Network, device: Device) {
    this.#network = network;
    this.#device = device;
    this.#search = new FoldSearch(network, targetOf({ ...device.board, ...device }));
  }

  choose({ cycles, latency }: Goal): Plan {
    const { layer, cycles: least } = this.#search.fastest();
    if (cycles !== undefined && cycles < least) {
      throw new SluiceError(
        "goal-out-of-reach",
        `layer ${layer} takes ${String(least)} cycles per frame at its fastest, ${String(cycles)} are asked for`,
        { where: this.#network.name, hint: `ask for ${this.#rate(least)}, or a faster clock` },
      );
    }
    if (latency !== undefined) return this.#withLatency(cycles, latency);
    const planned = cycles === undefined ? this.#fastestPlan() : this.#planAt(cycles);
    if (planned !== undefined) return planned;
    throw this.#overBudget(cycles);
  }

  intervals(): readonly number[] {
    return this.#search.intervals();
  }

  /** All that the search finds at an interval, at any rate of exchange. */
  candidates(interval: number): readonly Candidate[] {
    const all = rates.flatMap((rate) => this.#search.candidates(interval, rate));
    return [...new Map(all.map((candidate) => [JSON.stringify(candidate.folding), candidate])).values()];
  }

  next(cyclesPerFrame: number) {
    const faster = this.#search.intervals().filter((cycles) => cycles < cyclesPerFrame);
    const cycles = faster.at(-1);
    if (cycles === undefined) return undefined;
    const [fitting] = this.#fitting(cycles);
    const chosen = fitting ?? this.best(this.#search.candidates(cycles, lutsPerBlock))[0];
    return chosen === undefined ? undefined : { cycles, cost: chosen.cost, fits: fitting !== undefined };
  }

  /** The plan of a folding, its estimate in all detail. */
  planOf(folding: Folding): Plan {
    const device = this.#device;
    return plan(this.#network, folding, targetOf({ ...device.board, ...device }));
  }

  fits(cost: Cost): boolean {
    return exceeded(cost, this.#device).length === 0;
  }

  /** Those that fit, the best first, at the first rate of exchange that has any. */
  #fitting(cycles: number): readonly Candidate[] {
    for (const rate of rates) {
      const fitting = this.#search.candidates(cycles, rate).filter(({ cost }) => this.fits(cost));
      if (fitting.length > 0) return this.best(fitting);
    }
    return [];
  }

  /** First those that take little more than the smallest, the best of size and latency first. */
  best(candidates: readonly Candidate[]): readonly Candidate[] {
    const weigh = ({ cost, latency }: Candidate): number =>
      areaOf(cost, lutsPerBlock) * latency ** latencyWeight;
    const most = areaSlack * Math.min(...candidates.map(({ cost }) => areaOf(cost, lutsPerBlock)));
    const isCheap = ({ cost }: Candidate): boolean => areaOf(cost, lutsPerBlock) <= most;
    const cheap = candidates.filter(isCheap).sort((a, b) => weigh(a) - weigh(b));
    return [...cheap, ...candidates.filter((candidate) => !isCheap(candidate))];
  }

  #planAt(cycles: number): Plan | undefined {
    for (const { folding } of this.#fitting(cycles).slice(0, mostPlans)) {
      const planned = this.planOf(folding);
      if (planned.cyclesPerFrame <= cycles && this.fits(costOfPlan(planned))) return planned;
    }
    return undefined;
  }

  #fastestPlan(): Plan | undefined {
    const intervals = this.#search.intervals();
    // Slower foldings cost less: the first that fits by the search's estimate, from there on by the plan's.
    for (let i = this.#firstFitting(intervals); i < intervals.length; i++) {
      const planned = this.#planAt(intervals[i] ?? 0);
      if (planned !== undefined) return planned;
    }
    return undefined;
  }

  #firstFitting(intervals: readonly number[]): number {
    let [low, high] = [0, intervals.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#fitting(intervals[middle] ?? 0).length > 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The cheapest of all intervals that answers in time. */
  #withLatency(cycles: number | undefined, latency: number): Plan {
    const intervals = this.#search
      .intervals()
      .filter((interval) => interval <= Math.min(cycles ?? Infinity, latency));
    // A latency is met by few intervals, of which those close together differ little.
    const step = Math.max(1, Math.floor(intervals.length / 24));
    const tried = intervals.filter((_, i) => (intervals.length - 1 - i) % step === 0);
    const candidates = tried.flatMap((interval) => this.#fitting(interval));
    // The search's latency is an estimate: those that miss it by a little may be in time.
    const near = candidates.filter((candidate) => candidate.latency <= 1.15 * latency);
    const cheapest = [...near].sort((a, b) => areaOf(a.cost, lutsPerBlock) - areaOf(b.cost, lutsPerBlock));
    const quickest = [...candidates].sort((a, b) => a.latency - b.latency).slice(0, 3);
    let least: Plan | undefined;
    for (const { folding } of [...cheapest.slice(0, mostPlans), ...quickest]) {
      const planned = this.planOf(folding);
      if (planned.cyclesPerFrame > (cycles ?? Infinity) || !this.fits(costOfPlan(planned))) continue;
      if (planned.latencyCycles <= latency) return planned;
      if (least === undefined || planned.latencyCycles < least.latencyCycles) least = planned;
    }
    if (least === undefined) {
      const fastest = this.#fastestPlan();
      if (fastest === undefined) throw this.#overBudget(undefined);
      least = fastest;
    }
    throw new SluiceError(
      "goal-out-of-reach",
      `the least latency found on ${this.#device.board.title} is ${String(least.latencyCycles)} cycles, ${String(latency)} are asked for`,
      {
        where: this.#network.name,
        hint: `ask for --latency ${String(this.#microseconds(least.latencyCycles))}, or a larger board or budget`,
      },
    );
  }

  #overBudget(cycles: number | undefined): SluiceError {
    const { board } = this.#device;
    const fastest = cycles === undefined ? undefined : this.#fastestPlan();
    const slowest = this.#search.intervals().at(-1) ?? 1;
    const [cheapest] = this.best(this.#search.candidates(cycles ?? slowest, lutsPerBlock));
    const needs = cheapest === undefined ? [] : exceeded(cheapest.cost, this.#device);
    const what = cycles === undefined ? "at any folding" : `at ${String(cycles)} cycles per frame`;
    const needed = needs.length > 0 ? needs.join(", ") : "more than may be used, buffers included";
    return new SluiceError(
      "over-budget",
      `${this.#network.name} does not fit ${board.title} ${what}: it takes ${needed}`,
      {
        where: board.name,
        hint:
          fastest === undefined
            ? "choose a larger board, or allow more of it with --budget"
            : `the fastest that fits is ${this.#rate(fastest.cyclesPerFrame)}; or choose a larger board, or --budget`,
      },
    );
  }

  #rate(cycles: number): string {
    const fps = (this.#device.clockMHz * 1e6) / cycles;
    return `--cycles ${String(cycles)} (--fps ${String(Math.floor(fps * 10) / 10)})`;
  }

  #microseconds(cycles: number): number {
    return Math.ceil((1000 * cycles) / this.#device.clockMHz) / 1000;
  }
}
