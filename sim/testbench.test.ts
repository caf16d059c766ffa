import { expect, expectTypeOf, test } from "vitest";
import { fork } from "../rtl/stream/fork.ts";
import { skidBuffer } from "../rtl/stream/skid-buffer.ts";
import { bool, component, input, output, reg, sink, source, struct, uint, vec } from "../src/hdl/index.ts";
import { testbench } from "./testbench.ts";

const sample = struct({ value: uint(8), last: bool });

const accumulator = component({
  name: "accumulator",
  ports: () => ({
    x: sink(sample),
    y: source(uint(16)),
    config: { gain: input(uint(4)) },
    step: output(uint(8)),
  }),
  build(m, { x, y, config, step }) {
    const { total, valid, steps } = m.regs({
      total: uint(16),
      valid: bool,
      steps: reg(uint(8), { reset: 7 }),
    });
    x.ready.set(valid.not());
    m.when(x.fire, () => {
      total.next(total.add(x.payload.value.mul(config.gain)).wrap(uint(16)));
      valid.next(x.payload.last);
      steps.next(steps.add(1).wrap(uint(8)));
    });
    m.when(y.fire, () => {
      valid.next(false);
      total.next(0);
    });
    y.valid.set(valid);
    y.payload.set(total);
    step.set(steps);
  },
});

test("the handles have the types of the ports", async () => {
  const tb = await testbench(accumulator());
  interface Sample {
    readonly value: number | bigint;
    readonly last: boolean;
  }
  expectTypeOf<Parameters<typeof tb.x.push>[0]>().toEqualTypeOf<Sample | readonly Sample[]>();
  expectTypeOf<Awaited<ReturnType<typeof tb.y.pop>>>().toEqualTypeOf<number | bigint>();
  expectTypeOf<Parameters<typeof tb.config.gain.poke>[0]>().toEqualTypeOf<number | bigint>();
  expectTypeOf<ReturnType<typeof tb.ports.step.peek>>().toEqualTypeOf<number | bigint>();
  expectTypeOf<readonly Sample[]>().toExtend<Parameters<typeof tb.x.push>[0]>();
  expectTypeOf<{ value: number }>().not.toExtend<Parameters<typeof tb.x.push>[0]>();
  // @ts-expect-error An output stream takes no beats.
  expect(tb.y.push).toBeUndefined();
  expect(() => {
    // @ts-expect-error A number is wanted.
    tb.config.gain.poke("3");
  }).toThrow("config_gain is uint(4)");
  tb.close();
});

test("tasks wait side by side; a port named as a control is among the ports", async () => {
  const tb = await testbench(accumulator());
  tb.config.gain.poke(3);
  const log: string[] = [];
  const producer = async (): Promise<void> => {
    for (const value of [1, 2, 3, 4]) {
      await tb.x.push({ value, last: value % 2 === 0 });
      log.push(`pushed ${String(value)} at ${String(tb.ticks)}`);
    }
  };
  const consumer = async (): Promise<void> => {
    for (let i = 0; i < 2; i++) log.push(`got ${String(await tb.y.pop())} at ${String(tb.ticks)}`);
  };
  await Promise.all([producer(), consumer()]);
  expect(log).toMatchInlineSnapshot(`
    [
      "pushed 1 at 3",
      "pushed 2 at 4",
      "got 9 at 5",
      "pushed 3 at 6",
      "pushed 4 at 7",
      "got 21 at 8",
    ]
  `);
  expect(tb.ports.step.peek()).toBe(11);
  tb.close();
});

test("a beat that never comes ends the wait, by the name of the stream", async () => {
  const tb = await testbench(skidBuffer({ kind: uint(8) }), { idleLimit: 50 });
  await expect(tb.y.pop()).rejects.toMatchObject({
    code: "stream-hung",
    message: "no beat came out of stream y for 50 ticks",
    where: "skid_buffer_8.y, tick 52",
  });
  const pushed = tb.x.push([1, 2, 3]);
  await expect(pushed).rejects.toMatchObject({
    code: "stream-hung",
    message: "no beat was taken at stream x for 50 ticks",
  });
  tb.close();
});

test("streams are moved by one side at a time", async () => {
  const tb = await testbench(skidBuffer({ kind: uint(8) }));
  tb.x.push([1, 2, 3]);
  expect(() => tb.run({ inputs: { x: [4] } })).toThrow(expect.objectContaining({ code: "stream-busy" }));
  expect(await tb.y.popMany(3)).toEqual([1, 2, 3]);
  const { y, ticks } = tb.run({ inputs: { x: [4, 5] }, outputs: { y: 2 } });
  expect(y).toEqual({ values: [4, 5], stamps: [1, 2] });
  expect(ticks).toBe(3);
  expect(() => tb.run({ inputs: { x: [6] }, outputs: { y: 2 } })).toThrow(
    "no beat moves any more: y after 1 of 2 beats",
  );
  const waiting = tb.y.pop();
  tb.close();
  await expect(waiting).rejects.toMatchObject({ code: "stream-cleared" });
});

test("a fork's branches by number, stalled each in its way", async () => {
  const tb = await testbench(fork({ kind: uint(8), n: 3 }), { stalls: { probability: 0.3, seed: 5 } });
  const beats = Array.from({ length: 20 }, (_, i) => i);
  tb.x.push(beats);
  tb.y[1]?.stall(0.9, 8);
  expect(await Promise.all(tb.y.map((branch) => branch.popMany(20)))).toEqual([beats, beats, beats]);
  const run = tb.run({
    inputs: { x: beats },
    outputs: { y: [20, 20, 20] },
    stalls: { probability: 0.5, seed: 1 },
  });
  expect(run.y.map(({ values }) => values)).toEqual([beats, beats, beats]);
  tb.close();
});

test("a beat that is an array is told from a list of beats", async () => {
  const tb = await testbench(skidBuffer({ kind: vec(2, uint(8)) }));
  tb.x.push([]);
  tb.x.push([1, 2]);
  tb.x.push([
    [3, 4],
    [5, 6],
  ]);
  expect(await tb.y.popMany(3)).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  tb.close();
});

const blinking = component({
  name: "blinking",
  ports: () => ({ y: source(bool) }),
  build: (m, { y }) => {
    const { on } = m.regs({ on: bool });
    on.next(on.not());
    y.valid.set(on);
    y.payload.set(on);
    m.unused({ ready: y.ready });
  },
});

test("a design that takes valid back is told off", async () => {
  const tb = await testbench(blinking());
  expect(() => {
    tb.step(4);
  }).toThrow(expect.objectContaining({ code: "stream-protocol", where: "blinking.y, tick 4" }));
  tb.close();
});

test("so is one inside, where the rules of all streams are checked", async () => {
  const hidden = component({
    name: "hidden",
    ports: () => ({ y: source(bool) }),
    build: (m, { y }) => {
      const { inner, buffer } = m.instances({ inner: blinking(), buffer: skidBuffer({ kind: bool }) });
      inner.y.into(buffer.x);
      buffer.y.into(y);
    },
  });
  const quiet = await testbench(hidden());
  quiet.step(10);
  quiet.close();
  const tb = await testbench(hidden(), { streamRules: true });
  const where = expect.stringMatching(
    /^hidden\.inner\.assertions\.y_valid_holds, sim\/testbench\.test\.ts:\d+:\d+, tick \d+$/,
  ) as string;
  expect(() => {
    tb.step(10);
  }).toThrow(expect.objectContaining({ code: "assertion-failed", where }));
  tb.close();
});

test("a waveform as text", async () => {
  const tb = await testbench(skidBuffer({ kind: uint(8) }));
  tb.watch(["x_valid", "x_ready", "x_payload", "y_valid", "y_ready", "y_payload"]);
  tb.x.push([17, 34, 51]);
  tb.step(4);
  await tb.y.popMany(3);
  expect(tb.waveform()).toMatchInlineSnapshot(`
    "tick       2  3  4 5 6 7  8
    x_valid    ▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▁▁▁
    x_ready    ▔▔▔▔▔▔▁▁▁▁▁▁▔▔▔▔▔▔
    x_payload  │17│34│51         │
    y_valid    ▁▁▁▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔
    y_ready    ▁▁▁▁▁▁▁▁▁▁▔▔▔▔▔▔▔▔
    y_payload  │0 │17      │34│51│"
  `);
  tb.close();
});
