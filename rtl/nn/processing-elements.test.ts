import { expect, test } from "vitest";
import { checkCases } from "../../sim/cases.ts";
import { bits, bitsFor, bool, component, pack, reg, sink, source } from "../../src/hdl/index.ts";
import type { Random } from "../../src/random.ts";
import {
  levelsOf,
  processingElements,
  processingLatency,
  type ProcessingElementsParams,
} from "./processing-elements.ts";
import { beatsOf, bitsOf, chunks, pick } from "./random.fixture.ts";

/** Bits of a beat's parts: activations, weights, bias bits, whether it is the last of its vector. */
function widthsOf({ pe, simd, mmv, inputBits, digits, accumulates }: ProcessingElementsParams): number[] {
  return [mmv * simd * inputBits, pe * simd, pe * digits.length, accumulates ? 1 : 0];
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

const beatBits = (params: ProcessingElementsParams): number => sumOf(widthsOf(params));

const resultBits = ({ pe, mmv, width, thresholded }: ProcessingElementsParams): number =>
  mmv * pe * (thresholded ? 1 : width);

/** Processing elements between two streams: beats of operands, results. */
const streamed = component({
  name: "streamed",
  ports: (params: ProcessingElementsParams) => ({
    x: sink(bits(beatBits(params))),
    y: source(bits(resultBits(params))),
  }),
  build(m, { x, y }, params) {
    const { elements } = m.instances({ elements: processingElements(params) });
    const advance = elements.done.not().or(y.ready);
    m.name({ advance });
    x.ready.set(advance);
    y.valid.set(elements.done);
    if (elements.fire !== undefined) y.payload.set(elements.fire);
    if (elements.total !== undefined) y.payload.set(pack(elements.total));
    elements.advance.set(advance);
    elements.valid.set(x.valid);
    const [actBits = 0, weightBits = 0, biasBits = 0] = widthsOf(params);
    elements.act.set(x.payload.slice(0, actBits));
    elements.weight.set(x.payload.slice(actBits, weightBits));
    elements.bias?.set(x.payload.slice(actBits + weightBits, biasBits));
    if (elements.first === undefined) return;
    const last = x.payload.bit(beatBits(params) - 1);
    const { first } = m.regs({ first: reg(bool, { reset: true }) });
    m.when(advance.and(x.valid), () => {
      first.next(last);
    });
    elements.first.set(first);
    elements.last?.set(last);
  },
});

function randomElements(random: Random): ProcessingElementsParams {
  const simd = pick(random, [1, 2, 3, 7, 16, 40]);
  const inputBits = pick(random, [1, 1, 1, 2, 8]);
  const width = bitsFor(levelsOf(inputBits) * simd) + random.below(5);
  const places = Array.from({ length: 10 }, (_, place) => place).filter(() => random.below(4) === 0);
  return {
    pe: pick(random, [1, 2, 3, 5]),
    simd,
    mmv: pick(random, [1, 1, 2, 3]),
    inputBits,
    accumulates: random.below(3) > 0,
    width,
    base: random.below(2 ** width),
    digits: places.filter((place) => place < width).map((place) => 2 ** place),
    thresholded: random.below(3) > 0,
    technology: pick(random, ["portable", "xilinx7", "ultrascale"]),
    clockMHz: pick(random, [50, 100, 200]),
  };
}

/** What a beat adds to the total of each PE of each vector, synapse by synapse. */
function added(params: ProcessingElementsParams, beat: readonly number[]): number[] {
  const { pe, simd, mmv, inputBits, digits } = params;
  const [act = 0, weight = 0] = widthsOf(params);
  return Array.from({ length: mmv * pe }, (_, i) => {
    const [v, p] = [Math.floor(i / pe), i % pe];
    const products = Array.from({ length: simd }, (__, s) => {
      const from = (v * simd + s) * inputBits;
      const value = beat.slice(from, from + inputBits).reduceRight((sum, bit) => 2 * sum + bit, 0);
      return beat[act + p * simd + s] === 1 ? value : 2 ** inputBits - 1 - value;
    });
    const bias = digits.map((digit, d) => digit * (beat[act + weight + p * digits.length + d] ?? 0));
    return sumOf([...products, ...bias]);
  });
}

/** Ends of the vectors: numbers of their last beats. */
function endsOf(params: ProcessingElementsParams, beats: readonly (readonly number[])[]): readonly number[] {
  return beats.flatMap((beat, b) => (params.accumulates && beat.at(-1) === 0 ? [] : [b]));
}

test("processing elements: any operands, digits, technologies and clocks, in both simulators, tick by tick", async () => {
  const cut = (x: readonly (number | bigint)[], params: ProcessingElementsParams): number[][] =>
    chunks(bitsOf(x, beatBits(params)), beatBits(params));
  const coverage = await checkCases(
    {
      pick: randomElements,
      hardware: streamed,
      inputs: (params, random) => {
        const width = beatBits(params);
        const beat = (): number | bigint => (width > 32 ? random.bits(width) : Number(random.bits(width)));
        return { x: Array.from({ length: random.below(40) }, beat) };
      },
      model: ({ x }, params) => {
        const beats = cut(x, params);
        const ends = endsOf(params, beats);
        const results = ends.flatMap((end, i) => {
          const vector = beats.slice(i === 0 ? 0 : (ends[i - 1] ?? 0) + 1, end + 1);
          const products = vector.map((beat) => added(params, beat));
          return (products[0] ?? []).flatMap((_, n) => {
            const total = params.base + sumOf(products.map((of) => of[n] ?? 0));
            const kept = Array.from({ length: params.width }, (__, place) => (total >> place) & 1);
            return params.thresholded ? kept.slice(-1) : kept;
          });
        });
        return { y: beatsOf(results, resultBits(params)) };
      },
      timing: ({ inputs: { x }, params }) => ({
        x: x.map((_, b) => b),
        y: endsOf(params, cut(x, params)).map((end) => end + processingLatency(params)),
      }),
    },
    { seed: 61, sets: 16, nativeSets: 100 },
  );
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
