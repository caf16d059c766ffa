import { bitWidth, bool, component, reg, sink, source, type Kind } from "../../src/hdl/index.ts";
import { opaque, type Pass } from "./payload.ts";

export interface SkidBufferParams<K extends Kind = Kind> {
  /** Kind of a beat. */
  readonly kind: K;
}

/** Cycles from a beat at x to the same beat at y where nothing stalls. One beat per cycle. */
export const skidBufferLatency = 1;

const define = component({
  name: ({ kind }) => `skid_buffer_${String(bitWidth(kind))}`,
  doc: [
    "Skid buffer: valid, payload and ready all come from registers, so that no path leads through.",
    "A beat that arrives while y is stalled is kept in the skid register.",
    "Latency 1 cycle, one beat per cycle, holds 2 beats.",
  ].join("\n"),
  ports: ({ kind }: SkidBufferParams) => ({ x: sink(opaque(kind)), y: source(opaque(kind)) }),
  build(m, { x, y }, { kind }) {
    const { valid, payload, skid_valid, skid_payload } = m.regs({
      valid: bool,
      payload: reg(opaque(kind), { reset: "none" }),
      skid_valid: bool,
      skid_payload: reg(opaque(kind), { reset: "none" }),
    });
    const advance = valid.not().or(y.ready);
    m.name({ advance });
    x.ready.set(skid_valid.not());
    m.when(advance, () => {
      valid.next(x.valid.or(skid_valid));
      skid_valid.next(false);
      m.doc("The older beat goes first.");
      m.when(skid_valid, () => {
        payload.next(skid_payload);
      }).elsewhen(x.valid, () => {
        payload.next(x.payload);
      });
    }).elsewhen(x.fire, () => {
      skid_valid.next(true);
      skid_payload.next(x.payload);
    });
    y.valid.set(valid);
    y.payload.set(payload);
  },
});

/**
 * Two registers that cut every path between x and y, in both directions. Ports: x in, y out. Latency 1 cycle, one
 * beat per cycle, holds 2 beats.
 */
export function skidBuffer<K extends Kind>(params: SkidBufferParams<K>): Pass<K> {
  return define(params) as Pass<Kind> as Pass<K>;
}
