import { casesOf } from "../../sim/cases.ts";
import type { Random } from "../../src/random.ts";
import { controlTrials } from "./control.fixture.ts";
import { beatsOf, bitsOf, chunks, pick, randomVectors } from "./random.fixture.ts";
import { ticksOf } from "./sliding-window-schedule.ts";
import { windowDeal, windowDealTicks, windowDealTiming, type WindowDealParams } from "./window-deal.ts";
import { windowGather, windowGatherTiming, type WindowGatherParams } from "./window-gather.ts";

const randomDeal = (random: Random): WindowDealParams => ({
  width: pick(random, [1, 2, 3, 8, 17, 33]),
  beats: pick(random, [1, 1, 2, 3, 4, 5, 8, 9]),
  mmv: pick(random, [2, 2, 3, 4, 5, 7]),
});

/** Beat s holds word s of each window, as far as the group's last window has come. */
function dealt(
  words: readonly (number | bigint)[],
  { width, beats, mmv }: WindowDealParams,
): (number | bigint)[] {
  return chunks(chunks(words, beats), mmv).flatMap((windows) =>
    (windows[mmv - 1] ?? []).map((_, s) => {
      const beat = windows.reduceRight((sum, w) => (sum << BigInt(width)) | BigInt(w[s] ?? 0), 0n);
      return mmv * width <= 32 ? Number(beat) : beat;
    }),
  );
}

/** Words of windows, dealt to windows side by side. */
export const windowDealCases = casesOf(
  {
    pick: randomDeal,
    hardware: windowDeal,
    // Mostly whole groups, at times some words less.
    inputs: ({ width, beats, mmv }, random) => {
      const words = randomVectors(random, { count: beats * mmv, width, most: 5 });
      const fewer = random.below(3) === 0 ? random.below(words.length + 1) : 0;
      return { x: words.slice(0, words.length - fewer) };
    },
    model: ({ x }, params) => ({ y: dealt(x, params) }),
    timing: ({ params, inputs, outputs }) => {
      const ticks = windowDealTicks(params);
      return { x: inputs.x.map((_, b) => ticks.x(b)), y: (outputs.y ?? []).map((_, b) => ticks.y(b)) };
    },
  },
  { seed: 61, sets: 14, nativeSets: 100 },
);

export const windowDealControl = controlTrials(62, 60, (random) => {
  const params = randomDeal(random);
  return { hardware: windowDeal(params), timing: windowDealTiming(params) };
});

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

/** Windows side by side, gathered word by word. */
export const windowGatherCases = casesOf(
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

export const windowGatherControl = controlTrials(72, 60, (random) => {
  const params = randomGather(random);
  return { hardware: windowGather(params), timing: windowGatherTiming(params) };
});
