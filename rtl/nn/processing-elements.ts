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
import type { Technology } from "../arith/compressor/index.ts";
import { elementLatency, processingElement, worth } from "./processing-element.ts";

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
  /** What synthesis builds the elements of, and the clock that their pipelines are made for. */
  readonly technology: Technology;
  readonly clockMHz: number;
}

/** Registers from the inputs to `done` and the result. */
export const processingLatency = (params: Omit<ProcessingElementsParams, "pe" | "mmv">): number =>
  elementLatency(params);

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

function portsOf(params: ProcessingElementsParams): ProcessingElementsPorts {
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
}

function nameOfElements({ pe, simd, mmv }: ProcessingElementsParams): string {
  return `processing_elements_pe${String(pe)}_simd${String(simd)}${mmv === 1 ? "" : `_mmv${String(mmv)}`}`;
}

/** The processing elements as modules of their own. What travels beside their pipelines is shared by all. */
const elementsAsBuilt = component({
  name: (params: ProcessingElementsParams) => `${nameOfElements(params)}_as_built`,
  doc: ({ technology }) => `Each processing element by itself, for ${technology} synthesis.`,
  ports: portsOf,
  build(m, ports, params) {
    const { pe, mmv, simd, inputBits, digits, width, accumulates } = params;
    const { advance, valid, first, last, act, weight, bias } = ports;
    const latency = processingLatency(params);
    // With resets, so that no shift registers of LUTs are made of them.
    const control = m.regs({
      complete: reg(bits(latency), { doc: "stages that hold the last beat of a vector, the first in bit 0" }),
      ...(latency > 1 && accumulates
        ? { begins: reg(bits(latency - 1), { doc: "stages that hold the first beat of a vector" }) }
        : {}),
      ...(latency > 1 ? { held: reg(bits(latency - 1), { doc: "stages that hold a beat" }) } : {}),
    });
    const { complete, begins, held } = control;
    const shifted = (register: Bits, entry: Bool): Bits =>
      register.width === 1 ? entry.asUInt().asBits() : cat(register.slice(0, register.width - 1), entry);
    m.when(advance, () => {
      complete.next(shifted(complete, last === undefined ? valid : valid.and(last)));
      if (begins !== undefined && first !== undefined) begins.next(shifted(begins, first));
      held?.next(shifted(held, valid));
    });
    ports.done.set(complete.bit(latency - 1));
    const enable = advance.and(held === undefined ? valid : held.bit(latency - 2));
    m.name({ enable });
    const restart = begins === undefined ? first : begins.bit(latency - 2);
    const hardware = processingElement(params);
    const results = Array.from({ length: mmv * pe }, (_, i): Bits => {
      const [v, p] = [Math.floor(i / pe), i % pe];
      const name = `element_${mmv === 1 ? "" : `${String(v)}_`}${String(p)}`;
      const element = m.instances({ [name]: hardware })[name];
      if (element === undefined) throw new Error(`no instance ${name}`);
      element.advance?.set(advance);
      element.enable.set(enable);
      if (restart !== undefined) element.restart?.set(restart);
      element.act.set(act.slice(v * simd * inputBits, simd * inputBits));
      element.weight.set(weight.slice(p * simd, simd));
      if (bias !== undefined) element.bias?.set(bias.slice(p * digits.length, digits.length));
      return element.result;
    });
    ports.fire?.set(cat(...results.toReversed()));
    ports.total?.set(cat(...results.toReversed()).as(vec(mmv * pe, uint(width))));
  },
});

/**
 * The processing elements of a folded matrix-vector unit: in each beat PE rows of SIMD weights meet SIMD values of MMV
 * vectors, by XNOR and popcount, and the bias of each row is added; the totals of a vector begin at `base`. The result
 * of a vector's last beat is in the output registers `latency` cycles later, and stays there while `advance` is low.
 */
export const processingElements = component({
  name: nameOfElements,
  doc: describe,
  ports: portsOf,
  implementation: elementsAsBuilt,
  build(m, ports, params) {
    const { advance, valid, first, last, act, weight, bias } = ports;
    const { pe, simd, mmv, inputBits, width, base, digits, accumulates } = params;
    const latency = processingLatency(params);
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
  ...more
}: ProcessingElementsParams): string {
  const latency = processingLatency({ simd, inputBits, digits, base, thresholded, ...more });
  const values = inputBits === 1 ? "bits" : `values of ${String(inputBits)} bits`;
  const vectors = mmv === 1 ? "" : ` of each of ${String(mmv)} vectors`;
  const bias = digits.length === 0 ? "" : ` A beat's bias bits are worth ${digits.join(", ")}.`;
  return [
    `${String(pe)} processing elements: in a beat each meets ${String(simd)} ${values}${vectors} with its weights.`,
    `Totals start at ${String(base)}.${bias}`,
    `The ${thresholded ? "highest bit of a total" : "total"} is there ${String(latency)} cycles after its last beat.`,
  ].join("\n");
}
