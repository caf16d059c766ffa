import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Random } from "../../src/random.ts";
import type { Stall } from "../../src/simulate/simulator.ts";
import { clocks, fields, fifo, interfaceOf, rom } from "../designs.fixture.ts";
import { buildModel, buildModels, VerilatorSimulator, type ModelLibrary } from "./index.ts";

const poison = 666;
const designs = [fifo(8), fifo(784), fields, clocks, rom, fifo(64, poison)] as const;
let library: ModelLibrary;

beforeAll(async () => {
  library = await buildModels(designs);
}, 180_000);

function open(design: number, periods: Readonly<Record<string, number>> = {}): VerilatorSimulator {
  return new VerilatorSimulator(library, { design, periods });
}

function randomBeats(random: Random, count: number, width: number): Uint32Array {
  const limbs = Array.from({ length: count }, () => toLimbs(random.bits(width), width));
  return Uint32Array.from(limbs.flat());
}

function toLimbs(value: bigint, width: number): number[] {
  return Array.from({ length: Math.ceil(width / 32) }, (_, i) =>
    Number(BigInt.asUintN(32, value >> BigInt(32 * i))),
  );
}

describe("ports", () => {
  test("a FIFO by hand: pokes settle before the edge, and only then", () => {
    const sim = open(0);
    sim.reset();
    expect(sim.ticks).toBe(2);
    expect(sim.peek("y_valid")).toEqual(Uint32Array.of(0));
    sim.poke("x_payload", Uint32Array.of(0xab));
    sim.poke("x_valid", Uint32Array.of(1));
    expect(sim.peek("y_valid")).toEqual(Uint32Array.of(0));
    sim.step();
    expect(sim.peek("y_valid")).toEqual(Uint32Array.of(1));
    expect(sim.peek("y_payload")).toEqual(Uint32Array.of(0xab));
    expect(sim.peek("x_payload")).toEqual(Uint32Array.of(0xab));
    sim.step(2);
    expect(sim.peek("x_ready")).toEqual(Uint32Array.of(1));
    sim.step();
    expect(sim.peek("x_ready")).toEqual(Uint32Array.of(0));
    sim.close();
  });

  test("names that C++ or Verilator write differently, a memory file, whatever the current folder", () => {
    const sim = open(4);
    sim.poke("double", Uint32Array.of(3));
    sim.step();
    expect(sim.peek("a__b")).toEqual(Uint32Array.of(0xadbeef55, 0xde));
    expect(sim.peek("ones")).toEqual(Uint32Array.of(28));
    sim.close();
  });

  test("wrong ports, values and calls are refused with their names", () => {
    const sim = open(0);
    const code = (call: () => unknown): unknown => {
      try {
        call();
      } catch (error) {
        return (error as { code: unknown }).code;
      }
      return "nothing thrown";
    };
    expect(code(() => sim.peek("nothing"))).toBe("unknown-port");
    expect(
      code(() => {
        sim.poke("y_valid", Uint32Array.of(1));
      }),
    ).toBe("port-not-pokable");
    expect(
      code(() => {
        sim.poke("clk", Uint32Array.of(1));
      }),
    ).toBe("port-not-pokable");
    expect(
      code(() => {
        sim.poke("x_payload", Uint32Array.of(256));
      }),
    ).toBe("value-range");
    expect(
      code(() => {
        sim.poke("x_payload", Uint32Array.of(1, 0));
      }),
    ).toBe("value-length");
    expect(code(() => sim.run({ inputs: { y: { beats: Uint32Array.of() } }, outputs: {} }))).toBe(
      "unknown-stream",
    );
    expect(code(() => sim.run({ inputs: { x: { beats: Uint32Array.of(1, 256) } }, outputs: {} }))).toBe(
      "value-range",
    );
    expect(code(() => open(0, { fast: 2 }))).toBe("unknown-domain");
    expect(code(() => open(0, { clk: 0.5 }))).toBe("period-invalid");
    sim.close();
    expect(
      code(() => {
        sim.step();
      }),
    ).toBe("simulator-closed");
  });
});

describe("clocks and resets", () => {
  test("two clocks: each rises at the end of the ticks that its period divides", () => {
    const sim = open(3, { slow: 3 });
    sim.poke("step", Uint32Array.of(2));
    sim.reset(3);
    const seen = Array.from({ length: 7 }, () => {
      const values = ["fast", "slow", "seen"].map((port) => sim.peek(port)[0]);
      sim.step();
      return values;
    });
    expect(seen).toEqual([
      [0, 100, 0],
      [2, 100, 0],
      [4, 100, 0],
      [6, 101, 4],
      [8, 101, 4],
      [10, 101, 4],
      [12, 102, 10],
    ]);
    sim.close();
  });

  test("an asynchronous reset, active low, is inactive at power-up and acts without a clock", () => {
    const sim = open(3);
    sim.step(5);
    expect(sim.peek("slow_rst_n")).toEqual(Uint32Array.of(1));
    expect(sim.peek("slow")).toEqual(Uint32Array.of(5));
    sim.poke("slow_rst_n", Uint32Array.of(0));
    expect(sim.peek("slow")).toEqual(Uint32Array.of(100));
    sim.poke("slow_rst_n", Uint32Array.of(1));
    sim.step();
    expect(sim.peek("slow")).toEqual(Uint32Array.of(101));
    sim.close();
  });
});

/** The FIFO of designs.fixture.ts and the rules of Simulator.run, cycle by cycle. */
function modelFifo(count: number, push: Stall, pop: Stall): { pushed: number[]; popped: number[] } {
  const stalls = ({ probability, seed }: Stall): (() => boolean) => {
    let state = Math.max(1, Math.imul(seed, 0x9e3779b1) >>> 0);
    return () => {
      state = (state ^ (state << 13)) >>> 0;
      state = (state ^ (state >>> 17)) >>> 0;
      state = (state ^ (state << 5)) >>> 0;
      return state < Math.floor(probability * 2 ** 32);
    };
  };
  const [pushStalled, popStalled] = [stalls(push), stalls(pop)];
  const pushed: number[] = [];
  const popped: number[] = [];
  let valid = false;
  for (let tick = 0; popped.length < count; tick++) {
    if (!pushStalled() && pushed.length < count) valid = true;
    const ready = !popStalled() && popped.length < count;
    const level = pushed.length - popped.length;
    if (ready && level > 0) popped.push(tick);
    if (valid && level < 4) {
      pushed.push(tick);
      valid = false;
    }
  }
  return { pushed, popped };
}

describe("streams", () => {
  test.each([
    [0, 0],
    [0.5, 0.1],
    [0.1, 0.6],
    [0.9, 0.9],
  ])("stall probabilities %d and %d: every beat, with the stamps of the specification", (x, y) => {
    for (const [design, width] of [
      [0, 8],
      [1, 784],
    ] as const) {
      const sim = open(design);
      sim.reset();
      for (const seed of [1, 2, 77]) {
        const beats = randomBeats(new Random(seed), 200, width);
        const push = { probability: x, seed };
        const pop = { probability: y, seed: seed + 1000 };
        const result = sim.run({
          inputs: { x: { beats, stall: push } },
          outputs: { y: { count: 200, stall: pop } },
        });
        const model = modelFifo(200, push, pop);
        expect(result.hung).toBe(false);
        expect(result.outputs["y"]?.beats).toEqual(beats);
        expect([...(result.inputs["x"]?.stamps ?? [])]).toEqual(model.pushed);
        expect([...(result.outputs["y"]?.stamps ?? [])]).toEqual(model.popped);
        expect(result.ticks).toBe((model.popped.at(-1) ?? 0) + 1);
      }
      sim.close();
    }
  });

  test("a struct payload: fields one after the other, first least significant", () => {
    const sim = open(2);
    sim.reset();
    const width = 3 + 70 + 33;
    const random = new Random(5);
    const values = Array.from({ length: 50 }, () => random.bits(width));
    const result = sim.run({
      inputs: { x: { beats: Uint32Array.from(values.flatMap((value) => toLimbs(value, width))) } },
      outputs: { y: { count: 50, stall: { probability: 0.5, seed: 1 } } },
    });
    const expected = values.flatMap((value) => toLimbs(value ^ 7n, width));
    expect(result.outputs["y"]?.beats).toEqual(Uint32Array.from(expected));
    sim.poke("x_payload_word", Uint32Array.of(0xfedcba98, 1));
    sim.poke("x_payload_wide", Uint32Array.of(1, 2, 3));
    sim.poke("x_valid", Uint32Array.of(1));
    sim.step();
    expect(sim.peek("y_payload_word")).toEqual(Uint32Array.of(0xfedcba98, 1));
    expect(sim.peek("y_payload_wide")).toEqual(Uint32Array.of(1, 2, 3));
    sim.close();
  });

  test("a stream that hangs says so, with the beats that went through; handshakes are low afterwards", () => {
    const sim = open(0);
    sim.reset();
    const result = sim.run({
      inputs: { x: { beats: Uint32Array.of(1, 2, 3) } },
      outputs: { y: { count: 5 } },
      idleLimit: 10,
    });
    expect(result).toMatchObject({ hung: true, ticks: 14, inputs: { x: { count: 3 } } });
    expect(result.outputs["y"]?.beats).toEqual(Uint32Array.of(1, 2, 3));
    expect(sim.peek("y_ready")).toEqual(Uint32Array.of(0));
    expect(sim.run({ inputs: {}, outputs: {} }).ticks).toBe(0);
    sim.close();
  });

  test("runAsync gives what run gives, and other calls are refused meanwhile", async () => {
    const [sim, same] = [open(0), open(0)];
    const beats = randomBeats(new Random(9), 5000, 8);
    const request = { inputs: { x: { beats } }, outputs: { y: { count: 5000 } } };
    sim.reset();
    same.reset();
    const running = sim.runAsync(request);
    expect(() => {
      sim.step();
    }).toThrow(/still runs/);
    expect(await running).toEqual(same.run(request));
    sim.close();
    same.close();
  });
});

describe("what ends a simulation", () => {
  test("a failed assertion is an error with message, place and tick, and Node goes on", () => {
    const sim = open(5);
    sim.reset();
    const beats = Uint32Array.of(1, 0, 2, 0, poison, 0, 3, 0);
    const run = (): unknown => sim.run({ inputs: { x: { beats } }, outputs: { y: { count: 4 } } });
    expect(run).toThrow(
      expect.objectContaining({
        code: "assertion-failed",
        message: expect.stringMatching(/^fifo\.sv:\d+: Assertion failed in .*poison taken/) as string,
        where: "fifo, tick 4",
      }) as Error,
    );
    expect(sim.ticks).toBe(5);
    sim.reset();
    const good = sim.run({
      inputs: { x: { beats: beats.subarray(0, 2) } },
      outputs: { y: { count: 1 } },
    });
    expect(good.outputs["y"]?.beats).toEqual(Uint32Array.of(1, 0));
    sim.close();
  });

  test("$finish and $fatal", async () => {
    const ends = interfaceOf({ name: "ends", ports: { how: 2, ">count": 8 } });
    const text = `module ends (
    input logic clk,
    input logic rst,
    input logic [1:0] how,
    output logic [7:0] count
);
  always_ff @(posedge clk) begin
    count <= rst ? 8'd0 : count + 8'd1;
    if (how == 2'd1) $finish;
    if (how == 2'd2) $fatal(1, "that is the end");
    if (how == 2'd3) $stop;
  end
endmodule
`;
    const built = await buildModel({ top: ends, files: [{ name: "ends.sv", text }] });
    const sim = new VerilatorSimulator(built);
    const during = (how: number): void => {
      sim.poke("how", Uint32Array.of(how));
      sim.step(3);
    };
    expect(() => {
      during(1);
    }).toThrow(expect.objectContaining({ code: "simulation-finished" }) as Error);
    expect(() => {
      during(3);
    }).toThrow(expect.objectContaining({ code: "assertion-failed" }) as Error);
    expect(() => {
      during(2);
    }).toThrow(/that is the end/);
    sim.close();
  });
});

describe("waveforms", () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-trace-"));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test("a traced model writes an FST file, complete at close", async () => {
    const traced = await buildModel(fifo(8), { trace: true });
    const trace = join(folder, "fifo.fst");
    const sim = new VerilatorSimulator(traced, { trace });
    sim.reset();
    sim.run({ inputs: { x: { beats: Uint32Array.of(1, 2, 3) } }, outputs: { y: { count: 3 } } });
    expect(existsSync(trace)).toBe(false);
    sim.close();
    // An FST file starts with a header block: type 0, length 329.
    expect([...readFileSync(trace).subarray(0, 9)]).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 73]);
  }, 180_000);

  test("a model built without is refused a trace", () => {
    expect(() => new VerilatorSimulator(library, { trace: join(folder, "no.fst") })).toThrow(
      /cannot write a waveform/,
    );
  });
});
