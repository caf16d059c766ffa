import { describe, expect, test } from "vitest";
import { checkCases } from "../../sim/cases.ts";
import { SluiceError } from "../../src/error.ts";
import { bits, component, elaborate, sink, source } from "../../src/hdl/index.ts";
import { Random } from "../../src/random.ts";
import { maxPool, maxPoolTicks, maxPoolTiming, type MaxPoolParams } from "./max-pool.ts";
import { chunks, divisorsOf, pick } from "./random.fixture.ts";
import { createNativeSimulator } from "../../src/simulate/native.ts";
import {
  beatsOfMaps,
  randomMaps,
  randomWindow,
  windowsOf,
  type FeatureMap,
} from "./sliding-window.fixture.ts";
import { ticksOf } from "./sliding-window-schedule.ts";
import { slidingWindow, type SlidingWindowParams } from "./sliding-window.ts";

function randomPool(random: Random): MaxPoolParams {
  const channels = pick(random, [1, 2, 3, 4, 6]);
  const kernel = [1 + random.below(4), 1 + random.below(4)];
  // Mostly stride = kernel on a map of whole windows, as in CNV; else gaps and rests at the right and at the bottom.
  const plain = random.below(2) === 0;
  const stride = kernel.map((size) => (plain ? size : size + pick(random, [0, 0, 1, 2])));
  const [height = 1, width = 1] = kernel.map((size, axis) =>
    plain ? size * (1 + random.below(4)) : size + random.below(3 * (stride[axis] ?? 1)),
  );
  const pe = pick(random, divisorsOf(channels));
  return { height, width, channels, pe, kernel, stride, bits: pick(random, [1, 1, 2, 5, 8]) };
}

/** The maximum of each window, value by value: the oracle. */
function pooled(
  map: FeatureMap,
  { height, width, channels, kernel, stride = kernel }: MaxPoolParams,
): FeatureMap {
  const [[ky = 1, kx = 1], [sy = 1, sx = 1]] = [kernel, stride];
  const list = <T>(length: number, item: (i: number) => T): T[] => Array.from({ length }, (_, i) => item(i));
  return list(Math.floor((height - ky) / sy) + 1, (y) =>
    list(Math.floor((width - kx) / sx) + 1, (x) =>
      list(channels, (c) =>
        Math.max(...list(ky * kx, (i) => map[y * sy + Math.floor(i / kx)]?.[x * sx + (i % kx)]?.[c] ?? NaN)),
      ),
    ),
  );
}

function mapsOf(beats: readonly (number | bigint)[], params: MaxPoolParams): FeatureMap[] {
  const { width, height, channels, pe, bits: valueBits = 1 } = params;
  const wide = BigInt(valueBits);
  const values = beats.flatMap((beat) =>
    Array.from({ length: pe }, (_, p) => Number((BigInt(beat) >> (BigInt(p) * wide)) & ((1n << wide) - 1n))),
  );
  return chunks(chunks(chunks(values, channels), width), height);
}

const windowed = (params: MaxPoolParams) => ({ ...params, simd: params.pe });

test("max pool: random maps, windows and folds, in both simulators, tick by tick", async () => {
  const coverage = await checkCases(
    {
      pick: randomPool,
      hardware: maxPool,
      inputs: (params, random) => ({
        x: beatsOfMaps(randomMaps(random, windowed(params), random.below(4)), windowed(params)),
      }),
      model: ({ x }, params) => ({
        y: beatsOfMaps(
          mapsOf(x, params).map((map) => pooled(map, params)),
          windowed(params),
        ),
      }),
      timing: ({ params, inputs, outputs }) => {
        const ticks = maxPoolTicks(params);
        return { x: inputs.x.map((_, b) => ticks.x(b)), y: (outputs.y ?? []).map((_, b) => ticks.y(b)) };
      },
    },
    { seed: 41, sets: 16, nativeSets: 120 },
  );
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 16,
      },
      "nativeOnly": {
        "cases": 480,
        "parameterSets": 119,
      },
    }
  `);
});

test("max pool: the schedule of its control is that of the hardware, cycle by cycle, under stalls", () => {
  const random = new Random(42);
  let results = 0;
  for (let number = 0; number < 60; number++) {
    const params = randomPool(random);
    const { height, width, channels, pe } = params;
    const inputs = (2 * height * width * channels) / pe;
    const ticks = maxPoolTicks(params);
    const free = ticksOf(maxPoolTiming(params), inputs, 0);
    expect(free.x).toEqual(free.x.map((_, b) => ticks.x(b)));
    const simulator = createNativeSimulator(elaborate(maxPool(params)), {});
    simulator.reset();
    const control = maxPoolTiming(params);
    const [gives, takes] = [pick(random, [0.2, 0.7, 1]), pick(random, [0.1, 0.25, 0.6])];
    const chance = (p: number): boolean => random.below(1000) < p * 1000;
    let offered = false;
    for (let taken = 0; taken < inputs;) {
      offered ||= chance(gives);
      const ready = chance(takes);
      simulator.poke("x_valid", Uint32Array.of(offered ? 1 : 0));
      simulator.poke("y_ready", Uint32Array.of(ready ? 1 : 0));
      const measured = ["x_ready", "y_valid"].map((port) => simulator.peek(port)[0] === 1);
      expect(measured, JSON.stringify(params)).toEqual([control.ready(ready), control.valid()]);
      const takesBeat = offered && control.ready(ready);
      if (control.valid() && ready) results++;
      control.edge(takesBeat, ready);
      simulator.step();
      if (!takesBeat) continue;
      taken++;
      offered = false;
    }
    simulator.close();
  }
  expect(results).toBeGreaterThan(500);
});

test("max pool: windows that overlap or are padded come from a sliding window", async () => {
  const coverage = await checkCases(
    {
      pick: (random): SlidingWindowParams => ({ ...randomWindow(random, 7), padValue: 0 }),
      hardware: (params) => {
        const [height = 1, width = 1] = params.kernel;
        const { channels, simd, bits: valueBits } = params;
        const pool: MaxPoolParams = {
          height,
          width,
          channels,
          pe: simd,
          kernel: params.kernel,
          bits: valueBits,
        };
        const kind = bits(simd * (valueBits ?? 1));
        return component({
          name: "overlapping_pool",
          ports: () => ({ x: sink(kind), y: source(kind) }),
          build(_m, { x, y }) {
            x.through({ window: slidingWindow(params) })
              .through({ pool: maxPool(pool) })
              .into(y);
          },
        })();
      },
      inputs: (params, random) => ({ x: beatsOfMaps(randomMaps(random, params, random.below(3)), params) }),
      model: ({ x }, params) => ({
        y: beatsOfMaps(
          mapsOf(x, { ...params, pe: params.simd }).map((map) => [
            windowsOf(map, params).map((taps) =>
              Array.from({ length: params.channels }, (_, c) =>
                Math.max(...taps.map((tap) => tap[c] ?? NaN)),
              ),
            ),
          ]),
          params,
        ),
      }),
      timing: () => ({}),
    },
    { seed: 43, cases: 24, sets: 6, nativeSets: 50 },
  );
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 24,
        "parameterSets": 6,
      },
      "nativeOnly": {
        "cases": 200,
        "parameterSets": 50,
      },
    }
  `);
});

describe("bad parameters", () => {
  const good: MaxPoolParams = { height: 8, width: 8, channels: 12, pe: 4, kernel: [2, 2] };
  test.each([
    [
      "a PE that does not divide",
      { pe: 5 },
      "folding-does-not-divide",
      "PE = 5 does not divide the 12 channels",
    ],
    ["windows that overlap", { stride: [1, 2] }, "bad-window", "windows of 2x2 at a stride of 1x2 overlap"],
    ["a kernel larger than the map", { kernel: [2, 9] }, "bad-window", "a kernel over 9 columns"],
    ["a kernel of one number", { kernel: [2] }, "bad-window", "maxPool.kernel has 1 numbers instead of 2"],
    ["no rows", { height: 0 }, "parameter-out-of-range", "maxPool.height"],
    ["too many bits", { bits: 33 }, "parameter-out-of-range", "maxPool.bits"],
  ] as const)("%s", (_, change, code, message) => {
    let thrown: unknown;
    try {
      maxPool({ ...good, ...change });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(SluiceError);
    expect((thrown as SluiceError).code).toBe(code);
    expect((thrown as SluiceError).message).toContain(message);
  });
});
