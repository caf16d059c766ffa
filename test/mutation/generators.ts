import { maxPoolCases, maxPoolControl } from "../../rtl/nn/max-pool.fixture.ts";
import { mvtuConstantCases, mvuConstantCases } from "../../rtl/nn/mvtu-constant.fixture.ts";
import { mvtuSignedCases } from "../../rtl/nn/mvtu-signed.fixture.ts";
import { mvtuCases, mvuCases } from "../../rtl/nn/mvtu.fixture.ts";
import {
  parallelWindowCases,
  parallelWindowControl,
  slidingWindowCases,
  slidingWindowControl,
} from "../../rtl/nn/sliding-window.fixture.ts";
import { labelSelectCases, paddedLabelSelectCases, thresholdCases } from "../../rtl/nn/units.fixture.ts";
import {
  windowDealCases,
  windowDealControl,
  windowGatherCases,
  windowGatherControl,
} from "../../rtl/nn/window-deal.fixture.ts";
import {
  asyncFifoCases,
  fifoCapacityTrials,
  fifoCases,
  forkCases,
  joinCases,
  laneConverterCases,
  registerSliceCases,
  skidBufferCases,
  synchronizerTrials,
  widthConverterCases,
} from "../../rtl/stream/cases.fixture.ts";
import type { Trial } from "../../sim/cases.ts";

/** A generator with the tests that its hardware has to pass. */
export interface GeneratorTests {
  readonly name: string;
  /** Share of the mutants that the tests have to find. */
  readonly goal: number;
  readonly trials: () => readonly Trial[];
  /** Tests that look at a part of what the hardware does: their designs bring no mutants of their own. */
  readonly partial?: () => readonly Trial[];
}

const primitives = 0.95;
const units = 0.9;

export const generators: readonly GeneratorTests[] = [
  { name: "registerSlice", goal: primitives, trials: registerSliceCases.trials },
  { name: "skidBuffer", goal: primitives, trials: skidBufferCases.trials },
  ...(["shift", "distributed", "block"] as const).map((style) => ({
    name: `fifo.${style}`,
    goal: primitives,
    trials: fifoCases(style).trials,
    partial: () => fifoCapacityTrials(style),
  })),
  { name: "asyncFifo", goal: primitives, trials: asyncFifoCases.trials },
  { name: "fork", goal: primitives, trials: forkCases.trials },
  { name: "join", goal: primitives, trials: joinCases.trials },
  {
    name: "widthConverter",
    goal: primitives,
    trials: () => [...widthConverterCases.trials(), ...laneConverterCases.trials()],
  },
  { name: "synchronizer", goal: primitives, trials: synchronizerTrials },
  { name: "mvtu", goal: units, trials: mvtuCases.trials },
  { name: "mvu", goal: units, trials: mvuCases.trials },
  { name: "mvtuSigned", goal: units, trials: mvtuSignedCases.trials },
  { name: "mvtuConstant", goal: units, trials: mvtuConstantCases.trials },
  { name: "mvuConstant", goal: units, trials: mvuConstantCases.trials },
  {
    name: "slidingWindow",
    goal: units,
    trials: slidingWindowCases.trials,
    partial: slidingWindowControl,
  },
  {
    name: "parallelWindow",
    goal: units,
    trials: parallelWindowCases.trials,
    partial: parallelWindowControl,
  },
  { name: "windowDeal", goal: units, trials: windowDealCases.trials, partial: windowDealControl },
  {
    name: "windowGather",
    goal: units,
    trials: windowGatherCases.trials,
    partial: windowGatherControl,
  },
  { name: "maxPool", goal: units, trials: maxPoolCases.trials, partial: maxPoolControl },
  { name: "threshold", goal: units, trials: thresholdCases.trials },
  {
    name: "labelSelect",
    goal: units,
    trials: () => [...labelSelectCases.trials(), ...paddedLabelSelectCases.trials()],
  },
];
