/** A small WebAssembly assembler: https://webassembly.github.io/spec/core/binary. Only what the kernels need. */

/** Bytes, nested as it reads best. */
export type Code = number | readonly Code[];

function bytes(code: Code): number[] {
  return typeof code === "number" ? [code] : code.flatMap(bytes);
}

export const i32 = 0x7f;
export const i64 = 0x7e;
export const v128 = 0x7b;
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

export const get = (local: number): Code => [0x20, local];
export const set = (local: number): Code => [0x21, local];
/** Constants from 0 to 63: one byte in signed LEB128. */
export const i32Constant = (value: number): Code => [0x41, value];
export const i64Constant = (value: number): Code => [0x42, value];
export const i64Load = (offset: number): Code => [0x29, 3, unsigned(offset)];
export const i64Load32Signed = (offset: number): Code => [0x34, 2, unsigned(offset)];
export const i64Store = (offset: number): Code => [0x37, 3, unsigned(offset)];
export const i64Store32 = (offset: number): Code => [0x3e, 2, unsigned(offset)];
export const i32Load = (offset: number): Code => [0x28, 2, unsigned(offset)];
const simd = (code: number): Code => [0xfd, unsigned(code)];
export const v128Load: Code = [simd(0), 4, 0];
export const v128Load32Splat: Code = [simd(9), 2, 0];
export const v128Store: Code = [simd(11), 4, 0];
/** Runs the body, and again for as long as it leaves an i32 that is not 0. */
export const loopWhile = (body: Code): Code => [0x03, 0x40, body, 0x0d, 0, end];
/** Takes an i32 and runs the body if it is not 0. */
export const when = (body: Code): Code => [0x04, 0x40, body, end];
export const op = {
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
  i32ShiftLeft: 0x74,
  i32x4Splat: simd(17),
  i32x4GreaterEqual: simd(63),
  v128And: simd(78),
  v128Or: simd(80),
  i32x4Add: simd(174),
  /** Products of eight signed 16-bit numbers, neighbours added. */
  i32x4Dot: simd(186),
} as const;

/** A function of i32 parameters, exported under its name. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  /** How many of each type, in the order of their numbers, which go on from the parameters'. */
  readonly locals: readonly (readonly [count: number, type: number])[];
  readonly body: Code;
}

/** The bytes of a module with these functions over an imported memory `sluice.memory`. */
function assemble(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }): Code => {
    const list = Array.from({ length: parameters }, () => i32);
    return [0x60, vector(list), vector([])];
  });
  const bodies = functions.map(({ locals, body }) =>
    sized([vector(locals.map(([count, type]) => [count, type])), body, end]),
  );
  return Uint8Array.from(
    bytes([
      [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      [1, sized(vector(types))],
      [2, sized(vector([[text("sluice"), text("memory"), 2, 0, 0]]))],
      [3, sized(vector(functions.map((_, index) => index)))],
      [7, sized(vector(functions.map(({ name }, index) => [text(name), 0, index])))],
      [10, sized(vector(bodies))],
    ]),
  );
}

/** The part of the WebAssembly interface that is used here: TypeScript has it in its browser library only. */
declare const WebAssembly: {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: object };
};

/** A compiled module. */
export type WasmModule = object;

export function compile(functions: readonly WasmFunction[]): WasmModule {
  return new WebAssembly.Module(assemble(functions));
}

/** Puts a module over a fresh memory of at least `size` bytes. */
export function instantiate(
  module: WasmModule,
  size: number,
): { readonly memory: ArrayBuffer; readonly exports: object } {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(size / 65536) });
  const { exports } = new WebAssembly.Instance(module, { sluice: { memory } });
  return { memory: memory.buffer, exports };
}
