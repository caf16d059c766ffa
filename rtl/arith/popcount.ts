import {
  bits,
  cat,
  component,
  reg,
  sink,
  source,
  sum,
  uint,
  vec,
  type Bits,
  type BitsKind,
  type Bool,
  type Hardware,
  type ModuleBuilder,
  type SinkPort,
  type SourcePort,
  type UInt,
  type UIntKind,
} from "../../src/hdl/index.ts";
import { checkInteger } from "../parameters.ts";

export interface PopcountParams {
  /**
   * Bits of a beat.
   * @min 1
   * @max 65536
   */
  readonly width: number;
  /**
   * Registers between input and output.
   * @min 1
   * @max 16
   * @default 1
   */
  readonly stages?: number;
}

/** Cycles from a beat at x to its count at y where nothing stalls. One beat per cycle. */
export function popcountLatency({ stages = 1 }: Pick<PopcountParams, "stages">): number {
  return stages;
}

export interface PopcountPipeline {
  /** The registers are called `<name>_1` to `<name>_<stages>`. */
  readonly name: string;
  readonly stages: number;
  /** Whether the register of `stage` (from 1) takes a value in this cycle. */
  readonly enable: (stage: number) => Bool;
}

/**
 * Number of ones of `x`, `stages` registers later. Every stage adds up equally many values (the first ones of a chunk,
 * the others counts), so that the logic between registers is evenly deep.
 */
export function popcountPipeline(
  m: ModuleBuilder,
  x: Bits,
  { name, stages, enable }: PopcountPipeline,
): UInt {
  const fanIn = smallestRoot(x.width, stages);
  let counts: readonly UInt[] = groupsOf(x.width, fanIn).map(({ first, size }) =>
    x.slice(first, size).popcount(),
  );
  const registers = m.regs(
    Object.fromEntries(
      Array.from({ length: stages }, (_, i) => {
        const length = Math.ceil(x.width / fanIn ** (i + 1));
        const count = uint.upTo(Math.min(x.width, fanIn ** (i + 1)));
        return [`${name}_${String(i + 1)}`, reg(vec(length, count), { reset: "none" })];
      }),
    ),
  );
  Object.values(registers).forEach((register, i) => {
    const sums = counts.map((value) => value.wrap(uint(register.at(0).width)));
    m.when(enable(i + 1), () => {
      register.next(sums);
    });
    const registered = register.elements();
    counts = groupsOf(registered.length, fanIn).map(({ first, size }) =>
      sum(registered.slice(first, first + size)),
    );
  });
  return sum(counts);
}

/** The smallest number whose power `exponent` reaches `value`. */
function smallestRoot(value: number, exponent: number): number {
  let root = 1;
  while (root ** exponent < value) root++;
  return root;
}

/** `count` things in groups of `size`; the last may be smaller. */
function groupsOf(count: number, size: number): readonly { readonly first: number; readonly size: number }[] {
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => ({
    first: i * size,
    size: Math.min(size, count - i * size),
  }));
}

const define = component({
  name: ({ width, stages = 1 }) => `popcount_${String(width)}x${String(stages)}`,
  doc: (params) =>
    [
      `Number of ones in each beat of ${String(params.width)} bits, in a pipeline that stalls as a whole.`,
      `Latency ${String(popcountLatency(params))} cycles, one beat per cycle; ready passes through combinationally.`,
    ].join("\n"),
  validate: ({ width, stages = 1 }: PopcountParams) => {
    checkInteger({ where: "popcount.width", value: width }, 1, 65536);
    checkInteger({ where: "popcount.stages", value: stages }, 1, 16);
  },
  ports: ({ width }: PopcountParams) => ({ x: sink(bits(width)), y: source(uint.upTo(width)) }),
  build(m, { x, y }, { stages = 1 }) {
    const { valid } = m.regs({
      valid: reg(bits(stages), { doc: "stages that hold a beat, the first in bit 0" }),
    });
    const { advance } = m.name({
      advance: valid
        .bit(stages - 1)
        .not()
        .or(y.ready),
    });
    x.ready.set(advance);
    m.when(advance, () => {
      valid.next(stages === 1 ? x.valid.asUInt().asBits() : cat(valid.slice(0, stages - 1), x.valid));
    });
    const count = popcountPipeline(m, x.payload, {
      name: "count",
      stages,
      enable: (stage) => advance.and(stage === 1 ? x.valid : valid.bit(stage - 2)),
    });
    y.valid.set(valid.bit(stages - 1));
    y.payload.set(count);
  },
});

/**
 * Number of ones of every beat. Ports: x in, y out. Latency `popcountLatency`, one beat per cycle; ready passes through
 * combinationally.
 */
export const popcount: (
  params: PopcountParams,
) => Hardware<{ x: SinkPort<BitsKind>; y: SourcePort<UIntKind> }> = define;
