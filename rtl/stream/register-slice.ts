import { bitWidth, bool, component, reg, sink, source, type Kind } from "../../src/hdl/index.ts";
import { opaque, type Pass } from "./payload.ts";

export interface RegisterSliceParams<K extends Kind = Kind> {
  /** Kind of a beat. */
  readonly kind: K;
}

/** Cycles from a beat at x to the same beat at y. One beat per cycle. */
export const registerSliceLatency = 1;

const define = component({
  name: ({ kind }) => `register_slice_${String(bitWidth(kind))}`,
  doc: [
    "Register slice: valid and payload are registered, ready passes through combinationally.",
    "Latency 1 cycle, one beat per cycle, holds 1 beat.",
  ].join("\n"),
  ports: ({ kind }: RegisterSliceParams) => ({ x: sink(opaque(kind)), y: source(opaque(kind)) }),
  build(m, { x, y }, { kind }) {
    const { valid, payload } = m.regs({ valid: bool, payload: reg(opaque(kind), { reset: "none" }) });
    m.doc("The register is free, or is freed in this cycle.");
    x.ready.set(valid.not().or(y.ready));
    m.when(x.ready, () => {
      valid.next(x.valid);
    });
    m.when(x.fire, () => {
      payload.next(x.payload);
    });
    y.valid.set(valid);
    y.payload.set(payload);
  },
});

/**
 * One register in the forward direction: cuts paths through valid and payload, not through ready (use `skidBuffer`
 * where that one has to be cut as well). Ports: x in, y out. Latency 1 cycle, one beat per cycle, holds 1 beat.
 */
export function registerSlice<K extends Kind>(params: RegisterSliceParams<K>): Pass<K> {
  return define(params) as Pass<Kind> as Pass<K>;
}
