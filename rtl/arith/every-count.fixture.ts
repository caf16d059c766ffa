import { simulatorsOf } from "../../sim/simulators.ts";
import { elaborate, type Hardware } from "../../src/hdl/index.ts";
import { Random } from "../../src/random.ts";
import type { Simulator } from "../../src/simulate/simulator.ts";
import { popcount, xnorPopcount } from "./popcount.ts";

/** A count of cells, and what it has to be. */
export interface Counter {
  readonly hardware: Hardware;
  /** Bits of a beat, 24 at most. */
  readonly bits: number;
  readonly model: (beat: number) => number;
}

function ones(value: number): number {
  let count = 0;
  for (let left = value; left !== 0; left &= left - 1) count++;
  return count;
}

/** For both families; one has registers at odd widths, the other at even ones. */
const familiesFor = (width: number) => [
  { width, technology: "xilinx7" as const, clockMHz: width % 2 === 0 ? 0 : 200 },
  { width, technology: "ultrascale" as const, clockMHz: width % 2 === 0 ? 200 : 0 },
];

const widthsTo = (widest: number): number[] => Array.from({ length: widest }, (_, i) => i + 1);

/** Counts of ones, and of bits that equal random weights. */
export function popcountsTo(widest: number): readonly Counter[] {
  const random = new Random(widest);
  return widthsTo(widest).flatMap((width) =>
    familiesFor(width).flatMap((params) => {
      const weights = random.bits(width);
      const differing = Number(weights) ^ (2 ** width - 1);
      return [
        { hardware: popcount(params), bits: width, model: ones },
        { hardware: popcount({ ...params, weights }), bits: width, model: (beat) => ones(beat ^ differing) },
      ];
    }),
  );
}

export function xnorPopcountsTo(widest: number): readonly Counter[] {
  return widthsTo(widest).flatMap((width) =>
    familiesFor(width).map((params) => ({
      hardware: xnorPopcount(params),
      bits: 2 * width,
      model: (beat) => width - ones((beat ^ (beat >> width)) & (2 ** width - 1)),
    })),
  );
}

/** Beats that go through at once. */
const most = 2 ** 20;

/** Sends every beat there is through the cells of counters, and says what is wrong with each that gives a wrong count. */
export async function wrongCounts(
  counters: readonly Counter[],
  simulator: Simulator["kind"],
): Promise<readonly string[]> {
  const designs = counters.map(({ hardware }) => elaborate(hardware));
  const starts = await simulatorsOf(designs, simulator, { view: "implementation" });
  return counters.flatMap((counter, i) => {
    const running = starts[i]?.();
    if (running === undefined) return [`no simulator of counter ${i}`];
    running.reset();
    const wrong = firstWrong(running, counter);
    running.close();
    return wrong === undefined ? [] : [`${running.top.name}: ${wrong}`];
  });
}

function firstWrong(simulator: Simulator, { bits, model }: Counter): string | undefined {
  const count = Math.min(most, 2 ** bits);
  for (let first = 0; first < 2 ** bits; first += count) {
    const beats = Uint32Array.from({ length: count }, (_, i) => first + i);
    const { outputs, hung } = simulator.run({ inputs: { x: { beats } }, outputs: { y: { count } } });
    if (hung) return "hangs";
    const counts = outputs["y"]?.beats;
    const at = beats.findIndex((beat, i) => counts?.[i] !== model(beat));
    if (at >= 0) return `${counts?.[at] ?? "nothing"} for 0x${(first + at).toString(16)}`;
  }
  return undefined;
}
