import { expect, test } from "vitest";
import { checkCases } from "../../sim/cases.ts";
import type { Random } from "../../src/random.ts";
import { widthConverter, widthConverterTiming, type WidthConverterParams } from "./width-converter.ts";

/** All bits in a row, cut anew. Bits that do not fill a beat stay behind. */
function reslice(
  beats: readonly (number | bigint)[],
  { from, to }: WidthConverterParams,
): (number | bigint)[] {
  const all = beats.reduce<bigint>((sum, beat, i) => sum | (BigInt(beat) << BigInt(i * from)), 0n);
  return Array.from({ length: Math.floor((beats.length * from) / to) }, (_, i) => {
    const beat = BigInt.asUintN(to, all >> BigInt(i * to));
    return to <= 32 ? Number(beat) : beat;
  });
}

/** The bits of lane `lane` of beats of `width` bits a lane. */
const laneOf = (beats: readonly (number | bigint)[], lane: number, width: number): bigint[] =>
  beats.map((beat) => BigInt.asUintN(width, BigInt(beat) >> BigInt(lane * width)));

/** Lane by lane for itself. */
function resliceLanes(x: readonly (number | bigint)[], params: WidthConverterParams): (number | bigint)[] {
  const { from, to, lanes = 1 } = params;
  const parts = Array.from({ length: lanes }, (_, lane) => reslice(laneOf(x, lane, from), params));
  return (parts[0] ?? []).map((__, i) => {
    const beat = parts.reduceRight((sum, part) => (sum << BigInt(to)) | BigInt(part[i] ?? 0), 0n);
    return lanes * to <= 32 ? Number(beat) : beat;
  });
}

/** Whole ratios in both directions, and any others. */
function pick(random: Random): WidthConverterParams {
  const width = (): number => 1 + random.below(random.below(2) === 0 ? 12 : 90);
  const from = width();
  switch (random.below(4)) {
    case 0:
      return { from, to: from * (1 + random.below(6)) };
    case 1:
      return { from: from * (1 + random.below(6)), to: from };
    default:
      return { from, to: width() };
  }
}

test("lanes side by side: 200 random cases in both simulators", async () => {
  const coverage = await checkCases(
    {
      pick: (random): WidthConverterParams => ({ ...pick(random), lanes: 1 + random.below(5) }),
      hardware: widthConverter,
      model: ({ x }, params) => ({ y: resliceLanes(x, params) }),
      timing: ({ inputs, outputs, params }) => {
        const { x, y } = widthConverterTiming(params);
        return { x: inputs.x.map((_, beat) => x(beat)), y: outputs.y?.map((_, beat) => y(beat)) ?? [] };
      },
    },
    { seed: 7 },
  );
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 10,
      },
      "nativeOnly": {
        "cases": 200,
        "parameterSets": 50,
      },
    }
  `);
});

test("no lanes", () => {
  expect(() => widthConverter({ from: 2, to: 4, lanes: 0 })).toThrow(
    "widthConverter.lanes must be a whole number from 1 to 65536, not 0",
  );
});

test("200 random cases in both simulators", async () => {
  const coverage = await checkCases(
    {
      pick,
      hardware: widthConverter,
      model: ({ x }, params) => ({ y: reslice(x, params) }),
      timing: ({ inputs, outputs, params }) => {
        const { x, y } = widthConverterTiming(params);
        return { x: inputs.x.map((_, beat) => x(beat)), y: outputs.y?.map((_, beat) => y(beat)) ?? [] };
      },
    },
    { seed: 6 },
  );
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 10,
      },
      "nativeOnly": {
        "cases": 200,
        "parameterSets": 49,
      },
    }
  `);
});
