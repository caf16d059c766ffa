import { describe, expect, it } from "vitest";
import {
  bits,
  bool,
  clk,
  design,
  element,
  input,
  literal,
  loc,
  memory,
  module,
  next,
  op,
  output,
  ref,
  reg,
  set,
  uint,
  vec,
  when,
  wire,
} from "./ir.test-helper.ts";
import { createNativeSimulator } from "./native.ts";
import type { NativeSimulator } from "./native.ts";
import { SluiceError } from "../error.ts";
import type { AssertStmt, ClockDomain, Expr, Module, RefExpr, Stmt } from "../ir/index.ts";

const one = Uint32Array.of(1);
const none = Uint32Array.of(0);
const plusOne = (value: RefExpr): Expr => op("add", value, literal(value.type, 1));

/** Counts ticks; `y` shows the count. */
function counter(domains: readonly ClockDomain[] = [clk]): Module {
  const r = ref("r", uint(8));
  const names = domains.map(({ name }) => name);
  return module({
    domains,
    ports: names.map((name) => output(`y_${name}`, r.type, name)),
    regs: names.map((name) => reg(`r_${name}`, r.type, 7, name)),
    body: names.flatMap((name) => [
      next(ref(`r_${name}`, r.type), plusOne(ref(`r_${name}`, r.type))),
      set(ref(`y_${name}`, r.type), ref(`r_${name}`, r.type)),
    ]),
  });
}

function values(simulator: NativeSimulator, port: string, ticks: number): number[] {
  return Array.from({ length: ticks }, () => {
    const value = simulator.peek(port)[0] ?? 0;
    simulator.step();
    return value;
  });
}

function errorOf(run: () => void): SluiceError {
  try {
    run();
  } catch (error) {
    if (error instanceof SluiceError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("resets", () => {
  it("starts registers at 0 and loads the reset value at the edge", () => {
    const simulator = createNativeSimulator(design(counter()));
    expect(values(simulator, "y_clk", 2)).toEqual([0, 1]);
    simulator.poke("rst", one);
    expect(values(simulator, "y_clk", 3)).toEqual([2, 7, 7]);
    simulator.poke("rst", none);
    expect(values(simulator, "y_clk", 2)).toEqual([7, 8]);
  });

  it("acts at once when asynchronous", () => {
    const domain: ClockDomain = { ...clk, resetKind: "async", resetActive: "low", reset: "rst_n" };
    const simulator = createNativeSimulator(design(counter([domain])));
    simulator.reset();
    expect(values(simulator, "y_clk", 2)).toEqual([7, 8]);
    simulator.poke("rst_n", none);
    expect(values(simulator, "y_clk", 2)).toEqual([7, 7]);
    simulator.poke("rst_n", one);
    expect(values(simulator, "y_clk", 2)).toEqual([7, 8]);
  });

  it("keeps registers without a reset value running", () => {
    const r = ref("r", uint(8));
    const top = module({
      ports: [output("y", r.type)],
      regs: [reg("r", r.type)],
      body: [next(r, plusOne(r)), set(ref("y", r.type), r)],
    });
    const simulator = createNativeSimulator(design(top));
    simulator.reset(3);
    expect(values(simulator, "y", 2)).toEqual([3, 4]);
  });

  it("resets wide registers", () => {
    const wide = vec(20, uint(9));
    const r = ref("r", wide);
    const top = module({
      ports: [output("y", wide)],
      regs: [reg("r", wide, (0b101010101n << 171n) | 3n)],
      body: [
        set(ref("y", wide), r),
        next(element(r, 19), literal(uint(9), 1)),
        next(element(r, 0), element(r, 19)),
      ],
    });
    const simulator = createNativeSimulator(design(top));
    simulator.step(2);
    expect(simulator.peek("y")).toEqual(Uint32Array.of(1, 0, 0, 0, 0, 1 << 11));
    simulator.reset(1);
    expect(simulator.peek("y")).toEqual(Uint32Array.of(3, 0, 0, 0, 0, 0b101010101 << 11));
  });
});

describe("clock domains", () => {
  const fast = { ...clk, name: "fast", clock: "fast_clk", reset: "fast_rst" };

  it("rise when the number of the tick plus one is a multiple of their period", () => {
    const simulator = createNativeSimulator(design(counter([clk, fast])), { periods: { clk: 3 } });
    const both = Array.from({ length: 7 }, () => {
      const pair = [simulator.peek("y_clk")[0], simulator.peek("y_fast")[0]];
      simulator.step();
      return pair;
    });
    expect(both).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 3],
      [1, 4],
      [1, 5],
      [2, 6],
    ]);
  });

  it("exchange values that are settled before either rises", () => {
    const [a, b] = [ref("a", uint(8)), ref("b", uint(8))];
    const top = module({
      domains: [clk, fast],
      ports: [output("y", uint(8))],
      regs: [reg("a", uint(8), 1), reg("b", uint(8), 2, "fast")],
      body: [next(a, b), next(b, a), set(ref("y", uint(8)), a)],
    });
    const simulator = createNativeSimulator(design(top));
    simulator.reset(1);
    expect(values(simulator, "y", 4)).toEqual([1, 2, 1, 2]);
  });

  it("need periods that make sense", () => {
    const make = (periods: Record<string, number>) => () =>
      createNativeSimulator(design(counter()), { periods });
    expect(errorOf(make({ other: 2 })).code).toBe("unknown-domain");
    expect(errorOf(make({ clk: 0.5 })).code).toBe("bad-period");
  });
});

describe("memories", () => {
  it("give the old word to a read at the edge that writes", () => {
    const [r, address] = [ref("r", uint(8)), ref("address", uint(3))];
    const top = module({
      ports: [
        input("address", uint(3)),
        input("data", uint(8)),
        output("y", uint(8)),
        output("now", uint(8)),
      ],
      regs: [reg("r", uint(8))],
      memories: [memory("m", 5, uint(8), ["a", "b", "c", "d", "e"])],
      body: [
        next(r, { kind: "memread", type: uint(8), memory: "m", address }),
        { kind: "memwrite", memory: "m", address, data: ref("data", uint(8)), loc },
        set(ref("y", uint(8)), r),
        set(ref("now", uint(8)), { kind: "memread", type: uint(8), memory: "m", address }),
      ],
    });
    const simulator = createNativeSimulator(design(top));
    simulator.poke("address", Uint32Array.of(4));
    simulator.poke("data", Uint32Array.of(77));
    expect(simulator.peek("now")[0]).toBe(0xe);
    simulator.step();
    expect([simulator.peek("y")[0], simulator.peek("now")[0]]).toEqual([0xe, 77]);
    simulator.step();
    expect(simulator.peek("y")[0]).toBe(77);
    simulator.poke("address", Uint32Array.of(5));
    const error = errorOf(() => {
      simulator.step();
    });
    expect(error.code).toBe("assertion-failed");
    expect(error.message).toMatch(/address of m/);
  });
});

describe("hierarchy", () => {
  /** `y` is `x` plus one; with `registered` a tick later. */
  function adder(registered: boolean): Module {
    const [x, r, y] = [ref("x", uint(40)), ref("r", uint(40)), ref("y", uint(40))];
    return module({
      name: "adder",
      ports: [input("x", x.type), output("y", y.type)],
      regs: registered ? [reg("r", r.type)] : [],
      body: registered ? [next(r, plusOne(x)), set(y, r)] : [set(y, plusOne(x))],
    });
  }
  const instance = (name: string, key: string) => ({
    name,
    module: key,
    clocks: { clk: "clk", rst: "rst" },
    loc,
  });
  const [x, y] = [ref("x", uint(40)), ref("y", uint(40))];

  it("passes values through instances in any order of statements", () => {
    const top = module({
      ports: [input("x", uint(40)), output("y", uint(40))],
      instances: [instance("c", "adder"), instance("b", "stage"), instance("a", "adder")],
      body: [
        set(y, ref("y", uint(40), "c")),
        set(ref("x", uint(40), "c"), ref("y", uint(40), "b")),
        set(ref("x", uint(40), "b"), ref("y", uint(40), "a")),
        set(ref("x", uint(40), "a"), x),
      ],
    });
    const simulator = createNativeSimulator(design(top, { adder: adder(false), stage: adder(true) }));
    simulator.poke("x", Uint32Array.of(0xfffffffe, 1));
    expect(simulator.peek("y")).toEqual(Uint32Array.of(1, 0));
    simulator.step();
    expect(simulator.peek("y")).toEqual(Uint32Array.of(1, 2));
    expect(simulator.inspect("b.r")).toEqual(Uint32Array.of(0, 2));
    expect([...simulator.signals().keys()]).toContain("a.x");
  });

  it("settles what is a loop of signals but not of their elements", () => {
    // Instance i adds one to link[i] and gives link[i + 1]; all links are one signal.
    const link = ref("link", vec(9, uint(40)));
    const instances = Array.from({ length: 8 }, (_, i) => instance(`u${String(i)}`, "adder"));
    const top = module({
      ports: [input("x", uint(40)), output("y", uint(40))],
      wires: [wire("link", link.type)],
      instances,
      body: [
        set(y, element(link, 8)),
        ...instances
          .flatMap(({ name }, i): Stmt[] => [
            set(element(link, i + 1), ref("y", uint(40), name)),
            set(ref("x", uint(40), name), element(link, i)),
          ])
          .reverse(),
        set(element(link, 0), x),
      ],
    });
    const simulator = createNativeSimulator(design(top, { adder: adder(false) }));
    simulator.poke("x", Uint32Array.of(100, 3));
    expect(simulator.peek("y")).toEqual(Uint32Array.of(108, 3));
  });

  it("takes blocks apart whose signals depend on each other through an instance", () => {
    const pass = adder(false);
    const top = module({
      ports: [input("x", uint(40)), output("y", uint(40))],
      instances: [instance("u", "adder")],
      body: [
        set(ref("x", uint(40), "u"), literal(uint(40), 0)),
        set(y, literal(uint(40), 0)),
        when(op("ne", x, literal(uint(40), 0)), [
          set(y, ref("y", uint(40), "u")),
          set(ref("x", uint(40), "u"), x),
        ]),
      ],
    });
    const simulator = createNativeSimulator(design(top, { adder: pass }));
    simulator.poke("x", Uint32Array.of(5, 0));
    expect(simulator.peek("y")).toEqual(Uint32Array.of(6, 0));
  });

  it("names the signals of a loop that does not settle", () => {
    const [a, b] = [ref("a", bool), ref("b", bool)];
    const top = module({
      ports: [output("y", bool)],
      wires: [wire("a", bool), wire("b", bool)],
      body: [set(a, { kind: "unary", op: "not", type: bool, arg: b }), set(b, a), set(ref("y", bool), b)],
    });
    const error = errorOf(() => createNativeSimulator(design(top)).peek("y"));
    expect([error.code, error.where]).toEqual(["does-not-settle", "a, b"]);
  });

  it("runs the model of an external module, and asks for one where there is none", () => {
    const external = { name: "vendor_adder", parameters: {}, sources: {} };
    const top = module({
      ports: [input("x", uint(40)), output("y", uint(40))],
      instances: [instance("u", "adder")],
      body: [set(ref("x", uint(40), "u"), x), set(y, ref("y", uint(40), "u"))],
    });
    const modelled = createNativeSimulator(design(top, { adder: { ...adder(false), external } }));
    modelled.poke("x", Uint32Array.of(5, 0));
    expect(modelled.peek("y")).toEqual(Uint32Array.of(6, 0));
    const bare = { ...adder(false), external, body: [] };
    const error = errorOf(() => createNativeSimulator(design(top, { adder: bare })));
    expect([error.code, error.where]).toEqual(["external-without-model", "u"]);
  });
});

describe("checks", () => {
  const check = (kind: AssertStmt["kind"], property: Expr, label: string): AssertStmt => ({
    kind,
    domain: "clk",
    property,
    label,
    message: `${label} is wrong`,
    loc: { file: "design.ts", line: 12, column: 3 },
  });
  const r = ref("r", uint(4));
  const top = module({
    ports: [input("limit", uint(4)), output("y", uint(4))],
    regs: [reg("r", r.type, 0)],
    body: [
      next(r, plusOne(r)),
      set(ref("y", r.type), r),
      when(op("gt", r, literal(uint(4), 2)), [
        check("assert", op("le", r, ref("limit", uint(4))), "below_limit"),
      ]),
      check("cover", op("lt", r, literal(uint(4), 2)), "small"),
    ],
  });

  it("stop at the edge, with path, place and tick, and the design stands as before it", () => {
    const simulator = createNativeSimulator(design(top));
    simulator.poke("limit", Uint32Array.of(4));
    simulator.reset();
    const error = errorOf(() => {
      simulator.step(20);
    });
    expect([error.code, error.message, error.where]).toEqual([
      "assertion-failed",
      "assertion failed: below_limit is wrong",
      "top.below_limit, design.ts:12:3, tick 7",
    ]);
    expect([simulator.ticks, simulator.peek("y")[0]]).toEqual([7, 5]);
    simulator.poke("limit", Uint32Array.of(15));
    simulator.step();
    expect(simulator.peek("y")[0]).toBe(6);
  });

  it("count cover points outside reset", () => {
    const simulator = createNativeSimulator(design(top));
    simulator.poke("limit", Uint32Array.of(15));
    simulator.reset(5);
    simulator.step(17);
    expect(simulator.covered()).toEqual({ "top.small": 3 });
  });

  it("do not hold in reset", () => {
    const simulator = createNativeSimulator(design(top));
    simulator.step(3);
    simulator.poke("rst", one);
    simulator.step();
    expect(simulator.peek("y")[0]).toBe(0);
  });
});

describe("large designs", () => {
  it("are spread over functions and behave the same", () => {
    const wide = bits(64);
    const x = ref("x", wide);
    const count = 400;
    const w = (i: number): RefExpr => ref(`w${String(i)}`, wide);
    const wires = Array.from({ length: count }, (_, i) => w(i));
    // One `if` that drives everything: too heavy for one function.
    const body = wires.flatMap((target, i) => [set(target, op("xor", x, literal(wide, i)))]);
    const other = wires.map((target) =>
      set(target, { kind: "unary", op: "not", type: wide, arg: x } as const),
    );
    const top = module({
      ports: [input("x", wide), input("s", bool), output("y", wide)],
      wires: wires.map(({ name }) => wire(name, wide)),
      body: [
        when(ref("s", bool), body, other),
        set(
          ref("y", wide),
          wires.reduce<Expr>((sum, term) => op("add", sum, term), literal(wide, 0)),
        ),
      ],
    });
    const simulator = createNativeSimulator(design(top));
    const all = (1n << 64n) - 1n;
    const value = 0x0123456789abcdefn;
    simulator.poke("x", Uint32Array.of(0x89abcdef, 0x01234567));
    const shown = (): bigint => {
      const [low, high] = simulator.peek("y");
      return (BigInt(high ?? 0) << 32n) | BigInt(low ?? 0);
    };
    expect(shown()).toBe(((value ^ all) * BigInt(count)) & all);
    simulator.poke("s", one);
    const expected = wires.reduce((sum, _, i) => sum + (value ^ BigInt(i)), 0n) & all;
    expect(shown()).toBe(expected);
  });
});

describe("ports", () => {
  const simulator = createNativeSimulator(design(counter()));

  it("refuse what is no input, no port or out of range", () => {
    expect(
      errorOf(() => {
        simulator.poke("y_clk", one);
      }).code,
    ).toBe("not-an-input");
    expect(
      errorOf(() => {
        simulator.poke("clk", one);
      }).code,
    ).toBe("not-an-input");
    expect(errorOf(() => simulator.peek("nothing")).hint).toBe("its ports: clk, rst, y_clk");
    expect(
      errorOf(() => {
        simulator.poke("rst", Uint32Array.of(2));
      }).code,
    ).toBe("value-out-of-range");
    expect(errorOf(() => simulator.inspect("u.x")).code).toBe("unknown-signal");
  });

  it("are gone once the simulation is closed", () => {
    const closed = createNativeSimulator(design(counter()));
    closed.close();
    expect(errorOf(() => closed.peek("y_clk")).code).toBe("simulator-closed");
  });
});
