import { describe, expect, test } from "vitest";
import { SluiceError } from "../../src/error.ts";
import { Random } from "../../src/random.ts";
import { maxPool, maxPoolTicks, maxPoolTiming, type MaxPoolParams } from "./max-pool.ts";
import { ticksOf } from "./sliding-window-schedule.ts";
import { maxPoolCases, maxPoolControl, overlappingPoolCases, randomPool } from "./max-pool.fixture.ts";

test("max pool: random maps, windows and folds, in both simulators, tick by tick", async () => {
  const coverage = await maxPoolCases.check();
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

test("max pool: its control model is the handshakes of the hardware, tick by tick, under any stalls", async () => {
  for (const { design, check } of maxPoolControl()) await check(design);
});

test("max pool: the control model and the closed form agree", () => {
  const random = new Random(42);
  for (let number = 0; number < 60; number++) {
    const params = randomPool(random);
    const { height, width, channels, pe } = params;
    const ticks = maxPoolTicks(params);
    const free = ticksOf(maxPoolTiming(params), (2 * height * width * channels) / pe, 0);
    expect(free.x).toEqual(free.x.map((_, b) => ticks.x(b)));
  }
});

test("max pool: windows that overlap or are padded come from a sliding window", async () => {
  const coverage = await overlappingPoolCases.check();
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
