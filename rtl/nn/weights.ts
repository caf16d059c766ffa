import { SluiceError } from "../../src/error.ts";

/** A binary weight matrix in the XNOR domain: bit c of row r is `words[r * wordsPerRow + (c >>> 5)] >>> (c & 31)`; 1 is +1, 0 is -1. */
export interface WeightMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly wordsPerRow: number;
  readonly words: Uint32Array;
}

/** How many beats and neuron groups a matrix is folded into (FINN, arXiv 1612.07119, section 4.3). */
export interface Fold {
  /** Synapse fold: beats of an input vector, MW / SIMD. */
  readonly sf: number;
  /** Neuron fold: groups of neurons, MH / PE. */
  readonly nf: number;
}

export function foldOf(weights: WeightMatrix, pe: number, simd: number): Fold {
  return { sf: weights.columns / simd, nf: weights.rows / pe };
}

/** Throws where PE does not divide the rows or SIMD the columns. */
export function checkFold(where: string, weights: WeightMatrix, pe: number, simd: number): void {
  checkDivides(where, "PE", pe, weights.rows, "rows (neurons)");
  checkDivides(where, "SIMD", simd, weights.columns, "columns (synapses)");
}

/** Throws where a PE or SIMD does not divide the things that it folds. */
export function checkDivides(where: string, what: string, value: number, of: number, things: string): void {
  if (Number.isInteger(value) && value >= 1 && of % value === 0) return;
  const divisors = Array.from({ length: of }, (_, i) => i + 1).filter((d) => of % d === 0);
  throw new SluiceError(
    "folding-does-not-divide",
    `${what} = ${String(value)} does not divide the ${String(of)} ${things}`,
    {
      where,
      hint: `${what} can be ${divisors.join(", ")}`,
    },
  );
}

/** Throws where there is not one threshold from 0 to `columns` + 1 for every row. */
export function checkThresholds(
  where: string,
  { rows, columns }: Pick<WeightMatrix, "rows" | "columns">,
  thresholds: ArrayLike<number>,
  row = "neuron",
): void {
  if (thresholds.length !== rows) {
    throw new SluiceError(
      "wrong-threshold-count",
      `${String(thresholds.length)} thresholds for ${String(rows)} ${row}s`,
      {
        where,
        hint: `give one threshold per ${row}`,
      },
    );
  }
  const bad = Array.from(thresholds).findIndex((t) => !Number.isInteger(t) || t < 0 || t > columns + 1);
  if (bad >= 0) {
    throw new SluiceError(
      "threshold-out-of-range",
      `threshold ${String(thresholds[bad])} of ${row} ${String(bad)} is not from 0 to ${String(columns + 1)}`,
      {
        where,
        hint: `0 always fires, ${String(columns + 1)} never does`,
      },
    );
  }
}

const bitAt = (weights: WeightMatrix, row: number, column: number): number =>
  ((weights.words[row * weights.wordsPerRow + (column >>> 5)] ?? 0) >>> (column & 31)) & 1;

/** Weights of +1 in a row. */
export function onesOfRow(weights: WeightMatrix, row: number): number {
  let ones = 0;
  for (let column = 0; column < weights.columns; column++) ones += bitAt(weights, row, column);
  return ones;
}

/** The weights of one row as a number, column 0 in the least significant bit. */
export function rowBits(weights: WeightMatrix, row: number): bigint {
  let hex = "";
  for (let column = 4 * (Math.ceil(weights.columns / 4) - 1); column >= 0; column -= 4) {
    let digit = 0;
    for (let i = 3; i >= 0; i--)
      digit = digit * 2 + (column + i < weights.columns ? bitAt(weights, row, column + i) : 0);
    hex += digit.toString(16);
  }
  return BigInt(`0x${hex}`);
}

/**
 * Contents of the weight memory: word `group * sf + beat` holds, for PE p in bits p * simd upwards, the columns
 * beat * simd .. of row group * pe + p. One word feeds all PEs, so that one wide memory serves the unit.
 */
export function weightWords(weights: WeightMatrix, pe: number, simd: number): bigint[] {
  const { sf, nf } = foldOf(weights, pe, simd);
  const words: bigint[] = [];
  for (let group = 0; group < nf; group++) {
    for (let beat = 0; beat < sf; beat++) {
      // Digits from the most significant down; a binary string keeps this linear in the bits.
      const digits: string[] = [];
      for (let p = pe - 1; p >= 0; p--) {
        for (let i = simd - 1; i >= 0; i--)
          digits.push(bitAt(weights, group * pe + p, beat * simd + i) === 1 ? "1" : "0");
      }
      words.push(BigInt(`0b${digits.join("")}`));
    }
  }
  return words;
}

/**
 * Contents of the weight memory of a channel-wise unit: word `tap * groups + group` holds, for PE p in bit p, column
 * `tap` of row group * pe + p.
 */
export function tapWords(weights: WeightMatrix, pe: number): bigint[] {
  const groups = weights.rows / pe;
  return Array.from({ length: weights.columns * groups }, (_, word) => {
    const [tap, group] = [Math.floor(word / groups), word % groups];
    const digits = Array.from({ length: pe }, (__, p) => bitAt(weights, (group + 1) * pe - 1 - p, tap));
    return BigInt(`0b${digits.join("")}`);
  });
}
