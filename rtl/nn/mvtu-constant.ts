import { SluiceError } from "../../src/error.ts";
import {
  bits,
  bitsFor,
  bool,
  component,
  reg,
  sink,
  source,
  uint,
  vec,
  type Handle,
  type UIntKind,
  type VecKind,
} from "../../src/hdl/index.ts";
import { limitKind } from "./limits.ts";
import { checkThresholds, rowBits, type WeightMatrix } from "./weights.ts";

/** Parameters of the fully unrolled unit. */
export interface MvtuConstantParams {
  /** Binary weights, one row per neuron. */
  readonly weights: WeightMatrix;
  /** Popcount from which each neuron fires, one per row: 0 (always) to MW + 1 (never). */
  readonly thresholds: ArrayLike<number>;
  /**
   * Cycles from taking a vector to offering its result; from 2 there is a register after the popcounts, at 3 one after
   * the input.
   * @min 1
   * @max 3
   * @default 2
   */
  readonly pipeline?: 1 | 2 | 3 | undefined;
}

/**
 * Matrix-vector-threshold unit at full speed: PE = MH, SIMD = MW, a whole vector per cycle. Each weight is a constant,
 * so that the XNOR is a wire or an inverter that synthesis folds into the popcount.
 */
export const mvtuConstant = component({
  name: ({ weights }: MvtuConstantParams) =>
    `mvtu_constant_${String(weights.columns)}x${String(weights.rows)}`,
  doc: ({ weights, pipeline }) =>
    [
      `Matrix-vector-threshold unit with constant weights: ${String(weights.columns)} synapses x ${String(weights.rows)} neurons.`,
      `One vector per cycle, its result ${String(pipeline ?? 2)} cycles later.`,
    ].join("\n"),
  validate: ({ weights, thresholds, pipeline }) => {
    checkThresholds("mvtu-constant", weights, thresholds);
    if (![1, 2, 3].includes(pipeline ?? 2)) {
      throw new SluiceError("bad-pipeline", `a pipeline of ${String(pipeline)} cycles`, {
        where: "mvtu-constant",
        hint: "pipeline is 1, 2 or 3",
      });
    }
  },
  ports: ({ weights }) => ({ x: sink(bits(weights.columns)), y: source(bits(weights.rows)) }),
  build(m, { x, y }, { weights, thresholds, pipeline }) {
    const { rows, columns } = weights;
    const depth = pipeline ?? 2;
    const { out_valid, out } = m.regs({ out_valid: bool, out: reg(bits(rows), { reset: "none" }) });
    y.valid.set(out_valid);
    y.payload.set(out);
    const advance = out_valid.not().or(y.ready);
    m.name({ advance });
    x.ready.set(advance);

    let [valid, act] = [x.valid, x.payload];
    if (depth === 3) {
      const taken = m.regs({ act_valid: bool, act: reg(bits(columns), { reset: "none" }) });
      m.when(advance, () => {
        taken.act_valid.next(x.valid);
      });
      m.when(advance.and(x.valid), () => {
        taken.act.next(x.payload);
      });
      [valid, act] = [taken.act_valid, taken.act];
    }
    const count = uint(bitsFor(columns));
    const { match } = m.wires({ match: vec(rows, count) });
    m.doc("Synapses that agree with each neuron's constant weights.");
    for (let r = 0; r < rows; r++) match.at(r).set(act.xnor(rowBits(weights, r)).popcount());
    let total: Handle<VecKind<UIntKind>> = match;
    if (depth >= 2) {
      const counted = m.regs({ counted_valid: bool, counted: reg(vec(rows, count), { reset: "none" }) });
      const before = valid;
      m.when(advance, () => {
        counted.counted_valid.next(before);
      });
      m.when(advance.and(before), () => {
        counted.counted.next(match);
      });
      [valid, total] = [counted.counted_valid, counted.counted];
    }
    const limits = Array.from({ length: rows }, (_, r) => thresholds[r] ?? 0);
    const { threshold } = m.wires({ threshold: vec(rows, limitKind(limits)) });
    threshold.set(limits);
    m.when(advance, () => {
      out_valid.next(valid);
    });
    m.when(advance.and(valid), () => {
      m.each({ r: rows }, ({ r }) => {
        out.bit(r).next(total.at(r).ge(threshold.at(r)));
      });
    });
  },
});
