import {
  bits,
  bitsFor,
  bool,
  cat,
  component,
  reg,
  sink,
  source,
  uint,
  valueOf,
  vec,
  type Bits,
  type BitsKind,
  type Bool,
  type Handle,
  type Hardware,
  type ModuleBuilder,
  type SinkPort,
  type SourcePort,
  type UInt,
  type UIntKind,
  type VecKind,
} from "../../src/hdl/index.ts";
import { namesOfCells, place, type Fabric } from "../arith/compressor/index.ts";
import { plainCount, plainStages } from "../arith/plain-count.ts";
import { checkChoice, checkInteger } from "../parameters.ts";
import { pipelineControl, register } from "../pipeline-control.ts";
import { constantLayer } from "./constant-layer.ts";
import { limitKind } from "./limits.ts";
import { checkThresholds, rowBits, type WeightMatrix } from "./weights.ts";

/** Parameters of a fully unrolled unit whose counts leave. */
export interface MvuConstantParams {
  /** Binary weights, one row per neuron. */
  readonly weights: WeightMatrix;
  /**
   * What synthesis gets: plain SystemVerilog, or LUT6_2 and carry cells of 7 series or UltraScale.
   * @values portable, xilinx7, ultrascale
   * @default portable
   */
  readonly technology?: "portable" | "xilinx7" | "ultrascale" | undefined;
  /**
   * Clock that registers are placed for, in MHz; 0 is none of them but one for the result.
   * @min 0
   * @max 1000
   * @default 200
   */
  readonly clockMHz?: number | undefined;
}

/** Parameters of the fully unrolled unit. */
export interface MvtuConstantParams extends MvuConstantParams {
  /** Popcount from which each neuron fires, one per row: 0 (always) to MW + 1 (never). */
  readonly thresholds: ArrayLike<number>;
}

type Params = MvuConstantParams & Partial<Pick<MvtuConstantParams, "thresholds">>;

/** Cycles from a vector at x to its result at y where nothing stalls. One vector per cycle. */
export function mvtuConstantLatency(params: MvtuConstantParams): number {
  return latencyOf(params);
}

/** The same of `mvuConstant`. */
export function mvuConstantLatency(params: MvuConstantParams): number {
  return latencyOf(params);
}

function latencyOf({ weights, thresholds, technology = "portable", clockMHz = 200 }: Params): number {
  if (technology !== "portable") return constantLayer({ weights, thresholds, clockMHz }).stage + 1;
  return plainStages(weights.columns, clockMHz) + (thresholds === undefined ? 0 : 1);
}

function check(where: string, { technology = "portable", clockMHz = 200 }: Params): void {
  checkChoice({ where: `${where}.technology`, value: technology }, ["portable", "xilinx7", "ultrascale"]);
  checkInteger({ where: `${where}.clockMHz`, value: clockMHz }, 0, 1000);
}

function nameOf(unit: string, { weights, technology = "portable", clockMHz = 200 }: Params): string {
  const built = technology === "portable" ? "" : `_${technology}`;
  const clock = clockMHz === 0 ? "" : `_${String(clockMHz)}mhz`;
  return `${unit}_${String(weights.columns)}x${String(weights.rows)}${built}${clock}`;
}

const describe = (params: Params): string =>
  [
    `${String(params.weights.columns)} synapses x ${String(params.weights.rows)} neurons.`,
    `One vector per cycle, its result ${String(latencyOf(params))} cycles later, in a pipeline that stalls as a whole.`,
  ].join("\n");

const describeBuilt = ({ technology = "portable" }: Params): string =>
  technology === "portable"
    ? "The counts in stages that are evenly deep."
    : [
        "Counts that rows share, and a tree for each row.",
        "pattern_<level>_<group>_<weights>: half the count of inputs that equal the weights, the first input's in the",
        "first digit, 1 for +1; parity_<level>_<group>: whether the group's inputs are odd. Inputs of level 0 are columns,",
        "of the others parities of the level before.",
        `row_<row>_...: ${namesOfCells}`,
        "row_<row>_fires_<column>: whether the count reaches the row's threshold, from that column up to the next.",
      ].join("\n");

/** For synthesis: the count of a row, a plain one in even stages. */
function plainCountOf(
  m: ModuleBuilder,
  x: Bits,
  row: number,
  { weights, clockMHz = 200 }: Params,
  advance: Bool,
): UInt {
  const name = `equal_${String(row)}`;
  const equal = x.xnor(rowBits(weights, row));
  m.name({ [name]: equal });
  return plainCount(m, equal, plainStages(weights.columns, clockMHz), advance, `count_${String(row)}`);
}

/** For synthesis: the result of every row, its bits from the lowest up, to go into the register of the unit's output. */
function placeLayer(
  m: ModuleBuilder,
  x: Bits,
  { weights, thresholds, clockMHz = 200 }: Params,
  { technology, enable }: { readonly technology: Fabric; readonly enable: Bool },
): readonly (readonly Bool[])[] {
  const { netlist, inputs, results, stage } = constantLayer({ weights, thresholds, clockMHz });
  const outputs = results.flat().filter((bit) => typeof bit !== "number");
  if (outputs.length === 0) m.unused({ x });
  const signals = new Map(inputs.map((net, column) => [net, x.bit(column)]));
  const placed = place(m, { netlist, outputs }, { technology, inputs: signals, enable }, stage);
  const low = valueOf(bool, false);
  let next = 0;
  return results.map((result) =>
    result.map((bit) => (typeof bit === "number" ? valueOf(bool, bit === 1) : (placed[next++] ?? low))),
  );
}

/** For simulators: counted at once. */
function countAtOnce(m: ModuleBuilder, x: Bits, weights: WeightMatrix): Handle<VecKind<UIntKind>> {
  const { match } = m.wires({ match: vec(weights.rows, uint(bitsFor(weights.columns))) });
  m.doc("Synapses that agree with each neuron's constant weights.");
  for (let row = 0; row < weights.rows; row++) match.at(row).set(x.xnor(rowBits(weights, row)).popcount());
  return match;
}

/** The thresholds as constants. */
function limitsOf(m: ModuleBuilder, { weights, thresholds }: MvtuConstantParams): Handle<VecKind<UIntKind>> {
  const limits = Array.from({ length: weights.rows }, (_, row) => thresholds[row] ?? 0);
  const { threshold } = m.wires({ threshold: vec(weights.rows, limitKind(limits)) });
  threshold.set(limits);
  return threshold;
}

const mvtuPorts = ({ weights }: MvtuConstantParams) => ({
  x: sink(bits(weights.columns)),
  y: source(bits(weights.rows)),
});

const mvtuAsBuilt = component({
  name: (params: MvtuConstantParams) => `${nameOf("mvtu_constant", params)}_as_built`,
  doc: describeBuilt,
  ports: mvtuPorts,
  build(m, { x, y }, params) {
    const { technology = "portable" } = params;
    const { advance } = pipelineControl(m, x, y, mvtuConstantLatency(params));
    const { out } = m.regs({ out: reg(bits(params.weights.rows), { reset: "none" }) });
    y.payload.set(out);
    if (technology === "portable") {
      const { weights, thresholds } = params;
      m.unused({ x: x.payload });
      const fires = Array.from({ length: weights.rows }, (_, row): Bool => {
        const limit = thresholds[row] ?? 0;
        // No comparison can tell what always holds, or never.
        if (limit <= 0 || limit > weights.columns) return valueOf(bool, limit <= 0);
        return plainCountOf(m, x.payload, row, params, advance).ge(limit);
      });
      m.when(advance, () => {
        fires.forEach((fire, row) => {
          out.bit(row).next(fire);
        });
      });
      return;
    }
    const fires = placeLayer(m, x.payload, params, { technology, enable: advance });
    m.when(advance, () => {
      out.next(cat(...fires.flat().reverse()));
    });
  },
});

const defineMvtuConstant = component({
  name: (params: MvtuConstantParams) => nameOf("mvtu_constant", params),
  doc: (params) => `Matrix-vector-threshold unit with constant weights: ${describe(params)}`,
  validate: (params) => {
    check("mvtu-constant", params);
    checkThresholds("mvtu-constant", params.weights, params.thresholds);
  },
  ports: mvtuPorts,
  implementation: mvtuAsBuilt,
  build(m, { x, y }, params) {
    const { weights } = params;
    const { rows } = weights;
    const latency = mvtuConstantLatency(params);
    const { enable } = pipelineControl(m, x, y, latency);
    const match = countAtOnce(m, x.payload, weights);
    const threshold = limitsOf(m, params);
    let before: Bits | undefined;
    for (let stage = 0; stage < latency; stage++) {
      const out = register(m, `out_${String(stage + 1)}`, bits(rows));
      const last = before;
      m.when(enable(stage), () => {
        if (last !== undefined) out.next(last);
        else
          m.each({ r: rows }, ({ r }) => {
            out.bit(r).next(match.at(r).ge(threshold.at(r)));
          });
      });
      before = out;
    }
    if (before !== undefined) y.payload.set(before);
  },
});

/**
 * Matrix-vector-threshold unit at full speed: PE = MH, SIMD = MW, a whole vector per cycle. Each weight is a constant.
 * In synthesis rows share counts of groups of columns (rtl/nn/shared-counts.ts). Ports: x, a vector of MW bits in; y, MH
 * bits out. Latency `mvtuConstantLatency`; ready passes through combinationally.
 */
export const mvtuConstant: (
  params: MvtuConstantParams,
) => Hardware<{ x: SinkPort<BitsKind>; y: SourcePort<BitsKind> }> = defineMvtuConstant;

const mvuPorts = ({ weights }: MvuConstantParams) => ({
  x: sink(bits(weights.columns)),
  y: source(vec(weights.rows, uint(bitsFor(weights.columns)))),
});

const mvuAsBuilt = component({
  name: (params: MvuConstantParams) => `${nameOf("mvu_constant", params)}_as_built`,
  doc: describeBuilt,
  ports: mvuPorts,
  build(m, { x, y }, params) {
    const { weights, technology = "portable" } = params;
    const { advance } = pipelineControl(m, x, y, mvuConstantLatency(params));
    if (technology === "portable") {
      y.payload.set(
        Array.from({ length: weights.rows }, (_, row) => plainCountOf(m, x.payload, row, params, advance)),
      );
      return;
    }
    const counts = placeLayer(m, x.payload, params, { technology, enable: advance });
    const out = register(m, "out", vec(weights.rows, uint(bitsFor(weights.columns))));
    m.when(advance, () => {
      out.next(counts.map((count) => cat(...count.toReversed()).asUInt()));
    });
    y.payload.set(out);
  },
});

const defineMvuConstant = component({
  name: (params: MvuConstantParams) => nameOf("mvu_constant", params),
  doc: (params) => `Matrix-vector unit with constant weights, without thresholds: ${describe(params)}`,
  validate: (params) => {
    check("mvu-constant", params);
  },
  ports: mvuPorts,
  implementation: mvuAsBuilt,
  build(m, { x, y }, params) {
    const { weights } = params;
    const latency = mvuConstantLatency(params);
    const { enable } = pipelineControl(m, x, y, latency);
    let value = countAtOnce(m, x.payload, weights);
    for (let stage = 0; stage < latency; stage++) {
      const out = register(m, `out_${String(stage + 1)}`, vec(weights.rows, uint(bitsFor(weights.columns))));
      const before = value;
      m.when(enable(stage), () => {
        out.next(before);
      });
      value = out;
    }
    y.payload.set(value);
  },
});

/**
 * The same without thresholds, for a last layer: y gives, for each row, how many weights a vector agrees with. Latency
 * `mvuConstantLatency`.
 */
export const mvuConstant: (
  params: MvuConstantParams,
) => Hardware<{ x: SinkPort<BitsKind>; y: SourcePort<VecKind<UIntKind>> }> = defineMvuConstant;
