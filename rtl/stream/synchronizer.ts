import {
  bits,
  component,
  crossing,
  input,
  output,
  reg,
  type BitsKind,
  type Hardware,
  type InputPort,
  type OutputPort,
} from "../../src/hdl/index.ts";
import { checkInteger } from "../parameters.ts";

export interface SynchronizerParams {
  /**
   * Bits that cross. More than one only where each may arrive in another cycle, or where one changes at a time (Gray code).
   * @min 1
   * @max 1024
   * @default 1
   */
  readonly width?: number;
  /**
   * Flip-flops in a row. Each gives a metastable value one more cycle to settle.
   * @min 2
   * @max 8
   * @default 2
   */
  readonly stages?: number;
}

const define = component({
  name: ({ width = 1, stages = 2 }) => `synchronizer_${String(stages)}x${String(width)}`,
  doc: ({ stages = 2 }) =>
    [
      `Brings d, which comes straight from registers of another clock, into clock domain "to" through ${String(stages)} flip-flops.`,
      `Latency ${String(stages)} cycles of that clock.`,
    ].join("\n"),
  validate: ({ width = 1, stages = 2 }: SynchronizerParams) => {
    checkInteger({ where: "synchronizer.width", value: width }, 1, 1024);
    checkInteger({ where: "synchronizer.stages", value: stages }, 2, 8);
  },
  clocks: { to: {}, from: {} },
  ports: ({ width = 1 }: SynchronizerParams) => ({
    d: input(bits(width), { clock: "from" }),
    q: output(bits(width), { clock: "to" }),
  }),
  build(m, { d, q }, { width = 1, stages = 2 }) {
    const names = Array.from({ length: stages }, (_, i) => `stage_${String(i + 1)}`);
    const registers = m.regs(
      Object.fromEntries(names.map((name) => [name, reg(bits(width), { synchronizer: true })])),
    );
    let value = crossing(d, "to");
    for (const register of Object.values(registers)) {
      register.next(value);
      value = register;
    }
    q.set(value);
  },
});

/**
 * Flip-flops in a row that bring `d` from clock domain `from` into clock domain `to`, as `q`. Latency `stages` cycles
 * of `to`. `d` must come straight from a register: a glitch of logic could be caught.
 */
export const synchronizer: (
  params: SynchronizerParams,
) => Hardware<{ d: InputPort<BitsKind>; q: OutputPort<BitsKind> }> = define;
