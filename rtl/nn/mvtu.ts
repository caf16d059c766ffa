import { SluiceError } from "../../src/error.ts";
import {
  bits,
  bitsFor,
  bool,
  component,
  reg,
  sink,
  source,
  uint,
  vec,
  type BitsKind,
  type Consumer,
  type ModuleBuilder,
} from "../../src/hdl/index.ts";
import { checkInteger } from "../parameters.ts";
import { limitsOfGroup } from "./limits.ts";
import {
  eachVector,
  matrixVector,
  matrixVectorSchedule,
  type MatrixVectorParams,
  type VectorStream,
} from "./matrix-vector.ts";
import { checkFold, checkThresholds } from "./weights.ts";

/** Parameters of the matrix-vector-threshold unit. */
export interface MvtuParams extends MatrixVectorParams {
  /** Popcount from which each neuron fires, one per row: 0 (always) to MW + 1 (never). */
  readonly thresholds: ArrayLike<number>;
}

/**
 * Matrix-vector-threshold unit of a hidden binarized layer. Takes a vector of MW bits as SF = MW / SIMD beats, lowest
 * columns first; gives NF = MH / PE beats of PE bits, lowest rows first: bit p of beat n is neuron n * PE + p. SF * NF
 * cycles per vector with no bubble between groups, vectors or frames; schedule in `matrixVectorSchedule`. With MMV, all
 * that for MMV vectors side by side: beats are [MMV][SIMD] and [MMV][PE] bits.
 *
 * A popcount takes every value from 0 to MW whatever the weights are, so that the accumulators' bits are those of MW;
 * thresholds have the bits of the largest.
 */
export const mvtu = component({
  name: (params: MvtuParams) => `mvtu_${nameOfUnit(params)}`,
  doc: (params: MvtuParams) => `Matrix-vector-threshold unit: ${describeUnit(params)}`,
  validate: (params) => {
    checkMatrixVector("mvtu", params);
    checkThresholds("mvtu", params.weights, params.thresholds);
  },
  ports: ({ pe, simd, mmv = 1 }) => ({ x: sink(bits(mmv * simd)), y: source(bits(mmv * pe)) }),
  build(m, { x, y }, params) {
    const { weights, thresholds } = params;
    thresholdUnit(m, x, y, params, {
      inputBits: 1,
      limits: Array.from({ length: weights.rows }, (_, r) => thresholds[r] ?? 0),
    });
  },
});

/**
 * The last layer of a network: as the MVTU, but the popcounts themselves leave, PE per beat; with N synapses a popcount
 * c stands for the dot product 2c - N. With MMV, MMV * PE per beat, those of the first vector first.
 */
export const mvu = component({
  name: (params: MatrixVectorParams) => `mvu_${nameOfUnit(params)}`,
  doc: (params: MatrixVectorParams) => `Matrix-vector unit without thresholds: ${describeUnit(params)}`,
  validate: (params) => {
    checkMatrixVector("mvu", params);
  },
  ports: ({ pe, simd, mmv = 1, weights }) => ({
    x: sink(bits(mmv * simd)),
    y: source(vec(mmv * pe, uint(bitsFor(weights.columns)))),
  }),
  build(m, { x, y }, params) {
    const { pe, mmv = 1, weights } = params;
    const kind = vec(mmv * pe, uint(bitsFor(weights.columns)));
    const { out_valid, out } = m.regs({ out_valid: bool, out: reg(kind, { reset: "none" }) });
    y.valid.set(out_valid);
    y.payload.set(out);
    m.doc("Everything moves unless a finished result waits to be taken.");
    const advance = out_valid.not().or(y.ready);
    m.name({ advance });
    const { done, total } = matrixVector(m, x, advance, params, { needsNeuron: false });
    m.name({ done });
    m.when(advance, () => {
      out_valid.next(done);
    });
    m.when(advance.and(done), () => {
      out.next(total.asBits().as(kind));
    });
  },
});

/** The matrix-vector products and, in the output register, whether each neuron's total reaches its limit. */
export function thresholdUnit(
  m: ModuleBuilder,
  x: VectorStream,
  y: Consumer<BitsKind>,
  params: MatrixVectorParams,
  { inputBits, limits }: { readonly inputBits: number; readonly limits: readonly number[] },
): void {
  const { pe, mmv = 1 } = params;
  const { out_valid, out } = m.regs({ out_valid: bool, out: reg(vec(mmv, bits(pe)), { reset: "none" }) });
  y.valid.set(out_valid);
  y.payload.set(out.asBits());
  m.doc("Everything moves unless a finished result waits to be taken.");
  const advance = out_valid.not().or(y.ready);
  m.name({ advance });
  const { done, neuron, total } = matrixVector(m, x, advance, params, { needsNeuron: true, inputBits });
  m.name({ done });
  const what = inputBits === 1 ? "Popcounts" : "Sums";
  const doc = `${what} from which the neurons of a group fire.`;
  const threshold = limitsOfGroup(m, neuron, { pe, limits, doc });
  m.when(advance, () => {
    out_valid.next(done);
  });
  m.when(advance.and(done), () => {
    eachVector(m, mmv, (v) => {
      m.each({ p: pe }, ({ p }) => {
        out
          .at(v)
          .bit(p)
          .next(total.at(v).at(p).ge(threshold.at(p)));
      });
    });
  });
}

/** `36x12_pe3_simd4`, with `_mmv2` behind it where vectors lie side by side. */
export function nameOfUnit({ weights, pe, simd, mmv = 1 }: MatrixVectorParams): string {
  const name = `${String(weights.columns)}x${String(weights.rows)}_pe${String(pe)}_simd${String(simd)}`;
  return mmv === 1 ? name : `${name}_mmv${String(mmv)}`;
}

export function describeUnit(params: MatrixVectorParams, product = "binary (XNOR and popcount)"): string {
  const { weights, pe, simd, mmv = 1 } = params;
  const { sf, nf, cycles, depth } = matrixVectorSchedule(params);
  const vectors = mmv === 1 ? "One vector" : `${String(mmv)} vectors, side by side with the same weights,`;
  return [
    `${String(weights.columns)} synapses x ${String(weights.rows)} neurons, ${product}.`,
    `SIMD = ${String(simd)}: SF = ${String(sf)} beats per vector. PE = ${String(pe)}: NF = ${String(nf)} groups of neurons.`,
    `${vectors} every ${String(cycles)} cycles; a group's result is offered ${String(depth)} cycles after its last synapses are taken.`,
  ].join("\n");
}

export function checkMatrixVector(
  where: string,
  { weights, pe, simd, mmv, pipeline, memory }: MatrixVectorParams,
): void {
  checkFold(where, weights, pe, simd);
  checkInteger({ where: `${where}.mmv`, value: mmv ?? 1 }, 1, 65536);
  const depth = pipeline ?? 3;
  if (!Number.isInteger(depth) || depth < 1 || depth > 4) {
    throw new SluiceError("bad-pipeline", `a pipeline of ${String(depth)} cycles`, {
      where,
      hint: "pipeline is 1, 2, 3 or 4",
    });
  }
  if (memory === "block" && depth < 2) {
    throw new SluiceError(
      "bad-pipeline",
      "block RAM is read through a register, which a pipeline of 1 has not",
      { where, hint: "use pipeline 2 or more, or memory distributed" },
    );
  }
}
