import {
  bits,
  bool,
  component,
  enumeration,
  external,
  input,
  memory,
  output,
  reg,
  rom,
  sint,
  uint,
  vec,
  type Bool,
  type Hardware,
} from "../../src/hdl/index.ts";
import { wrong } from "./corpus.ts";

const State = enumeration("State", ["idle", "busy", "done"]);

const delay = component({
  name: "delay",
  clocks: { clk: { active: "low" } },
  ports: () => ({ a: input(bool), y: output(bool) }),
  build(m, { a, y }) {
    const { held } = m.regs({ held: bool });
    held.next(a);
    y.set(held);
  },
});

const endless: () => Hardware<{ y: ReturnType<typeof output<typeof bool>> }> = () => {
  const hardware: Hardware<{ y: ReturnType<typeof output<typeof bool>> }> = component({
    name: "t",
    ports: () => ({ y: output(bool) }),
    build(m, { y }) {
      const { again } = m.instances({ again: hardware }); // <- recursive-instance
      y.set(again.y);
    },
  })();
  return hardware;
};

export const valueMistakes = [
  wrong(
    "truncation",
    "t.y",
    component({
      name: "t",
      ports: () => ({ a: input(uint(4)), b: input(uint(4)), y: output(uint(4)) }),
      build(_m, { a, b, y }) {
        y.set(a.add(b)); // <- truncation
      },
    }),
  ),

  wrong(
    "truncation",
    "t.a",
    component({
      name: "t",
      ports: () => ({ a: input(uint(8)), y: output(uint(4)) }),
      build(_m, { a, y }) {
        y.set(a.extend(uint(4))); // <- truncation
      },
    }),
  ),

  wrong(
    "mixed-signedness",
    "t.y",
    component({
      name: "t",
      ports: () => ({ a: input(uint(4)), b: input(uint(4)), y: output(uint(5)) }),
      build(_m, { a, b, y }) {
        y.set(a.sub(b) as never); // <- mixed-signedness
      },
    }),
  ),

  wrong(
    "mixed-signedness",
    "t.a",
    component({
      name: "t",
      ports: () => ({ a: input(uint(4)), b: input(sint(4)), y: output(uint(5)) }),
      build(_m, { a, b, y }) {
        y.set(a.add(b as never)); // <- mixed-signedness
      },
    }),
  ),

  wrong(
    "width-mismatch",
    "t.a",
    component({
      name: "t",
      ports: () => ({ a: input(bits(8)), b: input(bits(7)), y: output(bits(8)) }),
      build(_m, { a, b, y }) {
        y.set(a.xor(b)); // <- width-mismatch
      },
    }),
  ),

  wrong(
    "width-mismatch",
    "t.y",
    component({
      name: "t",
      ports: () => ({ a: input(bits(7)), y: output(bits(8)) }),
      build(_m, { a, y }) {
        y.set(a); // <- width-mismatch
      },
    }),
  ),

  wrong(
    "kind-mismatch",
    "t.y",
    component({
      name: "t",
      ports: () => ({ a: input(bits(8)), y: output(uint(8)) }),
      build(_m, { a, y }) {
        y.set(a as never); // <- kind-mismatch
      },
    }),
  ),

  wrong(
    "constant-out-of-range",
    "t.a",
    component({
      name: "t",
      ports: () => ({ a: input(bits(4)), y: output(bool) }),
      build(_m, { a, y }) {
        y.set(a.eq(16)); // <- constant-out-of-range
      },
    }),
  ),

  wrong(
    "index-out-of-range",
    "t.a",
    component({
      name: "t",
      ports: () => ({ a: input(vec(4, bool)), y: output(bool), z: output(vec(4, bool)) }),
      build(_m, { a, y, z }) {
        z.set(a);
        y.set(a.at(4)); // <- index-out-of-range
      },
    }),
  ),

  wrong(
    "slice-out-of-range",
    "t.a",
    component({
      name: "t",
      ports: () => ({ a: input(bits(8)), y: output(bits(4)) }),
      build(_m, { a, y }) {
        y.set(a.slice(6, 4)); // <- slice-out-of-range
      },
    }),
  ),

  wrong(
    "bad-shift",
    "t.a",
    component({
      name: "t",
      ports: () => ({ a: input(uint(8)), y: output(uint(8)) }),
      build(_m, { a, y }) {
        y.set(a.shl(-1)); // <- bad-shift
      },
    }),
  ),

  wrong(
    "index-out-of-range",
    "t.store",
    component({
      name: "t",
      ports: () => ({ y: output(bits(8)) }),
      build(m, { y }) {
        const { store } = m.roms({ store: rom(bits(8), [1, 2, 3, 4]) });
        y.set(store.read(-1)); // <- index-out-of-range
      },
    }),
  ),

  wrong(
    "unknown-label",
    "t.State",
    component({
      name: "t",
      ports: () => ({ state: input(State), y: output(bool) }),
      build(_m, { state, y }) {
        y.set(state.eq("asleep" as never)); // <- unknown-label
      },
    }),
  ),

  wrong(
    "match-not-exhaustive",
    "t.code",
    component({
      name: "t",
      ports: () => ({ code: input(uint(2)), y: output(bool) }),
      build(m, { code, y }) {
        // <- match-not-exhaustive
        m.match(code, [
          [
            [0, 3],
            () => {
              y.set(true);
            },
          ],
          [
            1,
            () => {
              y.set(false);
            },
          ],
        ]);
      },
    }),
  ),

  wrong(
    "match-duplicate",
    "t.code",
    component({
      name: "t",
      ports: () => ({ code: input(uint(1)), y: output(bool) }),
      build(m, { code, y }) {
        const yes = (): void => {
          y.set(true);
        };
        const no = (): void => {
          y.set(false);
        };
        // <- match-duplicate
        m.match(code, [
          [0, yes],
          [1, no],
          [1, yes],
        ]);
      },
    }),
  ),

  wrong(
    "bad-when",
    "t",
    component({
      name: "t",
      ports: () => ({ a: input(bool), b: input(bool), y: output(bool) }),
      build(m, { a, b, y }) {
        const chain = m.when(a, () => {
          y.set(true);
        });
        chain.otherwise(() => {
          y.set(false);
        });
        // <- bad-when
        chain.elsewhen(b, () => {
          y.set(true);
        });
      },
    }),
  ),

  wrong(
    "async-body",
    "t",
    component({
      name: "t",
      ports: () => ({ a: input(bool), y: output(bool) }),
      build(m, { a, y }) {
        y.set(false);
        const later = async (): Promise<void> => {
          y.set(true);
          await Promise.resolve();
        };
        // eslint-disable-next-line @typescript-eslint/no-misused-promises
        m.when(a, later); // <- async-body
      },
    }),
  ),

  wrong(
    "duplicate-name",
    "t.a",
    component({
      name: "t",
      ports: () => ({ a: input(bool), y: output(bool) }),
      build(m, { a, y }) {
        m.wires({ a: bool }); // <- duplicate-name
        y.set(a);
      },
    }),
  ),

  wrong("foreign-signal", "t.z", () => {
    const leaked: Bool[] = [];
    const inner = component({
      name: "inner",
      ports: () => ({ a: input(bool), y: output(bool) }),
      build(_m, { a, y }) {
        leaked.push(a);
        y.set(a);
      },
    });
    return component({
      name: "t",
      ports: () => ({ a: input(bool), y: output(bool), z: output(bool) }),
      build(m, { a, y, z }) {
        const { first } = m.instances({ first: inner() });
        first.a.set(a);
        y.set(first.y);
        for (const signal of leaked) z.set(signal); // <- foreign-signal
      },
    })();
  }),

  wrong(
    "unknown-clock",
    "t.held",
    component({
      name: "t",
      ports: () => ({ a: input(bool), y: output(bool) }),
      build(m, { a, y }) {
        const { held } = m.regs({ held: reg(bool, { clock: "fast" }) }); // <- unknown-clock
        held.next(a);
        y.set(held);
      },
    }),
  ),

  wrong(
    "reset-mismatch",
    "t.inner",
    component({
      name: "t",
      ports: () => ({ a: input(bool), y: output(bool) }),
      build(m, { a, y }) {
        const { inner } = m.instances({ inner: delay() }); // <- reset-mismatch
        inner.a.set(a);
        y.set(inner.y);
      },
    }),
  ),

  wrong(
    "reset-not-constant",
    "t.held",
    component({
      name: "t",
      ports: () => ({ a: input(bool), y: output(bool) }),
      build(m, { a, y }) {
        const { held } = m.regs({ held: reg(bool, { reset: a }) }); // <- reset-not-constant
        held.next(a);
        y.set(held);
      },
    }),
  ),

  wrong(
    "bad-depth",
    "t.store",
    component({
      name: "t",
      ports: () => ({ at: input(uint(2)), y: output(bits(8)) }),
      build(m, { at, y }) {
        const { store } = m.memories({ store: memory(4, bits(8), { init: [1, 2, 3] }) }); // <- bad-depth
        y.set(store.read(at));
      },
    }),
  ),

  wrong(
    "bad-loop",
    "t.i",
    component({
      name: "t",
      ports: () => ({ a: input(vec(4, bool)), y: output(vec(4, bool)) }),
      build(m, { a, y }) {
        y.set(a);
        // <- bad-loop
        m.each({ i: 0 }, ({ i }) => {
          y.at(i).set(false);
        });
      },
    }),
  ),

  wrong(
    "name-in-loop",
    "t.inverted",
    component({
      name: "t",
      ports: () => ({ a: input(vec(4, bool)), y: output(vec(4, bool)) }),
      build(m, { a, y }) {
        m.each({ i: 4 }, ({ i }) => {
          const { inverted } = m.name({ inverted: a.at(i).not() }); // <- name-in-loop
          y.at(i).set(inverted);
        });
      },
    }),
  ),

  wrong(
    "bad-parameter",
    "t.buffer.DELAY",
    component({
      name: "t",
      ports: () => ({ a: input(bool), y: output(bool) }),
      build(m, { a, y }) {
        const delayed = external({
          name: "IOBUFFER",
          ports: { I: input(bool), O: output(bool) },
          clocks: {},
          parameters: { DELAY: 2 ** 40 },
        });
        const { buffer } = m.instances({ buffer: delayed }); // <- bad-parameter
        buffer.I.set(a);
        y.set(buffer.O);
      },
    }),
  ),

  wrong(
    "implementation-mismatch",
    "t.implementation",
    // <- implementation-mismatch
    component({
      name: "t",
      ports: () => ({ a: input(uint(4)), y: output(uint(4)) }),
      build(_m, { a, y }) {
        y.set(a);
      },
      implementation: component({
        name: "cells",
        ports: () => ({ a: input(uint(4)), y: output(uint(5)) }),
        build(_m, { a, y }) {
          y.set(a.extend(uint(5)));
        },
      }),
    }),
  ),

  // The mark is in `endless`, above.
  { ...wrong("recursive-instance", "t.again", endless), line: 1 },
];
