import { bool, component, input, output, sink, source, uint } from "../../src/hdl/index.ts";

const inner = component({
  name: "inner",
  ports: () => ({ a: input(uint(4)), y: output(uint(4)) }),
  build(_m, { a, y }) {
    y.set(a.add(1)); // <- truncation
  },
});

/** Five mistakes in two modules, found by the DSL and by four passes: all are reported at once. */
export const severalMistakes = component({
  name: "several",
  ports: () => ({ x: sink(uint(4)), y: source(uint(4)), go: input(bool), state: output(bool) }),
  build(m, { x, y, go, state }) {
    const { u0 } = m.instances({ u0: inner() });
    u0.a.set(x.payload);
    // <- latch
    m.when(go, () => {
      state.set(true);
    });
    x.ready.set(y.ready);
    y.valid.set(x.fire); // <- valid-depends-on-ready
    y.payload.set(u0.y);
    const { forgotten } = m.regs({ forgotten: uint(3) }); // <- unread
    forgotten.next(5);
    const { if: taken } = m.wires({ if: bool }); // <- illegal-name
    taken.set(go);
    m.unused({ taken });
  },
});
