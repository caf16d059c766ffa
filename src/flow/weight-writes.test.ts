import { expect, test } from "vitest";
import { packetBeats } from "../../sim/axi/index.ts";
import { icarusRead, verilatorLint, yosysRead } from "../../sim/lint.ts";
import { simulatorsOf } from "../../sim/simulators.ts";
import { axiLatency } from "../../rtl/axi/index.ts";
import { SluiceError } from "../error.ts";
import { emit } from "../emit/index.ts";
import { randomNetwork, type Network } from "../network/index.ts";
import { anyTarget } from "../plan/board.ts";
import { plan, type Folding, type Plan } from "../plan/index.ts";
import { randomFolding, randomNetworkOf } from "../plan/random-pipeline.fixture.ts";
import { Random } from "../random.ts";
import type { Simulator } from "../simulate/simulator.ts";
import { Bench, resultOf } from "./axi.fixture.ts";
import { axiDesign } from "./axi.ts";
import { planHardware } from "./hardware.ts";
import { weightWrites } from "./weight-writes.ts";

const target = { ...anyTarget, writable: true };

/** Two networks of one shape under one folding. */
function pairOf(first: Network, second: Network, folding: Folding) {
  const plans = [first, second].map((network) => plan(network, folding, target));
  const [built, other] = plans;
  if (built === undefined || other === undefined) throw new Error("two plans");
  const design = axiDesign(built, { busWidth: 64, clockMHz: 200, buildHash: "0123456789abcdef" });
  return { built, other, design };
}

type Pair = ReturnType<typeof pairOf>;

const dense = (shape: readonly number[], folding: Folding): Pair => {
  const [first, second] = [1, 2].map((seed) => randomNetwork({ name: "tiny", shape, seed }));
  if (first === undefined || second === undefined) throw new Error("two networks");
  return pairOf(first, second, folding);
};

/** The same layers with their rows and thresholds in another order. */
function turned({ layers, ...network }: Network): Network {
  return {
    ...network,
    layers: layers.map((layer) => {
      if (!("weights" in layer)) return layer;
      const { weights, thresholds } = layer;
      const { words, wordsPerRow } = weights;
      const rows = Uint32Array.from(words, (_, i) => words[(i + wordsPerRow) % words.length] ?? 0);
      return { ...layer, weights: { ...weights, words: rows }, thresholds: thresholds?.slice().reverse() };
    }),
  };
}

/** A random network with a random folding; none where that leaves a layer without a memory. */
function anyLayers(seed: number): readonly Pair[] {
  const network = randomNetworkOf(seed);
  try {
    return [pairOf(network, turned(network), randomFolding(network, new Random(seed)))];
  } catch (error) {
    if (error instanceof SluiceError && error.code === "weights-not-writable") return [];
    throw error;
  }
}

/** Words of one part and of several, the last of them full or not; LUTs and block RAM. */
const pairs = [
  dense([48, 12, 6], { dense0: { pe: 3, simd: 24 }, dense1: { pe: 2, simd: 4 } }),
  dense([64, 20, 16, 10], {
    dense0: { pe: 20, simd: 16, memory: "block" },
    dense1: { pe: 4, simd: 20 },
    dense2: { pe: 1, simd: 1, memory: "block" },
  }),
];

/** Frames in an empty accelerator: results by the plan's reference, in the predicted cycles. */
function checkFrames(bench: Bench, planned: Plan, random: Random): void {
  const bytes = Math.ceil((planned.input.beats * planned.input.width) / 8);
  const exact = Math.max(planned.input.width, planned.output.width) <= 64 && planned.output.beats === 1;
  for (let i = 0; i < 8; i++) {
    const frame = Array.from({ length: bytes }, () => random.below(256));
    const before = bench.results.packets.length;
    bench.frames.push(...packetBeats(frame, 8));
    bench.until(before + 1, 100_000);
    expect(bench.results.packets[before]?.bytes).toEqual(resultOf(planned, frame));
    if (exact) expect(bench.read("latency")).toBe(planned.latencyCycles + axiLatency);
  }
}

function checkPair(simulator: Simulator, { built, other, design }: Pair): void {
  const random = new Random(3);
  const bench = new Bench(simulator, design, { random, busBytes: 8 });
  bench.write("control", 1);
  checkFrames(bench, built, random);
  for (const [now, channel] of [
    [other, 0.4],
    [built, 0],
  ] as const) {
    for (const one of [bench.bus.aw, bench.bus.w, bench.bus.b]) one.stall = channel;
    for (const [offset, value] of weightWrites(now, design.registers)) bench.writeAt(offset, value);
    expect(bench.read("status")).toBe(0);
    checkFrames(bench, now, random);
  }
}

async function check(subjects: readonly Pair[], kind: "native" | "verilator"): Promise<void> {
  const designs = subjects.map(({ design }) => design.elaborate({ implementations: false }));
  for (const [i, start] of (await simulatorsOf(designs, kind)).entries()) {
    const [simulator, subject] = [start(), subjects[i]];
    if (subject === undefined) throw new Error("a simulator for each");
    checkPair(simulator, subject);
    simulator.close();
  }
}

test("a second network written over AXI4-Lite, and the first again: bit-exact, in the predicted cycles", async () => {
  await check(pairs, "native");
  await check(pairs.slice(0, 1), "verilator");
}, 60_000);

test("random networks of all layers with memories, in the native simulator", async () => {
  const some = Array.from({ length: 16 }, (_, seed) => seed).flatMap(anyLayers);
  expect(some.length).toBeGreaterThan(2);
  await check(some.slice(0, 4), "native");
}, 60_000);

test("a layer without a memory is refused, and the planner avoids it", () => {
  const network = randomNetwork({ name: "tiny", shape: [16, 8, 4], seed: 1 });
  const folding = { dense0: { pe: 8, simd: 16 }, dense1: { pe: 1, simd: 1 } };
  expect(() => plan(network, folding, target)).toThrow(
    expect.objectContaining({ code: "weights-not-writable", where: "dense0" }),
  );
  const { planned } = planHardware(network, { board: "zc706", writable: true });
  expect(planned.stages.filter(({ writable }) => writable !== undefined)).toHaveLength(2);
});

test("an AXI top with windows is read without a finding by Verilator, Yosys and Icarus", async () => {
  const designs = pairs.map(({ design }) => emit(design.elaborate()));
  expect(await verilatorLint(designs)).toEqual([]);
  expect(await yosysRead(designs)).toEqual([]);
  expect(await icarusRead(designs)).toEqual([]);
}, 60_000);
