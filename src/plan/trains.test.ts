import { expect, test } from "vitest";
import { maxPoolTiming, slidingWindowTiming, windowDealTiming } from "../../rtl/nn/index.ts";
import { ticksToTake, type OfferedTrain, type Train, type UnitTiming } from "../../rtl/unit-timing.ts";
import { Random } from "../random.ts";
import { coupled, fifoTiming, matrixVectorTiming, skidTiming, widthConverterTiming } from "./unit-timings.ts";

/** Whether a beat of a train comes so many cycles from now. */
function hasBeat({ first, length, period }: Train, tick: number): boolean {
  return tick >= first && (tick - first) % period < length;
}

/** Two models in the same state, reached under random stalls: the one is looked ahead with, the other stepped. */
function pair(fresh: () => UnitTiming, random: Random): readonly [UnitTiming, UnitTiming] {
  const [ahead, stepped] = [fresh(), fresh()];
  const [feed, drain] = [random.below(5), random.below(5)];
  for (let ticks = random.below(120); ticks > 0; ticks--) {
    const [offered, behind] = [random.below(4) < feed, random.below(4) < drain];
    for (const model of [ahead, stepped]) model.edge(offered && model.ready(behind), behind);
  }
  // Every other one has got rid of what it can offer.
  if (random.below(2) === 0)
    for (const model of [ahead, stepped]) for (let ticks = 0; ticks < 50; ticks++) model.edge(false, true);
  return [ahead, stepped];
}

/** The model gives this train from now on: in the tick in which that ends, too, it offers what the train has. */
function expectOffered(model: UnitTiming, given: OfferedTrain, taken: (tick: number) => boolean): void {
  for (let tick = 0; tick <= Math.min(given.ticks, 150); tick++) {
    expect(model.valid()).toBe(hasBeat(given, tick));
    if (tick < given.ticks && taken(tick)) expect(model.ready(true)).toBe(true);
    model.edge(taken(tick), true);
  }
}

/** How often each of the three was claimed and held. */
type Claims = Record<"sends" | "relays" | "absorbs", number>;

function checkClaims(fresh: () => UnitTiming, random: Random): Claims {
  const claims = { sends: 0, relays: 0, absorbs: 0 };
  for (let trial = 0; trial < 150; trial++) {
    const length = 1 + (random.below(3) === 0 ? random.below(4) : 0);
    const period = length + 1 + random.below(12);
    const train = { first: random.below(period) - (random.below(3) === 0 ? length - 1 : 0), length, period };
    const comes = (tick: number): boolean => hasBeat(train, tick);
    {
      const [ahead, stepped] = pair(fresh, random);
      const taken = random.below(2) === 0 && ahead.ready(true);
      const sent = ahead.sends?.(taken);
      if (sent !== undefined) {
        claims.sends++;
        expectOffered(stepped, sent, (tick) => taken && tick < sent.ticks);
      }
    }
    {
      const [ahead, stepped] = pair(fresh, random);
      const relayed = ahead.ready(true) ? ahead.relays?.(train) : undefined;
      if (relayed !== undefined) {
        claims.relays++;
        expectOffered(stepped, relayed, comes);
      }
    }
    const [ahead, stepped] = pair(fresh, random);
    const behind = random.below(2) === 0;
    if (!ahead.ready(behind)) continue;
    const ticks = Math.min(ahead.absorbs?.(train, behind) ?? 0, 150);
    if (ticks === 0) continue;
    claims.absorbs++;
    const valid = ahead.valid();
    let beats = 0;
    for (let tick = 0; tick < ticks; tick++) {
      expect([stepped.valid(), stepped.ready(behind)]).toEqual([valid, true]);
      if (comes(tick)) beats++;
      stepped.edge(comes(tick), behind);
    }
    ahead.edge(false, behind, ticks);
    if (beats > 0) ahead.absorb?.(beats);
    expect(ahead.state()).toEqual(stepped.state());
  }
  return claims;
}

const converter = (from: number, to: number): UnitTiming =>
  widthConverterTiming({ from, to, limit: to + Math.min(from, to) - 1 });

const conversion = (): UnitTiming => {
  const both = coupled(fifoTiming(6), converter(4, 1));
  if (both === undefined) throw new Error("a FIFO supplies what a converter demands");
  return both;
};

const window = { height: 6, width: 5, channels: 4, simd: 2, kernel: [3, 3], stride: [1, 1] } as const;

test.each<readonly [string, readonly (keyof Claims)[], () => UnitTiming]>([
  ["matrix-vector unit", ["sends", "absorbs"], () => matrixVectorTiming({ sf: 4, nf: 3, depth: 5 })],
  ["one of many beats", ["sends", "absorbs"], () => matrixVectorTiming({ sf: 9, nf: 2, depth: 3 })],
  ["skid buffer", ["relays", "absorbs"], skidTiming],
  ["FIFO", ["relays", "absorbs"], () => fifoTiming(5)],
  ["FIFO of block RAM", ["relays", "absorbs"], () => fifoTiming(5, 2)],
  ["converter to wider beats", ["sends", "relays", "absorbs"], () => converter(1, 3)],
  ["converter to beats of no multiple", ["absorbs"], () => converter(2, 3)],
  ["converter to narrower beats", ["relays", "absorbs"], () => converter(3, 1)],
  ["FIFO and converter", ["relays", "absorbs"], conversion],
  ["sliding window", ["relays", "absorbs"], () => slidingWindowTiming({ ...window, memory: "distributed" })],
  [
    "padded window",
    ["relays", "absorbs"],
    () => slidingWindowTiming({ ...window, channels: 8, simd: 1, padding: [1, 1, 1, 1] }),
  ],
  [
    "max pool",
    ["relays", "absorbs"],
    () => maxPoolTiming({ height: 4, width: 5, channels: 6, pe: 2, kernel: [2, 2] }),
  ],
  ["window deal", ["relays", "absorbs"], () => windowDealTiming({ width: 1, beats: 3, mmv: 2 })],
])("trains that a %s claims to send, relay or absorb are those of its steps", (name, kinds, fresh) => {
  const claims = checkClaims(fresh, new Random(name.length));
  for (const kind of kinds) expect(claims[kind], kind).toBeGreaterThan(10);
});

test("cycles in which so many beats of a train come", () => {
  const random = new Random(1);
  for (let i = 0; i < 200; i++) {
    const length = 1 + random.below(4);
    const train = { first: random.below(9) - (length - 1), length, period: length + 1 + random.below(5) };
    const ticks = ticksToTake(train, 1 + random.below(20));
    expect(hasBeat(train, ticks - 1)).toBe(true);
    const before = Array.from({ length: ticks }, (_, tick) => tick).filter((tick) => hasBeat(train, tick));
    expect(ticksToTake(train, before.length)).toBe(ticks);
  }
});
