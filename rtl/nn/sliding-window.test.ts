import { describe, expect, test } from "vitest";
import { icarusRead, verilatorLint, yosysRead } from "../../sim/lint.ts";
import { emit } from "../../src/emit/index.ts";
import { elaborate } from "../../src/hdl/index.ts";
import { Random } from "../../src/random.ts";
import {
  parallelWindow,
  parallelWindowInterval,
  parallelWindowOrder,
  parallelWindowTicks,
  parallelWindowTiming,
  type ParallelWindowParams,
} from "./sliding-window-parallel.ts";
import { slidingWindowDepth, slidingWindowLeastDepth } from "./sliding-window-depth.ts";
import { slidingWindowInterval, ticksOf } from "./sliding-window-schedule.ts";
import { windowShape, type WindowParams } from "./sliding-window-shape.ts";
import { slidingWindow, slidingWindowTicks, type SlidingWindowParams } from "./sliding-window.ts";
import {
  leastWords,
  parallelWindowCases,
  parallelWindowControl,
  parallelWindowStudy,
  randomWindow,
  slidingWindowCases,
  slidingWindowControl,
  slidingWindowStudy,
} from "./sliding-window.fixture.ts";

// Many more cases: sliding-window.full.test.ts.
test("sliding window: random windows, memories and stalls, in both simulators, tick by tick", async () => {
  const coverage = await slidingWindowCases.check();
  expect(coverage.both.cases).toBe(40);
});

test("parallel window: random windows, MMV and stalls, in both simulators, tick by tick", async () => {
  const coverage = await parallelWindowCases.check();
  expect(coverage.both.cases).toBe(24);
});

test("a map every max(words in, words out) cycles from the second on, and with a word less of buffer no longer", () => {
  for (let seed = 0; seed < 150; seed++) {
    const params = randomWindow(new Random(seed), 10);
    // Where there is more padding than the kernel reaches over, some windows have no pixel at all, and a buffer a
    // little smaller can do.
    const [top = 0, left = 0, bottom = 0, right = 0] = params.padding ?? [];
    const within =
      Math.max(top, bottom) < (params.kernel[0] ?? 1) && Math.max(left, right) < (params.kernel[1] ?? 1);
    const depth = slidingWindowDepth(params);
    const interval = slidingWindowInterval(params);
    const where = JSON.stringify({ params, depth });
    expect(intervals(params, depth), where).toEqual(new Array(4).fill(interval));
    if (within && depth > slidingWindowLeastDepth(params))
      expect(intervals(params, depth - 1)[3], where).toBeGreaterThan(interval);
  }
});

/** Cycles from the last word of one map to that of the next, for maps 2 to 5. */
function intervals(params: SlidingWindowParams, depth: number): readonly number[] {
  const { outputWords } = windowShape("test", params);
  const { y } = slidingWindowTicks({ ...params, depth }, 5);
  return [1, 2, 3, 4].map((map) => (y[(map + 1) * outputWords - 1] ?? 0) - (y[map * outputWords - 1] ?? 0));
}

const square = (height: number, channels: number, simd: number, padding: number): WindowParams => ({
  height,
  width: height,
  channels,
  simd,
  kernel: [3, 3],
  padding: [padding, padding, padding, padding],
});

test("buffer words against the least that the schedule needs: in stream order, and in any order", () => {
  const ratio = (a: number, b: number): string => (a / b).toFixed(3);
  const row = (name: string, params: WindowParams, pause = 0): string => {
    const depth = slidingWindowDepth(params, { pause });
    const { inOrder, anyOrder } = leastWords(params, pause);
    expect(depth / inOrder).toBeLessThan(1.15);
    return `${name}: ${String(depth)} words, ${ratio(depth, inOrder)} in order, ${ratio(depth, anyOrder)} in any order`;
  };
  expect([
    row("CNV 32x32x3", square(32, 3, 3, 0)),
    row("CNV 30x30x64", square(30, 64, 32, 0)),
    row("CNV 14x14x64", square(14, 64, 32, 0)),
    row("CNV 12x12x128", square(12, 128, 32, 0)),
    row("CNV 5x5x128", square(5, 128, 32, 0)),
    row("CNV 14x14x64, NF = 8", square(14, 64, 32, 0), 7 * 18),
    row("CNV 12x12x128, NF = 8", square(12, 128, 32, 0), 7 * 36),
    row("padded 32x32x128", square(32, 128, 64, 1)),
    row("padded 16x16x256", square(16, 256, 64, 1)),
    row("padded 8x8x512", square(8, 512, 64, 1)),
    row("stride 2, padded 32x32x64", { ...square(32, 64, 64, 1), stride: [2, 2] }),
  ]).toMatchInlineSnapshot(`
    [
      "CNV 32x32x3: 120 words, 1.017 in order, 1.818 in any order",
      "CNV 30x30x64: 223 words, 1.023 in order, 1.798 in any order",
      "CNV 14x14x64: 95 words, 1.056 in order, 1.583 in any order",
      "CNV 12x12x128: 157 words, 1.075 in order, 1.510 in any order",
      "CNV 5x5x128: 52 words, 1.083 in order, 1.083 in any order",
      "CNV 14x14x64, NF = 8: 62 words, 1.033 in order, 1.033 in any order",
      "CNV 12x12x128, NF = 8: 108 words, 1.038 in order, 1.038 in any order",
      "padded 32x32x128: 132 words, 1.000 in order, 1.000 in any order",
      "padded 16x16x256: 136 words, 1.000 in order, 1.000 in any order",
      "padded 8x8x512: 144 words, 1.000 in order, 1.000 in any order",
      "stride 2, padded 32x32x64: 93 words, 1.094 in order, 1.453 in any order",
    ]
  `);
});

test("the parallel window's control and closed form agree", () => {
  for (const mmv of [1, 2, 4]) {
    const params: ParallelWindowParams = { ...square(8, 6, 2, 1), mmv };
    const beats = parallelWindowInterval(params) * 3;
    const closed = parallelWindowTicks(params);
    const stepped = ticksOf(parallelWindowTiming(params), beats, beats);
    expect(stepped.x).toEqual(stepped.x.map((_, beat) => closed.x(beat)));
    expect(stepped.y).toEqual(stepped.y.map((_, beat) => closed.y(beat)));
    expect(stepped.y.length).toBe(beats);
  }
});

test("the planner's control models are the handshakes of the hardware, tick by tick, under any stalls", async () => {
  for (const { design, check } of [...slidingWindowControl(), ...parallelWindowControl()])
    await check(design);
});

test("columns of weights in the order of the parallel window's beats", () => {
  expect(parallelWindowOrder({ kernel: [1, 2], channels: 4, simd: 2 })).toEqual([0, 1, 4, 5, 2, 3, 6, 7]);
});

test("Verilator -Wall, Yosys and Icarus read the RTL of both windows without a word", async () => {
  const random = new Random(5);
  const designs = [
    ...Array.from({ length: 8 }, () => slidingWindow(slidingWindowStudy(7).pick(random))),
    ...Array.from({ length: 6 }, () => parallelWindow(parallelWindowStudy(7).pick(random))),
    slidingWindow({ height: 1, width: 1, channels: 1, simd: 1, kernel: [1, 1] }),
    slidingWindow({ ...square(30, 64, 64, 1), memory: "block" }),
    parallelWindow({ height: 1, width: 1, channels: 1, simd: 1, kernel: [1, 1] }),
    parallelWindow({ ...square(40, 8, 4, 1), mmv: 1, memory: "block" }),
  ].map((hardware) => emit(elaborate(hardware)));
  expect(await verilatorLint(designs)).toEqual([]);
  expect(await yosysRead(designs)).toEqual([]);
  expect(await icarusRead(designs)).toEqual([]);
});

describe("what cannot be built is said", () => {
  const good: SlidingWindowParams & ParallelWindowParams = square(8, 6, 3, 0);
  test.each([
    [{ ...good, kernel: [9, 3] }, "a kernel over 9 rows is larger than the padded map with 8"],
    [{ ...good, dilation: [1, 4] }, "a kernel over 9 columns is larger than the padded map with 8"],
    [{ ...good, simd: 4 }, "SIMD = 4 does not divide the 6 channels"],
    [{ ...good, stride: [0, 1] }, "slidingWindow.stride must be a whole number from 1 to 255, not 0"],
    [{ ...good, kernel: [3] }, "slidingWindow.kernel has 1 numbers instead of 2"],
    [{ ...good, padding: [1, 1] }, "slidingWindow.padding has 2 numbers instead of 4"],
    [{ ...good, padValue: 2 }, "slidingWindow.padValue must be a whole number from 0 to 1, not 2"],
    [{ ...good, bits: 33 }, "slidingWindow.bits must be a whole number from 1 to 32, not 33"],
    [{ ...good, depth: 30 }, "no window fits into a buffer of 30 words"],
    [{ ...good, memory: "flipflop" as "block" }, 'slidingWindow.memory has no value "flipflop"'],
  ])("sliding window %j", (params, message) => {
    expect(() => slidingWindow(params)).toThrow(message);
  });
  test.each([
    [{ ...good, stride: [1, 2], mmv: 2 }, "MMV = 2 with stride 2 along the row"],
    [{ ...good, mmv: 4 }, "MMV = 4 does not divide the 8 columns of the map and 6 windows of a row"],
    [{ ...good, padding: [2, 0, 1, 0] }, "more padding than keeps the map's size"],
  ])("parallel window %j", (params, message) => {
    expect(() => parallelWindow(params)).toThrow(message);
  });
});
