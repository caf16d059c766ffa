import { test } from "vitest";
import { simulatorsOf } from "../../sim/simulators.ts";
import { checkSynchronizer, synchronizerTrials } from "./cases.fixture.ts";

test("200 random cases in both simulators: q is d as many rises of the clock ago as there are flip-flops", async () => {
  const trials = synchronizerTrials();
  for (const { design, check } of trials) await check(design);
  const verilator = await simulatorsOf(
    trials.map(({ design }) => design),
    "verilator",
  );
  trials.forEach(({ params }, i) => {
    const start = verilator[i];
    if (start !== undefined) checkSynchronizer(start, params);
  });
});
