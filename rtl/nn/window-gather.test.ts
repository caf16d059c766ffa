import { expect, test } from "vitest";
import { checkCases } from "../../sim/cases.ts";
import { Random } from "../../src/random.ts";
import { compareControl } from "./control.fixture.ts";
import { beatsOf, bitsOf, chunks, pick, randomVectors } from "./random.fixture.ts";
import { ticksOf } from "./sliding-window-schedule.ts";
import { windowGather, windowGatherTiming, type WindowGatherParams } from "./window-gather.ts";

const randomGather = (random: Random): WindowGatherParams => ({
  width: pick(random, [1, 2, 3, 8, 17, 33]),
  beats: pick(random, [2, 2, 3, 4, 5, 8, 9]),
  mmv: pick(random, [2, 2, 3, 4, 5, 7]),
});

/** Word by word window after window, as far as beats have come of the last group. */
function gathered(x: readonly (number | bigint)[], { width, beats, mmv }: WindowGatherParams) {
  const words = chunks(x, beats).flatMap((group) => {
    const parts = group.map((beat) => chunks(bitsOf([beat], mmv * width), width));
    const windows = group.length === beats ? mmv : 1;
    return Array.from({ length: windows }, (_, v) => parts.flatMap((part) => part[v] ?? [])).flat();
  });
  return beatsOf(words, width);
}

test("window gather: random beats, in both simulators, tick by tick", async () => {
  const coverage = await checkCases(
    {
      pick: randomGather,
      hardware: windowGather,
      // Mostly whole groups, at times some beats less.
      inputs: ({ width, beats, mmv }, random) => {
        const all = randomVectors(random, { count: beats, width: mmv * width, most: 5 });
        const fewer = random.below(3) === 0 ? random.below(all.length + 1) : 0;
        return { x: all.slice(0, all.length - fewer) };
      },
      model: ({ x }, params) => ({ y: gathered(x, params) }),
      timing: ({ params, inputs, outputs }) =>
        ticksOf(windowGatherTiming(params), inputs.x.length, (outputs.y ?? []).length),
    },
    { seed: 71, sets: 10, nativeSets: 80 },
  );
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 10,
      },
      "nativeOnly": {
        "cases": 320,
        "parameterSets": 65,
      },
    }
  `);
});

test("window gather: its control model is the handshakes of the hardware, tick by tick, under any stalls", () => {
  const random = new Random(72);
  for (let i = 0; i < 60; i++) {
    const params = randomGather(random);
    compareControl(windowGather(params), windowGatherTiming(params), random);
  }
});

test("a unit that takes MMV cycles for each beat is never held up", () => {
  const [beats, mmv, groups] = [8, 5, 4];
  const control = windowGatherTiming({ width: 1, beats, mmv });
  for (let tick = 0; tick < groups * beats * mmv; tick++) {
    const offered = tick % mmv === 0;
    if (offered) expect(control.ready(true)).toBe(true);
    control.edge(offered, true);
  }
});

test.each([
  [{ mmv: 1 }, "windowGather.mmv must be a whole number from 2 to 65536, not 1"],
  [{ beats: 1 }, "windowGather.beats must be a whole number from 2 to 65536, not 1"],
  [{ width: 1.5 }, "windowGather.width must be a whole number from 1 to 65536, not 1.5"],
])("cannot be built: %o", (change, message) => {
  expect(() => windowGather({ width: 8, beats: 9, mmv: 4, ...change })).toThrow(message);
});
