import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import wavedrom from "wavedrom";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fifo } from "../rtl/stream/index.ts";
import {
  bits,
  component,
  elaborate,
  enumeration,
  output,
  reg,
  sink,
  sint,
  source,
  struct,
  uint,
  vec,
} from "../src/hdl/index.ts";
import { widthOf } from "../src/ir/index.ts";
import { Random } from "../src/random.ts";
import { createNativeSimulator } from "../src/simulate/native.ts";
import { format } from "../src/simulate/values.ts";
import { rangeOf, signalsIn, waveView, type WaveViewOptions } from "../src/simulate/wave-view.ts";
import { runTool } from "./process.ts";
import { simulatorsOf } from "./simulators.ts";
import { findOnPath } from "./tools.ts";
import { sampleSimulator, type Stimulus } from "./vectors.ts";
import { readVcd, type Dump } from "./vcd-reader.test-helper.ts";
import { vcdToFst, writeWaveViews } from "./wave-files.ts";

const phase = enumeration("Phase", ["WAIT", "COUNT", "GIVE"]);
const beat = struct({ gain: sint(6), taps: vec(3, uint(5)), raw: bits(70) });

/** Holds a beat for some cycles. */
const holder = component({
  name: "holder",
  ports: () => ({ x: sink(beat), y: source(beat) }),
  build(m, { x, y }) {
    const { state, left, held } = m.regs({ state: phase, left: uint(3), held: reg(beat, { reset: "none" }) });
    x.ready.set(state.eq("WAIT"));
    m.match(state, {
      WAIT: () => {
        m.when(x.fire, () => {
          held.next(x.payload);
          left.next(3);
          state.next("COUNT");
        });
      },
      COUNT: () => {
        left.next(left.sub(1).wrap(uint(3)));
        m.when(left.eq(0), () => {
          state.next("GIVE");
        });
      },
      GIVE: () => {
        m.when(y.ready, () => {
          state.next("WAIT");
        });
      },
    });
    y.valid.set(state.eq("GIVE"));
    y.payload.set(held);
  },
});

/** Two layers. */
const chain = component({
  name: "chain",
  ports: () => ({ x: sink(beat), y: source(beat), busy: output(phase) }),
  build(m, { x, y, busy }) {
    const { buffer, hold } = m.instances({ buffer: fifo({ kind: beat, depth: 4 }), hold: holder() });
    const { mode } = m.regs({ mode: phase });
    m.when(x.fire, () => {
      mode.next("COUNT");
    });
    busy.set(mode);
    x.into(buffer.x);
    buffer.y.into(hold.x);
    hold.y.into(y);
  },
});

const design = elaborate(chain());
const ticks = 60;
const random = new Random(7);

function perTick(limbs: number, value: (tick: number) => bigint): Uint32Array {
  const values = new Uint32Array(limbs * ticks);
  for (let tick = 0; tick < ticks; tick++)
    for (let limb = 0; limb < limbs; limb++)
      values[limbs * tick + limb] = Number(BigInt.asUintN(32, value(tick) >> BigInt(32 * limb)));
  return values;
}

/** Offers a new beat every other cycle, so that some wait: what comes in stays as long as it has to. */
const stimulus: Stimulus = {
  ticks,
  inputs: {
    rst: perTick(1, (tick) => BigInt(tick < 2)),
    x_valid: perTick(1, (tick) => BigInt(tick % 2)),
    x_payload_gain: perTick(1, () => random.bits(6)),
    x_payload_taps: perTick(1, () => random.bits(15)),
    x_payload_raw: perTick(3, () => BigInt.asUintN(70, random.bits(64) << 6n)),
    y_ready: perTick(1, () => BigInt(random.below(2))),
  },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-waves-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Reads an FST file with GTKWave's own reader. */
async function readFst(path: string): Promise<Dump> {
  const command = findOnPath("fst2vcd") ?? "fst2vcd is missing: install gtkwave";
  const { stdout, exitCode } = await runTool({ command, args: [path], cwd: folder });
  expect(exitCode).toBe(0);
  return readVcd(stdout);
}

const native: WaveViewOptions = { top: "chain", from: "native" };
const verilator: WaveViewOptions = { top: "TOP.chain", from: "verilator" };

async function record(kind: "native" | "verilator"): Promise<string> {
  const fst = join(folder, `${kind}.fst`);
  const trace = kind === "native" ? join(folder, "native.vcd") : fst;
  const [start] = await simulatorsOf([design], kind, { trace: true, optimize: false });
  const simulator = start?.({ trace });
  if (simulator === undefined) throw new Error("no simulator");
  sampleSimulator(simulator, stimulus);
  simulator.close();
  if (kind === "native") await vcdToFst(trace, fst);
  return fst;
}

/** Every value of every signal, tick by tick, as the native simulator tells it. */
function truth(): readonly ReadonlyMap<string, Uint32Array>[] {
  const simulator = createNativeSimulator(design);
  const paths = [...simulator.signals().keys()];
  return Array.from({ length: ticks }, (_, tick) => {
    for (const [port, values] of Object.entries(stimulus.inputs)) {
      const limbs = values.length / ticks;
      simulator.poke(port, values.subarray(limbs * tick, limbs * (tick + 1)));
    }
    const seen = new Map(paths.map((path) => [path, simulator.inspect(path)]));
    simulator.step();
    return seen;
  });
}

function bitsOf(limbs: Uint32Array): bigint {
  return limbs.reduceRight((value, limb) => (value << 32n) | BigInt(limb), 0n);
}

describe.each([
  { kind: "native", options: native },
  { kind: "verilator", options: verilator },
] as const)("$kind", ({ kind, options }) => {
  let fst: string;
  let dump: Dump;
  beforeAll(async () => {
    fst = await record(kind);
    dump = await readFst(fst);
  }, 120_000);

  test("FST holds every value of every tick", () => {
    const types = createNativeSimulator(design).signals();
    let compared = 0;
    for (const [tick, values] of truth().entries()) {
      for (const [path, limbs] of values) {
        const type = types.get(path);
        if (type === undefined) throw new Error(path);
        // The native simulator's clocks run by themselves.
        if (/(^|\.)clk$/.test(path)) continue;
        const elements =
          options.from === "native" && type.kind === "vec"
            ? Array.from({ length: type.length }, (_, i) => ({
                name: `${path}[${String(i)}]`,
                type: type.element,
                bits: BigInt.asUintN(
                  widthOf(type.element),
                  bitsOf(limbs) >> BigInt(i * widthOf(type.element)),
                ),
              }))
            : [{ name: path, type, bits: bitsOf(limbs) }];
        for (const { name, type: of, bits: value } of elements) {
          const label = options.from === "native" && of.kind === "enum";
          const full = `${options.top}.${name}${label ? "" : rangeOf(of)}`;
          const expected = label ? format(of, limbs) : value.toString(2);
          expect(dump.valueAt(full, 10 * tick + 4), `${full}, tick ${String(tick)}`).toBe(expected);
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(2000);
  });

  test("save files name only signals that are there, all streams among them", async () => {
    const saves = await writeWaveViews(design, fst, options);
    expect(saves.map((path) => basename(path))).toEqual([`${kind}.gtkw`, `${kind}.sucl`]);
    const [gtkwave = "", surfer = ""] = await Promise.all(saves.map((path) => readFile(path, "utf8")));
    const inGtkwave = gtkwave.split("\n").filter((line) => line.startsWith(options.top));
    const inSurfer = [...surfer.matchAll(/^variable_add (\S+)$/gm)].map(([, path = ""]) => path);
    const shown = signalsIn(waveView(design, options)).map(({ path }) => path);
    expect(inGtkwave.filter((path) => !dump.signals.includes(path))).toEqual([]);
    const plain = new Set(dump.signals.map((path) => path.replace(/\[\d+:0\]$/, "")));
    expect(inSurfer).toEqual(shown);
    expect(shown.filter((path) => !plain.has(path))).toEqual([]);
    for (const stream of ["x_valid", "y_ready", "buffer.x_payload_raw", "hold.y_payload_gain", "hold.state"])
      expect(shown).toContain(`${options.top}.${stream}`);
    const mappings = await readdir(join(folder, ".surfer", "mappings")).catch(() => []);
    expect(mappings).toEqual(kind === "native" ? [] : ["Phase"]);
  });
});

test.each(["native", "verilator"] as const)("%s says where a waveform cannot be written", async (kind) => {
  const [start] = await simulatorsOf([design], kind, { trace: true, optimize: false });
  const trace = join(folder, "nowhere", "x.fst");
  expect(() => start?.({ trace })).toThrow(
    expect.objectContaining({ code: "trace-not-writable", where: trace }),
  );
});

test("a save file groups by layer, and decodes enums, numbers and points", async () => {
  const dump = join(folder, "looks.fst");
  const options = { ...verilator, fractionBits: { "hold.y_payload_gain": 4 } };
  const [gtkwave = "", surfer = ""] = await writeWaveViews(design, dump, options);
  const text = (await readFile(gtkwave, "utf8")).replaceAll(folder, "FOLDER");
  expect(text.slice(0, text.indexOf("@800200\n-x\n"))).toMatchInlineSnapshot(`
    "[*] Written by Sluice for GTKWave
    [dumpfile] "FOLDER/looks.fst"
    [savefile] "FOLDER/looks.gtkw"
    [timestart] 0
    @800200
    -chain
    @28
    TOP.chain.clk
    @28
    TOP.chain.rst
    @2022
    ^1 FOLDER/looks.Phase.txt
    TOP.chain.busy[1:0]
    "
  `);
  expect(text.slice(text.indexOf("-hold.y\n"))).toMatchInlineSnapshot(`
    "-hold.y
    @28
    TOP.chain.hold.y_valid
    @28
    TOP.chain.hold.y_ready
    @40000420
    [fpshift_count] 4
    TOP.chain.hold.y_payload_gain[5:0]
    @22
    TOP.chain.hold.y_payload_taps[14:0]
    @22
    TOP.chain.hold.y_payload_raw[69:0]
    @1401200
    -hold.y
    @2022
    ^1 FOLDER/looks.Phase.txt
    TOP.chain.hold.state[1:0]
    @1000200
    -hold
    @1000200
    -chain
    "
  `);
  expect((await readFile(surfer, "utf8")).split("\n").slice(-24).join("\n")).toMatchInlineSnapshot(`
    "variable_add TOP.chain.buffer.y_payload_raw
    divider_add hold
    divider_add hold.x
    variable_add TOP.chain.hold.x_valid
    variable_add TOP.chain.hold.x_ready
    variable_add TOP.chain.hold.x_payload_gain
    item_focus cc
    item_set_format Signed
    variable_add TOP.chain.hold.x_payload_taps
    variable_add TOP.chain.hold.x_payload_raw
    divider_add hold.y
    variable_add TOP.chain.hold.y_valid
    variable_add TOP.chain.hold.y_ready
    variable_add TOP.chain.hold.y_payload_gain
    item_focus ci
    item_set_format Signed
    variable_add TOP.chain.hold.y_payload_taps
    variable_add TOP.chain.hold.y_payload_raw
    variable_add TOP.chain.hold.state
    item_focus cl
    item_set_format Phase
    item_unfocus
    zoom_fit
    "
  `);
  expect(await readFile(join(folder, "looks.Phase.txt"), "utf8")).toBe("0 WAIT\n1 COUNT\n2 GIVE\n");
  const mapping = await readFile(join(folder, ".surfer", "mappings", "Phase"), "utf8");
  expect(mapping).toBe("Name = Phase\nBits = 2\n0 WAIT\n1 COUNT\n2 GIVE\n");
});

test("WaveDrom draws the diagram of a simulation", () => {
  const simulator = createNativeSimulator(design);
  simulator.watch(["x_valid", "x_payload_gain", "busy"]);
  simulator.poke("x_payload_gain", Uint32Array.of(0b111111));
  simulator.reset();
  simulator.poke("x_valid", Uint32Array.of(1));
  simulator.step(3);
  const diagram = simulator.timingDiagram({ from: 1 });
  expect(diagram).toEqual({
    signal: [
      { name: "clk", wave: "p..." },
      { name: "x_valid", wave: "01.." },
      { name: "x_payload_gain", wave: "=...", data: ["-1"] },
      { name: "busy", wave: "=.=.", data: ["WAIT", "COUNT"] },
    ],
    head: { tick: 1 },
  });
  const svg = wavedrom.onml.stringify(wavedrom.renderAny(0, diagram, wavedrom.waveSkin));
  expect(svg).toMatch(/^<svg .*<\/svg>\s*$/s);
  for (const text of ["x_payload_gain", "-1", "COUNT"]) expect(svg).toContain(`<tspan>${text}</tspan>`);
});
