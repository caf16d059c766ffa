import {
  bits,
  bool,
  cat,
  component,
  input,
  output,
  reg,
  type BitsKind,
  type Bool,
  type BoolKind,
  type InputPort,
  type OutputPort,
  type PortRecord,
} from "../../src/hdl/index.ts";
import {
  namesOfCells,
  place,
  searchSum,
  type AccumulatorBit,
  type BuiltSum,
  type Fabric,
  type Net,
  type Term,
} from "../arith/compressor/index.ts";

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
 * it anew with what each of its LUTs has left of inputs.
 */
function treeOf({
  simd,
  inputBits,
  accumulates,
  width,
  base,
  digits,
  clockMHz,
}: ElementParams): BuiltSum<Operands> {
  const key = [simd, inputBits, accumulates, width, base, digits.join("+"), clockMHz].join(" ");
  let tree = known.get(key);
  if (tree === undefined) {
    tree = searchSum({ clockMHz }, (netlist) => {
      const restart = netlist.everywhere();
      const inputs: Operands = {
        act: Array.from({ length: simd }, () => Array.from({ length: inputBits }, () => netlist.input())),
        weight: Array.from({ length: simd }, () => netlist.input()),
        bias: digits.map(() => netlist.input()),
        total: Array.from({ length: width }, () => netlist.everywhere()),
        restart,
      };
      const columns = Array.from({ length: width }, (_, i): Term[] => [
        ...inputs.act.flatMap((value, s): Term[] => {
          const [net, equals] = [value[i], inputs.weight[s]];
          return net === undefined || equals === undefined ? [] : [{ net, equals }];
        }),
        ...inputs.bias.flatMap((net, d): Term[] => (digits[d] === 2 ** i ? [{ net }] : [])),
      ]);
      const accumulator = inputs.total.map((net, i): AccumulatorBit => {
        const start = Math.floor(base / 2 ** i) % 2 === 1 ? 1 : 0;
        return accumulates ? { start, loop: { net, restart } } : { start };
      });
      const sum = { columns, width, ...(accumulates || base > 0 ? { accumulator } : {}) };
      return { inputs, sum };
    });
    known.set(key, tree);
  }
  return tree;
}

/** Registers from the operands to the total; `restart` and `enable` belong to the last. */
export function elementLatency(params: ElementParams): number {
  return treeOf(params).stage + 1;
}

/** LUTs and flip-flops of one element, its total's counted. */
export function elementArea(params: ElementParams): { readonly luts: number; readonly flipFlops: number } {
  const { luts, flipFlops } = treeOf(params);
  return { luts, flipFlops: flipFlops + params.width };
}

/** Ports of one element; the optional ones are there where it has several beats, or bias bits. */
interface ElementPorts extends PortRecord {
  /** Nothing moves while it is low. */
  readonly advance: InputPort<BoolKind>;
  /** The total takes what the adder has: as `advance`, of beats that are there. */
  readonly enable: InputPort<BoolKind>;
  /** What the adder has is the first beat of a vector. */
  readonly restart?: InputPort<BoolKind>;
  readonly act: InputPort<BitsKind>;
  readonly weight: InputPort<BitsKind>;
  readonly bias?: InputPort<BitsKind>;
  readonly total: OutputPort<BitsKind>;
}

/** One processing element for one vector, of cells. */
export const processingElementTree = component({
  name: ({ simd, technology }: ElementParams & { readonly technology: Fabric }) =>
    `processing_element_simd${String(simd)}_${technology}`,
  doc: ({ simd, inputBits }) =>
    `One processing element: ${String(simd)} synapses of ${String(inputBits)} bits in a compressor tree.\n${namesOfCells}`,
  ports: ({ simd, inputBits, accumulates, digits, width }): ElementPorts => ({
    advance: input(bool),
    enable: input(bool),
    ...(accumulates ? { restart: input(bool) } : {}),
    act: input(bits(simd * inputBits)),
    weight: input(bits(simd)),
    ...(digits.length > 0 ? { bias: input(bits(digits.length)) } : {}),
    total: output(bits(width)),
  }),
  build(m, { advance, enable, restart, act, weight, bias, total }, { technology, ...params }) {
    const { inputBits, width } = params;
    const tree = treeOf(params);
    const { sum } = m.regs({ sum: reg(bits(width), { reset: "none" }) });
    const inputs = new Map<Net, Bool>([
      ...tree.inputs.act.flatMap((value, s) =>
        value.map((net, i): [Net, Bool] => [net, act.bit(s * inputBits + i)]),
      ),
      ...tree.inputs.weight.map((net, s): [Net, Bool] => [net, weight.bit(s)]),
      ...(bias === undefined ? [] : tree.inputs.bias.map((net, d): [Net, Bool] => [net, bias.bit(d)])),
      ...tree.inputs.total.map((net, i): [Net, Bool] => [net, sum.bit(i)]),
      ...(restart === undefined ? [] : [[tree.inputs.restart, restart] as const]),
    ]);
    const outputs = place(m, tree, { technology, inputs, enable: advance });
    m.when(enable, () => {
      sum.next(cat(...outputs.toReversed()));
    });
    total.set(sum);
  },
});
