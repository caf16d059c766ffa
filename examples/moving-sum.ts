import { component, sink, source, uint, vec, bool, sum } from "../src/hdl/index.ts";

/** Sum of the last `taps` samples, one per cycle. */
export const movingSum = component({
  name: ({ taps }: { taps: number }) => `moving_sum_${String(taps)}`,
  doc: ({ taps }) => `Sum of the last ${String(taps)} samples; samples before the first count as 0.`,
  ports: ({ taps }) => ({ x: sink(uint(8)), y: source(uint.upTo(255 * taps)) }),
  build(m, { x, y }, { taps }) {
    const { valid, window } = m.regs({ valid: bool, window: vec(taps, uint(8)) });
    const total = sum(window.elements()).narrow(uint.upTo(255 * taps));
    const advance = valid.not().or(y.ready);
    m.name({ total, advance });
    x.ready.set(advance);
    y.valid.set(valid);
    y.payload.set(total);
    m.when(advance, () => {
      valid.next(x.valid);
    });
    m.when(x.fire, () => {
      window.next([x.payload, ...window.elements().slice(0, -1)]);
    });
  },
});
