import { expect, it } from "vitest";
import { splitComb } from "./comb.ts";
import { bool, component, elaborate, input, instance, output, uint } from "../hdl/index.ts";
import type { Hardware } from "../hdl/index.ts";

/** The signals of each block of the top module, in order. */
function blocks(hardware: Hardware): string[][] {
  const design = elaborate(hardware);
  const top = design.modules[design.top];
  return splitComb(top?.body ?? []).map(({ signals }) =>
    signals.map(({ name, instance: of }) => (of === undefined ? name : `${of}.${name}`)),
  );
}

it("keeps signals that are driven together in one block", () => {
  const pair = component({
    name: "pair",
    ports: () => ({ c: input(bool), y: output(uint(4)), z: output(uint(4)) }),
    build: (m, { c, y, z }) => {
      m.when(c, () => {
        y.set(1);
        z.set(2);
      }).otherwise(() => {
        y.set(3);
        z.set(4);
      });
    },
  });
  expect(blocks(pair())).toEqual([["y", "z"]]);
});

it("takes blocks apart that would wake each other for ever", () => {
  const ring = component({
    name: "ring",
    ports: () => ({ c: input(bool), x: input(uint(4)), y: output(uint(4)), z: output(uint(4)) }),
    build: (m, { c, x, y, z }) => {
      const { a, b } = m.wires({ a: uint(4), b: uint(4) });
      // y reads b, b reads nothing of this group but a, which is driven beside y.
      a.set(x);
      y.set(0);
      m.when(c, () => {
        a.set(5);
        y.set(b);
      });
      b.set(1);
      m.when(a.eq(3), () => {
        b.set(a);
      });
      z.set(a);
    },
  });
  expect(blocks(ring())).toEqual([["a"], ["y"], ["b"], ["z"]]);
});

it("counts what goes through an instance", () => {
  const child = component({
    name: "child",
    ports: () => ({ i: input(uint(4)), o: output(uint(4)) }),
    build: (_m, { i, o }) => {
      o.set(i.not());
    },
  });
  const parent = component({
    name: "parent",
    ports: () => ({ c: input(bool), y: output(uint(4)) }),
    build: (m, { c, y }) => {
      const { u } = m.instances({ u: instance(child()) });
      m.when(c, () => {
        u.i.set(1);
        y.set(u.o);
      }).otherwise(() => {
        u.i.set(2);
        y.set(3);
      });
    },
  });
  expect(blocks(parent())).toEqual([["u.i"], ["y"]]);
});
