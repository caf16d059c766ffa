import {
  bits,
  bool,
  component,
  input,
  instance,
  memory,
  output,
  reg,
  sink,
  source,
  uint,
} from "../../src/hdl/index.ts";
import { wrong, wrongIr } from "./corpus.ts";

/** One register of storage: ready when empty. */
const buffer = component({
  name: "buffer",
  ports: () => ({ x: sink(bits(8)), y: source(bits(8)) }),
  build(m, { x, y }) {
    const { full, word } = m.regs({ full: bool, word: reg(bits(8), { reset: "none" }) });
    x.ready.set(full.not());
    y.valid.set(full);
    y.payload.set(word);
    m.when(x.fire, () => {
      full.next(true);
      word.next(x.payload);
    }).elsewhen(y.fire, () => {
      full.next(false);
    });
  },
});

const counter = component({
  name: "counter",
  ports: () => ({ en: input(bool), y: output(uint(4)) }),
  build(m, { en, y }) {
    const { count } = m.counters({ count: 16 });
    m.when(en, () => {
      count.advance();
    });
    y.set(count);
  },
});

const clocks = { a: {}, b: {} };

export const streamMistakes = [
  wrong(
    "half-connected",
    "t.y",
    // <- half-connected
    component({
      name: "t",
      ports: () => ({ x: sink(bits(8)), y: source(bits(8)) }),
      build(_m, { x, y }) {
        y.valid.set(x.valid);
        x.ready.set(x.payload.any().and(y.ready));
      },
    }),
  ),

  wrong(
    "half-connected",
    "t.x",
    // <- half-connected
    component({
      name: "t",
      ports: () => ({ x: sink(bits(8)), y: source(bits(8)) }),
      build(m, { x, y }) {
        const { held } = m.regs({ held: bool });
        m.when(y.fire, () => {
          held.next(held.not());
        });
        y.valid.set(x.valid.and(held));
        y.payload.set(x.payload);
      },
    }),
  ),

  wrong(
    "half-connected",
    "t.y",
    // <- half-connected
    component({
      name: "t",
      ports: () => ({ x: sink(bits(8)), y: source(bits(8)) }),
      build(_m, { x, y }) {
        // Beats are lost when the other side is not ready.
        y.valid.set(x.valid);
        y.payload.set(x.payload);
        x.ready.set(true);
      },
    }),
  ),

  wrong(
    "half-connected",
    "t.second.x",
    component({
      name: "t",
      ports: () => ({ x: sink(bits(8)), y: source(bits(8)) }),
      build(m, { x, y }) {
        const { first } = m.instances({ first: buffer() });
        const { second } = m.instances({ second: buffer() }); // <- half-connected
        x.into(first.x);
        second.y.into(y);
        first.y.ready.set(second.x.ready);
        m.unused({ first: first.y.payload, valid: first.y.valid });
      },
    }),
  ),

  wrong(
    "valid-depends-on-ready",
    "t.y_valid",
    component({
      name: "t",
      ports: () => ({ x: sink(bits(8)), y: source(bits(8)) }),
      build(_m, { x, y }) {
        x.ready.set(y.ready);
        y.valid.set(x.fire); // <- valid-depends-on-ready
        y.payload.set(x.payload);
      },
    }),
  ),

  wrong(
    "valid-depends-on-ready",
    "t.y_payload",
    component({
      name: "t",
      ports: () => ({ x: sink(bits(8)), y: source(bits(8)) }),
      build(m, { x, y }) {
        x.ready.set(y.ready);
        y.valid.set(x.valid);
        y.payload.set(0);
        m.when(x.fire, () => {
          y.payload.set(x.payload); // <- valid-depends-on-ready
        });
      },
    }),
  ),

  wrong(
    "valid-depends-on-ready",
    "t.left_valid",
    component({
      name: "t",
      ports: () => ({ x: sink(bits(8)), left: source(bits(8)), right: source(bits(8)) }),
      build(m, { x, left, right }) {
        const { sent } = m.regs({ sent: bool });
        x.ready.set(left.ready.and(right.ready.or(sent)));
        left.valid.set(x.valid.and(right.ready)); // <- valid-depends-on-ready
        left.payload.set(x.payload);
        right.valid.set(x.valid.and(sent.not()));
        right.payload.set(x.payload);
        m.when(x.fire, () => {
          sent.next(false);
        }).elsewhen(right.fire, () => {
          sent.next(true);
        });
      },
    }),
  ),

  wrong(
    "valid-depends-on-ready",
    "t.keeper.x_valid",
    component({
      name: "t",
      ports: () => ({ x: sink(bits(8)), y: source(bits(8)) }),
      build(m, { x, y }) {
        const { keeper } = m.instances({ keeper: buffer() });
        x.ready.set(keeper.x.ready);
        keeper.x.valid.set(x.fire); // <- valid-depends-on-ready
        keeper.x.payload.set(x.payload);
        keeper.y.into(y);
      },
    }),
  ),

  wrong(
    "clock-crossing",
    "t.taken",
    component({
      name: "t",
      clocks,
      ports: () => ({ x: input(bool, { clock: "a" }), y: output(bool, { clock: "b" }) }),
      build(m, { x, y }) {
        const { given } = m.regs({ given: reg(bool, { clock: "a" }) });
        const { taken } = m.regs({ taken: reg(bool, { clock: "b" }) });
        given.next(x);
        taken.next(given); // <- clock-crossing
        y.set(taken);
      },
    }),
  ),

  wrong(
    "clock-crossing",
    "t.count",
    component({
      name: "t",
      clocks,
      ports: () => ({ en: input(bool, { clock: "a" }), y: output(uint(4), { clock: "b" }) }),
      build(m, { en, y }) {
        const { count } = m.regs({ count: reg(uint(4), { clock: "b" }) });
        const { go } = m.wires({ go: bool });
        go.set(en.and(count.ne(9)));
        m.when(go, () => {
          count.next(count.add(1).wrap(uint(4))); // <- clock-crossing
        });
        y.set(count);
      },
    }),
  ),

  wrong(
    "clock-crossing",
    "t.inner.en",
    component({
      name: "t",
      clocks,
      ports: () => ({ en: input(bool, { clock: "a" }), y: output(uint(4), { clock: "b" }) }),
      build(m, { en, y }) {
        const { inner } = m.instances({ inner: instance(counter(), { clocks: { clk: "b" } }) });
        inner.en.set(en); // <- clock-crossing
        y.set(inner.y);
      },
    }),
  ),

  wrong(
    "clock-crossing",
    "t.y",
    component({
      name: "t",
      clocks,
      ports: () => ({ en: input(bool, { clock: "a" }), y: output(uint(4), { clock: "b" }) }),
      build(m, { en, y }) {
        const { inner } = m.instances({ inner: instance(counter(), { clocks: { clk: "a" } }) });
        inner.en.set(en);
        y.set(inner.y); // <- clock-crossing
      },
    }),
  ),

  wrong(
    "clock-crossing",
    "t.store",
    component({
      name: "t",
      clocks,
      ports: () => ({
        at: input(uint(3), { clock: "a" }),
        en: input(bool, { clock: "b" }),
        y: output(uint(3), { clock: "b" }),
      }),
      build(m, { at, en, y }) {
        const { store } = m.memories({ store: memory(8, uint(3), { clock: "b" }) });
        m.when(en, () => {
          store.write(at, 5); // <- clock-crossing
        });
        y.set(store.read(0));
      },
    }),
  ),

  wrong(
    "domain-without-reset",
    "t.held",
    component({
      name: "t",
      clocks: { a: { reset: "none" } },
      ports: () => ({ a: input(bool), y: output(bool) }),
      build(m, { a, y }) {
        const { held } = m.regs({ held: bool }); // <- domain-without-reset
        held.next(a);
        y.set(held);
      },
    }),
  ),

  wrongIr(
    "unbound-clock",
    "t.inner.clk",
    component({
      name: "t",
      ports: () => ({ en: input(bool), y: output(uint(4)) }),
      build(m, { en, y }) {
        const { inner } = m.instances({ inner: counter() }); // <- unbound-clock
        inner.en.set(en);
        y.set(inner.y);
      },
    }),
    (module) => ({
      ...module,
      instances: module.instances.map((i) => ({ ...i, clocks: { rst: "rst" } })),
    }),
  ),
];
