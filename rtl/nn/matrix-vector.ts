import {
  bits,
  bitsFor,
  bool,
  input,
  memory,
  reg,
  rom,
  struct,
  uint,
  valueOf,
  type Bits,
  type Bool,
  type BoolKind,
  type Handle,
  type InputPort,
  type Kind,
  type ModuleBuilder,
  type Outside,
  type PortRecord,
  type SinkPort,
  type SourcePort,
  type StructFields,
  type UInt,
} from "../../src/hdl/index.ts";
import type { Technology } from "../arith/index.ts";
import { cheaperRam, cheaperRom, type MemorySize, type MemoryStyle } from "../memory-shape.ts";
import { biasFor, biasWords, type Bias } from "./bias.ts";
import {
  levelsOf,
  processingElements,
  processingLatency,
  type ProcessingElementsParams,
  type ProcessingElementsPorts,
} from "./processing-elements.ts";
import { hasWeightRom, weightRom } from "./weight-rom.ts";
import { partWrite, weightWriter, type PartWrite } from "./weight-writer.ts";
import { foldOf, weightWords, type Fold, type WeightMatrix } from "./weights.ts";

/** Parameters that all folded matrix-vector units share. */
export interface MatrixVectorParams {
  /** Binary weights, one row per neuron: MH rows of MW columns. */
  readonly weights: WeightMatrix;
  /**
   * Processing elements: neurons computed side by side. Divides the rows.
   * @min 1
   */
  readonly pe: number;
  /**
   * Synapses of each neuron computed in a cycle. Divides the columns.
   * @min 1
   */
  readonly simd: number;
  /**
   * Vectors computed side by side with the same weights (MMV of FINN-R, arXiv 1809.04570): a beat at x holds SIMD
   * values of each of them, one at y PE results of each, both with the first vector in the least significant bits.
   * @min 1
   * @max 65536
   * @default 1
   */
  readonly mmv?: number | undefined;
  /**
   * Where the weights are kept: `auto` takes what costs less of a device, LUTs or block RAM, a block counting as 401
   * LUTs. Wide memories of 256 words and less are LUTs.
   * @values auto, block, distributed
   * @default auto
   */
  readonly memory?: "auto" | "block" | "distributed" | undefined;
  /**
   * The weights and thresholds can be written while the unit stands still: their memory is a RAM that begins with those
   * given, with port `weights` to write it (rtl/nn/weight-writer.ts). The bias digits are then wide enough for every
   * threshold, whatever those given are. Such a unit has to be folded.
   * @default false
   */
  readonly writable?: boolean | undefined;
  /**
   * What synthesis builds the processing elements of: plain SystemVerilog, or LUT6_2 and carry cells of 7 series or
   * UltraScale.
   * @values portable, xilinx7, ultrascale
   * @default portable
   */
  readonly technology?: "portable" | "xilinx7" | "ultrascale" | undefined;
  /**
   * Clock that the pipelines of the processing elements are made for, in MHz.
   * @min 1
   * @max 1000
   * @default 200
   */
  readonly clockMHz?: number | undefined;
}

/** Exact schedule of a folded matrix-vector unit that is never stalled. */
export interface MatrixVectorSchedule {
  readonly sf: number;
  readonly nf: number;
  /** Cycles per vector (MMV of them side by side), SF * NF; the next follows without a gap. */
  readonly cycles: number;
  /** Cycles from taking the last synapses of a neuron group to offering its result. */
  readonly depth: number;
}

/** What becomes of the totals. */
export interface TotalsUse {
  /** Bits of an input value, unsigned. */
  readonly inputBits: number;
  /** Totals from which the neurons fire, one per row; the totals themselves leave where not given. */
  readonly limits?: readonly number[];
}

export function matrixVectorSchedule(params: MatrixVectorParams, use: TotalsUse): MatrixVectorSchedule {
  const { sf, nf } = foldOf(params.weights, params.pe, params.simd);
  const cycles = sf * nf;
  const depth = operandLatency(cycles) + processingLatency(elementsOf(params, use));
  return { sf, nf, cycles, depth };
}

/** What the processing elements of a unit compute. */
export function elementsOf(params: MatrixVectorParams, use: TotalsUse): ProcessingElementsParams {
  const { pe, simd, mmv = 1, weights, technology = "portable", clockMHz = 200 } = params;
  const { inputBits, limits } = use;
  return {
    pe,
    simd,
    mmv,
    inputBits,
    accumulates: weights.columns > simd,
    ...biasOf(params, use),
    thresholded: limits !== undefined,
    technology,
    clockMHz,
  };
}

/** The memory of a unit's weights and bias bits, one word per fold step. A single word is a constant. */
export interface WeightMemory extends MemorySize {
  readonly style: MemoryStyle;
}

export function weightMemory(params: MatrixVectorParams, use: TotalsUse): WeightMemory {
  const { weights, pe, simd, memory: style = "auto", writable = false, technology = "portable" } = params;
  const { sf, nf } = foldOf(weights, pe, simd);
  const size = { words: sf * nf, width: pe * (simd + biasOf(params, use).digits.length) };
  const cheaper = (): MemoryStyle => (writable ? cheaperRam(size) : cheaperRom(size, technology));
  return { ...size, style: style === "auto" ? cheaper() : style };
}

/** What is in that memory at the start, word by word: the weights of a fold step, and above them its bias bits. */
export function weightContents(params: MatrixVectorParams, use: TotalsUse): readonly bigint[] {
  const { weights, pe, simd } = params;
  const { limits } = use;
  const words = weightWords(weights, pe, simd);
  if (limits === undefined) return words;
  const biases = biasWords(biasOf(params, use), limits, foldOf(weights, pe, simd).sf, pe);
  return words.map((low, i) => ((biases[i] ?? 0n) << BigInt(pe * simd)) | low);
}

/** How totals become results: see `biasFor`; without limits they leave as they are. */
function biasOf({ weights, simd, writable = false }: MatrixVectorParams, use: TotalsUse): Bias {
  const { inputBits, limits } = use;
  const most = levelsOf(inputBits) * weights.columns;
  if (limits === undefined) return { digits: [], base: 0, width: bitsFor(most) };
  // Thresholds to come: from 0, which always fires, to one more than any total.
  return biasFor(writable ? [0, most + 1] : limits, weights.columns / simd, most);
}

/** Cycles from taking a beat to its operands at the processing elements: two reads of a memory, or a register. */
const operandLatency = (cycles: number): number => (cycles === 1 ? 1 : 2);

/**
 * Tick in which each beat moves where nothing stalls, from the first beat in: input beat b, which is beat b mod SF of
 * its vector, and output beat b, which is group b mod NF.
 */
export function matrixVectorTicks({ sf, cycles, depth }: MatrixVectorSchedule): {
  readonly x: (beat: number) => number;
  readonly y: (beat: number) => number;
} {
  return {
    x: (beat) => Math.floor(beat / sf) * cycles + (beat % sf),
    y: (beat) => (beat + 1) * sf - 1 + depth,
  };
}

/** Writes to a unit's memory: see `weightWriter`. */
export type WeightWrites = Handle<PartWrite>;

/** The port of a writable unit through which its memory is written; none of another. */
export function weightsPort(
  params: MatrixVectorParams,
  use: () => TotalsUse,
): { readonly weights?: InputPort<PartWrite> } {
  if (params.writable !== true) return {};
  return { weights: input(partWrite(weightMemory(params, use())), { doc: "weights and thresholds" }) };
}

/** Ports of a matrix-vector unit. */
export interface MatrixVectorPorts<X extends Kind, Y extends Kind> extends PortRecord {
  readonly x: SinkPort<X>;
  readonly y: SourcePort<Y>;
  readonly weights?: InputPort<PartWrite>;
}

/** Beats of MMV vectors side by side, SIMD values of `inputBits` bits of each. */
export interface VectorStream {
  readonly valid: Bool;
  readonly ready: Handle<BoolKind, "set">;
  readonly payload: Bits;
}

/** The results of a matrix-vector unit, but for their values. */
export interface ResultStream {
  readonly valid: Handle<BoolKind, "set">;
  readonly ready: Bool;
}

/**
 * The folded XNOR-popcount product of a binary matrix and a stream of vectors (FINN, arXiv 1612.07119, section 4.3):
 * in each cycle PE rows meet SIMD columns of MMV vectors. A vector is taken during its first neuron group and replayed
 * for the others. Nothing moves while a finished result waits to be taken.
 *
 * Operands come in two cycles: from the memories into registers, and from there into those of the processing elements'
 * inputs. A beat from the stream takes the same way as a replayed one, through the memory, so that nothing has to choose
 * between them.
 */
export function matrixVector(
  m: ModuleBuilder,
  x: VectorStream,
  y: ResultStream,
  params: MatrixVectorParams,
  use: TotalsUse,
  writes?: WeightWrites,
): Outside<ProcessingElementsPorts> {
  const { weights, pe, simd, technology = "portable" } = params;
  const { sf, nf } = foldOf(weights, pe, simd);
  const cycles = sf * nf;
  const bias = biasOf(params, use);
  const { elements } = m.instances({ elements: processingElements(elementsOf(params, use)) });
  y.valid.set(elements.done);
  m.doc("Everything moves unless a finished result waits to be taken.");
  const advance = elements.done.not().or(y.ready);
  m.name({ advance });

  const { filling, ...step } = foldSteps(m, x, advance, { sf, nf });
  const { style } = weightMemory(params, use);
  const fetched =
    cycles === 1
      ? step
      : register(m, "fetched", advance, step, {
          ...(sf > 1 ? { last: bool } : {}),
          ...(sf > 1 && nf > 1 ? { beat: uint.below(sf) } : {}),
          ...(style === "distributed" ? { row: uint.below(cycles) } : {}),
        });
  const load = cycles === 1 ? step.valid : advance.and(fetched.valid);
  if (cycles > 1) m.name({ load });
  const operand = register(m, "operand", advance, fetched, sf > 1 ? { last: bool } : {});
  elements.advance.set(advance);
  elements.valid.set(operand.valid);
  if (elements.first !== undefined && elements.last !== undefined) {
    m.doc("A vector begins behind the last beat of the one before.");
    const { first } = m.regs({ first: reg(bool, { reset: true }) });
    m.when(advance.and(operand.valid), () => {
      first.next(operand.last);
    });
    elements.first.set(first);
    elements.last.set(operand.last);
  }
  const reads = { step, fetched, load };
  elements.act.set(inputVectors(m, x.payload, { ...reads, fold: { sf, nf }, filling }));
  const contents = {
    words: weightContents(params, use),
    widths: { weight: pe * simd, bias: pe * bias.digits.length },
    style,
    technology,
    writes,
  };
  weightOperands(m, elements, contents, reads);
  return elements;
}

/** The control signals that travel beside the data of one fold step. */
interface Step {
  readonly valid: Bool;
  /** Last beat of the vector. */
  readonly last: Bool;
  /** Which beat. */
  readonly beat: UInt;
  /** Word of the weight memory. */
  readonly row: UInt;
}

/** Counts the fold steps: the beats of a vector for each group of neurons. Those of the first come from the stream. */
function foldSteps(
  m: ModuleBuilder,
  x: VectorStream,
  advance: Bool,
  { sf, nf }: Fold,
): Step & { readonly filling: Bool } {
  m.doc("Fold counters: beats of the vector, and the weight memory's words.");
  if (nf === 1) {
    const { beat } = m.counters({ beat: sf });
    const issue = advance.and(x.valid);
    m.name({ issue });
    x.ready.set(advance);
    m.when(issue, () => {
      beat.advance();
    });
    return { valid: issue, last: beat.last, beat, row: beat, filling: valueOf(bool, true) };
  }
  const { beat, row } = m.counters({ beat: sf, row: sf * nf });
  const { filling } = m.regs({
    filling: reg(bool, { reset: true, doc: "first neuron group: beats come from the stream" }),
  });
  const issue = advance.and(filling.not().or(x.valid));
  m.name({ issue });
  x.ready.set(advance.and(filling));
  m.when(issue, () => {
    row.advance();
    beat.advance();
  });
  m.when(issue.and(beat.last), () => {
    filling.next(row.last);
  });
  return { valid: issue, last: beat.last, beat, row, filling };
}

/** Registers for the control signals of a step: `<name>_valid` and, of the others, those in `carried`. */
function register(m: ModuleBuilder, name: string, advance: Bool, step: Step, carried: StructFields): Step {
  const registers = m.regs({ [name]: struct({ valid: bool, ...carried }) })[name];
  m.when(advance, () => {
    registers?.next({ ...step });
  });
  return { ...step, ...registers };
}

/** What the operands of a step are read with. */
interface Reads {
  readonly step: Step;
  readonly fetched: Step;
  /** What has been fetched moves into the operand registers. */
  readonly load: Bool;
}

/** The part of the vectors that a step works on: kept as it comes, read again for every neuron group. */
function inputVectors(
  m: ModuleBuilder,
  payload: Bits,
  { fold: { sf, nf }, step, filling, fetched, load }: Reads & { readonly fold: Fold; readonly filling: Bool },
): Bits {
  const kind = bits(payload.width);
  const { act } = m.regs({ act: reg(kind, { reset: "none" }) });
  const taken = step.valid.and(filling);
  const kept = (): Bits => {
    if (sf * nf === 1) return payload;
    if (sf === 1 || nf === 1) {
      // A register is all the memory that one beat needs.
      const { held } = m.regs({ held: reg(kind, { reset: "none" }) });
      m.when(taken, () => {
        held.next(payload);
      });
      return held;
    }
    const { replay } = m.memories({
      replay: memory(sf, kind, { style: "distributed", doc: "The vectors of all neuron groups." }),
    });
    m.when(taken, () => {
      replay.write(step.beat, payload);
    });
    return replay.read(fetched.beat);
  };
  const word = kept();
  m.when(load, () => {
    act.next(word);
  });
  return act;
}

/** A memory of one word per fold step: the weights of all PEs, and above them their bias bits. */
interface Operands {
  readonly words: readonly bigint[];
  /** Bits of either in a word. */
  readonly widths: { readonly weight: number; readonly bias: number };
  readonly style: MemoryStyle;
  readonly technology: Technology;
  readonly writes: WeightWrites | undefined;
}

/**
 * The weights and bias bits of a step. Block RAM is read through two registers, as its own clock-to-output time leaves
 * none for logic; where the memory is of LUTs, the first register is at its address.
 */
function weightOperands(
  m: ModuleBuilder,
  elements: Outside<ProcessingElementsPorts>,
  { words, widths, style, technology, writes }: Operands,
  { step, fetched, load }: Reads,
): void {
  const single = words[0];
  if (words.length === 1 && single !== undefined) {
    elements.weight.set(single & ((1n << BigInt(widths.weight)) - 1n));
    elements.bias?.set(single >> BigInt(widths.weight));
    return;
  }
  const width = widths.weight + widths.bias;
  const doc = "One word per fold step: SIMD weights for each PE, above them the bias bits of each.";
  let word: Bits;
  if (writes === undefined && style === "distributed" && hasWeightRom(words.length, technology)) {
    m.doc(doc);
    const { weight_rom } = m.instances({ weight_rom: weightRom({ words, width }) });
    weight_rom.address.set(fetched.row);
    word = weight_rom.word;
  } else {
    const read =
      writes === undefined
        ? readOnlyMemory(m, words, { width, style, doc })
        : writableMemory(m, words, { width, style, doc }, writes);
    if (style === "distributed") {
      word = read(fetched.row);
      m.name({ word });
    } else {
      const output = m.regs({ word: reg(bits(width), { reset: "none" }) }).word;
      m.when(step.valid, () => {
        output.next(read(step.row));
      });
      word = output;
    }
  }
  const operand = m.regs({
    weight: reg(bits(widths.weight), { reset: "none" }),
    ...(widths.bias > 0 ? { bias: reg(bits(widths.bias), { reset: "none" }) } : {}),
  });
  m.when(load, () => {
    operand.weight.next(word.slice(0, widths.weight));
    operand.bias?.next(word.slice(widths.weight, widths.bias));
  });
  elements.weight.set(operand.weight);
  if (operand.bias !== undefined) elements.bias?.set(operand.bias);
}

type ReadWord = (row: UInt) => Bits;

interface MemoryMake {
  readonly width: number;
  readonly style: MemoryStyle;
  readonly doc: string;
}

function readOnlyMemory(
  m: ModuleBuilder,
  words: readonly bigint[],
  { width, ...options }: MemoryMake,
): ReadWord {
  const { weight_rom } = m.roms({ weight_rom: rom(bits(width), words, options) });
  return (row) => weight_rom.read(row);
}

function writableMemory(
  m: ModuleBuilder,
  words: readonly bigint[],
  { width, ...options }: MemoryMake,
  writes: WeightWrites,
): ReadWord {
  const { weight_ram } = m.memories({
    weight_ram: memory(words.length, bits(width), { ...options, init: words }),
  });
  const { writer } = m.instances({ writer: weightWriter({ words: words.length, width }) });
  writer.x.set(writes);
  m.when(writer.write, () => {
    weight_ram.write(writer.row, writer.word);
  });
  return (row) => weight_ram.read(row);
}
