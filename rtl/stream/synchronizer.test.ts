import { expect, test } from "vitest";
import { testbench } from "../../sim/testbench.ts";
import { Random } from "../../src/random.ts";
import { synchronizer } from "./synchronizer.ts";

const parameters = Array.from({ length: 10 }, (_, seed) => {
  const random = new Random(seed);
  return { width: 1 + random.below(40), stages: 2 + random.below(4), period: 1 + random.below(4), seed };
});

test.each(parameters)(
  "$stages flip-flops of $width bits, every $period ticks, delay by as many rises of the clock",
  async ({ width, stages, period, seed }) => {
    const run = async (simulator: "native" | "verilator"): Promise<(number | bigint)[]> => {
      const tb = await testbench(synchronizer({ width, stages }), { simulator, periods: { to: period } });
      const random = new Random(seed);
      const given: (number | bigint)[] = [];
      const seen: (number | bigint)[] = [];
      while (tb.ticks % period !== 0) tb.step();
      for (let cycle = 0; cycle < 20 + stages; cycle++) {
        given.push(width <= 32 ? Number(random.bits(width)) : random.bits(width));
        tb.d.poke(given.at(-1) ?? 0);
        seen.push(tb.q.peek());
        tb.step(period);
      }
      tb.close();
      expect(seen.slice(stages)).toEqual(given.slice(0, -stages));
      return seen;
    };
    expect(await run("verilator")).toEqual(await run("native"));
  },
);
