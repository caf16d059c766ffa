import {
  bits,
  bool,
  component,
  enumeration,
  input,
  memory,
  output,
  reg,
  sink,
  source,
  uint,
  vec,
  type UInt,
} from "../../src/hdl/index.ts";
import { wrong } from "./corpus.ts";

const State = enumeration("State", ["idle", "busy", "done"]);

const gate = component({
  name: "gate",
  ports: () => ({ a: input(bool), b: input(bool), y: output(bool), z: output(bool) }),
  build(m, { a, b, y, z }) {
    const { held } = m.regs({ held: bool });
    held.next(b);
    y.set(a.and(b));
    z.set(held);
  },
});

export const logicMistakes = [
  wrong(
    "latch",
    "t.y",
    component({
      name: "t",
      ports: () => ({ a: input(bool), y: output(uint(3)) }),
      build(m, { a, y }) {
        // <- latch
        m.when(a, () => {
          y.set(5);
        });
      },
    }),
  ),

  wrong(
    "latch",
    "t.next_state",
    component({
      name: "t",
      ports: () => ({ state: input(State), go: input(bool), y: output(State) }),
      build(m, { state, go, y }) {
        const { next_state } = m.wires({ next_state: State });
        m.match(state, {
          idle: () => {
            // <- latch
            m.when(go, () => {
              next_state.set("busy");
            });
          },
          busy: () => {
            next_state.set("done");
          },
          done: () => {
            next_state.set("idle");
          },
        });
        y.set(next_state);
      },
    }),
  ),

  wrong(
    "latch",
    "t.y[2]",
    component({
      name: "t",
      ports: () => ({ a: input(bits(3)), y: output(vec(3, bool)) }),
      build(m, { a, y }) {
        y.at(0).set(a.bit(0));
        y.at(1).set(a.bit(1));
        // Both conditions can be false.
        m.when(a.eq(7), () => {
          y.at(2).set(true);
        });
        // <- latch
        m.when(a.eq(0), () => {
          y.at(2).set(false);
        });
      },
    }),
  ),

  wrong(
    "latch",
    "t.y",
    component({
      name: "t",
      ports: () => ({ at: input(uint(2)), y: output(vec(4, bool)) }),
      build(_m, { at, y }) {
        y.at(at).set(true); // <- latch
      },
    }),
  ),

  wrong(
    "combinational-loop",
    "t.a",
    component({
      name: "t",
      ports: () => ({ x: input(bool), y: output(bool) }),
      build(m, { x, y }) {
        const { a, b } = m.wires({ a: bool, b: bool });
        a.set(b.or(x)); // <- combinational-loop
        b.set(a.not());
        y.set(b);
      },
    }),
  ),

  wrong(
    "combinational-loop",
    "t.total",
    component({
      name: "t",
      ports: () => ({ x: input(uint(4)), y: output(uint(4)) }),
      build(m, { x, y }) {
        const { total } = m.wires({ total: uint(4) });
        total.set(total.add(x).wrap(uint(4))); // <- combinational-loop
        y.set(total);
      },
    }),
  ),

  wrong(
    "combinational-loop",
    "t.u0.a",
    component({
      name: "t",
      ports: () => ({ x: input(bool), y: output(bool) }),
      build(m, { x, y }) {
        const { u0, u1 } = m.instances({ u0: gate(), u1: gate() });
        u0.a.set(u1.y); // <- combinational-loop
        u0.b.set(x);
        u1.a.set(u0.y);
        u1.b.set(x);
        y.set(u0.z.and(u1.z));
      },
    }),
  ),

  wrong(
    "read-before-assigned",
    "t.carry",
    component({
      name: "t",
      ports: () => ({ a: input(bits(4)), y: output(bits(4)) }),
      build(m, { a, y }) {
        const { carry } = m.wires({ carry: bits(4) });
        carry.bit(1).set(carry.bit(0).and(a.bit(1))); // <- read-before-assigned
        carry.bit(0).set(a.bit(0));
        carry.slice(2, 2).set(a.slice(2, 2));
        y.set(carry);
      },
    }),
  ),

  wrong(
    "loop-index-escapes",
    "t.i",
    component({
      name: "t",
      ports: () => ({ a: input(vec(4, uint(2))), y: output(vec(4, uint(2))), z: output(uint(2)) }),
      build(m, { a, y, z }) {
        const kept: UInt[] = [];
        m.each({ i: 4 }, ({ i }) => {
          kept.push(i);
          y.at(i).set(a.at(i));
        });
        const [i] = kept;
        if (i !== undefined) z.set(i); // <- loop-index-escapes
      },
    }),
  ),

  wrong(
    "loop-index-shadowed",
    "t.i",
    component({
      name: "t",
      ports: () => ({ a: input(vec(2, vec(2, bool))), y: output(vec(2, vec(2, bool))) }),
      build(m, { a, y }) {
        m.each({ i: 2 }, ({ i: outer }) => {
          // <- loop-index-shadowed
          m.each({ i: 2 }, ({ i: inner }) => {
            y.at(outer).at(inner).set(a.at(outer).at(inner));
          });
        });
        y.set(a);
      },
    }),
  ),

  wrong(
    "missing-reset",
    "t.total",
    component({
      name: "t",
      ports: () => ({ a: input(uint(4)), y: output(uint(4)) }),
      build(m, { a, y }) {
        const { total } = m.regs({ total: reg(uint(4), { reset: "none" }) }); // <- missing-reset
        total.next(total.add(a).wrap(uint(4)));
        y.set(total);
      },
    }),
  ),

  wrong(
    "missing-reset",
    "t.count",
    component({
      name: "t",
      ports: () => ({ y: output(uint(4)) }),
      build(m, { y }) {
        const { count } = m.regs({ count: reg(uint(4), { reset: "none" }) }); // <- missing-reset
        // Undefined, it never equals 9.
        m.when(count.eq(9), () => {
          count.next(0);
        }).otherwise(() => {
          count.next(count.add(1).wrap(uint(4)));
        });
        y.set(count);
      },
    }),
  ),

  wrong(
    "missing-reset",
    "t.full",
    component({
      name: "t",
      ports: () => ({ x: sink(bits(8)), y: source(bits(8)) }),
      build(m, { x, y }) {
        // <- missing-reset
        const { full, word } = m.regs({
          full: reg(bool, { reset: "none" }),
          word: reg(bits(8), { reset: "none" }),
        });
        m.when(x.ready, () => {
          full.next(x.valid);
          word.next(x.payload);
        });
        x.ready.set(y.ready.or(full.not()));
        y.valid.set(full);
        y.payload.set(word);
      },
    }),
  ),

  wrong(
    "missing-reset",
    "t.write_enable",
    component({
      name: "t",
      ports: () => ({ en: input(bool), at: input(uint(3)), a: input(bits(8)), y: output(bits(8)) }),
      build(m, { en, at, a, y }) {
        const { store } = m.memories({ store: memory(8, bits(8)) });
        const { write_enable } = m.regs({ write_enable: reg(bool, { reset: "none" }) }); // <- missing-reset
        write_enable.next(en);
        m.when(write_enable, () => {
          store.write(at, a);
        });
        y.set(store.read(at));
      },
    }),
  ),

  wrong(
    "missing-reset",
    "t.early",
    component({
      name: "t",
      ports: () => ({ a: input(bool), y: output(uint(4)) }),
      build(m, { a, y }) {
        const { early } = m.regs({ early: reg(bool, { reset: "none" }) }); // <- missing-reset
        // The reset of the second register does not help: the cycle after, it takes what the first one has.
        const { late, count } = m.regs({ late: bool, count: uint(4) });
        early.next(a);
        late.next(early);
        m.when(late, () => {
          count.next(count.add(1).wrap(uint(4)));
        });
        y.set(count);
      },
    }),
  ),

  wrong(
    "memory-style",
    "t.store",
    component({
      name: "t",
      ports: () => ({ at: input(uint(3)), a: input(bits(8)), y: output(bits(8)) }),
      build(m, { at, a, y }) {
        const { store } = m.memories({ store: memory(8, bits(8), { style: "block" }) });
        store.write(at, a);
        y.set(store.read(at)); // <- memory-style
      },
    }),
  ),

  wrong(
    "memory-style",
    "t.word",
    component({
      name: "t",
      ports: () => ({ at: input(uint(3)), a: input(bits(8)), y: output(bits(8)) }),
      build(m, { at, a, y }) {
        const { store } = m.memories({ store: memory(8, bits(8), { style: "block" }) });
        const { word } = m.regs({ word: bits(8) });
        store.write(at, a);
        word.next(store.read(at)); // <- memory-style
        y.set(word);
      },
    }),
  ),

  wrong(
    "memory-style",
    "t.word",
    component({
      name: "t",
      ports: () => ({ at: input(uint(3)), a: input(bits(8)), by_pass: input(bool), y: output(bits(8)) }),
      build(m, { at, a, by_pass, y }) {
        const { store } = m.memories({ store: memory(8, bits(8), { style: "block" }) });
        const { word } = m.regs({ word: reg(bits(8), { reset: "none" }) });
        store.write(at, a);
        m.when(by_pass, () => {
          word.next(a); // <- memory-style
        }).otherwise(() => {
          word.next(store.read(at));
        });
        y.set(word);
      },
    }),
  ),

  wrong(
    "memory-address",
    "t.store",
    component({
      name: "t",
      ports: () => ({ at: input(uint(4)), a: input(bits(8)), y: output(bits(8)) }),
      build(m, { at, a, y }) {
        const { store } = m.memories({ store: memory(64, bits(8)) });
        store.write(at.extend(uint(6)), a);
        y.set(store.read(at)); // <- memory-address
      },
    }),
  ),

  wrong(
    "memory-address",
    "t.store",
    component({
      name: "t",
      ports: () => ({ at: input(uint(4)), a: input(bits(8)), y: output(bits(8)) }),
      build(m, { at, a, y }) {
        const { store } = m.memories({ store: memory(8, bits(8)) });
        store.write(at, a); // <- memory-address
        y.set(store.read(at.narrow(uint(3))));
      },
    }),
  ),

  wrong(
    "index-out-of-range",
    "t.store",
    component({
      name: "t",
      ports: () => ({ at: input(uint(3)), a: input(bits(8)), y: output(bits(8)) }),
      build(m, { at, a, y }) {
        const { store } = m.memories({ store: memory(8, bits(8)) });
        store.write(at, a);
        y.set(store.read(8)); // <- index-out-of-range
      },
    }),
  ),
];
