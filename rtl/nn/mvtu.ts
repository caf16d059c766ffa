import { SluiceError } from "../../src/error.ts";
import {
  bits,
  bitsFor,
  component,
  sink,
  source,
  uint,
  vec,
  type BitsKind,
  type UIntKind,
  type VecKind,
} from "../../src/hdl/index.ts";
import { checkChoice, checkInteger } from "../parameters.ts";
import {
  matrixVector,
  matrixVectorSchedule,
  weightsPort,
  type MatrixVectorParams,
  type MatrixVectorPorts,
  type TotalsUse,
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
 * Thresholds lie in the weight memory, as bits that are added in beside the popcounts (rtl/nn/bias.ts): the accumulators
 * have the bits of MW, or of the largest threshold, and one more, which tells whether the neuron fires.
 */
export const mvtu = component({
  name: (params: MvtuParams) => `mvtu_${nameOfUnit(params)}`,
  doc: (params: MvtuParams) => `Matrix-vector-threshold unit: ${describeUnit(params, mvtuUse(params))}`,
  validate: (params) => {
    checkMatrixVector("mvtu", params);
    checkThresholds("mvtu", params.weights, params.thresholds);
  },
  ports: (params): MatrixVectorPorts<BitsKind, BitsKind> => {
    const { pe, simd, mmv = 1 } = params;
    const streams = { x: sink(bits(mmv * simd)), y: source(bits(mmv * pe)) };
    return { ...streams, ...weightsPort(params, () => mvtuUse(params)) };
  },
  build(m, { x, y, weights }, params) {
    const { fire } = matrixVector(m, x, y, params, mvtuUse(params), weights);
    if (fire !== undefined) y.payload.set(fire);
  },
});

/** How an MVTU uses its totals: what its schedule depends on besides its parameters. */
export function mvtuUse({ weights, thresholds }: MvtuParams): TotalsUse {
  return { inputBits: 1, limits: Array.from({ length: weights.rows }, (_, r) => thresholds[r] ?? 0) };
}

/** The same of an MVU. */
export const mvuUse: TotalsUse = { inputBits: 1 };

/**
 * The last layer of a network: as the MVTU, but the popcounts themselves leave, PE per beat; with N synapses a popcount
 * c stands for the dot product 2c - N. With MMV, MMV * PE per beat, those of the first vector first.
 */
export const mvu = component({
  name: (params: MatrixVectorParams) => `mvu_${nameOfUnit(params)}`,
  doc: (params: MatrixVectorParams) =>
    `Matrix-vector unit without thresholds: ${describeUnit(params, mvuUse)}`,
  validate: (params) => {
    checkMatrixVector("mvu", params);
  },
  ports: (params): MatrixVectorPorts<BitsKind, VecKind<UIntKind>> => {
    const { pe, simd, mmv = 1, weights } = params;
    const totals = vec(mmv * pe, uint(bitsFor(weights.columns)));
    return { x: sink(bits(mmv * simd)), y: source(totals), ...weightsPort(params, () => mvuUse) };
  },
  build(m, { x, y, weights }, params) {
    const { total } = matrixVector(m, x, y, params, mvuUse, weights);
    if (total !== undefined) y.payload.set(total);
  },
});

/** `36x12_pe3_simd4`, with `_mmv2` behind it where vectors lie side by side. */
export function nameOfUnit({ weights, pe, simd, mmv = 1 }: MatrixVectorParams): string {
  const name = `${String(weights.columns)}x${String(weights.rows)}_pe${String(pe)}_simd${String(simd)}`;
  return mmv === 1 ? name : `${name}_mmv${String(mmv)}`;
}

export function describeUnit(
  params: MatrixVectorParams,
  use: TotalsUse,
  product = "binary (XNOR and popcount)",
): string {
  const { weights, pe, simd, mmv = 1 } = params;
  const { sf, nf, cycles, depth } = matrixVectorSchedule(params, use);
  const vectors = mmv === 1 ? "One vector" : `${String(mmv)} vectors, side by side with the same weights,`;
  return [
    `${String(weights.columns)} synapses x ${String(weights.rows)} neurons, ${product}.`,
    `SIMD = ${String(simd)}: SF = ${String(sf)} beats per vector. PE = ${String(pe)}: NF = ${String(nf)} groups of neurons.`,
    `${vectors} every ${String(cycles)} cycles; a group's result is offered ${String(depth)} cycles after its last synapses are taken.`,
  ].join("\n");
}

export function checkMatrixVector(
  where: string,
  { weights, pe, simd, mmv, memory, writable = false, technology, clockMHz }: MatrixVectorParams,
): void {
  checkFold(where, weights, pe, simd);
  checkWritable(where, writable, { weights, pe, simd });
  checkInteger({ where: `${where}.mmv`, value: mmv ?? 1 }, 1, 65536);
  checkChoice({ where: `${where}.memory`, value: memory ?? "auto" }, ["auto", "block", "distributed"]);
  checkChoice({ where: `${where}.technology`, value: technology ?? "portable" }, [
    "portable",
    "xilinx7",
    "ultrascale",
  ]);
  checkInteger({ where: `${where}.clockMHz`, value: clockMHz ?? 200 }, 1, 1000);
}

/** Throws SluiceError `weights-not-writable` where there is no memory to write: all weights are read in one cycle. */
export function checkWritable(
  where: string,
  writable: boolean,
  { weights, pe, simd }: Pick<MatrixVectorParams, "weights" | "pe" | "simd">,
): void {
  const { rows, columns } = weights;
  if (!writable || pe < rows || simd < columns) return;
  throw new SluiceError(
    "weights-not-writable",
    "all weights are used in every cycle, so that they are logic and no memory that could be written",
    { where, hint: `fold the layer: PE below ${String(rows)}, or SIMD below ${String(columns)}` },
  );
}
