import type { HardwareRequest } from "../../flow/index.ts";
import type { StrategyName } from "../vivado/index.ts";

/** What a sweep goes through. An axis without values stands for what is usual. */
export interface SweepAxes {
  readonly boards: readonly string[];
  /** MHz; the board's where there is none. */
  readonly clocks: readonly number[];
  /** Each of these is a goal of its own; the fastest that fits where there is none. */
  readonly folds: readonly string[];
  readonly fps: readonly number[];
  readonly cycles: readonly number[];
  /** The most from a frame's first beat to its result, with each of the goals. */
  readonly latenciesMicroseconds: readonly number[];
  /** Of Vivado; none for Yosys. */
  readonly strategies: readonly StrategyName[];
}

export interface RequestedPoint {
  readonly request: HardwareRequest;
  /** As on the command line. */
  readonly goal: string;
  readonly strategy: StrategyName | null;
}

/** All combinations, in the order in which the values are given; equal ones once. */
export function pointsOf(axes: SweepAxes, budget: HardwareRequest["budget"]): readonly RequestedPoint[] {
  const goals: readonly Pick<HardwareRequest, "fold" | "fps" | "cycles">[] = [
    ...unique(axes.folds).map((fold) => ({ fold })),
    ...unique(axes.fps).map((fps) => ({ fps })),
    ...unique(axes.cycles).map((cycles) => ({ cycles })),
  ];
  return axes.boards.filter(isFirst).flatMap((board) =>
    orNone(axes.clocks).flatMap((clockMHz) =>
      (goals.length === 0 ? [{}] : goals).flatMap((goal) =>
        orNone(axes.latenciesMicroseconds).flatMap((latencyMicroseconds) =>
          orNone(axes.strategies).map((strategy) => ({
            request: { board, clockMHz, ...goal, latencyMicroseconds, budget },
            goal: goalText({ ...goal, latencyMicroseconds }),
            strategy: strategy ?? null,
          })),
        ),
      ),
    ),
  );
}

const isFirst = <T>(value: T, index: number, all: readonly T[]): boolean => all.indexOf(value) === index;

const unique = <T>(values: readonly T[]): readonly T[] => values.filter(isFirst);

const orNone = <T>(values: readonly T[]): readonly (T | undefined)[] =>
  values.length === 0 ? [undefined] : unique(values);

function goalText({
  fold,
  fps,
  cycles,
  latencyMicroseconds: latency,
}: Pick<HardwareRequest, "fold" | "fps" | "cycles" | "latencyMicroseconds">): string {
  const given = Object.entries({ fold, fps, cycles, latency }).filter(([, value]) => value !== undefined);
  return given.length === 0
    ? "--fold max"
    : given.map(([name, value]) => `--${name} ${String(value)}`).join(" ");
}
