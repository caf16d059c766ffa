import { expect, test } from "vitest";
import { checkCases } from "../../sim/cases.ts";
import { elaborate } from "../../src/hdl/index.ts";
import type { Random } from "../../src/random.ts";
import { frameBeats, frameConverter, frameConverterTiming } from "./frame-converter.ts";

/** Bits of beats as one number, the first lowest, and back. */
const joinBeats = (beats: readonly bigint[], width: number): bigint =>
  beats.reduceRight((all, beat) => (all << BigInt(width)) | beat, 0n);
const cutBeats = (all: bigint, width: number, count: number): bigint[] =>
  Array.from({ length: count }, (_, i) => BigInt.asUintN(width, all >> BigInt(i * width)));

/** Between a bus and beats that make whole frames, in either direction, and frames that fill neither. */
function pick(random: Random) {
  const bus = 8 * (1 + random.below(8));
  const beat = 1 + random.below(80);
  const beats = 1 + random.below(6);
  const frame = beat * beats;
  return random.below(2) === 0 ? { from: bus, to: beat, frame } : { from: beat, to: bus, frame };
}

const valueOfBeat = (value: bigint | number): bigint => BigInt(value);

test("frames come out bit by bit, in the predicted cycles, whatever stalls", async () => {
  const coverage = await checkCases(
    {
      hardware: frameConverter,
      pick,
      inputs: ({ from, to, frame }, random) => {
        const count = frameBeats({ from, to, frame }).x * random.below(12);
        return { x: Array.from({ length: count }, () => plain(random.bits(from), from)) };
      },
      model: ({ x }, params) => {
        const { from, to, frame } = params;
        const beats = frameBeats(params);
        const y: (number | bigint)[] = [];
        for (let at = 0; at < x.length; at += beats.x) {
          const all = joinBeats(x.slice(at, at + beats.x).map(valueOfBeat), from);
          y.push(...cutBeats(BigInt.asUintN(frame, all), to, beats.y).map((beat) => plain(beat, to)));
        }
        return { y };
      },
      timing: ({ params, inputs: { x } }) => frameConverterTiming(params, x.length / frameBeats(params).x),
    },
    { seed: 61, cases: 60, sets: 3, nativeSets: 60 },
  );
  expect(coverage.both.parameterSets).toBe(3);
});

/** A value of bits as the test bench has it. */
function plain(value: bigint, width: number): number | bigint {
  return width <= 32 ? Number(value) : value;
}

test("a bus of 64 bits to 784 binary pixels in each number of beats that they have", () => {
  for (const to of [1, 2, 4, 7, 8, 14, 16, 28, 49, 56, 98, 112, 196, 392, 784])
    expect(() => elaborate(frameConverter({ from: 64, to, frame: 784 }))).not.toThrow();
});

test("no stall where a frame fills its beats on one side", () => {
  const { x } = frameConverterTiming({ from: 8, to: 24, frame: 24 * 5 }, 3);
  expect(x).toEqual(Array.from({ length: 45 }, (_, beat) => beat));
});
