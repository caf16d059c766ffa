import {
  bits,
  cat,
  component,
  reg,
  sink,
  source,
  type Hardware,
  type Kind,
  type SinkPort,
  type SourcePort,
} from "../../src/hdl/index.ts";
import { checkInteger } from "../parameters.ts";
import { opaque } from "./payload.ts";

export interface ForkParams<K extends Kind = Kind> {
  /** Kind of a beat. */
  readonly kind: K;
  /**
   * Number of branches.
   * @min 2
   * @max 256
   */
  readonly n: number;
}

/** Cycles from a beat at x to the same beat at every branch where nothing stalls. One beat per cycle. */
export const forkLatency = 0;

const define = component({
  name: ({ n }) => `fork_${String(n)}`,
  doc: ({ n }) =>
    [
      `Gives every beat to each of ${String(n)} branches once. A branch may take it before the others, so that no valid`,
      "depends on a ready. Latency 0 cycles, one beat per cycle.",
    ].join("\n"),
  validate: ({ n }: ForkParams) => {
    checkInteger({ where: "fork.n", value: n }, 2, 256);
  },
  ports: ({ kind, n }: ForkParams) => ({
    x: sink(opaque(kind)),
    y: Array.from({ length: n }, () => source(opaque(kind))),
  }),
  build(m, { x, y }, { n }) {
    const { taken } = m.regs({ taken: reg(bits(n), { doc: "branches that have the beat at x already" }) });
    const done = taken.or(cat(...y.map(({ ready }) => ready).toReversed()));
    const finished = done.all();
    m.name({ done, finished });
    x.ready.set(finished);
    y.forEach(({ valid, payload }, branch) => {
      valid.set(x.valid.and(taken.bit(branch).not()));
      payload.set(x.payload);
    });
    m.when(x.valid, () => {
      m.when(finished, () => {
        taken.next(0);
      }).otherwise(() => {
        taken.next(done);
      });
    });
  },
});

/**
 * Copies a stream: every beat at x goes to each branch `y[i]` once. Ports: x in, y0 to y(n-1) out. Combinational:
 * latency 0; put `.pipe()` or `.queue()` behind the branches where paths have to be cut.
 */
export function fork<K extends Kind>(
  params: ForkParams<K>,
): Hardware<{ x: SinkPort<K>; y: readonly SourcePort<K>[] }> {
  return define(params) as unknown as Hardware<{ x: SinkPort<K>; y: readonly SourcePort<K>[] }>;
}
