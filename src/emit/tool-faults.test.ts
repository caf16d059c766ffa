import { expect, it } from "vitest";
import { emit } from "./index.ts";
import {
  bits,
  bool,
  cat,
  component,
  elaborate,
  enumeration,
  input,
  mux,
  output,
  sint,
  uint,
} from "../hdl/index.ts";
import type { Hardware } from "../hdl/index.ts";
import { lint } from "./tools.test-helper.ts";

// Forms that a tool refuses or reads wrong; test/fuzz found them.

function text(hardware: Hardware): string {
  return emit(elaborate(hardware))
    .files.map((file) => file.text)
    .join("");
}

it("writes a constant shift amount as a plain number of at most the width", () => {
  const shift = component({
    name: "shift",
    ports: () => ({
      a: input(uint(8)),
      s: input(sint(8)),
      y: output(uint(8)),
      z: output(uint(8)),
      t: output(sint(8)),
    }),
    build: (m, { a, s, y, z, t }) => {
      t.set(s.shr(8));
      y.set(a.shr(2 ** 40));
      m.unused({ low: a.slice(0, 3), rest: s.slice(0, 7) });
      z.set(a.shr(3));
    },
  });
  // Verilator refuses plain numbers of more than 32 bits.
  expect(text(shift())).toContain("assign y = a >> 8;");
  expect(text(shift())).toContain("assign t = s >>> 7;");
});

it("cuts a shift amount of more than 32 bits short", () => {
  const shift = component({
    name: "shift",
    ports: () => ({ a: input(uint(8)), by: input(uint(65)), y: output(uint(8)) }),
    build: (_, { a, by, y }) => {
      y.set(a.shr(by));
    },
  });
  expect(text(shift())).toContain("assign y = a >> ((by >= 65'h8) ? 32'd8 : by[31:0]);");
});

it("does not let $countones extend beyond 32 bits by itself", () => {
  const count = component({
    name: "count",
    ports: () => ({ a: input(bits(89)), y: output(uint(69)), z: output(uint(20)) }),
    build: (_m, { a, y, z }) => {
      y.set(a.popcount());
      z.set(a.popcount());
    },
  });
  expect(text(count())).toContain("assign y = {62'd0, 7'($countones(a))};");
  expect(text(count())).toContain("assign z = 20'($countones(a));");
});

it("writes a match that has one way only as that way", () => {
  const only = enumeration("unit", ["only"]);
  const match = component({
    name: "match",
    ports: () => ({ kind: input(only), a: input(uint(8)), y: output(uint(8)) }),
    build: (m, { kind, a, y }) => {
      m.match(kind, {
        only: () => {
          y.set(a);
        },
      });
    },
  });
  expect(text(match())).not.toContain("case");
});

it("connects pins without a change of sign around them", () => {
  const child = component({
    name: "child",
    ports: () => ({ a: input(uint(8)), y: output(uint(8)) }),
    build: (_, { a, y }) => {
      y.set(a);
    },
  });
  const parent = component({
    name: "parent",
    ports: () => ({ c: input(bool), w: input(sint(8)), y: output(uint(8)) }),
    build: (m, { c, w, y }) => {
      const { u } = m.instances({ u: child() });
      u.a.set(mux(c, w, w).asUInt());
      y.set(u.y);
    },
  });
  expect(text(parent())).toContain(".a(c ? w : w)");
});

it("casts neither inside a pin nor, signed, in a case", () => {
  const child = component({
    name: "child",
    ports: () => ({ a: input(uint(43)), y: output(uint(43)) }),
    build: (_, { a, y }) => {
      y.set(a);
    },
  });
  const parent = component({
    name: "parent",
    ports: () => ({ a: input(bits(9)), w: input(sint(9)), y: output(uint(43)) }),
    build: (m, { a, w, y }) => {
      const { u } = m.instances({ u: child() });
      u.a.set(a.popcount().wrap(uint(2)));
      m.match(w.add(1).wrap(sint(1)), [
        [
          0,
          () => {
            y.set(u.y);
          },
        ],
        [
          -1,
          () => {
            y.set(w.asUInt());
          },
        ],
      ]);
    },
  });
  const emitted = text(parent());
  expect(emitted).toContain(".a(u_a)");
  expect(emitted).toMatch(/case \(\$unsigned\(/);
});

it("leaves no cast at a pin that may be nothing but a signal", () => {
  const child = component({
    name: "child",
    ports: () => ({ a: input(uint(8)), y: output(uint(8)) }),
    build: (_, { a, y }) => {
      y.set(a);
    },
  });
  const parent = component({
    name: "parent",
    ports: () => ({
      ...{ a: input(uint(8)), s: input(sint(8)), lead: input(bool) },
      ...{ y: output(uint(8)), z: output(uint(8)) },
    }),
    build: (m, { a, s, lead, y, z }) => {
      m.unused({ lead });
      const { u, v } = m.instances({ u: child(), v: child() });
      u.a.set(a.extend(sint(9)).narrow(uint(8)));
      v.a.set(cat(lead, s).slice(0, 8).as(uint(8)));
      y.set(u.y);
      z.set(v.y);
    },
  });
  const emitted = text(parent());
  expect(emitted).toContain(".a(u_a)");
  expect(emitted).toContain(".a(v_a)");
  expect(lint([emit(elaborate(parent()))])).toBe("");
});
