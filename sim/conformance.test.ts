import { describe, expect, test } from "vitest";
import { asyncFifo, fifo } from "../rtl/stream/index.ts";
import {
  bits,
  bool,
  component,
  enumeration,
  input,
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
  type Hardware,
  type PortRecord,
} from "../src/hdl/index.ts";
import { testbench, type Testbench, type TestbenchOptions } from "./testbench.ts";

/** What every simulator has to do, through the one interface. */
describe.each(["native", "verilator"] as const)("%s", (simulator) => {
  async function using<P extends PortRecord>(
    hardware: Hardware<P>,
    use: (tb: Testbench<P>) => Promise<void> | void,
    options: TestbenchOptions = {},
  ): Promise<void> {
    const tb = await testbench(hardware, { ...options, simulator });
    try {
      await use(tb);
    } finally {
      tb.close();
    }
  }

  const counter = component({
    name: "counter",
    ports: () => ({ enable: input(bool), count: output(uint(4)), next: output(uint(5)) }),
    build(m, { enable, count, next }) {
      const { value } = m.regs({ value: reg(uint(4), { reset: 9 }) });
      m.when(enable, () => {
        value.next(value.add(1).wrap(uint(4)));
      });
      count.set(value);
      next.set(value.add(1));
    },
  });

  test("a poke acts at once on combinational logic, on registers at the edge", () =>
    using(counter(), (tb) => {
      expect(tb.ticks).toBe(2);
      tb.enable.poke(true);
      expect(tb.count.peek()).toBe(9);
      tb.step();
      expect(tb.count.peek()).toBe(10);
      expect(tb.next.peek()).toBe(11);
      tb.step(7);
      expect(tb.count.peek()).toBe(1);
      tb.enable.poke(false);
      tb.step(3);
      expect(tb.count.peek()).toBe(1);
    }));

  test.each([
    { reset: "sync", active: "high" },
    { reset: "sync", active: "low" },
    { reset: "async", active: "high" },
    { reset: "async", active: "low" },
  ] as const)("a reset that is $reset, active $active", (reset) =>
    using(
      counter(),
      (tb) => {
        tb.enable.poke(true);
        tb.step(3);
        expect(tb.count.peek()).toBe(12);
        const level = (active: boolean): void => {
          const pin = reset.active === "high" ? "rst" : "rst_n";
          tb.simulator.poke(pin, Uint32Array.of(Number(active === (reset.active === "high"))));
        };
        level(true);
        expect(tb.count.peek()).toBe(reset.reset === "async" ? 9 : 12);
        tb.step();
        expect(tb.count.peek()).toBe(9);
        tb.step();
        expect(tb.count.peek()).toBe(9);
        level(false);
        tb.step();
        expect(tb.count.peek()).toBe(10);
        tb.reset();
        expect(tb.count.peek()).toBe(9);
      },
      { elaborate: { reset } },
    ),
  );

  const phase = enumeration("phase", ["idle", "busy", "done"]);
  const packet = struct({
    tag: uint(3),
    body: struct({ wide: bits(70), signed: sint(40) }),
    phase,
    list: vec(3, struct({ bit: bool, small: sint(3) })),
  });
  const packets = [
    {
      tag: 5,
      body: { wide: (1n << 69n) | 0xdeadbeefn, signed: -1n },
      phase: "done",
      list: [
        { bit: true, small: -4 },
        { bit: false, small: 3 },
        { bit: true, small: -1 },
      ],
    },
    {
      tag: 0,
      body: { wide: 0n, signed: -(2n ** 39n) },
      phase: "busy",
      list: [
        { bit: false, small: 0 },
        { bit: true, small: 1 },
        { bit: false, small: -2 },
      ],
    },
  ] as const;

  test("payloads of nested structs, vecs of structs, enumerations and wide words", () =>
    using(fifo({ kind: packet, depth: 4 }), async (tb) => {
      tb.x.push(packets);
      expect(await tb.y.popMany(2)).toEqual(packets);
      const { y } = tb.run({ inputs: { x: packets }, outputs: { y: 2 } });
      expect(y.values).toEqual(packets);
    }));

  test("a payload of 1,000 bits", () =>
    using(fifo({ kind: bits(1000), depth: 4, style: "block" }), (tb) => {
      const values = [0, 31, 32, 63, 64, 999].map((bit) => (1n << BigInt(bit)) | 1n);
      expect(tb.run({ inputs: { x: values }, outputs: { y: 6 } }).y.values).toEqual(values);
    }));

  test("stalls come in the same cycles in every simulator", () =>
    using(fifo({ kind: uint(8), depth: 2, style: "shift" }), (tb) => {
      const values = [1, 2, 3, 4, 5, 6, 7, 8];
      const run = tb.run({
        inputs: { x: values },
        outputs: { y: 8 },
        stalls: { probability: 0.5, seed: 4_000_000_000 },
      });
      expect(run.y.values).toEqual(values);
      expect({ x: run.x.stamps, y: run.y.stamps }).toMatchInlineSnapshot(`
        {
          "x": [
            0,
            1,
            2,
            5,
            7,
            10,
            12,
            14,
          ],
          "y": [
            4,
            6,
            9,
            11,
            13,
            16,
            18,
            22,
          ],
        }
      `);
    }));

  test("handles and whole runs stall alike", () =>
    using(fifo({ kind: uint(8), depth: 2 }), async (tb) => {
      const values = Array.from({ length: 30 }, (_, i) => i);
      const { ticks, y } = tb.run({
        inputs: { x: values },
        outputs: { y: 30 },
        stalls: { probability: 0.6, seed: 12 },
      });
      const start = tb.ticks;
      tb.x.stall(0.6, 12);
      tb.y.stall(0.6, 13);
      tb.x.push(values);
      expect(await tb.y.popMany(30)).toEqual(y.values);
      expect(tb.ticks - start).toBe(ticks);
    }));

  test("two clocks", () =>
    using(
      asyncFifo({ kind: uint(12), depth: 4 }),
      async (tb) => {
        const values = Array.from({ length: 50 }, (_, i) => (i * 41) % 4096);
        const { x, y } = tb.run({ inputs: { x: values }, outputs: { y: 50 } });
        expect(y.values).toEqual(values);
        // The writing clock rises at the end of ticks 2, 5, 8, ..., the reading clock of ticks 4, 9, 14, ...
        expect(x.stamps.every((tick) => (tick + 10 + 1) % 3 === 0)).toBe(true);
        expect(y.stamps.every((tick) => (tick + 10 + 1) % 5 === 0)).toBe(true);
        tb.x.push(values);
        expect(await tb.y.popMany(50)).toEqual(values);
      },
      { periods: { write: 3, read: 5 } },
    ));

  test("memories: a block RAM gives the old word where it is being written, a ROM its contents", () => {
    const lookup = component({
      name: "lookup",
      ports: () => ({
        write: input(bool),
        address: input(uint(2)),
        data: input(bits(36)),
        word: output(bits(36)),
        square: output(uint(8)),
      }),
      build(m, { write, address, data, word, square }) {
        const { ram } = m.memories({ ram: memory(4, bits(36), { style: "block", init: [1, 2, 3, 4] }) });
        const { squares } = m.roms({ squares: rom(uint(8), [0, 1, 4, 9]) });
        const { fetched } = m.regs({ fetched: reg(bits(36), { reset: "none" }) });
        m.when(write, () => {
          ram.write(address, data);
        });
        fetched.next(ram.read(address));
        word.set(fetched);
        square.set(squares.read(address));
      },
    });
    return using(lookup(), (tb) => {
      tb.address.poke(2);
      tb.write.poke(true);
      tb.data.poke(0xabcdef012n);
      expect(tb.square.peek()).toBe(4);
      tb.step();
      expect(tb.word.peek()).toBe(3n);
      tb.write.poke(false);
      tb.step();
      expect(tb.word.peek()).toBe(0xabcdef012n);
      tb.reset();
      expect(tb.word.peek()).toBe(0xabcdef012n);
    });
  });

  const limited = component({
    name: "limited",
    ports: () => ({ value: input(uint(8)), low: output(uint(4)) }),
    build(m, { value, low }) {
      const { kept } = m.regs({ kept: uint(4) });
      m.assert({ not_thirteen: value.ne(13) }, { message: "13 is bad luck" });
      kept.next(value.narrow(uint(4)));
      low.set(kept);
    },
  });

  test("a failed assertion ends the step, with its message and place; what is out of reset goes on", () =>
    using(limited(), (tb) => {
      tb.value.poke(12);
      tb.step();
      expect(tb.low.peek()).toBe(12);
      tb.value.poke(13);
      expect(() => {
        tb.step();
      }).toThrow(
        expect.objectContaining({
          code: "assertion-failed",
          message: expect.stringContaining("13 is bad luck") as string,
        }),
      );
      tb.value.poke(4);
      tb.step();
      expect(tb.low.peek()).toBe(4);
    }));

  test("a narrow that loses something is a failed assertion", () =>
    using(limited(), (tb) => {
      tb.value.poke(16);
      expect(() => {
        tb.step();
      }).toThrow(expect.objectContaining({ code: "assertion-failed" }));
    }));

  test("a failed assertion reaches whoever waits for a stream", () => {
    const picky = component({
      name: "picky",
      ports: () => ({ x: sink(uint(4)), y: source(uint(4)) }),
      build(m, { x, y }) {
        x.into(y);
        m.when(x.fire, () => {
          m.assert({ even: x.payload.bit(0).not() });
        });
      },
    });
    return using(picky(), async (tb) => {
      tb.x.push([2, 4, 5]);
      expect(await tb.y.popMany(2)).toEqual([2, 4]);
      await expect(tb.y.pop()).rejects.toMatchObject({ code: "assertion-failed" });
    });
  });

  test("a beat that never comes", () =>
    using(
      fifo({ kind: uint(8), depth: 4 }),
      async (tb) => {
        await expect(tb.y.pop()).rejects.toMatchObject({ code: "stream-hung" });
        expect(tb.ticks).toBe(102);
        expect(() => tb.run({ inputs: { x: [1] }, outputs: { y: 2 } })).toThrow(
          expect.objectContaining({ code: "stream-hung" }),
        );
      },
      { idleLimit: 100 },
    ));

  test("values that a port cannot take", () =>
    using(counter(), (tb) => {
      const poke = (port: string): (() => void) => {
        return () => {
          tb.simulator.poke(port, Uint32Array.of(2));
        };
      };
      expect(poke("enable")).toThrow(expect.objectContaining({ name: "SluiceError" }));
      expect(poke("count")).toThrow(expect.objectContaining({ name: "SluiceError" }));
      expect(poke("nothing")).toThrow(expect.objectContaining({ code: "unknown-port" }));
      expect(() => tb.simulator.peek("nothing")).toThrow(expect.objectContaining({ code: "unknown-port" }));
    }));

  test("nothing goes on after close", async () => {
    const tb = await testbench(counter(), { simulator });
    tb.close();
    tb.close();
    expect(() => tb.count.peek()).toThrow(expect.objectContaining({ code: "simulator-closed" }));
  });
});
