import { expect, test } from "vitest";
import { testbench } from "../sim/testbench.ts";
import { movingSum } from "./moving-sum.ts";

/** What the hardware should do, in software. */
function reference(samples: readonly number[], taps: number): number[] {
  return samples.map((_, i) => samples.slice(Math.max(0, i - taps + 1), i + 1).reduce((a, b) => a + b, 0));
}

test.each(["native", "verilator"] as const)("sums the last samples, in %s", async (simulator) => {
  const tb = await testbench(movingSum({ taps: 4 }), {
    simulator,
    stalls: { probability: 0.3, seed: 1 },
  });
  const samples = Array.from({ length: 200 }, (_, i) => (i * 37) % 256);
  tb.x.push(samples);
  expect(await tb.y.popMany(samples.length)).toEqual(reference(samples, 4));
  tb.close();
});

test("its waveform", async () => {
  const tb = await testbench(movingSum({ taps: 4 }));
  tb.watch(["x_valid", "x_payload", "window", "y_valid", "y_payload"]);
  tb.x.push([1, 2, 3, 4, 5]);
  await tb.y.popMany(5);
  expect(tb.waveform()).toMatchInlineSnapshot(`
    "tick       2         3         4         5         6         7
    x_valid    ▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▁▁▁▁▁▁▁▁▁▁
    x_payload  │1        │2        │3        │4        │5                  │
    window     │[0 0 0 0]│[1 0 0 0]│[2 1 0 0]│[3 2 1 0]│[4 3 2 1]│[5 4 3 2]│
    y_valid    ▁▁▁▁▁▁▁▁▁▁▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔
    y_payload  │0        │1        │3        │6        │10       │14       │"
  `);
  tb.close();
});
