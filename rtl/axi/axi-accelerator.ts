import {
  bits,
  component,
  pack,
  sink,
  source,
  uint,
  type Bits,
  type BitsKind,
  type Bool,
  type ClockSpec,
  type Hardware,
  type InputPort,
  type Inside,
  type Kind,
  type OutputPort,
  type Outside,
  type Producer,
  type SinkPort,
  type SourcePort,
  type UInt,
} from "../../src/hdl/index.ts";
import { SluiceError } from "../../src/error.ts";
import type { PartWrite } from "../nn/index.ts";
import { fifo } from "../stream/index.ts";
import { acceleratorRegisters, layerRegister, type AcceleratorFacts } from "./accelerator-registers.ts";
import {
  litePorts,
  markedBeat,
  streamBeat,
  type LitePorts,
  type MarkedBeat,
  type StreamBeat,
} from "./channels.ts";
import { eventCounters } from "./event-counters.ts";
import { frameConverter } from "./frame-converter.ts";
import { busBeats, frameInfo, framer } from "./framer.ts";
import { only } from "./only.ts";
import type { RegisterMap } from "./register-map.ts";
import { registerSlave } from "./register-slave.ts";
import { resultSender } from "./result-sender.ts";

/** An accelerator whose layers' streams are watched: bit i of `stalled` and `starved` is of layer i. */
export type WatchedAccelerator = Hardware<{
  x: SinkPort;
  y: SourcePort;
  stalled: OutputPort<BitsKind>;
  starved: OutputPort<BitsKind>;
  /** By the layer, where its weights can be written. */
  weights?: Readonly<Record<string, InputPort<PartWrite>>>;
}>;

/** Beats of a frame at one end of the accelerator. */
export interface FrameBeats {
  readonly beats: number;
  /** Bits of a beat. */
  readonly width: number;
}

export interface AxiAcceleratorParams extends Pick<
  AcceleratorFacts,
  | "name"
  | "buildHash"
  | "classes"
  | "busWidth"
  | "cyclesPerFrame"
  | "latencyCycles"
  | "clockMHz"
  | "layers"
  | "writable"
> {
  readonly accelerator: WatchedAccelerator;
  readonly input: FrameBeats;
  readonly output: FrameBeats;
}

/**
 * The reset that AXI asks for, as every module below an AXI top has it: `elaborate(hardware, { reset: axiReset })`.
 * Synchronous, as the FPGAs' reset controllers release it so.
 */
export const axiReset = { reset: "sync", active: "low" } as const satisfies ClockSpec;

/**
 * Cycles that a frame takes more than in the accelerator for itself, where its result is one beat, and a beat of the bus
 * holds a beat of the accelerator at either side: one in front of it, one behind.
 */
export const axiLatency = 2;

/** Widths of TDATA. */
export const busWidths: readonly number[] = [8, 16, 32, 64, 128, 256, 512, 1024];

/** The registers of an accelerator with AXI interfaces. */
export function registersOf(params: AxiAcceleratorParams): RegisterMap {
  const { busWidth } = params;
  const frame = (shape: FrameBeats) => {
    const bytes = bytesOf(shape);
    return { bytes, beats: busBeats({ busWidth, bytes }).beats };
  };
  return acceleratorRegisters({ ...params, input: frame(params.input), output: frame(params.output) });
}

const bytesOf = ({ beats, width }: FrameBeats): number => Math.ceil((beats * width) / 8);

const converterIn = (busWidth: number, { beats, width }: FrameBeats) => ({
  from: busWidth,
  to: width,
  frame: beats * width,
});

const converterOut = (busWidth: number, { beats, width }: FrameBeats) => ({
  from: width,
  to: busWidth,
  frame: beats * width,
});

/**
 * Frames that may be under way: twice as many as keep an empty accelerator busy, so that those that wait in its buffers
 * do not hold it up; at least as many as the smallest distributed RAM holds.
 */
function framesInFlight({ latencyCycles, cyclesPerFrame, busWidth, input }: AxiAcceleratorParams): number {
  const { beats } = busBeats({ busWidth, bytes: bytesOf(input) });
  return Math.max(31, 2 * Math.ceil((latencyCycles + beats) / Math.max(cyclesPerFrame, beats)) + 4);
}

const define = component({
  name: ({ name }) => `${moduleName(name)}_axi`,
  doc: ({ name, busWidth }) =>
    [
      `Accelerator ${name} with AXI interfaces: frames and results as packets of ${String(busWidth)}-bit AXI4-Stream, control and`,
      "status over AXI4-Lite. Each packet at s_axis gives one result at m_axis; that of a faulty one has TUSER set.",
    ].join("\n"),
  validate: ({ busWidth }: AxiAcceleratorParams) => {
    if (busWidths.includes(busWidth)) return;
    throw new SluiceError("bus-width-unknown", `an AXI4-Stream bus cannot be ${String(busWidth)} bits wide`, {
      where: "--bus-width",
      hint: `use one of ${busWidths.join(", ")}`,
    });
  },
  clocks: { aclk: { ...axiReset, pins: { clock: "aclk", reset: "aresetn" } } },
  ports: (params: AxiAcceleratorParams) => ({
    s_axis: { t: sink(streamBeat(params.busWidth), { naming: "axi", doc: "frames" }) },
    m_axis: { t: source(markedBeat(params.busWidth), { naming: "axi", doc: "results" }) },
    s_axi: litePorts(registersOf(params).addressBits),
  }),
  build(m, { s_axis, m_axis, s_axi }, params) {
    const { busWidth, input, output, layers, writable } = params;
    const inFlight = framesInFlight(params);
    const { now } = m.regs({ now: uint(32) });
    now.next(now.add(1).wrap(uint(32)));

    const { frames, core, results, known, registers, counters } = m.instances({
      frames: framer({ busWidth, bytes: bytesOf(input), inFlight }),
      core: params.accelerator,
      known: fifo({ kind: frameInfo, depth: inFlight }),
      results: resultSender({ busWidth, bytes: bytesOf(output) }),
      registers: registerSlave(registersOf(params)),
      counters: eventCounters({ widths: counterWidths(layers) }),
    });
    s_axis.t.into(frames.x);
    const beats = frames.y.through({ unpack: frameConverter(converterIn(busWidth, input)) });
    recast(beats, core.x.kind).into(core.x);
    const packed = core.y.map(bits(output.width), (payload) => pack(payload as Bits));
    packed.through({ repack: frameConverter(converterOut(busWidth, output)) }).into(results.x);
    results.y.into(m_axis.t);

    known.x.valid.set(frames.ended);
    known.x.payload.set(frames.info);
    known.y.into(results.info);
    m.doc("It has a place for every frame that may be under way.");
    m.assert({ known_fits: frames.ended.not().or(known.x.ready) });
    m.unused({ known_ready: known.x.ready });

    through(s_axi, registers.s_axi);
    const clear = only(registers.pulse, "command").bit(0);
    m.name({ clear });
    frames.enable.set(only(registers.held, "control").bit(0));
    frames.now.set(now);
    frames.done.set(results.done);
    results.now.set(now);
    results.clear.set(clear);
    counters.clear.set(clear);
    only(registers.set, "errors").set(frames.errors);
    for (const { layer } of writable)
      only(core.weights ?? {}, layer).set(only(registers.window, layerRegister("weights", layer)));

    const events: Readonly<Record<string, Bool | boolean>> = {
      cycles: true,
      frames_in: frames.ended,
      frames_out: results.done,
      frames_faulty: frames.ended.and(frames.info.faulty),
      ...Object.fromEntries(
        layers.flatMap((layer, i) => [
          [layerRegister("stalled", layer), core.stalled.bit(i)],
          [layerRegister("starved", layer), core.starved.bit(i)],
        ]),
      ),
    };
    for (const [name, happens] of Object.entries(events)) only(counters.event, name).set(happens);
    const { cycles, ...counts } = counters.count;
    if (cycles === undefined) throw new Error("no counter of cycles");
    const values: Readonly<Record<string, UInt>> = {
      ...counts,
      status: frames.busy.asUInt(),
      latency: results.latency,
      cycles_low: cycles.asBits().slice(0, 32).asUInt(),
      cycles_high: cycles.asBits().slice(32, 32).asUInt(),
    };
    for (const [name, value] of Object.entries(values)) only(registers.value, name).set(value);
  },
});

/** Counters by their registers' names; that of cycles has two registers. */
function counterWidths(layers: readonly string[]): Readonly<Record<string, number>> {
  const names = [
    ...["frames_in", "frames_out", "frames_faulty"],
    ...layers.flatMap((layer) => [layerRegister("stalled", layer), layerRegister("starved", layer)]),
  ];
  return { cycles: 64, ...Object.fromEntries(names.map((name) => [name, 32])) };
}

/** Plain bits as the values that the accelerator takes. */
function recast(stream: Producer<BitsKind>, kind: Kind): Producer {
  if (kind.kind === "bits") return stream;
  return stream.map(kind, (payload) => payload.as(kind) as never);
}

/** Joins the five channels of a bus with those of an instance. */
function through(bus: Inside<LitePorts>, slave: Outside<LitePorts>): void {
  bus.aw.into(slave.aw);
  bus.w.into(slave.w);
  slave.b.into(bus.b);
  bus.ar.into(slave.ar);
  slave.r.into(bus.r);
}

function moduleName(name: string): string {
  return name.replaceAll(/\W/g, "_");
}

/**
 * An accelerator with AXI4-Stream and AXI4-Lite interfaces (docs/axi.md). Elaborate it with `axiReset`. Latency:
 * `axiLatency` more than the accelerator's.
 *
 * @throws SluiceError `bus-width-unknown`.
 */
export const axiAccelerator: (params: AxiAcceleratorParams) => Hardware<{
  s_axis: { readonly t: SinkPort<StreamBeat> };
  m_axis: { readonly t: SourcePort<MarkedBeat> };
  s_axi: LitePorts;
}> = define;
