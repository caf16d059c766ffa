import { expect, test } from "vitest";
import {
  bool,
  component,
  reg,
  sink,
  source,
  uint,
  wire,
  type SinkPort,
  type SourcePort,
  type UIntKind,
} from "../src/hdl/index.ts";
import { checkCases } from "./cases.ts";

type Mistake =
  "none" | "wrong value" | "late" | "loses beats" | "hangs" | "takes valid back" | "changes payload";

/** A register slice, with or without a mistake. */
const slice = component<{ x: SinkPort<UIntKind>; y: SourcePort<UIntKind> }, Mistake>({
  name: "slice",
  ports: () => ({ x: sink(uint(8)), y: source(uint(8)) }),
  build(m, { x, y }, mistake) {
    const { valid, payload } = m.regs({ valid: bool, payload: reg(uint(8), { reset: "none" }) });
    const { beats } = m.counters({ beats: 16 });
    const { pause } = m.counters({ pause: 3 });
    const { free } = m.wires({ free: wire(bool) });
    pause.advance();
    m.when(y.fire, () => {
      beats.advance();
    });
    free.set(valid.not().or(y.fire));
    x.ready.set(mistake === "late" ? free.and(pause.last) : free);
    m.when(free, () => {
      valid.next(mistake === "loses beats" ? x.fire.and(pause.last.not()) : x.fire);
      payload.next(
        mistake === "wrong value" ? x.payload.xor(beats.last.asUInt().extend(uint(8))) : x.payload,
      );
    });
    if (mistake === "hangs") y.valid.set(valid.and(beats.last.not()));
    else if (mistake === "takes valid back") y.valid.set(valid.and(pause.last.not()));
    else y.valid.set(valid);
    y.payload.set(mistake === "changes payload" ? payload.xor(pause.last.asUInt().extend(uint(8))) : payload);
    m.unused({ pause, beats });
  },
});

/** What simulators run is right; the mistake is in what synthesis takes. */
const implemented: typeof slice = component({
  name: "implemented",
  ports: () => ({ x: sink(uint(8)), y: source(uint(8)) }),
  build(m, { x, y }) {
    const { inner } = m.instances({ inner: slice("none") });
    x.into(inner.x);
    inner.y.into(y);
  },
  implementation: (mistake: Mistake) => slice(mistake),
});

function check(mistake: Mistake, hardware = slice) {
  return checkCases(
    {
      pick: (): Mistake => mistake,
      hardware,
      model: ({ x }) => ({ y: x }),
      timing: ({ inputs: { x } }) => ({ x: x.map((_, beat) => beat), y: x.map((_, beat) => beat + 1) }),
    },
    { seed: 1, cases: 8, sets: 1, nativeSets: 1 },
  );
}

test("finds nothing wrong with what is right, and tells what was tried", async () => {
  expect(await check("none")).toEqual({
    both: { cases: 8, parameterSets: 1 },
    nativeOnly: { cases: 4, parameterSets: 1 },
  });
});

test.each([
  [
    "wrong value",
    /native simulator: beat \d+ of y is \d+, should be \d+\n {2}"wrong value", seed 1000, case/,
  ],
  ["late", /beat 0 of x as predicted: tick \d+, should be 0/],
  ["loses beats", /hangs after these beats: x \d+, y \d+|beat \d+ of y is \d+, should be/],
  ["hangs", /hangs after these beats: x \d+, y 15/],
  ["takes valid back", /stream y took valid back before the beat was taken/],
  ["changes payload", /stream y changed its payload before the beat was taken/],
] as const)("finds a design that is %s", async (mistake, message) => {
  await expect(check(mistake)).rejects.toThrow(message);
});

test("runs implementations for synthesis beside what they stand for", async () => {
  await check("none", implemented);
  await expect(check("wrong value", implemented)).rejects.toThrow(
    /^implemented in Verilator, as cells: beat \d+ of y is \d+, should be/,
  );
});
