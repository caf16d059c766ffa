/**
 * The inner loop of the software reference as a WebAssembly module, assembled here because it is
 * short and a compiler package is not. Node turns `i64.popcnt` into the processor's own instruction.
 */

/** Images that one call handles; their 64-bit words lie interleaved: word 0 of each, then word 1 of each. */
export const lanes = 4;

/**
 * One dense layer for `lanes` images. All pointers are byte addresses in the memory.
 *
 * - x: input bits, 64-bit words [words][lanes]; bits beyond `inputs` are 0
 * - weights: 64-bit words [rows][words]; bits beyond `inputs` are 0
 * - thresholds: int32 [rows]
 * - y: output bits, 64-bit words [ceil(rows / 64)][lanes]; 1 where accumulator >= threshold
 * - accumulators: int32 [rows][lanes]; popcount(xnor(x, weights)) over `inputs` bits
 */
export type DenseKernel = (
  x: number,
  weights: number,
  thresholds: number,
  y: number,
  accumulators: number,
  rows: number,
  words: number,
  inputs: number,
) => void;

/** Compiles the kernel over a fresh memory of at least `size` bytes. */
export function denseKernel(size: number): { readonly memory: ArrayBuffer; readonly dense: DenseKernel } {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(size / 65536) });
  module ??= new WebAssembly.Module(assemble());
  const { dense } = new WebAssembly.Instance(module, { sluice: { memory } }).exports;
  return { memory: memory.buffer, dense };
}

let module: object | undefined;

/** The part of the WebAssembly interface that is used here: TypeScript has it in its browser library only. */
declare const WebAssembly: {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: { dense: DenseKernel } };
};

// ---- the encoding: https://webassembly.github.io/spec/core/binary ----------------------------

/** Bytes, nested as it reads best. */
type Code = number | readonly Code[];

function bytes(code: Code): number[] {
  return typeof code === "number" ? [code] : code.flatMap(bytes);
}

const i32 = 0x7f;
const i64 = 0x7e;
const end = 0x0b;

/** An unsigned number as LEB128. */
function unsigned(value: number): Code {
  return value < 128 ? value : [(value & 127) | 128, unsigned(value >>> 7)];
}

function vector(items: readonly Code[]): Code {
  return [unsigned(items.length), items];
}

/** Code with its length in bytes before it. */
function sized(code: Code): Code {
  return vector(bytes(code));
}

function text(value: string): Code {
  return vector([...Buffer.from(value)]);
}

const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
/** Constants from 0 to 63: one byte in signed LEB128. */
const i32Constant = (value: number): Code => [0x41, value];
const i64Constant = (value: number): Code => [0x42, value];
const i64Load = (offset: number): Code => [0x29, 3, unsigned(offset)];
const i64Load32Signed = (offset: number): Code => [0x34, 2, unsigned(offset)];
const i64Store = (offset: number): Code => [0x37, 3, unsigned(offset)];
const i64Store32 = (offset: number): Code => [0x3e, 2, unsigned(offset)];
/** Runs the body, and again for as long as it leaves an i32 that is not 0. */
const loopWhile = (body: Code): Code => [0x03, 0x40, body, 0x0d, 0, end];
/** Takes an i32 and runs the body if it is not 0. */
const when = (body: Code): Code => [0x04, 0x40, body, end];
const op = {
  i32Eqz: 0x45,
  i32Eq: 0x46,
  i32LessUnsigned: 0x49,
  i64GreaterEqual: 0x59,
  i32Add: 0x6a,
  i32Multiply: 0x6c,
  i32And: 0x71,
  i32Or: 0x72,
  i64Popcount: 0x7b,
  i64Add: 0x7c,
  i64Subtract: 0x7d,
  i64Or: 0x84,
  i64Xor: 0x85,
  i64ShiftLeft: 0x86,
  i64ExtendUnsigned: 0xad,
} as const;

/** Parameters and locals, in order; behind them the sums and the packed output bits of each lane. */
const [x, weights, thresholds, y, accumulators, rows, words, inputs] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
const [row, source, sourceEnd] = [8, 9, 10] as const;
const [weight, threshold] = [11, 12] as const;
const sum = (lane: number): number => 13 + lane;
const packed = (lane: number): number => 13 + lanes + lane;
const locals = [
  [3, i32],
  [2 + 2 * lanes, i64],
];

function perLane(code: (lane: number) => Code): Code {
  return Array.from({ length: lanes }, (_, lane) => code(lane));
}

function advance(pointer: number, step: number): Code {
  return [get(pointer), i32Constant(step), op.i32Add, set(pointer)];
}

function assemble(): Uint8Array<ArrayBuffer> {
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
    // sum = inputs - differences
    [get(inputs), op.i64ExtendUnsigned, get(sum(lane)), op.i64Subtract, set(sum(lane))],
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

  const dense = [
    [get(x), get(words), i32Constant(8 * lanes), op.i32Multiply, op.i32Add, set(sourceEnd)],
    loopWhile([
      [get(x), set(source)],
      [get(thresholds), i64Load32Signed(0), set(threshold)],
      perLane((lane) => [i64Constant(0), set(sum(lane))]),
      countDifferences,
      finishSums,
      advance(thresholds, 4),
      advance(accumulators, 4 * lanes),
      advance(row, 1),
      [get(row), i32Constant(63), op.i32And, op.i32Eqz],
      [get(row), get(rows), op.i32Eq, op.i32Or],
      when(storePacked),
      [get(row), get(rows), op.i32LessUnsigned],
    ]),
    end,
  ];

  const parameters = Array.from({ length: 8 }, () => i32);
  return Uint8Array.from(
    bytes([
      [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      [1, sized(vector([[0x60, vector(parameters), vector([])]]))],
      [2, sized(vector([[text("sluice"), text("memory"), 2, 0, 0]]))],
      [3, sized(vector([0]))],
      [7, sized(vector([[text("dense"), 0, 0]]))],
      [10, sized(vector([sized([vector(locals), dense])]))],
    ]),
  );
}
