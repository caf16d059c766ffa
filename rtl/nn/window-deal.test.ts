import { expect, test } from "vitest";
import { checkCases } from "../../sim/cases.ts";
import { bits, component, sink, source, type Hardware } from "../../src/hdl/index.ts";
import type { Random } from "../../src/random.ts";
import { widthConverter } from "../stream/index.ts";
import { matrixVectorSchedule } from "./matrix-vector.ts";
import { mvtu, mvtuUse, type MvtuParams } from "./mvtu.ts";
import {
  beatsOf,
  bitsOf,
  chunks,
  divisorsOf,
  pick,
  popcounts,
  randomThresholds,
  randomVectors,
  randomWeights,
} from "./random.fixture.ts";
import { parallelWindow, type ParallelWindowParams } from "./sliding-window-parallel.ts";
import type { WindowParams } from "./sliding-window-shape.ts";
import { beatsOfMaps, randomMaps, windowsOf, type FeatureMap } from "./sliding-window.fixture.ts";
import { slidingWindow } from "./sliding-window.ts";
import { windowDeal, windowDealBits, windowDealTicks, type WindowDealParams } from "./window-deal.ts";
import { windowDealCases, windowDealControl } from "./window-deal.fixture.ts";

test("window deal: random words, windows and groups, in both simulators, tick by tick", async () => {
  const coverage = await windowDealCases.check();
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 12,
      },
      "nativeOnly": {
        "cases": 400,
        "parameterSets": 81,
      },
    }
  `);
});

test("window deal: its control model is the handshakes of the hardware, tick by tick, under any stalls", async () => {
  for (const { design, check } of windowDealControl()) await check(design);
});

/** Units one behind the other. */
function chain(name: string, units: Readonly<Record<string, Hardware>>, widths: { x: number; y: number }) {
  return component({
    name,
    ports: () => ({ x: sink(bits(widths.x)), y: source(bits(widths.y)) }),
    build(_m, { x, y }) {
      let stream = x;
      for (const [key, unit] of Object.entries(units)) stream = stream.through({ [key]: unit as never });
      stream.into(y);
    },
  })();
}

function randomUnit(random: Random, columns: number): MvtuParams & { readonly mmv: number } {
  const weights = randomWeights(random, pick(random, [1, 2, 3, 4, 6, 8, 12]), columns);
  return {
    weights,
    thresholds: randomThresholds(random, weights),
    pe: pick(random, divisorsOf(weights.rows)),
    simd: pick(random, divisorsOf(columns)),
    mmv: pick(random, [2, 3, 4]),
  };
}

const fired = ({ weights, thresholds }: MvtuParams, vector: readonly number[]): number[] =>
  popcounts(weights, vector).map((count, r) => (count >= (thresholds[r] ?? NaN) ? 1 : 0));

const dealOf = ({ weights, simd, mmv }: MvtuParams & { readonly mmv: number }): WindowDealParams => ({
  width: simd,
  beats: weights.columns / simd,
  mmv,
});

test("a matrix-vector unit behind it loses no cycle: MMV vectors every SF * max(MMV, NF) cycles", async () => {
  let [waits, waitedFor] = [0, 0];
  const coverage = await checkCases(
    {
      pick: (random) => randomUnit(random, pick(random, [1, 4, 6, 12, 24])),
      hardware: (params) =>
        chain(
          "dealt_vectors",
          { deal: windowDeal(dealOf(params)), unit: mvtu(params) },
          { x: params.simd, y: params.mmv * params.pe },
        ),
      inputs: ({ weights, simd, mmv }, random) => ({
        x: randomVectors(random, { count: (weights.columns / simd) * mmv, width: simd, most: 5 }),
      }),
      model: ({ x }, params) => {
        const { weights, simd, mmv, pe } = params;
        const vectors = chunks(bitsOf(x, simd), weights.columns).map((vector) => fired(params, vector));
        const y = chunks(vectors, mmv).flatMap((group) =>
          Array.from({ length: weights.rows / pe }, (_, n) =>
            group.flatMap((results) => results.slice(n * pe, (n + 1) * pe)),
          ).flat(),
        );
        return { y: beatsOf(y, mmv * pe) };
      },
      timing: ({ params, outputs }) => {
        const { sf, nf, depth } = matrixVectorSchedule(params, mvtuUse(params));
        const start = windowDealTicks(dealOf(params)).y(0);
        const interval = sf * Math.max(params.mmv, nf);
        if (nf > params.mmv) waitedFor++;
        else waits++;
        return {
          y: (outputs.y ?? []).map(
            (_, b) => start + Math.floor(b / nf) * interval + ((b % nf) + 1) * sf - 1 + depth,
          ),
        };
      },
    },
    { seed: 63, sets: 6, nativeSets: 80, cases: 48 },
  );
  expect(Math.min(waits, waitedFor)).toBeGreaterThan(10);
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 48,
        "parameterSets": 6,
      },
      "nativeOnly": {
        "cases": 320,
        "parameterSets": 80,
      },
    }
  `);
});

/** A convolution of bits: its windows and the unit that they go to. */
interface Convolution {
  readonly window: ParallelWindowParams & { readonly mmv: number };
  readonly unit: MvtuParams & { readonly mmv: number };
}

function randomConvolution(random: Random): Convolution {
  const mmv = pick(random, [2, 3, 4]);
  const size = pick(random, [1, 2, 3]);
  const channels = pick(random, [1, 2, 4]);
  const window = {
    height: size + random.below(3),
    width: mmv * (1 + random.below(2)),
    channels,
    simd: channels,
    kernel: [size, size],
    padding: [0, Math.floor((size - 1) / 2), 0, Math.ceil((size - 1) / 2)],
    mmv,
  };
  return { window, unit: { ...randomUnit(random, size * size * channels), mmv } };
}

const mapsIn = ({ window }: Convolution, random: Random): FeatureMap[] =>
  randomMaps(random, window, random.below(4));

/** Bits of all windows of maps, then of what the neurons say. */
const convolved = (maps: readonly FeatureMap[], { window, unit }: Convolution): number[][] =>
  maps.flatMap((map) => windowsOf(map, window).map((taps) => fired(unit, taps.flat())));

function mapsOf(
  beats: readonly (number | bigint)[],
  { height, width, channels }: WindowParams,
  beat: number,
): FeatureMap[] {
  return chunks(chunks(chunks(bitsOf(beats, beat), channels), width), height);
}

/** What turns [MMV][PE] beats to pixels in order, and those to beats of `to` bits. */
const pixels = ({ unit: { weights, pe, mmv } }: Convolution, to: number) => ({
  rows: widthConverter({ from: pe, to: weights.rows, lanes: mmv }),
  pixels: widthConverter({ from: mmv * weights.rows, to }),
});

test("MMV convolution from a sliding window: pixels in order", async () => {
  await checkCases(
    {
      pick: randomConvolution,
      hardware: (params) => {
        const { window, unit } = params;
        const { rows } = unit.weights;
        return chain(
          "mmv_convolution",
          {
            window: slidingWindow({ ...window, mmv: undefined } as WindowParams),
            word: widthConverter({ from: window.simd, to: unit.simd }),
            deal: windowDeal(dealOf(unit)),
            unit: mvtu(unit),
            ...pixels(params, rows),
          },
          { x: window.simd, y: rows },
        );
      },
      inputs: (params, random) => ({ x: beatsOfMaps(mapsIn(params, random), params.window) }),
      model: ({ x }, params) => ({
        y: beatsOf(
          convolved(mapsOf(x, params.window, params.window.simd), params).flat(),
          params.unit.weights.rows,
        ),
      }),
      timing: () => ({}),
    },
    { seed: 64, sets: 2, nativeSets: 40, cases: 8 },
  );
});

test("MMV convolution from a parallel window: pixels in order", async () => {
  await checkCases(
    {
      pick: randomConvolution,
      hardware: (params) => {
        const { window, unit } = params;
        const { columns } = unit.weights;
        return chain(
          "mmv_convolution",
          {
            window: parallelWindow(window),
            word: widthConverter({ from: columns, to: unit.simd, lanes: unit.mmv }),
            unit: mvtu(unit),
            ...pixels(params, 1),
          },
          { x: window.mmv * window.simd, y: 1 },
        );
      },
      inputs: (params, random) => {
        const { window } = params;
        return {
          x: beatsOf(
            mapsIn(params, random).flatMap((map) => map.flat(2)),
            window.mmv * window.simd,
          ),
        };
      },
      model: ({ x }, params) => ({
        y: beatsOf(
          convolved(mapsOf(x, params.window, params.window.mmv * params.window.simd), params).flat(),
          1,
        ),
      }),
      timing: () => ({}),
    },
    { seed: 65, sets: 2, nativeSets: 40, cases: 8 },
  );
});

test("what it stores", () => {
  expect(windowDealBits({ width: 8, beats: 9, mmv: 4 })).toBe(3 * 9 * 8);
});

test.each([
  [{ mmv: 1 }, "windowDeal.mmv must be a whole number from 2 to 65536, not 1"],
  [{ beats: 0 }, "windowDeal.beats must be a whole number from 1 to 65536, not 0"],
  [{ width: 1.5 }, "windowDeal.width must be a whole number from 1 to 65536, not 1.5"],
])("cannot be built: %o", (change, message) => {
  expect(() => windowDeal({ width: 8, beats: 9, mmv: 4, ...change })).toThrow(message);
});
