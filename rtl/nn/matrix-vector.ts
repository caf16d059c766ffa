import {
  bits,
  bool,
  memory,
  mux,
  reg,
  rom,
  struct,
  sum,
  uint,
  valueOf,
  vec,
  type Bits,
  type BitsKind,
  type Bool,
  type BoolKind,
  type Handle,
  type ModuleBuilder,
  type StructFields,
  type UInt,
  type UIntKind,
  type VecKind,
} from "../../src/hdl/index.ts";
import { foldOf, weightWords, type WeightMatrix } from "./weights.ts";

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
   * Cycles from taking the last synapses of a neuron group to offering its result. From 2 there is a register after
   * the weight memory, from 3 after the popcount, at 4 after the accumulator.
   * @min 1
   * @max 4
   * @default 3
   */
  readonly pipeline?: 1 | 2 | 3 | 4 | undefined;
  /**
   * Where the weights are kept: `auto` takes block RAM where the memory is deeper than 64 words (a LUT6 as a ROM) and
   * the pipeline has the register that block RAM needs.
   * @values auto, block, distributed
   * @default auto
   */
  readonly memory?: "auto" | "block" | "distributed" | undefined;
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

export function matrixVectorSchedule({
  weights,
  pe,
  simd,
  pipeline,
}: MatrixVectorParams): MatrixVectorSchedule {
  const { sf, nf } = foldOf(weights, pe, simd);
  return { sf, nf, cycles: sf * nf, depth: pipeline ?? 3 };
}

/**
 * Tick in which each beat moves where nothing stalls, from the first beat in: input beat b, which is beat b mod SF of
 * its vector, and output beat b, which is group b mod NF.
 */
export function matrixVectorTicks(params: MatrixVectorParams): {
  readonly x: (beat: number) => number;
  readonly y: (beat: number) => number;
} {
  const { sf, cycles, depth } = matrixVectorSchedule(params);
  return {
    x: (beat) => Math.floor(beat / sf) * cycles + (beat % sf),
    y: (beat) => (beat + 1) * sf - 1 + depth,
  };
}

/** The control signals that travel beside the data of one fold step. */
interface Step {
  readonly valid: Bool;
  /** First and last beat of the vector. */
  readonly first: Bool;
  readonly last: Bool;
  /** Neuron group. */
  readonly neuron: UInt;
}

/** Beats of MMV vectors side by side, SIMD values of `inputBits` bits of each. */
export interface VectorStream {
  readonly valid: Bool;
  readonly ready: Handle<BoolKind, "set">;
  readonly payload: Bits;
}

/**
 * What one synapse can add to a neuron's total, 0 to `levels`: its value where the weight is 1, `levels` minus that
 * where it is 0. In bits both are an XNOR with the weight, for whole numbers as for single bits.
 */
export const levelsOf = (inputBits: number): number => 2 ** inputBits - 1;

/** A total for each PE of each vector. */
export type VectorTotals = Handle<VecKind<VecKind<UIntKind>>>;

/** What a matrix-vector unit has computed in this cycle: totals, complete where `done`. */
export interface Totals {
  readonly done: Bool;
  readonly neuron: UInt;
  readonly total: VectorTotals;
}

/** The loop over the vectors that lie side by side; a single one needs none. */
export function eachVector(m: ModuleBuilder, mmv: number, body: (v: number | UInt) => void): void {
  if (mmv === 1) body(0);
  else
    m.each({ v: mmv }, ({ v }) => {
      body(v);
    });
}

/**
 * The folded XNOR-popcount product of a binary matrix and a stream of vectors (FINN, arXiv 1612.07119, section 4.3):
 * in each cycle PE rows meet SIMD columns of MMV vectors. A vector is taken during its first neuron group and replayed for the
 * others. Nothing moves while `advance` is low. Values of several bits are XNORed bit by bit and summed: see `levelsOf`.
 */
export function matrixVector(
  m: ModuleBuilder,
  x: VectorStream,
  advance: Bool,
  params: MatrixVectorParams,
  { needsNeuron, inputBits = 1 }: { readonly needsNeuron: boolean; readonly inputBits?: number },
): Totals {
  const { pe, simd, mmv = 1, weights } = params;
  const { sf, nf, depth } = matrixVectorSchedule(params);
  const partialSum = uint.upTo(levelsOf(inputBits) * simd);
  const accumulator = uint.upTo(levelsOf(inputBits) * weights.columns);

  m.doc("Fold counters: beats of the vector within groups of neurons.");
  const { beat, neuron } = m.counters({ beat: sf, neuron: nf });
  const filling = neuron.eq(0);
  if (nf > 1) m.name({ filling });
  const issue = advance.and(nf === 1 ? x.valid : filling.not().or(x.valid));
  m.name({ issue });
  x.ready.set(nf === 1 ? advance : advance.and(filling));
  const { row } = sf > 1 && nf > 1 ? m.counters({ row: sf * nf }) : { row: sf > 1 ? beat : neuron };
  m.when(issue, () => {
    row.advance();
    if (nf === 1 || sf === 1) return;
    beat.advance();
    m.when(beat.last, () => {
      neuron.advance();
    });
  });

  const group = nf > 1 && needsNeuron ? { neuron: uint.below(nf) } : {};
  const control = sf > 1 ? { first: bool, last: bool, ...group } : group;
  let step: Step = {
    valid: issue,
    first: sf === 1 ? valueOf(bool, true) : beat.eq(0),
    last: beat.last,
    neuron,
  };
  const act = inputVector(m, x.payload, { sf, nf, beat, filling, issue, registered: depth >= 2, mmv });
  const weight = weightMemory(m, params, row, issue);
  if (depth >= 2) step = register(m, "fetched", advance, step, control);

  const match =
    inputBits === 1 ? agreements(m, act, weight, params) : levelSums(m, act, weight, params, inputBits);
  let matched = match;
  if (depth >= 3) {
    const { counted_match } = m.regs({
      counted_match: reg(vec(mmv, vec(pe, partialSum)), { reset: "none" }),
    });
    m.when(advance.and(step.valid), () => {
      counted_match.next(match);
    });
    matched = counted_match;
    step = register(m, "counted", advance, step, control);
  }

  const total = sf === 1 ? matched : accumulate(m, step, matched, advance, accumulator);
  if (depth < 4) return { done: step.valid.and(step.last), neuron: step.neuron, total };

  const { summed } = m.regs({ summed: reg(vec(mmv, vec(pe, accumulator)), { reset: "none" }) });
  const complete = step.valid.and(step.last);
  m.when(advance.and(complete), () => {
    summed.next(total);
  });
  const last = register(m, "finished", advance, { ...step, valid: complete }, group);
  return { done: last.valid, neuron: last.neuron, total: summed };
}

/** Of single bits: how many agree with the weights, in each PE. */
function agreements(
  m: ModuleBuilder,
  act: Bits,
  weight: Bits,
  { pe, simd, mmv = 1 }: MatrixVectorParams,
): VectorTotals {
  const { match } = m.wires({ match: vec(mmv, vec(pe, uint.upTo(simd))) });
  if (mmv > 1) m.name({ vectors: act });
  m.doc("Synapses that agree with the weights: XNOR and popcount in every PE.");
  eachVector(m, mmv, (v) => {
    m.each({ p: pe }, ({ p }) => {
      match
        .at(v)
        .at(p)
        .set(act.word(v, simd).xnor(weight.word(p, simd)).popcount());
    });
  });
  return match;
}

/** Of whole numbers: their sum in each PE, those inverted whose weight is 0. */
function levelSums(
  m: ModuleBuilder,
  act: Bits,
  weight: Bits,
  { pe, simd, mmv = 1 }: MatrixVectorParams,
  inputBits: number,
): VectorTotals {
  const level = uint(inputBits);
  const total = uint.upTo(levelsOf(inputBits) * simd);
  const vectors = vec(mmv, vec(simd, bits(inputBits)));
  const { values, levels, match } = m.wires({
    values: vectors,
    levels: vec(mmv, vec(pe, vec(simd, level))),
    match: vec(mmv, vec(pe, total)),
  });
  values.set(act.as(vectors));
  m.doc("Each value, inverted where the weight is 0.");
  eachVector(m, mmv, (v) => {
    m.each({ p: pe }, ({ p }) => {
      m.each({ s: simd }, ({ s }) => {
        const value = values.at(v).at(s);
        levels
          .at(v)
          .at(p)
          .at(s)
          .set(mux(weight.word(p, simd).bit(s), value, value.not()).asUInt());
      });
    });
  });
  m.doc("Their sum in every PE.");
  eachVector(m, mmv, (v) => {
    m.each({ p: pe }, ({ p }) => {
      match
        .at(v)
        .at(p)
        .set(sum(levels.at(v).at(p).elements()).wrap(total));
    });
  });
  return match;
}

/** The running total of each PE, complete at the last beat of the vector. */
function accumulate(
  m: ModuleBuilder,
  { valid, first }: Step,
  matched: VectorTotals,
  advance: Bool,
  accumulator: UIntKind,
): VectorTotals {
  const [mmv, pe] = [matched.length, matched.at(0).length];
  const kind = vec(mmv, vec(pe, accumulator));
  const { total } = m.wires({ total: kind });
  const { acc } = m.regs({ acc: reg(kind, { reset: "none" }) });
  m.doc("Agreements so far, from the first beat of the vector.");
  eachVector(m, mmv, (v) => {
    m.each({ p: pe }, ({ p }) => {
      const before = mux(first, 0, acc.at(v).at(p));
      total
        .at(v)
        .at(p)
        .set(before.add(matched.at(v).at(p)).wrap(accumulator));
    });
  });
  m.when(advance.and(valid), () => {
    acc.next(total);
  });
  return total;
}

/** Registers for the control signals of a step: `<name>_valid` and, of the others, those in `carried`. */
function register(m: ModuleBuilder, name: string, advance: Bool, step: Step, carried: StructFields): Step {
  const registers = m.regs({ [name]: struct({ valid: bool, ...carried }) })[name];
  m.when(advance, () => {
    registers?.next({ ...step });
  });
  return { ...step, ...registers };
}

/** The part of the vectors that this step works on: from the stream while `filling`, else replayed. */
function inputVector(
  m: ModuleBuilder,
  payload: Bits,
  {
    sf,
    nf,
    beat,
    filling,
    issue,
    registered,
    mmv,
  }: {
    sf: number;
    nf: number;
    beat: UInt;
    filling: Bool;
    issue: Bool;
    registered: boolean;
    mmv: number;
  },
): Handle<BitsKind> {
  const kind = bits(payload.width);
  const act = registered ? m.regs({ act: reg(kind, { reset: "none" }) }).act : undefined;
  if (nf === 1) {
    if (act === undefined) return payload;
    m.when(issue, () => {
      act.next(payload);
    });
    return act;
  }
  if (sf === 1) {
    // The vector is one beat: a register that holds it is all the replay there is.
    const held = act ?? m.regs({ held: reg(kind, { reset: "none" }) }).held;
    m.when(issue.and(filling), () => {
      held.next(payload);
    });
    return act ?? mux(filling, payload, held);
  }
  const { replay } = m.memories({
    replay: memory(sf, kind, {
      style: "distributed",
      doc: `The vector${mmv === 1 ? "" : "s"}, kept for the neuron groups after the first.`,
    }),
  });
  m.when(issue.and(filling), () => {
    replay.write(beat, payload);
  });
  const word = mux(filling, payload, replay.read(beat));
  if (act === undefined) return word;
  m.when(issue, () => {
    act.next(word);
  });
  return act;
}

/** The weights of this step for all PEs, through a register where the pipeline has one. */
function weightMemory(
  m: ModuleBuilder,
  params: MatrixVectorParams,
  row: UInt,
  issue: Bool,
): Handle<BitsKind> {
  const { pe, simd, weights, pipeline } = params;
  const kind = bits(pe * simd);
  const words = weightWords(weights, pe, simd);
  const registered = (pipeline ?? 3) >= 2;
  const single = words[0];
  if (words.length === 1 && single !== undefined) {
    const { weight } = m.wires({ weight: kind });
    weight.set(single);
    return weight;
  }
  const style =
    params.memory === "block" || (params.memory !== "distributed" && registered && words.length > 64)
      ? "block"
      : "distributed";
  const { weight_rom } = m.roms({
    weight_rom: rom(kind, words, { style, doc: "One word per fold step: SIMD weights for each PE." }),
  });
  if (!registered) {
    const { weight } = m.wires({ weight: kind });
    weight.set(weight_rom.read(row));
    return weight;
  }
  const { weight } = m.regs({ weight: reg(kind, { reset: "none" }) });
  m.when(issue, () => {
    weight.next(weight_rom.read(row));
  });
  return weight;
}
