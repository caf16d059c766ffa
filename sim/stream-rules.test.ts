import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { fifo } from "../rtl/stream/index.ts";
import {
  bool,
  component,
  diagnose,
  elaborate,
  memory,
  output,
  reg,
  sink,
  source,
  struct,
  uint,
  vec,
  type Hardware,
} from "../src/hdl/index.ts";
import { targetRoot, type Design, type Expr, type Stmt } from "../src/ir/index.ts";
import { emit, emitAssertions } from "../src/emit/index.ts";
import { SluiceError } from "../src/error.ts";
import { sampleIcarus, type IcarusResult } from "./icarus.ts";
import { icarusRead, verilatorLint, yosysRead } from "./lint.ts";
import { simulatorsOf, testDesign, type StartSimulator } from "./simulators.ts";
import { sampleSimulator, type Stimulus } from "./vectors.ts";

const beat = struct({ last: bool, lanes: vec(3, uint(4)) });

/** Offers a beat, and thinks better of it. */
const impatient = component({
  name: "impatient",
  ports: () => ({ y: source(uint(8)) }),
  build(m, { y }) {
    const { count } = m.regs({ count: uint(3) });
    count.next(count.add(1).wrap(uint(3)));
    m.when(y.fire, () => {
      count.next(0);
    });
    y.valid.set(count.ge(5));
    y.payload.set(7);
  },
});

/** Changes what it offers. */
const fickle = component({
  name: "fickle",
  ports: () => ({ y: source(beat) }),
  build(m, { y }) {
    const { count } = m.regs({ count: uint(4) });
    m.when(count.lt(15), () => {
      count.next(count.add(1).wrap(uint(4)));
    });
    m.when(y.fire, () => {
      count.next(0);
    });
    y.valid.set(count.ge(5));
    y.payload.last.set(false);
    y.payload.lanes.set([1, count, 3]);
  },
});

/** Its valid has no value before the first beat has come. */
const undecided = component({
  name: "undecided",
  ports: () => ({ x: sink(uint(8)), y: source(uint(8)) }),
  build(m, { x, y }) {
    const { given, held } = m.regs({ given: reg(bool, { reset: "none" }), held: uint(8) });
    x.ready.set(y.ready.or(given.not()));
    m.when(x.fire, () => {
      given.next(true);
      held.next(x.payload);
    });
    y.valid.set(given);
    y.payload.set(held);
  },
});

/** A register that its neighbour fills; active-low asynchronous reset, and a signal called as its checker would be. */
const innocent = component({
  name: "innocent",
  ports: () => ({ x: sink(uint(8)), y: source(uint(8)) }),
  clocks: { clk: { reset: "async", active: "low" } },
  build(m, { x, y }) {
    const { assertions, held } = m.regs({ assertions: bool, held: reg(uint(8), { reset: "none" }) });
    x.ready.set(assertions.not().or(y.ready));
    m.when(x.ready, () => {
      assertions.next(x.valid);
    });
    m.when(x.fire, () => {
      held.next(x.payload);
    });
    y.valid.set(assertions);
    y.payload.set(held);
  },
});

/** The wrong one is found below the top. */
const nested = component({
  name: "nested",
  ports: () => ({ y: source(uint(8)) }),
  build(m, { y }) {
    const { inner } = m.instances({ inner: impatient() });
    inner.y.into(y);
  },
});

/** Claims what does not hold: at tick 8 of its counter a number, at 10 an index, at 12 an assertion. */
const claims = component({
  name: "claims",
  ports: () => ({ y: output(uint(4)) }),
  build(m, { y }, { which }: { which: number }) {
    const { count } = m.regs({ count: uint(4) });
    count.next(count.add(1).wrap(uint(4)));
    if (which === 0) {
      const { short } = m.regs({ short: uint(3) });
      short.next(count.narrow(uint(3)));
      y.set(short);
    } else if (which === 1) {
      const { rom } = m.memories({ rom: memory(10, uint(4), { init: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }) });
      y.set(rom.read(count));
    } else {
      y.set(1);
      m.assert({ counts_to_ten: count.le(10) }, { message: 'not "that" far' });
    }
  },
});

const ticks = 24;

/** These values of ports; a reset where none is given, active for two ticks. */
function stimulus(inputs: Readonly<Record<string, (tick: number) => number>>): Stimulus {
  const perTick = (value: (tick: number) => number): Uint32Array =>
    Uint32Array.from({ length: ticks }, (_, tick) => value(tick));
  const entries = Object.entries(inputs).map(([name, value]) => [name, perTick(value)] as const);
  const reset = {
    rst: perTick((tick) => Number(tick < 2)),
    rst_n: perTick((tick) => Number(tick >= 2)),
  };
  return { ticks, inputs: { ...reset, ...Object.fromEntries(entries) } };
}

const ownLines = readFileSync(fileURLToPath(import.meta.url), "utf8").split("\n");

/** The place of a line of this file, as failures name it. */
function lineOf(text: string): string {
  const line = ownLines.findIndex((candidate) => candidate.includes(text)) + 1;
  return `sim/stream-rules.test.ts:${String(line)}:`;
}

/** The design with another value in every assignment to a signal of its top. */
function rewired(design: Design, signal: string, change: (value: Expr) => Expr): Design {
  const top = design.modules[design.top];
  if (top === undefined) throw new Error("no top");
  const rewrite = (stmt: Stmt): Stmt => {
    if (stmt.kind === "assign" && targetRoot(stmt.target).name === signal)
      return { ...stmt, value: change(stmt.value) };
    if (stmt.kind !== "if") return stmt;
    const branches = stmt.branches.map(({ condition, body }) => ({ condition, body: body.map(rewrite) }));
    return { ...stmt, branches };
  };
  return { ...design, modules: { ...design.modules, [design.top]: { ...top, body: top.body.map(rewrite) } } };
}

const high: Expr = { kind: "const", type: { kind: "bool" }, value: "1" };
const five = elaborate(fifo({ kind: uint(8), depth: 5 }));
/** Counts three words where one comes. */
const greedy = (value: Expr): Expr =>
  value.kind === "binary" && value.op === "add"
    ? { ...value, right: { kind: "const", type: value.type, value: "3" } }
    : value;

interface Case {
  readonly name: string;
  readonly design: Design;
  readonly stimulus: Stimulus;
  /** What a failure says; undefined where nothing is wrong. */
  readonly message: string | undefined;
  /** Place in TypeScript, to the line. */
  readonly place: string;
  /** Needs values that are neither 0 nor 1. */
  readonly icarusOnly?: true;
}

const on = (hardware: Hardware): Design => elaborate(hardware);
const one_ = (): number => 1;
const low = (): number => 0;

const cases: readonly Case[] = [
  {
    name: "a source whose valid falls",
    design: on(impatient()),
    stimulus: stimulus({ y_ready: low }),
    message: "y_valid_holds: valid fell before the beat was taken",
    place: lineOf("const impatient = component({"),
  },
  {
    name: "a source whose payload changes",
    design: on(fickle()),
    stimulus: stimulus({ y_ready: low }),
    message: "y_payload_stable: the payload changed before the beat was taken",
    place: lineOf("const fickle = component({"),
  },
  {
    name: "a source below the top",
    design: on(nested()),
    stimulus: stimulus({ y_ready: low }),
    message: "y_valid_holds: valid fell before the beat was taken",
    place: lineOf("const impatient = component({"),
  },
  {
    name: "a source whose valid is unknown",
    // `elaborate` refuses it.
    design: diagnose(undecided()).design,
    stimulus: stimulus({ y_ready: low }),
    message: "y_valid_known: valid is neither 0 nor 1",
    place: lineOf("const undecided = component({"),
    icarusOnly: true,
  },
  {
    name: "an environment that takes a beat back",
    design: elaborate(innocent()),
    stimulus: stimulus({ y_ready: low, x_valid: (tick) => Number(tick < 10), x_payload: low }),
    message: "x_valid_holds: valid fell before the beat was taken",
    place: lineOf("const innocent = component({"),
  },
  {
    name: "an environment that changes a beat",
    design: elaborate(innocent()),
    stimulus: stimulus({ y_ready: low, x_valid: one_, x_payload: (tick) => Number(tick > 12) }),
    message: "x_payload_stable: the payload changed before the beat was taken",
    place: lineOf("const innocent = component({"),
  },
  {
    name: "an environment that is right, with a beat under way at a reset",
    design: elaborate(innocent()),
    stimulus: stimulus({
      rst_n: (tick) => Number(tick >= 2 && tick !== 12),
      y_ready: low,
      x_valid: (tick) => Number(tick < 12),
      x_payload: (tick) => Number(tick >= 12),
    }),
    message: undefined,
    place: "",
  },
  {
    name: "a FIFO that says ready when it is full",
    design: rewired(five, "x_ready", () => high),
    stimulus: stimulus({ y_ready: low, x_valid: one_, x_payload: low }),
    message: "no_write_when_full: a word is written to a full FIFO",
    place: "rtl/stream/fifo.ts:",
  },
  {
    name: "a FIFO that hands on what it has not",
    design: rewired(five, "pop", () => high),
    stimulus: stimulus({ y_ready: low, x_valid: low, x_payload: low }),
    message: "no_read_when_empty: a word is read from an empty FIFO",
    place: "rtl/stream/fifo.ts:",
  },
  {
    name: "a FIFO that miscounts",
    design: rewired(five, "count", greedy),
    stimulus: stimulus({ y_ready: low, x_valid: one_, x_payload: low }),
    message: "level_in_bounds: more words are stored than there is room for",
    place: "rtl/stream/fifo.ts:",
  },
  {
    name: "a number that does not fit",
    design: on(claims({ which: 0 })),
    stimulus: stimulus({ y_ready: one_ }),
    message: "short_fits: value does not fit into 3 bits",
    place: lineOf("short.next(count.narrow(uint(3)));"),
  },
  {
    name: "an address past the end",
    design: on(claims({ which: 1 })),
    stimulus: stimulus({ y_ready: one_ }),
    message: "address of rom is past 9",
    place: lineOf("y.set(rom.read(count));"),
  },
  {
    name: "an assertion of the author's",
    design: on(claims({ which: 2 })),
    stimulus: stimulus({ y_ready: one_ }),
    message: 'not "that" far',
    place: lineOf("m.assert({ counts_to_ten"),
  },
];

let native: readonly StartSimulator[];
let verilator: readonly StartSimulator[];
let icarus: readonly IcarusResult[];

beforeAll(async () => {
  const designs = cases.map(({ design }) => design);
  native = await simulatorsOf(designs, "native", { streamRules: true });
  verilator = await simulatorsOf(designs, "verilator", { streamRules: true, optimize: false });
  icarus = await sampleIcarus(
    cases.map((one) => ({ design: testDesign(one.design, "around"), stimulus: one.stimulus })),
  );
}, 120_000);

/** The failure that ends a simulation, as one text. */
function failureOf(start: StartSimulator | undefined, given: Stimulus): string | undefined {
  const simulator = start?.();
  if (simulator === undefined) throw new Error("no simulator");
  try {
    sampleSimulator(simulator, given);
    return undefined;
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    return `${error.message} | ${error.where ?? ""}`;
  } finally {
    simulator.close();
  }
}

test.each(cases.map((one, i) => ({ ...one, i })))(
  "$name",
  ({ i, message, place, icarusOnly, stimulus: given }) => {
    const failures: Readonly<Record<string, string | undefined>> = {
      ...(icarusOnly === true
        ? {}
        : { native: failureOf(native[i], given), verilator: failureOf(verilator[i], given) }),
      icarus: icarus[i]?.errors.map((error) => `${error.message} | ${error.place ?? ""}`)[0],
    };
    for (const [simulator, failure] of Object.entries(failures)) {
      if (message === undefined) expect(failure, simulator).toBeUndefined();
      else {
        // The native simulator names the path instead of the label.
        expect(failure, simulator).toContain(
          simulator === "native" ? message.replace(/^\w+: /, "") : message,
        );
        expect(failure, simulator).toContain(place);
      }
    }
  },
);

test("all tools read the files without a word, and synthesis sees nothing in them", async () => {
  const designs = [impatient(), fickle(), nested(), innocent(), fifo({ kind: beat, depth: 5 })].map(
    (hardware) => elaborate(hardware),
  );
  const [bound, around] = (["bound", "around"] as const).map((how) =>
    designs.map((design) => {
      const { top, files } = testDesign(design, how);
      return { top: top.name, files };
    }),
  );
  const both = [...(bound ?? []), ...(around ?? [])];
  expect(await verilatorLint(both)).toEqual([]);
  expect(await icarusRead(both)).toEqual([]);
  expect(await yosysRead(bound ?? [])).toEqual([]);
  const { files } = emitAssertions(five);
  for (const { text } of files) expect(text).toMatch(/^(\/\/.*\n)*`ifndef SYNTHESIS\n[^]*`endif\n$/);
  expect(emit(five).files.map(({ name }) => name)).not.toContain(files[0]?.name);
});
