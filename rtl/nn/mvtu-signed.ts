import { SluiceError } from "../../src/error.ts";
import {
  bits,
  component,
  pack,
  sink,
  sint,
  source,
  vec,
  type BitsKind,
  type SIntKind,
  type VecKind,
} from "../../src/hdl/index.ts";
import { checkInteger } from "../parameters.ts";
import {
  matrixVector,
  weightsPort,
  type MatrixVectorParams,
  type MatrixVectorPorts,
  type TotalsUse,
} from "./matrix-vector.ts";
import { checkMatrixVector, describeUnit, nameOfUnit } from "./mvtu.ts";
import { levelsOf } from "./processing-elements.ts";
import { repeated } from "./sliding-window-shape.ts";
import { onesOfRow } from "./weights.ts";

/** Parameters of the matrix-vector-threshold unit of a first layer. */
export interface MvtuSignedParams extends MatrixVectorParams {
  /**
   * Bits of an input, two's complement.
   * @min 2
   * @max 16
   * @default 8
   */
  readonly inputBits?: number | undefined;
  /**
   * Accumulator from which each neuron fires, one per row; with B = `inputBits`, from -2^(B-1) * MW (always) to
   * 2^(B-1) * MW + 1 (never).
   */
  readonly thresholds: ArrayLike<number>;
}

/**
 * Matrix-vector-threshold unit of a first layer: signed inputs times weights of -1 and +1. Takes a vector of MW values
 * as SF = MW / SIMD beats, lowest columns first; gives NF = MH / PE beats of PE bits, lowest rows first: bit p of beat n
 * tells whether the accumulator of neuron n * PE + p reaches its threshold. Folding, MMV and schedule are the MVTU's.
 *
 * Inputs are counted from their least value, u = x + 2^(B-1), which inverts the sign bit. A weight of -1 then counts
 * 2^B - 1 - u, which is u inverted: the sum has no sign and no carry to add, and is the accumulator plus
 * 2^(B-1) * MW less one for each weight of -1. The thresholds take that along. A row's accumulator takes
 * (2^B - 1) * MW + 1 values whatever its weights are, and the sum counts them from 0: no fewer bits can hold it.
 */
export const mvtuSigned = component({
  name: (params: MvtuSignedParams) => `mvtu_signed${String(params.inputBits ?? 8)}_${nameOfUnit(params)}`,
  doc: (params: MvtuSignedParams) => {
    const { inputBits = 8 } = params;
    const product = `signed ${String(inputBits)}-bit inputs, weights of -1 and +1`;
    return [
      `Matrix-vector-threshold unit: ${describeUnit(params, mvtuSignedUse(params), product)}`,
      "Inputs and sums are counted from their least value, thresholds likewise.",
    ].join("\n");
  },
  validate: (params) => {
    checkInteger({ where: "mvtuSigned.inputBits", value: params.inputBits ?? 8 }, 2, 16);
    checkMatrixVector("mvtu-signed", params);
    checkSignedThresholds(params);
  },
  ports: (params): MatrixVectorPorts<VecKind<SIntKind>, BitsKind> => {
    const { pe, simd, mmv = 1, inputBits = 8 } = params;
    const streams = { x: sink(vec(mmv * simd, sint(inputBits))), y: source(bits(mmv * pe)) };
    return { ...streams, ...weightsPort(params, () => mvtuSignedUse(params)) };
  },
  build(m, { x, y, weights }, params) {
    const { simd, mmv = 1, inputBits = 8 } = params;
    m.doc("Inputs counted from their least value.");
    const payload = pack(x.payload).xor(repeated(2 ** (inputBits - 1), inputBits, mmv * simd));
    m.name({ counted_from_least: payload });
    const vectors = { valid: x.valid, ready: x.ready, payload };
    const { fire } = matrixVector(m, vectors, y, params, mvtuSignedUse(params), weights);
    if (fire !== undefined) y.payload.set(fire);
  },
});

/** How the unit uses its totals: what its schedule depends on besides its parameters. */
export function mvtuSignedUse(params: MvtuSignedParams): TotalsUse {
  return { inputBits: params.inputBits ?? 8, limits: unsignedThresholds(params) };
}

/** The thresholds on the sums that the unit forms; those beyond the row's range become its ends. */
export function unsignedThresholds({ weights, thresholds, inputBits = 8 }: MvtuSignedParams): number[] {
  const { rows, columns } = weights;
  const never = levelsOf(inputBits) * columns + 1;
  return Array.from({ length: rows }, (_, r) => {
    const negative = columns - onesOfRow(weights, r);
    const limit = (thresholds[r] ?? 0) + 2 ** (inputBits - 1) * columns - negative;
    return Math.min(Math.max(limit, 0), never);
  });
}

function checkSignedThresholds({ weights, thresholds, inputBits = 8 }: MvtuSignedParams): void {
  const { rows, columns } = weights;
  if (thresholds.length !== rows) {
    throw new SluiceError(
      "wrong-threshold-count",
      `${String(thresholds.length)} thresholds for ${String(rows)} neurons`,
      { where: "mvtu-signed", hint: "give one threshold per row of the weights" },
    );
  }
  const most = 2 ** (inputBits - 1) * columns;
  const bad = Array.from(thresholds).findIndex((t) => !Number.isInteger(t) || t < -most || t > most + 1);
  if (bad < 0) return;
  throw new SluiceError(
    "threshold-out-of-range",
    `threshold ${String(thresholds[bad])} of neuron ${String(bad)} is not from ${String(-most)} to ${String(most + 1)}`,
    { where: "mvtu-signed", hint: `${String(-most)} always fires, ${String(most + 1)} never does` },
  );
}
