import { lutsPerBlock } from "../../rtl/memory-shape.ts";
import type { Network } from "../network/index.ts";
import type { Cost } from "./cost/cost.ts";
import type { Device } from "./device.ts";
import { areaOf, type Candidate } from "./fold-search.ts";
import type { Folding } from "./folding.ts";
import { Chooser, costOfPlan } from "./goal.ts";

/** A design on the way through the space of foldings, planned exactly. */
export interface Point {
  readonly folding: Folding;
  readonly cyclesPerFrame: number;
  readonly latencyCycles: number;
  readonly cost: Cost;
}

/** What was found at one interval: how many foldings the search priced, and the designs worth having among those that fit. */
export interface Survey {
  readonly interval: number;
  readonly candidates: number;
  readonly points: readonly Point[];
}

/**
 * Explores the foldings of a network on a device, an interval at a time. Of those that fit, it plans the one that a goal
 * of that interval would get, the smallest, the one of least block RAM and the one of least latency.
 */
export class Explorer {
  readonly #chooser: Chooser;

  constructor(network: Network, device: Device) {
    this.#chooser = new Chooser(network, device);
  }

  /** At most `count` intervals, evenly spread by their ratios from the fastest to the slowest. */
  intervals(count: number): readonly number[] {
    const all = this.#chooser.intervals();
    const [first = 1, last = 1] = [all[0], all.at(-1)];
    const wanted = Array.from(
      { length: count },
      (_, i) => first * (last / first) ** (i / Math.max(1, count - 1)),
    );
    const nearest = wanted.map((cycles) => all.findLast((interval) => interval <= cycles * 1.0001) ?? first);
    return [...new Set(nearest)];
  }

  survey(interval: number): Survey {
    const all = this.#chooser.candidates(interval);
    const fitting = all.filter(({ cost }) => this.#chooser.fits(cost));
    const least = (of: (candidate: Candidate) => number): readonly Candidate[] =>
      [...fitting].sort((a, b) => of(a) - of(b)).slice(0, 1);
    const chosen = new Set([
      ...this.#chooser.best(fitting).slice(0, 1),
      ...least(({ cost }) => areaOf(cost, lutsPerBlock)),
      ...least(({ cost }) => areaOf(cost, 64 * lutsPerBlock)),
      ...least(({ latency }) => latency),
    ]);
    const points = [...chosen].flatMap(({ folding }): Point[] => {
      const planned = this.#chooser.planOf(folding);
      const cost = costOfPlan(planned);
      const { cyclesPerFrame, latencyCycles } = planned;
      return this.#chooser.fits(cost) ? [{ folding, cyclesPerFrame, latencyCycles, cost }] : [];
    });
    return { interval, candidates: all.length, points };
  }
}

/** Points of which no other is as fast, as soon done and as small, the fastest first. */
export function paretoFront(points: readonly Point[]): readonly Point[] {
  const figures = ({ cyclesPerFrame, latencyCycles, cost }: Point): readonly number[] => [
    ...[cyclesPerFrame, latencyCycles, cost.lut, cost.bram36],
  ];
  const betters = (a: Point, b: Point): boolean => {
    const [of, against] = [figures(a), figures(b)];
    const noWorse = of.every((value, i) => value <= (against[i] ?? 0));
    return noWorse && of.some((value, i) => value < (against[i] ?? 0));
  };
  const distinct = [...new Map(points.map((point) => [figures(point).join(), point])).values()];
  return distinct
    .filter((point) => !distinct.some((other) => betters(other, point)))
    .sort((a, b) =>
      a.cyclesPerFrame === b.cyclesPerFrame ? a.cost.lut - b.cost.lut : a.cyclesPerFrame - b.cyclesPerFrame,
    );
}
