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
