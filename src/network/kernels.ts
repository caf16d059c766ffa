import {
  compile,
  get,
  i32,
  i32Constant,
  i32Load,
  i64,
  i64Constant,
  i64Load,
  i64Load32Signed,
  i64Store,
  i64Store32,
  instantiate,
  loopWhile,
  op,
  set,
  v128,
  v128Load,
  v128Load32Splat,
  v128Store,
  when,
  type Code,
  type WasmFunction,
  type WasmModule,
} from "./wasm.ts";

/**
 * The inner loops of the software reference in WebAssembly: products of a weight matrix with `lanes` vectors
 * at once. Node turns `i64.popcnt` and the vector instructions into the processor's own.
 */

/** Vectors that one call handles; their words lie interleaved: word 0 of each, then word 1 of each. */
export const lanes = 4;

/**
 * Makes outputs of vectors. All pointers are byte addresses in the memory. Outputs are 1 where the
 * accumulator >= the row's threshold; accumulators: int32 [rows][lanes]; thresholds: int32 [rows].
 *
 * `bits`: the accumulator is `base` less the number of bits in which the vector and the row of weights
 * differ: with base = number of inputs, popcount(xnor).
 * - x: 64-bit words [words][lanes]
 * - weights: 64-bit words [rows][words]; where a word has no input, both have 0
 * - y: 64-bit words [ceil(rows / 64)][lanes]
 *
 * `bytes`: the accumulator is the sum of products; `base` is ignored.
 * - x: pairs of int16 [words][lanes]
 * - weights: pairs of int16 [rows][words]
 * - y: 32-bit words [ceil(rows / 32)][lanes]
 */
export type Kernel = (
  x: number,
  weights: number,
  thresholds: number,
  y: number,
  accumulators: number,
  rows: number,
  words: number,
  base: number,
) => void;

export interface Kernels {
  readonly memory: ArrayBuffer;
  readonly bits: Kernel;
  readonly bytes: Kernel;
}

/** The kernels over a fresh memory of at least `size` bytes. */
export function kernels(size: number): Kernels {
  module ??= compile([bitsKernel(), bytesKernel()]);
  const { memory, exports } = instantiate(module, size);
  return { memory, ...(exports as Pick<Kernels, "bits" | "bytes">) };
}

let module: WasmModule | undefined;

/** Parameters and first locals of both kernels, in order. */
const [x, weights, thresholds, y, accumulators, rows, words, base] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
const [row, source, sourceEnd] = [8, 9, 10] as const;

function perLane(code: (lane: number) => Code): Code {
  return Array.from({ length: lanes }, (_, lane) => code(lane));
}

function advance(pointer: number, step: number): Code {
  return [get(pointer), i32Constant(step), op.i32Add, set(pointer)];
}

/** Runs `body` for each row; it leaves `weights` at the next row. `store` runs after every `group` rows and the last. */
function forEachRow(body: Code, step: number, group: number, store: Code): Code {
  return [
    [get(x), get(words), i32Constant(step), op.i32Multiply, op.i32Add, set(sourceEnd)],
    loopWhile([
      [get(x), set(source)],
      body,
      advance(thresholds, 4),
      advance(accumulators, 4 * lanes),
      advance(row, 1),
      [get(row), i32Constant(group - 1), op.i32And, op.i32Eqz],
      [get(row), get(rows), op.i32Eq, op.i32Or],
      when(store),
      [get(row), get(rows), op.i32LessUnsigned],
    ]),
  ];
}

function bitsKernel(): WasmFunction {
  const [weight, threshold] = [11, 12] as const;
  const sum = (lane: number): number => 13 + lane;
  const packed = (lane: number): number => 13 + lanes + lane;

  const countDifferences = loopWhile([
    [get(weights), i64Load(0), set(weight)],
    perLane((lane) => [
      [get(source), i64Load(8 * lane), get(weight), op.i64Xor, op.i64Popcount],
      [get(sum(lane)), op.i64Add, set(sum(lane))],
    ]),
    advance(weights, 8),
    advance(source, 8 * lanes),
    [get(source), get(sourceEnd), op.i32LessUnsigned],
  ]);

  const finishSums = perLane((lane) => [
    // sum = base - differences
    [get(base), op.i64ExtendUnsigned, get(sum(lane)), op.i64Subtract, set(sum(lane))],
    [get(accumulators), get(sum(lane)), i64Store32(4 * lane)],
    // packed |= (sum >= threshold) << row % 64, of which the shift itself takes the remainder
    [get(sum(lane)), get(threshold), op.i64GreaterEqual, op.i64ExtendUnsigned],
    [get(row), op.i64ExtendUnsigned, op.i64ShiftLeft],
    [get(packed(lane)), op.i64Or, set(packed(lane))],
  ]);

  const storePacked = [
    perLane((lane) => [
      [get(y), get(packed(lane)), i64Store(8 * lane)],
      [i64Constant(0), set(packed(lane))],
    ]),
    advance(y, 8 * lanes),
  ];

  const body = [
    [get(thresholds), i64Load32Signed(0), set(threshold)],
    perLane((lane) => [i64Constant(0), set(sum(lane))]),
    countDifferences,
    finishSums,
  ];
  return {
    name: "bits",
    parameters: 8,
    locals: [
      [3, i32],
      [2 + 2 * lanes, i64],
    ],
    body: forEachRow(body, 8 * lanes, 64, storePacked),
  };
}

function bytesKernel(): WasmFunction {
  const [sums, packed] = [11, 12] as const;
  const zero = [i32Constant(0), op.i32x4Splat];
  const multiply = loopWhile([
    [get(source), v128Load, get(weights), v128Load32Splat, op.i32x4Dot],
    [get(sums), op.i32x4Add, set(sums)],
    advance(weights, 4),
    advance(source, 4 * lanes),
    [get(source), get(sourceEnd), op.i32LessUnsigned],
  ]);
  const body = [
    [zero, set(sums)],
    multiply,
    [get(accumulators), get(sums), v128Store],
    // packed |= (sums >= threshold) & 1 << row % 32, of which the shift itself takes the remainder
    [get(sums), get(thresholds), i32Load(0), op.i32x4Splat, op.i32x4GreaterEqual],
    [i32Constant(1), get(row), op.i32ShiftLeft, op.i32x4Splat, op.v128And],
    [get(packed), op.v128Or, set(packed)],
  ];
  const store = [[get(y), get(packed), v128Store], [zero, set(packed)], advance(y, 4 * lanes)];
  return {
    name: "bytes",
    parameters: 8,
    locals: [
      [3, i32],
      [2, v128],
    ],
    body: forEachRow(body, 4 * lanes, 32, store),
  };
}
