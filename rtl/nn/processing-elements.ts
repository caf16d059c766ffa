import {
  bits,
  bool,
  cat,
  component,
  input,
  mux,
  output,
  reg,
  sum,
  uint,
  valueOf,
  vec,
  type Bits,
  type BitsKind,
  type Bool,
  type BoolKind,
  type InputPort,
  type ModuleBuilder,
  type OutputPort,
  type PortRecord,
  type UInt,
  type UIntKind,
  type VecKind,
} from "../../src/hdl/index.ts";

/** What the processing elements of a matrix-vector unit compute. */
export interface ProcessingElementsParams {
  /** Processing elements: neurons side by side. */
  readonly pe: number;
  /** Synapses of each in a beat. */
  readonly simd: number;
  /** Vectors side by side; each meets the same weights. */
  readonly mmv: number;
  /** Bits of an input value, unsigned. */
  readonly inputBits: number;
  /** Whether a vector has several beats, which are added up; else each beat is one. */
  readonly accumulates: boolean;
  /** Bits of a total; sums are modulo 2^width. */
  readonly width: number;
  /** What every total starts from. */
  readonly base: number;
  /** What each bias bit of a beat adds: powers of two, least first. */
  readonly digits: readonly number[];
  /** Whether the highest bits of the totals leave (`fire`), or the totals themselves (`total`). */
  readonly thresholded: boolean;
  /** Registers from the inputs to `done` and the result, at least 1. */
  readonly latency: number;
}

/** Registers from the operands to the result. */
export const processingLatency: (
  elements: Pick<ProcessingElementsParams, "simd" | "inputBits" | "accumulates">,
) => number = () => 3;

/**
 * What one synapse can add to a neuron's total, 0 to `levels`: its value where the weight is 1, `levels` minus that
 * where it is 0. In bits both are an XNOR with the weight, for whole numbers as for single bits.
 */
export const levelsOf = (inputBits: number): number => 2 ** inputBits - 1;

/** Ports of the processing elements; the optional ones are there where `ProcessingElementsParams` asks for them. */
export interface ProcessingElementsPorts extends PortRecord {
  /** Nothing moves while it is low. */
  readonly advance: InputPort<BoolKind>;
  /** A beat is at the inputs. */
  readonly valid: InputPort<BoolKind>;
  /** It is the first or the last of its vector. */
  readonly first?: InputPort<BoolKind>;
  readonly last?: InputPort<BoolKind>;
  /** SIMD values of each vector, the first vector's in the least significant bits. */
  readonly act: InputPort<BitsKind>;
  /** SIMD weights and the bias bits of each processing element. */
  readonly weight: InputPort<BitsKind>;
  readonly bias?: InputPort<BitsKind>;
  /** A result is there: PE of each vector. */
  readonly done: OutputPort<BoolKind>;
  readonly fire?: OutputPort<BitsKind>;
  readonly total?: OutputPort<VecKind<UIntKind>>;
}

/**
 * The processing elements of a folded matrix-vector unit: in each beat PE rows of SIMD weights meet SIMD values of MMV
 * vectors, by XNOR and popcount, and the bias of each row is added; the totals of a vector begin at `base`. The result
 * of a vector's last beat is in the output registers `latency` cycles later, and stays there while `advance` is low.
 */
export const processingElements = component({
  name: ({ pe, simd, mmv }: ProcessingElementsParams) =>
    `processing_elements_pe${String(pe)}_simd${String(simd)}${mmv === 1 ? "" : `_mmv${String(mmv)}`}`,
  doc: describe,
  ports: (params): ProcessingElementsPorts => {
    const { pe, simd, mmv, inputBits, accumulates, width, digits, thresholded } = params;
    return {
      advance: input(bool),
      valid: input(bool),
      ...(accumulates ? { first: input(bool), last: input(bool) } : {}),
      act: input(bits(mmv * simd * inputBits)),
      weight: input(bits(pe * simd)),
      ...(digits.length > 0 ? { bias: input(bits(pe * digits.length)) } : {}),
      done: output(bool),
      ...(thresholded ? { fire: output(bits(mmv * pe)) } : { total: output(vec(mmv * pe, uint(width))) }),
    };
  },
  build(m, ports, params) {
    const { advance, valid, first, last, act, weight, bias } = ports;
    const { pe, simd, mmv, inputBits, width, base, digits, accumulates, latency } = params;
    const { complete } = m.regs({
      complete: reg(bits(latency), { doc: "stages that hold a result, the first in bit 0" }),
    });
    const ends = last === undefined ? valid : valid.and(last);
    m.when(advance, () => {
      complete.next(latency === 1 ? ends.asUInt().asBits() : cat(complete.slice(0, latency - 1), ends));
    });
    ports.done.set(complete.bit(latency - 1));
    // Every beat reaches the first stage, only results go on from there.
    const stages: Stages = {
      latency,
      takes: (stage) => advance.and(stage === 1 ? valid : complete.bit(stage - 2)),
    };

    const products = inputBits === 1 ? agreements(act, weight, simd) : levelSums(m, act, weight, params);
    const start = valueOf(uint(width), base);
    const plus = (before: UInt, v: number | UInt, p: UInt): UInt => {
      const product = before.add(products(v, p));
      const biased = bias === undefined ? product : product.add(worth(bias.word(p, digits.length), digits));
      return biased.wrap(uint(width));
    };
    const highest = 2 ** (width - 1);
    if (ports.fire !== undefined && !accumulates) {
      m.doc(`Neurons whose total reaches ${String(highest)} fire.`);
      ports.fire.set(fires(m, params, stages, 1, (v, p) => plus(start, v, p).ge(highest)));
      return;
    }
    const { acc } = m.regs({ acc: reg(vec(mmv, vec(pe, uint(width))), { reset: "none" }) });
    m.doc(`Totals, from ${String(base)} on at the first beat of the vector.`);
    m.when(stages.takes(1), () => {
      forEach(m, params, (v, p) => {
        const before = first === undefined ? start : mux(first, start, acc.at(v).at(p));
        acc
          .at(v)
          .at(p)
          .next(plus(before, v, p));
      });
    });
    ports.total?.set(delayed(m, "total", stages, 2, acc.asBits()).as(vec(mmv * pe, uint(width))));
    if (ports.fire === undefined) return;
    m.doc(`Neurons whose total reaches ${String(highest)} fire.`);
    ports.fire.set(
      fires(m, params, stages, 2, (v, p) =>
        acc
          .at(v)
          .at(p)
          .bit(width - 1),
      ),
    );
  },
});

/** The register stages of the processing elements. */
interface Stages {
  readonly latency: number;
  /** Whether the registers of a stage, from 1, take values. */
  readonly takes: (stage: number) => Bool;
}

/** Something of PE p of vector v. */
type Each<T> = (v: number | UInt, p: UInt) => T;

/** The loops over vectors and PEs; a single vector needs none. */
function forEach(
  m: ModuleBuilder,
  { pe, mmv }: Pick<ProcessingElementsParams, "pe" | "mmv">,
  body: Each<void>,
): void {
  const vector = (v: number | UInt): void => {
    m.each({ p: pe }, ({ p }) => {
      body(v, p);
    });
  };
  if (mmv === 1) vector(0);
  else
    m.each({ v: mmv }, ({ v }) => {
      vector(v);
    });
}

/** Of single bits: how many agree with the weights. */
const agreements =
  (act: Bits, weight: Bits, simd: number): Each<UInt> =>
  (v, p) =>
    act.word(v, simd).xnor(weight.word(p, simd)).popcount();

/** Of whole numbers: their sum, those inverted whose weight is 0. */
function levelSums(
  m: ModuleBuilder,
  act: Bits,
  weight: Bits,
  { pe, simd, mmv, inputBits }: ProcessingElementsParams,
): Each<UInt> {
  const total = uint.upTo(levelsOf(inputBits) * simd);
  const vectors = vec(mmv, vec(simd, bits(inputBits)));
  const { values, levels, match } = m.wires({
    values: vectors,
    levels: vec(mmv, vec(pe, vec(simd, uint(inputBits)))),
    match: vec(mmv, vec(pe, total)),
  });
  values.set(act.as(vectors));
  m.doc("Each value, inverted where the weight is 0.");
  forEach(m, { pe, mmv }, (v, p) => {
    m.each({ s: simd }, ({ s }) => {
      const value = values.at(v).at(s);
      levels
        .at(v)
        .at(p)
        .at(s)
        .set(mux(weight.word(p, simd).bit(s), value, value.not()).asUInt());
    });
  });
  m.doc("Their sum in every PE.");
  forEach(m, { pe, mmv }, (v, p) => {
    match
      .at(v)
      .at(p)
      .set(sum(levels.at(v).at(p).elements()).wrap(total));
  });
  return (v, p) => match.at(v).at(p);
}

/** The sum of the digits that are set: as they are different powers of two, their bits in their places. */
function worth(set: Bits, digits: readonly number[]): UInt {
  const parts: Bits[] = [];
  let [first, place] = [0, 0];
  digits.forEach((digit, i) => {
    if (digits[i + 1] === 2 * digit) return;
    // Digits first to i stand side by side.
    const low = Math.log2(digits[first] ?? digit);
    if (low > place) parts.push(valueOf(bits(low - place), 0));
    parts.push(set.slice(first, i + 1 - first));
    [first, place] = [i + 1, low + i + 1 - first];
  });
  return cat(...parts.reverse()).asUInt();
}

/** A bit of each PE in registers of stage `first`, and from there to the last stage. */
function fires(
  m: ModuleBuilder,
  params: ProcessingElementsParams,
  stages: Stages,
  first: number,
  bit: Each<Bool>,
): Bits {
  const kind = vec(params.mmv, bits(params.pe));
  if (first > stages.latency) {
    const { fired } = m.wires({ fired: kind });
    forEach(m, params, (v, p) => {
      fired.at(v).bit(p).set(bit(v, p));
    });
    return fired.asBits();
  }
  const { fired } = m.regs({ fired: reg(kind, { reset: "none" }) });
  m.when(stages.takes(first), () => {
    forEach(m, params, (v, p) => {
      fired.at(v).bit(p).next(bit(v, p));
    });
  });
  return delayed(m, "fired", stages, first + 1, fired.asBits());
}

/** `value` of the stage before `first` in the registers `<name>_<stage>` of that stage and all behind it. */
function delayed(
  m: ModuleBuilder,
  name: string,
  { latency, takes }: Stages,
  first: number,
  value: Bits,
): Bits {
  const count = Math.max(0, latency - first + 1);
  const kind = bits(value.width);
  const registers = m.regs(
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`${name}_${String(first + i)}`, reg(kind, { reset: "none" })]),
    ),
  );
  return Object.values(registers).reduce<Bits>((before, register, i) => {
    m.when(takes(first + i), () => {
      register.next(before);
    });
    return register;
  }, value);
}

function describe({
  pe,
  simd,
  mmv,
  inputBits,
  digits,
  base,
  thresholded,
  latency,
}: ProcessingElementsParams): string {
  const values = inputBits === 1 ? "bits" : `values of ${String(inputBits)} bits`;
  const vectors = mmv === 1 ? "" : ` of each of ${String(mmv)} vectors`;
  const bias = digits.length === 0 ? "" : ` A beat's bias bits are worth ${digits.join(", ")}.`;
  return [
    `${String(pe)} processing elements: in a beat each meets ${String(simd)} ${values}${vectors} with its weights.`,
    `Totals start at ${String(base)}.${bias}`,
    `The ${thresholded ? "highest bit of a total" : "total"} is there ${String(latency)} cycles after its last beat.`,
  ].join("\n");
}
