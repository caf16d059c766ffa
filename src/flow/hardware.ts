import { SluiceError } from "../error.ts";
import type { Network } from "../network/index.ts";
import {
  costOfPlan,
  exceeded,
  loadBoard,
  loadFolding,
  plan,
  planFor,
  targetOf,
  usualBudget,
  wholeBoard,
  type Budget,
  type Device,
  type Plan,
  type Target,
} from "../plan/index.ts";
import type { Manifest } from "./manifest.ts";

/** What accelerator a network becomes: a folding, or what is asked of it. With neither, the fastest that fits. */
export interface HardwareRequest {
  readonly board: string;
  /** The board's where not given. */
  readonly clockMHz?: number | undefined;
  /** "max", the fastest that fits the board, or the path of a folding file. */
  readonly fold?: string | undefined;
  /** Frames per second at least, at the clock. */
  readonly fps?: number | undefined;
  /** Cycles per frame at the most. */
  readonly cycles?: number | undefined;
  /** From the first beat of a frame to the last of its result at the most. */
  readonly latencyMicroseconds?: number | undefined;
  /** Parts of the board that may be taken; see `usualBudget` for those that are not given. */
  readonly budget?: Partial<Budget> | undefined;
  /** Weights and thresholds can be written at run time; see `BuildOptions.interface`. */
  readonly writable?: boolean | undefined;
}

export interface PlannedHardware {
  readonly device: Device;
  readonly planned: Plan;
}

/**
 * Plans the accelerator that is asked for.
 *
 * @throws SluiceErrors of the board, the folding and the goal; `over-budget` also for a folding file that does not fit
 * the whole board.
 */
export function planHardware(network: Network, request: HardwareRequest): PlannedHardware {
  const { fold, fps, cycles, latencyMicroseconds, budget } = request;
  const board = loadBoard(request.board);
  const clockMHz = request.clockMHz ?? board.clockMHz;
  const writable = request.writable === true;
  const device = { board, clockMHz, budget: { ...usualBudget, ...budget }, writable };
  const goals = Object.entries({ fold, fps, cycles }).filter(([, asked]) => asked !== undefined);
  if (goals.length > 1) {
    throw new SluiceError(
      "goals-contradict",
      `--${goals.map(([name]) => name).join(" and --")} both say how fast`,
      {
        hint: "give one of them; --latency goes with --fps or --cycles",
      },
    );
  }
  if (fold === undefined || fold === "max") {
    const most = fps === undefined ? cycles : Math.floor((clockMHz * 1e6) / fps);
    const latency =
      latencyMicroseconds === undefined ? undefined : Math.floor(latencyMicroseconds * clockMHz);
    return { device, planned: planFor(network, { cycles: most, latency }, device) };
  }
  if (latencyMicroseconds !== undefined) {
    throw new SluiceError("goals-contradict", "--latency says what to fold for, but a folding is given", {
      where: fold,
      hint: "give one of them",
    });
  }
  const planned = plan(network, loadFolding(fold), targetOf({ ...board, clockMHz, writable }));
  const short = exceeded(costOfPlan(planned), { ...device, budget: { ...wholeBoard, ...budget } });
  if (short.length === 0) return { device, planned };
  throw new SluiceError(
    "over-budget",
    `the folding does not fit ${board.title}: it takes ${short.join(", ")}`,
    {
      where: fold,
      hint: "fold more (smaller PE, SIMD or MMV), or choose a larger board",
    },
  );
}

/** What the hardware of a build was made for. */
export function targetOfBuild({ board, clockMHz, interface: ends }: Manifest): Target {
  return targetOf({
    ...loadBoard(board),
    clockMHz,
    writable: ends.kind === "axi" && ends.writable === true,
  });
}
