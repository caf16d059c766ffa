import {
  bits,
  bool,
  cat,
  component,
  input,
  mux,
  output,
  reg,
  sum as addUp,
  uint,
  valueOf,
  type Bits,
  type BitsKind,
  type Bool,
  type BoolKind,
  type InputPort,
  type Inside,
  type ModuleBuilder,
  type OutputPort,
  type PortRecord,
  type UInt,
} from "../../src/hdl/index.ts";
import {
  namesOfCells,
  place,
  searchSum,
  type AccumulatorBit,
  type BuiltSum,
  type Fabric,
  type Net,
  type Technology,
  type Term,
} from "../arith/compressor/index.ts";
import { plainCount, plainStages } from "../arith/plain-count.ts";

/** What one processing element computes, for one vector. */
export interface ElementParams {
  /** Synapses in a beat. */
  readonly simd: number;
  /** Bits of an input value, unsigned. */
  readonly inputBits: number;
  /** Whether a vector has several beats, which are added up. */
  readonly accumulates: boolean;
  /** Bits of the total; sums are modulo 2^width. */
  readonly width: number;
  /** What every total starts from. */
  readonly base: number;
  /** What each bias bit of a beat is worth: powers of two. */
  readonly digits: readonly number[];
  /** Whether the highest bit of the total leaves, or the total. */
  readonly thresholded: boolean;
  readonly technology: Technology;
  /** Clock that the pipeline is made for. */
  readonly clockMHz: number;
}

interface Operands {
  /** By synapse, then bit. */
  readonly act: readonly (readonly Net[])[];
  readonly weight: readonly Net[];
  readonly bias: readonly Net[];
  readonly total: readonly Net[];
  readonly restart: Net;
}

const known = new Map<string, BuiltSum<Operands>>();

/**
 * The sum of one processing element: XNORs in the first full adders, the accumulator in the final adder, which starts
 * it anew with what each of its LUTs has left of inputs. Layers often differ in what totals start from alone, and have the
 * same tree.
 */
function treeOf(params: ElementParams): BuiltSum<Operands> {
  const { simd, inputBits, accumulates, width, base, digits, clockMHz } = params;
  const hasAccumulator = accumulates || base > 0;
  const key = [simd, inputBits, accumulates, hasAccumulator, width, digits.join("+"), clockMHz].join(" ");
  let tree = known.get(key);
  if (tree === undefined) {
    tree = searchSum({ clockMHz }, (given) => {
      const restart = given.everywhere();
      const inputs: Operands = {
        act: Array.from({ length: simd }, () => Array.from({ length: inputBits }, () => given.input())),
        weight: Array.from({ length: simd }, () => given.input()),
        bias: digits.map(() => given.input()),
        total: Array.from({ length: width }, () => given.everywhere()),
        restart,
      };
      const columns = Array.from({ length: width }, (_, i): Term[] => [
        ...inputs.act.flatMap((value, s): Term[] => {
          const [net, equals] = [value[i], inputs.weight[s]];
          return net === undefined || equals === undefined ? [] : [{ net, equals }];
        }),
        ...inputs.bias.flatMap((net, d): Term[] => (digits[d] === 2 ** i ? [{ net }] : [])),
      ]);
      const accumulator = inputs.total.map((net): AccumulatorBit =>
        accumulates ? { loop: { net, restart } } : {},
      );
      const sum = { columns, width, ...(hasAccumulator ? { accumulator } : {}) };
      return { inputs, sum };
    });
    known.set(key, tree);
  }
  return tree;
}

/** Registers from the operands to the total; `restart` and `enable` belong to the last. */
export function elementLatency(params: ElementParams): number {
  return params.technology === "portable" ? plainSumStages(params) + 1 : treeOf(params).stage + 1;
}

const plainSumStages = ({ simd, inputBits, clockMHz }: ElementParams): number =>
  inputBits === 1 ? plainStages(simd, clockMHz) : 1;

/** Ports of one element; the optional ones are there where it has several beats, or bias bits. */
interface ElementPorts extends PortRecord {
  /** Nothing moves while it is low; where there are registers before the total. */
  readonly advance?: InputPort<BoolKind>;
  /** The total takes what the adder has: as `advance`, of beats that are there. */
  readonly enable: InputPort<BoolKind>;
  /** What the adder has is the first beat of a vector. */
  readonly restart?: InputPort<BoolKind>;
  readonly act: InputPort<BitsKind>;
  readonly weight: InputPort<BitsKind>;
  readonly bias?: InputPort<BitsKind>;
  readonly result: OutputPort<BitsKind>;
}

/** One processing element for one vector, as synthesis gets it: a tree of cells, or plain sums in stages. */
export const processingElement = component({
  name: ({ simd, technology }: ElementParams) =>
    `processing_element_simd${String(simd)}${technology === "portable" ? "" : `_${technology}`}`,
  doc: ({ simd, inputBits, technology }) =>
    [
      `One processing element: ${String(simd)} synapses of ${inputBits === 1 ? "a bit" : `${String(inputBits)} bits`}.`,
      ...(technology === "portable" ? [] : [namesOfCells]),
    ].join("\n"),
  ports: (params): ElementPorts => {
    const { simd, inputBits, accumulates, digits, width, thresholded } = params;
    return {
      ...(elementLatency(params) > 1 ? { advance: input(bool) } : {}),
      enable: input(bool),
      ...(accumulates ? { restart: input(bool) } : {}),
      act: input(bits(simd * inputBits)),
      weight: input(bits(simd)),
      ...(digits.length > 0 ? { bias: input(bits(digits.length)) } : {}),
      result: output(bits(thresholded ? 1 : width)),
    };
  },
  build(m, ports, params) {
    const { width, accumulates, thresholded, technology } = params;
    const kept = thresholded && !accumulates ? 1 : width;
    const { sum } = m.regs({ sum: reg(bits(kept), { reset: "none" }) });
    const built = { sum, kept };
    const total =
      technology === "portable"
        ? plainly(m, ports, built, params)
        : asTree(m, ports, built, params, technology);
    m.when(ports.enable, () => {
      sum.next(total);
    });
    ports.result.set(thresholded ? sum.slice(kept - 1, 1) : sum);
  },
});

/** The register of the total, and how many of the total's highest bits it has. */
interface Register {
  readonly sum: Bits;
  readonly kept: number;
}

/** The bits of the next total that are kept. */
function asTree(
  m: ModuleBuilder,
  { advance, restart, act, weight, bias }: Inside<ElementPorts>,
  { sum, kept }: Register,
  params: ElementParams,
  technology: Fabric,
): Bits {
  const { inputBits, accumulates, base } = params;
  const tree = treeOf(params);
  // The highest bit of a wide total may not depend on the lowest operands.
  if (kept === 1) m.unused({ act, weight, ...(bias === undefined ? {} : { bias }) });
  const inputs = new Map<Net, Bool>([
    ...tree.inputs.act.flatMap((value, s) =>
      value.map((net, i): [Net, Bool] => [net, act.bit(s * inputBits + i)]),
    ),
    ...tree.inputs.weight.map((net, s): [Net, Bool] => [net, weight.bit(s)]),
    ...(bias === undefined ? [] : tree.inputs.bias.map((net, d): [Net, Bool] => [net, bias.bit(d)])),
    ...(accumulates ? tree.inputs.total.map((net, i): [Net, Bool] => [net, sum.bit(i)]) : []),
    ...(restart === undefined ? [] : [[tree.inputs.restart, restart] as const]),
  ]);
  const total = { netlist: tree.netlist, outputs: tree.outputs.slice(-kept) };
  const bitsKept = place(
    m,
    total,
    { technology, inputs, start: base, ...(advance === undefined ? {} : { enable: advance }) },
    tree.stage,
  );
  return cat(...bitsKept.toReversed());
}

function plainly(
  m: ModuleBuilder,
  { advance, restart, act, weight, bias }: Inside<ElementPorts>,
  { sum, kept }: Register,
  params: ElementParams,
): Bits {
  const { simd, inputBits, width, base, digits } = params;
  const stages = plainSumStages(params);
  const enable = advance ?? valueOf(bool, true);
  const products =
    inputBits === 1
      ? plainCount(m, act.xnor(weight), stages, enable)
      : registered(m, "levels", levelSum(act, weight, simd, inputBits).asBits(), 1, enable).asUInt();
  const kind = uint(width);
  const start = valueOf(kind, base);
  const before = restart === undefined ? start : mux(restart, start, sum.asUInt());
  const biases = bias === undefined ? undefined : worth(registered(m, "bias", bias, stages, enable), digits);
  const total = (biases === undefined ? before.add(products) : before.add(products).add(biases)).wrap(kind);
  return total.asBits().slice(width - kept, kept);
}

/** `value` so many registers later. */
function registered(m: ModuleBuilder, name: string, value: Bits, stages: number, enable: Bool): Bits {
  let held = value;
  for (let stage = 1; stage <= stages; stage++) {
    const key = `${name}_${String(stage)}`;
    const register = m.regs({ [key]: reg(bits(value.width), { reset: "none" }) })[key];
    if (register === undefined) throw new Error(`no register ${key}`);
    const next = held;
    m.when(enable, () => {
      register.next(next);
    });
    held = register;
  }
  return held;
}

/** Whole numbers added up, those inverted whose weight is 0. */
function levelSum(act: Bits, weight: Bits, simd: number, inputBits: number): UInt {
  return addUp(
    Array.from({ length: simd }, (_, s) => {
      const value = act.slice(s * inputBits, inputBits);
      return mux(weight.bit(s), value, value.not()).asUInt();
    }),
  );
}

/** The sum of the digits that are set: as they are different powers of two, their bits in their places. */
export function worth(set: Bits, digits: readonly number[]): UInt {
  const parts: Bits[] = [];
  let [first, end] = [0, 0];
  digits.forEach((digit, i) => {
    if (digits[i + 1] === 2 * digit) return;
    // Digits first to i stand side by side.
    const low = Math.log2(digits[first] ?? digit);
    if (low > end) parts.push(valueOf(bits(low - end), 0));
    parts.push(set.slice(first, i + 1 - first));
    [first, end] = [i + 1, low + i + 1 - first];
  });
  return cat(...parts.reverse()).asUInt();
}
