import { expect, test } from "vitest";
import { bits, bool, component, elaborate, source, struct } from "../../src/hdl/index.ts";
import { createNativeSimulator } from "../../src/simulate/native.ts";
import { AxiProtocolError, Channel, LiteChecker, StreamChecker } from "./index.ts";

/** Offers beats and takes them back, or changes them, in every cycle. */
const restless = component({
  name: ({ what }: { readonly what: "valid" | "beat" }) => `restless_${what}`,
  ports: () => ({ m: source(struct({ data: bits(8) }), { naming: "axi" }) }),
  build(m, { m: port }, { what }) {
    const { phase, count } = m.regs({ phase: bool, count: bits(8) });
    phase.next(phase.not());
    count.next(count.not());
    port.valid.set(what === "valid" ? phase : true);
    port.payload.data.set(what === "beat" ? count : 7);
    m.unused({ ready: port.ready, phase, count });
  },
});

test.each(["valid", "beat"] as const)("a channel whose %s does not wait for ready is found", (what) => {
  const simulator = createNativeSimulator(elaborate(restless({ what })));
  simulator.reset();
  const channel = new Channel(simulator, "m");
  const run = (ready: boolean): void => {
    for (let tick = 0; tick < 4; tick++) {
      channel.accept(ready);
      channel.moved();
      simulator.step();
    }
  };
  expect(() => {
    run(true);
  }).not.toThrow();
  expect(() => {
    run(false);
  }).toThrow(what === "valid" ? /m in tick \d+: valid fell before ready/ : /the beat changed before ready/);
});

test("responses that nothing asked for are found", () => {
  const okay = { resp: 0n };
  const early = [
    [{ b: okay }],
    [{ aw: {} }, { b: okay }],
    [{ aw: {}, w: {}, b: okay }],
    [{ ar: {}, r: okay }],
    [{ ar: {} }, { r: okay }, { r: okay }],
    [{ ar: {} }, { r: { resp: 1n } }],
  ];
  for (const moves of early) {
    const checker = new LiteChecker();
    expect(() => {
      for (const each of moves) checker.observe(each);
    }).toThrow(AxiProtocolError);
  }
  const checker = new LiteChecker();
  for (const each of [{ w: {} }, { aw: {}, ar: {} }, { b: okay, r: okay }]) checker.observe(each);
  expect(checker.open).toBe(0);
});

test("packets are bytes without gaps", () => {
  const checker = new StreamChecker();
  checker.observe({ data: 0x04030201n, keep: 15n, last: 0n }, 4);
  checker.observe({ data: 0x05n, keep: 1n, last: 1n, user: 1n }, 4);
  expect(checker.packets).toEqual([{ bytes: [1, 2, 3, 4, 5], beats: 2, user: true }]);
  for (const beat of [
    { keep: 0n, last: 1n },
    { keep: 5n, last: 1n },
    { keep: 2n, last: 1n },
    { keep: 3n, last: 0n },
  ])
    expect(() => {
      checker.observe(beat, 4);
    }).toThrow(AxiProtocolError);
});
