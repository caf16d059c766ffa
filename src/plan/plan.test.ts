import { expect, test } from "vitest";
import { elaborate } from "../hdl/index.ts";
import { randomBits, randomNetwork, readOut, trace } from "../network/index.ts";
import { Random } from "../random.ts";
import { createNativeSimulator } from "../simulate/index.ts";
import { decodeLabels, encodeFrames } from "./frames.ts";
import { divisorsOf } from "./divisors.ts";
import type { Folding } from "./folding.ts";
import { plan } from "./plan.ts";

const pick = <T>(random: Random, items: readonly T[]): T => {
  const item = items[random.below(items.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
};

/** A small network and a folding, both by chance. */
function randomCase(seed: number): { shape: number[]; folding: Folding } {
  const random = new Random(seed);
  const sizes = [4, 6, 8, 9, 10, 12, 16, 20, 24, 32];
  const shape = Array.from({ length: 2 + random.below(4) }, () => pick(random, sizes));
  const folding: Record<string, { pe: number; simd: number }> = {};
  shape.slice(1).forEach((outputs, i) => {
    folding[`dense${String(i)}`] = {
      pe: pick(random, divisorsOf(outputs)),
      simd: pick(random, divisorsOf(shape[i] ?? 1)),
    };
  });
  return { shape, folding };
}

test.each(Array.from({ length: 60 }, (_, seed) => seed))(
  "random network and folding %i: bits and ticks as planned",
  (seed) => {
    const { shape, folding } = randomCase(seed);
    const network = randomNetwork({ name: `random${String(seed)}`, shape, seed });
    const planned = plan(network, folding);
    const frames = 40;
    const inputs = randomBits(new Random(seed + 1), frames, shape[0] ?? 1);
    const simulator = createNativeSimulator(elaborate(planned.hardware, { implementations: false }));
    simulator.reset();
    const result = simulator.run({
      inputs: { x: { beats: encodeFrames(inputs, planned.input) } },
      outputs: { y: { count: frames * planned.output.beats } },
    });
    simulator.close();
    const y = result.outputs["y"];
    if (y === undefined) throw new Error("no output");
    const last = trace(network, inputs).at(-1);
    if (last === undefined) throw new Error("no layer");
    expect([...decodeLabels(network, y.beats, frames, planned.output)]).toEqual([
      ...readOut(network.readout, last).labels,
    ]);
    expect([...y.stamps]).toEqual([...planned.outputTicks(frames)]);
    const slowest = Math.max(...planned.stages.map((stage) => stage.cycles));
    expect(planned.cyclesPerFrame).toBe(slowest);
  },
);

test("a smaller buffer would cost rate or latency", () => {
  const network = randomNetwork({ name: "fifo", shape: [32, 32, 32, 10], seed: 1 });
  const planned = plan(network, {
    dense0: { pe: 2, simd: 16 },
    dense1: { pe: 2, simd: 2 },
    dense2: { pe: 1, simd: 2 },
  });
  const depths = planned.stages
    .filter((stage) => stage.unit === "fifo" || stage.unit === "skid")
    .map((stage) => stage.depth);
  expect(Math.max(...depths)).toBeGreaterThan(2);
  expect(depths).toMatchInlineSnapshot(`
    [
      9,
      9,
      2,
    ]
  `);
});
