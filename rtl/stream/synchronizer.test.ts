import { expect, test } from "vitest";
import { codecOf } from "../../sim/beats.ts";
import { randomValue } from "../../sim/random-values.ts";
import { simulatorsOf } from "../../sim/simulators.ts";
import { bits, elaborate } from "../../src/hdl/index.ts";
import { Random } from "../../src/random.ts";
import type { Simulator } from "../../src/simulate/simulator.ts";
import { synchronizer } from "./synchronizer.ts";

const random = new Random(9);
const sets = Array.from({ length: 10 }, () => ({
  width: 1 + random.below(40),
  stages: 2 + random.below(4),
  period: 1 + random.below(4),
}));
const casesPerSet = 20;

test("200 random cases in both simulators: q is d as many rises of the clock ago as there are flip-flops", async () => {
  const designs = sets.map((params) => elaborate(synchronizer(params)));
  for (const kind of ["native", "verilator"] as const) {
    const starts = await simulatorsOf(designs, kind);
    starts.forEach((start, i) => {
      const { width = 1, stages = 2, period = 1 } = sets[i] ?? {};
      const simulator = start({ periods: { to: period } });
      for (let number = 0; number < casesPerSet; number++) {
        const values = Array.from({ length: 20 }, () => randomValue(bits(width), random));
        const seen = shift(simulator, { width, period }, values);
        const what = `${kind}, case ${String(number)} of ${JSON.stringify(sets[i])}`;
        expect(seen.slice(stages), what).toEqual(values.slice(0, -stages));
      }
      simulator.close();
    });
  }
});

/** Gives `d` a value per rise of the clock; what `q` shows in the same cycles. */
function shift(
  simulator: Simulator,
  { width, period }: { width: number; period: number },
  values: readonly unknown[],
): unknown[] {
  const codec = codecOf(bits(width), "d");
  while (simulator.ticks % period !== 0) simulator.step();
  return values.map((value) => {
    simulator.poke("d", codec.encode([value]));
    const [q] = codec.decode(simulator.peek("q"));
    simulator.step(period);
    return q;
  });
}
