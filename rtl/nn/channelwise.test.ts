import { describe, expect, test } from "vitest";
import { checkCases } from "../../sim/cases.ts";
import { SluiceError } from "../../src/error.ts";
import { bits, component, sink, source } from "../../src/hdl/index.ts";
import {
  bitMatrix,
  getBit,
  randomBits,
  setBit,
  trace,
  type DepthwiseLayer,
  type GlobalAveragePoolLayer,
} from "../../src/network/index.ts";
import { Random } from "../../src/random.ts";
import { vvtu, vvtuTicks, vvtuTiming, vvu, vvuTicks, vvuTiming, type VvtuParams } from "./channelwise.ts";
import { compareControl } from "./control.fixture.ts";
import { beatsOf, bitsOf, chunks, divisorsOf, pick, randomVectors, randomWeights } from "./random.fixture.ts";
import { randomWindow } from "./sliding-window.fixture.ts";
import { ticksOf } from "./sliding-window-schedule.ts";
import { slidingWindow, type SlidingWindowParams } from "./sliding-window.ts";
import { randomUnit, tapsOf, vvtuCases, vvuCases } from "./channelwise.fixture.ts";

test("vvtu: random channels, taps and folds, in both simulators, tick by tick", async () => {
  const coverage = await vvtuCases.check();
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 16,
      },
      "nativeOnly": {
        "cases": 400,
        "parameterSets": 100,
      },
    }
  `);
});

test("vvu: raw counts, in both simulators, tick by tick", async () => {
  const coverage = await vvuCases.check();
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 12,
      },
      "nativeOnly": {
        "cases": 400,
        "parameterSets": 100,
      },
    }
  `);
});

test("vvtu, vvu: the schedule of their control is that of the hardware, cycle by cycle, under stalls", () => {
  const random = new Random(53);
  let results = 0;
  for (let number = 0; number < 80; number++) {
    const params = randomUnit(random);
    const raw = random.below(2) === 0;
    const [timing, ticks] = raw ? [vvuTiming, vvuTicks(params)] : [vvtuTiming, vvtuTicks(params)];
    const inputs = (3 * tapsOf(params) * params.channels) / params.pe;
    const outputs = inputs / tapsOf(params);
    const free = ticksOf(timing(params), inputs, outputs);
    expect(free.x).toEqual(free.x.map((_, b) => ticks.x(b)));
    expect(free.y).toEqual(free.y.map((_, b) => ticks.y(b)));
    const control = timing(params);
    const counted = {
      ...control,
      edge: (taken: boolean, readyBehind: boolean) => {
        if (control.valid() && readyBehind) results++;
        control.edge(taken, readyBehind);
      },
    };
    compareControl(raw ? vvu(params) : vvtu(params), counted, random);
  }
  expect(results).toBeGreaterThan(500);
});

/** The bits of a layer's output, image by image, as the reference has them. */
function referenceOf(
  layer: DepthwiseLayer | GlobalAveragePoolLayer,
  x: readonly (number | bigint)[],
  pe: number,
): (number | bigint)[] {
  const { height, width, channels } = layer.input;
  const size = height * width * channels;
  const images = chunks(bitsOf(x, pe), size);
  const inputs = bitMatrix(images.length, size);
  images.forEach((image, row) => {
    image.forEach((bit, column) => {
      if (bit === 1) setBit(inputs, row, column);
    });
  });
  const [result] = trace(
    {
      name: "one_layer",
      input: { shape: [height, width, channels], encoding: "binary-threshold", threshold: 128, bits: size },
      layers: [layer],
      readout: { kind: "highest-bit", classes: 1 },
      labels: ["only"],
    },
    inputs,
  );
  return images.flatMap((_, image) =>
    beatsOf(
      Array.from({ length: result?.outputs ?? 0 }, (__, i) =>
        result?.activations === undefined ? NaN : getBit(result.activations, image, i),
      ),
      pe,
    ),
  );
}

test("a depthwise layer of the reference is a sliding window and a vvtu", async () => {
  interface Case {
    readonly window: SlidingWindowParams;
    readonly layer: DepthwiseLayer;
  }
  const coverage = await checkCases(
    {
      pick: (random): Case => {
        const window = { ...randomWindow(random, 7), bits: 1, padValue: 0 };
        const { height, width, channels, kernel, padding = [0, 0, 0, 0] } = window;
        const size = ([rows = 1, columns = 1]: readonly number[] = []) => ({ height: rows, width: columns });
        const [top = 0, left = 0, bottom = 0, right = 0] = padding;
        const taps = kernel.reduce((a, b) => a * b);
        const layer: DepthwiseLayer = {
          kind: "depthwise",
          name: "layer",
          input: { height, width, channels },
          kernel: size(kernel),
          stride: size(window.stride),
          dilation: size(window.dilation),
          padding: { top, left, bottom, right, value: -1 },
          weights: randomBits(random, channels, taps),
          thresholds: Int32Array.from({ length: channels }, () => random.below(taps + 2)),
        };
        return { window, layer };
      },
      hardware: ({ window, layer }) => {
        const { weights, thresholds = [] } = layer;
        const unit = vvtu({ channels: window.channels, pe: window.simd, weights, thresholds });
        const kind = bits(window.simd);
        return component({
          name: "depthwise",
          ports: () => ({ x: sink(kind), y: source(kind) }),
          build(_m, { x, y }) {
            x.through({ window: slidingWindow(window) })
              .through({ unit })
              .into(y);
          },
        })();
      },
      inputs: ({ window: { height, width, channels, simd } }, random) => ({
        x: randomVectors(random, { count: (height * width * channels) / simd, width: simd, most: 2 }),
      }),
      model: ({ x }, { window, layer }) => ({ y: referenceOf(layer, x, window.simd) }),
      timing: () => ({}),
    },
    { seed: 54, cases: 24, sets: 6, nativeSets: 50 },
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

test("a global average pool of the reference is a vvtu without weights", async () => {
  interface Case {
    readonly pe: number;
    readonly layer: GlobalAveragePoolLayer;
  }
  const coverage = await checkCases(
    {
      pick: (random): Case => {
        const input = {
          height: 1 + random.below(7),
          width: 1 + random.below(7),
          channels: pick(random, [1, 4, 6, 40]),
        };
        const most = input.height * input.width + 2;
        const thresholds = Int32Array.from({ length: input.channels }, () => random.below(most));
        const layer = { kind: "global-average-pool", name: "layer", input, thresholds } as const;
        return { pe: pick(random, divisorsOf(input.channels)), layer };
      },
      hardware: ({ pe, layer: { input, thresholds = [] } }) =>
        vvtu({ channels: input.channels, pe, taps: input.height * input.width, thresholds }),
      inputs: ({ pe, layer: { input } }, random) => ({
        x: randomVectors(random, {
          count: (input.height * input.width * input.channels) / pe,
          width: pe,
          most: 3,
        }),
      }),
      model: ({ x }, { pe, layer }) => ({ y: referenceOf(layer, x, pe) }),
      timing: () => ({}),
    },
    { seed: 55, cases: 24, sets: 6, nativeSets: 50 },
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
  const weights = randomWeights(new Random(1), 8, 9);
  const good: VvtuParams = { channels: 8, pe: 2, weights, thresholds: new Array<number>(8).fill(3) };
  test.each([
    [
      "a PE that does not divide",
      { pe: 3 },
      "folding-does-not-divide",
      "PE = 3 does not divide the 8 channels",
    ],
    ["no channels", { channels: 0 }, "parameter-out-of-range", "vvtu.channels"],
    [
      "weights of other channels",
      { channels: 16 },
      "wrong-weights",
      "weights of 8 rows and 9 columns for 16",
    ],
    ["weights of other taps", { taps: 8 }, "wrong-weights", "9 columns for 8 channels and 8 taps"],
    ["neither weights nor taps", { weights: undefined }, "missing-taps", "neither weights nor taps"],
    ["no taps", { weights: undefined, taps: 0 }, "parameter-out-of-range", "vvtu.taps"],
    ["too few thresholds", { thresholds: [1] }, "wrong-threshold-count", "1 thresholds for 8 channels"],
    [
      "a threshold out of range",
      { thresholds: [0, 1, 2, 3, 4, 5, 10, 11] },
      "threshold-out-of-range",
      "threshold 11 of channel 7 is not from 0 to 10",
    ],
    ["an unknown memory", { memory: "ultra" as "block" }, "parameter-unknown-value", "vvtu.memory"],
  ] as const)("%s", (_, change, code, message) => {
    let thrown: unknown;
    try {
      vvtu({ ...good, ...change });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(SluiceError);
    expect((thrown as SluiceError).code).toBe(code);
    expect((thrown as SluiceError).message).toContain(message);
  });
});
