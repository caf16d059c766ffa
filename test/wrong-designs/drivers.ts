import {
  bits,
  bool,
  component,
  enumeration,
  input,
  instance,
  memory,
  output,
  reg,
  rom,
  uint,
  vec,
} from "../../src/hdl/index.ts";
import type { Stmt } from "../../src/ir/index.ts";
import { wrong, wrongIr } from "./corpus.ts";

const State = enumeration("State", ["idle", "busy", "done"]);

const inverter = component({
  name: "inverter",
  ports: () => ({ a: input(bool), y: output(bool) }),
  build(_m, { a, y }) {
    y.set(a.not());
  },
});

export const driverMistakes = [
  wrong(
    "undriven",
    "t.y",
    // <- undriven
    component({
      name: "t",
      ports: () => ({ a: input(bool), y: output(bool), z: output(bool) }),
      build(_m, { a, z }) {
        z.set(a);
      },
    }),
  ),

  wrong(
    "undriven",
    "t.half",
    component({
      name: "t",
      ports: () => ({ a: input(bool), y: output(bool) }),
      build(m, { a, y }) {
        const { half } = m.wires({ half: bool }); // <- undriven
        y.set(a.and(half));
      },
    }),
  ),

  wrong(
    "undriven",
    "t.lanes[3]",
    component({
      name: "t",
      ports: () => ({ a: input(vec(4, uint(3))), y: output(vec(4, uint(3))) }),
      build(m, { a, y }) {
        const { lanes } = m.wires({ lanes: vec(4, uint(3)) }); // <- undriven
        // One round too few.
        m.each({ i: 3 }, ({ i }) => {
          lanes.at(i).set(a.at(i));
        });
        m.unused({ last: a.at(3) });
        y.set(lanes);
      },
    }),
  ),

  wrong(
    "undriven",
    "t.word[7:4]",
    component({
      name: "t",
      ports: () => ({ a: input(bits(4)), y: output(bits(8)) }),
      build(m, { a, y }) {
        const { word } = m.wires({ word: bits(8) }); // <- undriven
        word.slice(0, 4).set(a);
        y.set(word);
      },
    }),
  ),

  wrong(
    "undriven",
    "t.inner.a",
    component({
      name: "t",
      ports: () => ({ y: output(bool) }),
      build(m, { y }) {
        const { inner } = m.instances({ inner: inverter() }); // <- undriven
        y.set(inner.y);
      },
    }),
  ),

  wrong(
    "undriven",
    "t.held",
    component({
      name: "t",
      ports: () => ({ a: input(bool), y: output(bool) }),
      build(m, { a, y }) {
        const { held } = m.regs({ held: reg(bool, { reset: "none" }) }); // <- undriven
        y.set(a.and(held));
      },
    }),
  ),

  wrong(
    "undriven",
    "t.store",
    component({
      name: "t",
      ports: () => ({ at: input(uint(4)), y: output(bits(8)) }),
      build(m, { at, y }) {
        const { store } = m.memories({ store: memory(16, bits(8)) }); // <- undriven
        y.set(store.read(at));
      },
    }),
  ),

  wrong(
    "constant-register",
    "t.mode",
    component({
      name: "t",
      ports: () => ({ a: input(uint(4)), y: output(bool) }),
      build(m, { a, y }) {
        const { mode } = m.regs({ mode: reg(uint(4), { reset: 3 }) }); // <- constant-register
        y.set(a.eq(mode));
      },
    }),
  ),

  wrong(
    "unread",
    "t.enable",
    // <- unread
    component({
      name: "t",
      ports: () => ({ a: input(bool), enable: input(bool), y: output(bool) }),
      build(_m, { a, y }) {
        y.set(a);
      },
    }),
  ),

  wrong(
    "unread",
    "t.a[7]",
    // <- unread
    component({
      name: "t",
      ports: () => ({ a: input(uint(8)), y: output(uint(7)) }),
      build(_m, { a, y }) {
        y.set(a.wrap(uint(7)));
      },
    }),
  ),

  wrong(
    "unread",
    "t.idle",
    component({
      name: "t",
      ports: () => ({ a: input(bool), y: output(bool) }),
      build(m, { a, y }) {
        m.wires({ idle: bool }); // <- unread
        y.set(a);
      },
    }),
  ),

  wrong(
    "unread",
    "t.count",
    component({
      name: "t",
      ports: () => ({ a: input(bool), y: output(bool) }),
      build(m, { a, y }) {
        // It only counts for itself.
        const { count } = m.regs({ count: uint(4) }); // <- unread
        m.when(a.and(count.ne(9)), () => {
          count.next(count.add(1).wrap(uint(4)));
        });
        y.set(a);
      },
    }),
  ),

  wrong(
    "unread",
    "t.inner.y",
    component({
      name: "t",
      ports: () => ({ a: input(bool), y: output(bool) }),
      build(m, { a, y }) {
        const { inner } = m.instances({ inner: inverter() }); // <- unread
        inner.a.set(a);
        y.set(a);
      },
    }),
  ),

  wrong(
    "unread",
    "t.log",
    component({
      name: "t",
      ports: () => ({ a: input(uint(3)), y: output(uint(3)) }),
      build(m, { a, y }) {
        const { log } = m.memories({ log: memory(8, uint(3)) }); // <- unread
        log.write(a, a);
        y.set(a);
      },
    }),
  ),

  wrong(
    "dead-assignment",
    "t.y",
    component({
      name: "t",
      ports: () => ({ a: input(bool), b: input(bool), y: output(bool) }),
      build(_m, { a, b, y }) {
        y.set(a); // <- dead-assignment
        y.set(b);
      },
    }),
  ),

  wrong(
    "dead-assignment",
    "t.state",
    component({
      name: "t",
      ports: () => ({ go: input(bool), y: output(bool) }),
      build(m, { go, y }) {
        const { state } = m.regs({ state: State });
        m.when(go, () => {
          state.next("busy"); // <- dead-assignment
        });
        m.when(state.eq("busy"), () => {
          state.next("done");
        }).otherwise(() => {
          state.next("idle");
        });
        y.set(state.eq("done"));
      },
    }),
  ),

  wrong(
    "dead-assignment",
    "t.y",
    component({
      name: "t",
      ports: () => ({ a: input(vec(4, uint(3))), y: output(uint(3)) }),
      build(m, { a, y }) {
        // The last round wins over all others.
        m.each({ i: 4 }, ({ i }) => {
          y.set(a.at(i)); // <- dead-assignment
        });
      },
    }),
  ),

  wrongIr(
    "multiple-drivers",
    "t.a",
    component({
      name: "t",
      ports: () => ({ a: input(bool), y: output(bool) }),
      build(_m, { a, y }) {
        y.set(a); // <- multiple-drivers
      },
    }),
    (module) => ({
      ...module,
      body: module.body.flatMap((stmt): readonly Stmt[] =>
        stmt.kind === "assign"
          ? [
              stmt,
              {
                ...stmt,
                target: { kind: "ref", type: bool, name: "a" },
                value: { kind: "const", type: bool, value: "0" },
              },
            ]
          : [stmt],
      ),
    }),
  ),

  wrongIr(
    "multiple-drivers",
    "t.held",
    component({
      name: "t",
      ports: () => ({ a: input(bool), y: output(bool) }),
      build(m, { a, y }) {
        const { held } = m.regs({ held: bool });
        held.next(a); // <- multiple-drivers
        y.set(held);
      },
    }),
    (module) => ({
      ...module,
      body: module.body.flatMap((stmt) =>
        stmt.kind === "assign" && stmt.clocked ? [stmt, { ...stmt, clocked: false }] : [stmt],
      ),
    }),
  ),

  wrongIr(
    "wrong-assignment",
    "t.y",
    component({
      name: "t",
      ports: () => ({ a: input(bool), y: output(bool) }),
      build(_m, { a, y }) {
        y.set(a); // <- wrong-assignment
      },
    }),
    (module) => ({
      ...module,
      body: module.body.map((stmt) => (stmt.kind === "assign" ? { ...stmt, clocked: true } : stmt)),
    }),
  ),

  wrongIr(
    "unknown-signal",
    "t.b",
    component({
      name: "t",
      ports: () => ({ a: input(bool), b: input(bool), y: output(bool) }),
      build(_m, { a, b, y }) {
        y.set(a.and(b)); // <- unknown-signal
      },
    }),
    (module) => ({ ...module, ports: module.ports.filter(({ name }) => name !== "b") }),
  ),

  wrongIr(
    "unknown-module",
    "t.inner",
    component({
      name: "t",
      ports: () => ({ a: input(bool), y: output(bool) }),
      build(m, { a, y }) {
        const { inner } = m.instances({ inner: instance(inverter()) }); // <- unknown-module
        inner.a.set(a);
        y.set(inner.y);
      },
    }),
    (module) => ({ ...module, instances: module.instances.map((i) => ({ ...i, module: "missing" })) }),
  ),

  wrongIr(
    "rom-write",
    "t.store",
    component({
      name: "t",
      ports: () => ({ at: input(uint(2)), y: output(bits(8)) }),
      build(m, { at, y }) {
        const { store } = m.roms({ store: rom(bits(8), [1, 2, 3, 4]) });
        y.set(store.read(at)); // <- rom-write
      },
    }),
    (module) => ({
      ...module,
      body: module.body.flatMap((stmt) =>
        stmt.kind === "assign" && stmt.value.kind === "memread"
          ? [
              stmt,
              {
                kind: "memwrite",
                memory: "store",
                address: stmt.value.address,
                data: stmt.value,
                loc: stmt.loc,
              },
            ]
          : [stmt],
      ),
    }),
  ),
];
