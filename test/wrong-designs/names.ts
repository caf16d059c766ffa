import { bool, component, enumeration, input, output, uint } from "../../src/hdl/index.ts";
import { wrong } from "./corpus.ts";

const State = enumeration("State", ["idle", "busy"]);

export const nameMistakes = [
  wrong(
    "illegal-name",
    "t.always",
    component({
      name: "t",
      ports: () => ({ a: input(bool), y: output(bool) }),
      build(m, { a, y }) {
        const { always } = m.regs({ always: bool }); // <- illegal-name
        always.next(a);
        y.set(always);
      },
    }),
  ),

  wrong(
    "illegal-name",
    "t.sum-of-all",
    component({
      name: "t",
      ports: () => ({ a: input(uint(4)), y: output(uint(5)) }),
      build(m, { a, y }) {
        const wires = m.wires({ "sum-of-all": uint(5) }); // <- illegal-name
        wires["sum-of-all"].set(a.add(1));
        y.set(wires["sum-of-all"]);
      },
    }),
  ),

  wrong(
    "illegal-name",
    "t.delete",
    // <- illegal-name
    component({
      name: "t",
      ports: () => ({ delete: input(bool), y: output(bool) }),
      build(_m, { delete: a, y }) {
        y.set(a);
      },
    }),
  ),

  wrong(
    "illegal-name",
    "t.a__b",
    component({
      name: "t",
      ports: () => ({ a: input(bool), y: output(bool) }),
      build(m, { a, y }) {
        m.name({ a__b: a }); // <- illegal-name
        y.set(a);
      },
    }),
  ),

  wrong(
    "illegal-name",
    "t.STATE_IDLE",
    component({
      name: "t",
      ports: () => ({ state: input(State), y: output(bool) }),
      build(m, { state, y }) {
        const { STATE_IDLE } = m.name({ STATE_IDLE: state.eq("idle") }); // <- illegal-name
        y.set(STATE_IDLE.or(state.eq("busy")));
      },
    }),
  ),

  wrong(
    "illegal-name",
    "t.t",
    component({
      name: "t",
      ports: () => ({ a: input(bool), y: output(bool) }),
      build(m, { a, y }) {
        const { t } = m.wires({ t: bool }); // <- illegal-name
        t.set(a);
        y.set(t);
      },
    }),
  ),

  wrong(
    "illegal-name",
    "table",
    // <- illegal-name
    component({
      name: "table",
      ports: () => ({ a: input(bool), y: output(bool) }),
      build(_m, { a, y }) {
        y.set(a);
      },
    }),
  ),

  wrong(
    "similar-name",
    "t.Ready",
    component({
      name: "t",
      ports: () => ({ ready: input(bool), y: output(bool) }),
      build(m, { ready, y }) {
        const { Ready } = m.regs({ Ready: bool }); // <- similar-name
        Ready.next(ready);
        y.set(Ready);
      },
    }),
  ),
];
