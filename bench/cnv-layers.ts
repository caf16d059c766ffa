/** The layers of an accelerator as designs of their own, each at the pace that it has in the pipeline. */
import { testDesign } from "../sim/simulators.ts";
import { buildModels, VerilatorSimulator, type ModelLibrary } from "../sim/verilator/index.ts";
import { tapBeats, tapsOf } from "../src/flow/taps.ts";
import {
  bits,
  bitWidth,
  component,
  elaborate,
  mux,
  reg,
  sink,
  sint,
  source,
  valueOf,
  type Hardware,
  type SinkPort,
  type SourcePort,
} from "../src/hdl/index.ts";
import { trace } from "../src/network/index.ts";
import { accelerator } from "../src/plan/pipeline.ts";
import { encodeFrames, type Plan, type Stage } from "../src/plan/index.ts";
import type { Cnv } from "./cnv.ts";
import { now, since } from "./measure.ts";

/** A design with what goes in and what has to come out, frame after frame. */
interface Part {
  readonly name: string;
  readonly hardware: Hardware<{ x: SinkPort; y: SourcePort }>;
  readonly x: Uint32Array;
  readonly y: Uint32Array;
  readonly frames: number;
  /** Beats of a frame at y. */
  readonly perFrame: number;
}

interface Pace {
  readonly width: number;
  readonly beats: number;
  readonly interval: number;
}

/** Lets the beats of a frame through in every interval, all of them as soon as they are taken. */
const pace = component({
  name: ({ width, beats, interval }: Pace) => `pace_${String(width)}_${String(beats)}_${String(interval)}`,
  ports: ({ width }) => ({ x: sink(bits(width)), y: source(bits(width)) }),
  build(m, { x, y }, { beats, interval }) {
    const kind = sint.between(0, 16 * beats);
    const { tick } = m.counters({ tick: interval });
    const { credit } = m.regs({ credit: reg(kind, { reset: beats }) });
    const open = credit.gt(0);
    m.name({ open });
    y.valid.set(x.valid.and(open));
    x.ready.set(y.ready.and(open));
    y.payload.set(x.payload);
    tick.advance();
    m.when(tick.last.or(x.fire), () => {
      const more = mux(tick.last, valueOf(kind, beats), 0);
      credit.next(
        credit
          .add(more)
          .add(mux(x.fire, valueOf(sint(1), -1), 0))
          .narrow(kind),
      );
    });
  },
});

/** The whole accelerator, nothing but the pace of a beat per frame, and each layer behind its own. */
export function partsOf({ network, inputs }: Cnv, planned: Plan): readonly Part[] {
  const { rows: frames } = inputs;
  const traces = trace(network, inputs);
  const taps = tapsOf(planned);
  const streams = taps.map((tap, i) => {
    const layer = traces[i];
    if (layer === undefined) throw new Error(`no trace of ${tap.layer}`);
    return { beats: tapBeats(tap, layer, frames), perFrame: tap.perFrame };
  });
  const interval = planned.cyclesPerFrame;
  const x = { beats: encodeFrames(inputs, planned.input), perFrame: planned.input.beats };
  const labels = labelsOf(traces.at(-1)?.accumulators ?? new Int32Array(), frames);
  const y = { beats: labels, perFrame: 1 };
  const layers = groupsOf(planned).map(({ name, stages }, i, all): Part => {
    const [before, after] = [streams[i - 1] ?? x, i === all.length - 1 ? y : streams[i]];
    if (after === undefined) throw new Error(`no beats of ${name}`);
    const paced = [paceStage(stages, before.perFrame, interval), ...stages];
    const hardware = accelerator({ ...network, name: `cnv_${name}` }, paced);
    return { name, hardware, x: before.beats, y: after.beats, frames, perFrame: after.perFrame };
  });
  const ticks = new Uint32Array(frames);
  const idle = {
    name: "idle",
    hardware: pace({ width: 1, beats: 1, interval }),
    x: ticks,
    y: ticks,
    frames,
    perFrame: 1,
  };
  const whole = { name: "whole", hardware: planned.hardware, x: x.beats, y: y.beats, frames, perFrame: 1 };
  return [whole, idle, ...layers];
}

/** A layer's stages are those behind the layer before, the buffer there included; the last has the label select. */
function groupsOf({ stages, network }: Plan): readonly { name: string; stages: readonly Stage[] }[] {
  const ends = network.layers.map(({ name }, i) =>
    i === network.layers.length - 1
      ? stages.length
      : stages.findIndex(({ layer }) => layer?.name === name) + 1,
  );
  return network.layers.map(({ name }, i) => ({ name, stages: stages.slice(ends[i - 1] ?? 0, ends[i]) }));
}

function paceStage(stages: readonly Stage[], beats: number, interval: number): Stage {
  const [first] = stages;
  if (first === undefined) throw new Error("a layer has stages");
  const width = bitWidth(first.input);
  const hardware = (): ReturnType<Stage["hardware"]> => pace({ width, beats, interval });
  return { ...first, name: "pace", input: bits(width), output: bits(width), hardware };
}

/** The first of the greatest scores of each frame. */
function labelsOf(scores: Int32Array, frames: number): Uint32Array {
  const classes = scores.length / frames;
  return Uint32Array.from({ length: frames }, (_, frame) => {
    const own = scores.subarray(frame * classes, (frame + 1) * classes);
    return own.indexOf(Math.max(...own));
  });
}

export function buildParts(parts: readonly Part[]): Promise<ModelLibrary> {
  return buildModels(
    parts.map(({ hardware }) => testDesign(elaborate(hardware, { implementations: false }))),
  );
}

/** CPU seconds per frame. Filling and draining take as long for few frames as for all: the difference is without. */
export function secondsPerFrame(library: ModelLibrary, design: number, part: Part): number {
  const few = Math.ceil(part.frames / 4);
  const [short, long] = [few, part.frames].map((frames) => run(library, design, part, frames)) as [
    number,
    number,
  ];
  return (long - short) / (part.frames - few);
}

function run(library: ModelLibrary, design: number, part: Part, frames: number): number {
  const [x, y] = [part.x, part.y].map((all) => all.subarray(0, (all.length / part.frames) * frames)) as [
    Uint32Array,
    Uint32Array,
  ];
  const simulator = new VerilatorSimulator(library, { design });
  simulator.reset();
  const start = now();
  const result = simulator.run({
    inputs: { x: { beats: x } },
    outputs: { y: { count: frames * part.perFrame } },
  });
  const used = since(start).cpu;
  simulator.close();
  const got = result.outputs["y"]?.beats;
  if (got?.length !== y.length || got.some((limb, i) => limb !== y[i]))
    throw new Error(`${part.name} differs from the reference`);
  return used;
}
