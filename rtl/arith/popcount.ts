import {
  bits,
  bitsFor,
  cat,
  component,
  reg,
  sink,
  source,
  struct,
  uint,
  type Bits,
  type BitsKind,
  type Bool,
  type Consumer,
  type Hardware,
  type ModuleBuilder,
  type SinkPort,
  type SourcePort,
  type StructKind,
  type UInt,
  type UIntKind,
} from "../../src/hdl/index.ts";
import { checkInteger } from "../parameters.ts";
import { pipelineControl } from "../pipeline-control.ts";
import {
  namesOfCells,
  place,
  searchSum,
  type Aims,
  type BuiltSum,
  type Net,
  type Term,
} from "./compressor/index.ts";
import { plainCount, plainStages } from "./plain-count.ts";

/** How a count is built: see docs/architecture.md, "Sums are compressor trees". */
interface CountParams {
  /**
   * Bits of a beat.
   * @min 1
   * @max 65536
   */
  readonly width: number;
  /**
   * What synthesis gets: plain SystemVerilog, or LUT6_2 and carry cells of 7 series or UltraScale.
   * @values portable, xilinx7, ultrascale
   * @default portable
   */
  readonly technology?: "portable" | "xilinx7" | "ultrascale" | undefined;
  /**
   * Clock that registers in the tree are placed for, in MHz; 0 is none of them.
   * @min 0
   * @max 1000
   * @default 200
   */
  readonly clockMHz?: number | undefined;
  /**
   * What is least: area; or stages (without a clock, delay), then area.
   * @values area, depth
   * @default area
   */
  readonly objective?: "area" | "depth" | undefined;
}

export interface PopcountParams extends CountParams {
  /**
   * Constant weights in the low `width` bits: bits that equal them are counted.
   * @default all ones
   */
  readonly weights?: bigint | undefined;
}

export type XnorPopcountParams = CountParams;

/** The terms of a count, and the signals that they are made of. */
interface Operands {
  readonly act: readonly Net[];
  readonly weight: readonly Net[];
}

const known = new Map<string, BuiltSum<Operands>>();

/** The tree for a popcount, with the weights of the beat or with constant ones. */
function treeOf(params: CountParams, weights: bigint | "variable"): BuiltSum<Operands> {
  const { width, clockMHz = 200, objective } = params;
  const key = [width, clockMHz, objective, weights].join(" ");
  let tree = known.get(key);
  if (tree === undefined) {
    const aims: Aims = { clockMHz: clockMHz === 0 ? undefined : clockMHz, objective };
    tree = searchSum(aims, (given) => {
      const act = Array.from({ length: width }, () => given.input());
      const weight = weights === "variable" ? act.map(() => given.input()) : [];
      const terms = act.map((net, i): Term => {
        const equals = weight[i];
        return equals === undefined ? { net, inverted: isZero(weights, i) } : { net, equals };
      });
      return { inputs: { act, weight }, sum: { columns: [terms], width: bitsFor(width) } };
    });
    known.set(key, tree);
  }
  return tree;
}

const isZero = (weights: bigint | "variable", bit: number): boolean =>
  weights !== "variable" && ((weights >> BigInt(bit)) & 1n) === 0n;

const ones = (width: number): bigint => (1n << BigInt(width)) - 1n;

/** Cycles from a beat at x to its count at y where nothing stalls. One beat per cycle. */
export function popcountLatency({ weights, ...params }: PopcountParams): number {
  return latencyOf(params, weights ?? ones(params.width));
}

/** The same of `xnorPopcount`. */
export function xnorPopcountLatency(params: XnorPopcountParams): number {
  return latencyOf(params, "variable");
}

function latencyOf(params: CountParams, weights: bigint | "variable"): number {
  const { technology = "portable", width, clockMHz = 200 } = params;
  return technology === "portable" ? plainStages(width, clockMHz) : treeOf(params, weights).stage + 1;
}

/** For simulators: counted at once, and handed on. */
function countPlainly(
  m: ModuleBuilder,
  count: UInt,
  y: Consumer<UIntKind>,
  latency: number,
  enable: (stage: number) => Bool,
): void {
  let value = count;
  for (let stage = 0; stage < latency; stage++) {
    const name = `count_${String(stage + 1)}`;
    const held = m.regs({ [name]: reg(uint(count.width), { reset: "none" }) })[name];
    if (held === undefined) throw new Error(`no register ${name}`);
    const next = value;
    m.when(enable(stage), () => {
      held.next(next);
    });
    value = held;
  }
  y.payload.set(value);
}

/** For synthesis: plain sums in even stages, or the tree, and a register for the count. */
function countAsBuilt(
  m: ModuleBuilder,
  operands: { readonly act: Bits; readonly weight?: Bits },
  y: Consumer<UIntKind>,
  params: CountParams & { readonly weights: bigint | "variable" },
  advance: Bool,
): void {
  const { technology = "portable", weights } = params;
  if (technology === "portable") {
    const equal = operands.act.xnor(
      operands.weight ?? (weights === "variable" ? 0n : weights & ones(params.width)),
    );
    y.payload.set(plainCount(m, equal, latencyOf(params, weights), advance));
    return;
  }
  const tree = treeOf(params, weights);
  const signals = (nets: readonly Net[], from: Bits | undefined): [Net, Bool][] =>
    nets.flatMap((net, i) => (from === undefined ? [] : [[net, from.bit(i)]]));
  const inputs = new Map([
    ...signals(tree.inputs.act, operands.act),
    ...signals(tree.inputs.weight, operands.weight),
  ]);
  const outputs = place(m, tree, { technology, inputs, enable: advance });
  const { count } = m.regs({ count: reg(uint(outputs.length), { reset: "none" }) });
  m.when(advance, () => {
    count.next(cat(...outputs.toReversed()).asUInt());
  });
  y.payload.set(count);
}

const describe = (latency: number): string =>
  `Latency ${String(latency)} cycles, one beat per cycle; ready passes through combinationally.`;

const describeBuilt = ({ technology = "portable" }: CountParams): string =>
  technology === "portable"
    ? "The count in stages that are evenly deep, a wide one of a single stage six bits at a time."
    : `The count as a tree. ${namesOfCells}`;

function nameOf(kind: string, { width, technology = "portable", clockMHz = 200 }: CountParams): string {
  const clock = clockMHz === 0 ? "" : `_${String(clockMHz)}mhz`;
  return `${kind}_${String(width)}${technology === "portable" ? "" : `_${technology}`}${clock}`;
}

function check(where: string, { width, clockMHz = 200 }: CountParams): void {
  checkInteger({ where: `${where}.width`, value: width }, 1, 65536);
  checkInteger({ where: `${where}.clockMHz`, value: clockMHz }, 0, 1000);
}

const popcountPorts = ({ width }: PopcountParams) => ({ x: sink(bits(width)), y: source(uint.upTo(width)) });

const popcountAsBuilt = component({
  name: (params: PopcountParams) => `${nameOf("popcount", params)}_as_built`,
  doc: describeBuilt,
  ports: popcountPorts,
  build(m, { x, y }, params) {
    const { advance } = pipelineControl(m, x, y, popcountLatency(params));
    const { width, weights = ones(width) } = params;
    countAsBuilt(m, { act: x.payload }, y, { ...params, weights }, advance);
  },
});

const definePopcount = component({
  name: (params: PopcountParams) => nameOf("popcount", params),
  doc: (params) =>
    [
      `Number of ${params.weights === undefined ? "ones" : "bits that equal constant weights"} in each beat of ${String(params.width)} bits, in a pipeline that stalls as a whole.`,
      describe(popcountLatency(params)),
    ].join("\n"),
  validate: (params) => {
    check("popcount", params);
  },
  ports: popcountPorts,
  implementation: popcountAsBuilt,
  build(m, { x, y }, params) {
    const { width, weights = ones(width) } = params;
    const latency = popcountLatency(params);
    const { enable } = pipelineControl(m, x, y, latency);
    countPlainly(m, x.payload.xnor(weights & ones(width)).popcount(), y, latency, enable);
  },
});

/**
 * Number of ones of every beat, or of bits that equal constant weights. Ports: x in, y out. Latency `popcountLatency`, one
 * beat per cycle; ready passes through combinationally.
 */
export const popcount: (
  params: PopcountParams,
) => Hardware<{ x: SinkPort<BitsKind>; y: SourcePort<UIntKind> }> = definePopcount;

type Pair = StructKind<{ act: BitsKind; weight: BitsKind }>;

const xnorPopcountPorts = ({ width }: XnorPopcountParams) => ({
  x: sink(struct({ act: bits(width), weight: bits(width) })),
  y: source(uint.upTo(width)),
});

const xnorPopcountAsBuilt = component({
  name: (params: XnorPopcountParams) => `${nameOf("xnor_popcount", params)}_as_built`,
  doc: describeBuilt,
  ports: xnorPopcountPorts,
  build(m, { x, y }, params) {
    const { advance } = pipelineControl(m, x, y, xnorPopcountLatency(params));
    countAsBuilt(m, x.payload, y, { ...params, weights: "variable" }, advance);
  },
});

const defineXnorPopcount = component({
  name: (params: XnorPopcountParams) => nameOf("xnor_popcount", params),
  doc: (params) =>
    [
      `Number of bits of act that equal those of weight, ${String(params.width)} of each per beat, in a pipeline that stalls as a whole.`,
      describe(xnorPopcountLatency(params)),
    ].join("\n"),
  validate: (params) => {
    check("xnor-popcount", params);
  },
  ports: xnorPopcountPorts,
  implementation: xnorPopcountAsBuilt,
  build(m, { x, y }, params) {
    const latency = xnorPopcountLatency(params);
    const { enable } = pipelineControl(m, x, y, latency);
    countPlainly(m, x.payload.act.xnor(x.payload.weight).popcount(), y, latency, enable);
  },
});

/**
 * Binary dot product: in how many places act and weight agree. With N of them, a count c stands for the product 2c - N of
 * values -1 and +1. Ports: x (act, weight) in, y out. Latency `xnorPopcountLatency`, one beat per cycle; ready passes
 * through combinationally.
 */
export const xnorPopcount: (
  params: XnorPopcountParams,
) => Hardware<{ x: SinkPort<Pair>; y: SourcePort<UIntKind> }> = defineXnorPopcount;
