// Past a @ts-expect-error the linter sees no types.
/* eslint @typescript-eslint/no-unsafe-call: "off", @typescript-eslint/no-unsafe-argument: "off", @typescript-eslint/restrict-plus-operands: "off" */
import { describe, expect, expectTypeOf, test } from "vitest";
import {
  bits,
  bool,
  component,
  diagnose,
  enumeration,
  input,
  instance,
  memory,
  output,
  reg,
  rom,
  sink,
  sint,
  source,
  struct,
  uint,
  vec,
  type Bits,
  type Bool,
  type Handle,
  type ModuleBuilder,
  type SInt,
  type UInt,
  type Vec,
} from "../src/hdl/index.ts";

/**
 * Mistakes that do not compile: `tsc` fails where a `@ts-expect-error` is not one. Each also runs, past the compiler,
 * and must not pass unnoticed.
 */
const State = enumeration("State", ["idle", "busy"]);
const pair = struct({ re: sint(4), im: sint(4) });

const inner = component({
  name: "inner",
  ports: () => ({ a: input(uint(4)), x: sink(bits(8)), y: source(bits(8)), z: output(bool) }),
  build() {
    // Only its ports matter here.
  },
});

const ports = {
  a: input(uint(4)),
  b: input(sint(4)),
  flag: input(bool),
  state: input(State),
  word: input(bits(8)),
  lanes: input(vec(4, uint(4))),
  point: input(pair),
  x: sink(bits(8)),
  y: source(bits(8)),
  q: output(uint(4)),
};

type Inputs = Parameters<Parameters<typeof component<typeof ports, unknown>>[0]["build"]>[1];

/** Runs statements in a component; gives what went wrong, by exception or by report. */
function mistakesIn(build: (m: ModuleBuilder, ports: Inputs) => void): readonly string[] {
  const hardware = component({ name: "t", ports: () => ports, build });
  try {
    const all = diagnose(hardware()).diagnostics.map(({ code }) => code);
    // Nothing else is done in these components, so that these say nothing.
    return all.filter((code) => !["unread", "undriven", "half-connected"].includes(code));
  } catch (error) {
    return [error instanceof TypeError ? "TypeError" : String(error)];
  }
}

describe("driving what cannot be driven", () => {
  test("inputs, elements and fields of inputs, and what instances give", () => {
    expect(
      mistakesIn((_m, { a }) => {
        // @ts-expect-error an input has no set
        a.set(1);
      }),
    ).toEqual(["TypeError"]);
    expect(
      mistakesIn((_m, { lanes }) => {
        // @ts-expect-error nor has an element of one
        lanes.at(0).set(1);
      }),
    ).toEqual(["TypeError"]);
    expect(
      mistakesIn((_m, { point }) => {
        // @ts-expect-error nor a field
        point.re.set(1);
      }),
    ).toEqual(["TypeError"]);
    expect(
      mistakesIn((m) => {
        const { u0 } = m.instances({ u0: instance(inner()) });
        // @ts-expect-error an instance drives its outputs itself
        u0.z.set(true);
      }),
    ).toEqual(["TypeError"]);
    expect(
      mistakesIn((_m, { x }) => {
        // @ts-expect-error whoever gives the stream drives valid
        x.valid.set(true);
      }),
    ).toEqual(["TypeError"]);
    expect(
      mistakesIn((_m, { y }) => {
        // @ts-expect-error whoever takes the stream drives ready
        y.ready.set(true);
      }),
    ).toEqual(["TypeError"]);
  });

  test("set and next are for wires and for registers", () => {
    expect(
      mistakesIn((m) => {
        const { sum } = m.wires({ sum: uint(4) });
        // @ts-expect-error a wire has no next
        sum.next(1);
      }),
    ).toEqual(["TypeError"]);
    expect(
      mistakesIn((m) => {
        const { held } = m.regs({ held: reg(uint(4), { reset: 3 }) });
        // @ts-expect-error a register has no set
        held.set(1);
      }),
    ).toEqual(["TypeError"]);
    expect(
      mistakesIn((_m, { q }) => {
        // @ts-expect-error an output is combinational
        q.next(1);
      }),
    ).toEqual(["TypeError"]);
    expect(
      mistakesIn((_m, { a }) => {
        // @ts-expect-error the result of an operation is read only
        a.add(1).set(2);
      }),
    ).toEqual(["TypeError"]);
  });

  test("a ROM has no write", () => {
    expect(
      mistakesIn((m, { a }) => {
        const { digits } = m.roms({ digits: rom(uint(4), [1, 2, 3, 4]) });
        // @ts-expect-error contents are fixed
        digits.write(0, a);
      }),
    ).toEqual(["rom-write"]);
  });
});

describe("values of the wrong kind", () => {
  test("signedness, kinds and labels", () => {
    expect(
      mistakesIn((_m, { b, q }) => {
        // @ts-expect-error sint into uint
        q.set(b);
      }),
    ).toEqual(["mixed-signedness"]);
    expect(
      mistakesIn((_m, { word, q }) => {
        // @ts-expect-error bits into uint
        q.set(word);
      }),
    ).toEqual(["kind-mismatch"]);
    expect(
      mistakesIn((_m, { a, b, q }) => {
        // @ts-expect-error uint plus sint
        q.set(a.add(b).wrap(uint(4)));
      }),
    ).toEqual(["mixed-signedness"]);
    expect(
      mistakesIn((m, { state }) => {
        // @ts-expect-error there is no such label
        m.name({ odd: state.eq("asleep") });
      }),
    ).toEqual(["unknown-label"]);
    expect(
      mistakesIn((m, { state }) => {
        // @ts-expect-error busy has no arm
        m.match(state, { idle: () => undefined });
      }),
    ).toEqual(["match-not-exhaustive"]);
    expect(
      mistakesIn((m, { point }) => {
        const { next } = m.regs({ next: pair });
        // @ts-expect-error a field is missing
        next.next({ re: point.re });
      }),
    ).toContain("kind-mismatch");
  });

  test("numbers are no conditions, and bits have no arithmetic", () => {
    // @ts-expect-error a condition is a bool
    expect(mistakesIn((m, { a }) => m.when(a, () => undefined))).toEqual(["kind-mismatch"]);
    expect(
      mistakesIn((_m, { word, q }) => {
        // @ts-expect-error turn bits into a number first
        q.set(word.add(1));
      }),
    ).toEqual(["TypeError"]);
  });
});

describe("signals used as JavaScript values", () => {
  test("operators and templates", () => {
    expect(
      mistakesIn((_m, { a, lanes, q }) => {
        // @ts-expect-error + is not for signals
        q.set(a + lanes.at(0));
      }),
    ).toEqual(["TypeError"]);
    // What the compiler lets through throws.
    expect(
      mistakesIn((_m, { a, lanes }) => {
        expect(a < lanes.at(0)).toBe(true);
      }),
    ).toEqual(["TypeError"]);
    expect(
      mistakesIn((m, { flag, a }) => {
        // eslint-disable-next-line @typescript-eslint/no-base-to-string, @typescript-eslint/restrict-template-expressions
        m.name({ [`flag_${flag}`]: a });
      }),
    ).toEqual(["TypeError"]);
  });
});

describe("types of signals", () => {
  test("follow from the ports and kinds", () => {
    expectTypeOf<Inputs["a"]>().toEqualTypeOf<Handle<ReturnType<typeof uint>>>();
    expectTypeOf<Inputs["flag"]>().toExtend<Bool>();
    expectTypeOf<Inputs["word"]>().toExtend<Bits>();
    expectTypeOf<Inputs["b"]>().toExtend<SInt>();
    expectTypeOf<Inputs["lanes"]>().toExtend<Vec>();
    expectTypeOf<Inputs["point"]["im"]>().toExtend<SInt>();
    expectTypeOf<Inputs["q"]>().toHaveProperty("set");
    expectTypeOf<Inputs["a"]>().not.toHaveProperty("set");
    expectTypeOf<Inputs["x"]["ready"]>().toHaveProperty("set");
    expectTypeOf<Inputs["y"]["payload"]>().toHaveProperty("set");
    expectTypeOf<UInt["sub"]>().returns.toEqualTypeOf<SInt>();
    expectTypeOf(memory(4, bits(8))).toHaveProperty("depth");
  });
});
