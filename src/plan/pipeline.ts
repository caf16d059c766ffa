import {
  bits,
  component,
  input as inputPort,
  output as outputPort,
  sink,
  source,
  type Bits,
  type BitsKind,
  type Hardware,
  type InputPort,
  type Kind,
  type ModuleBuilder,
  type OutputPort,
  type PortRecord,
  type Producer,
  type SinkPort,
  type SourcePort,
  bitWidth,
} from "../hdl/index.ts";
import { partWrite, type PartWrite, type WeightWrites } from "../../rtl/nn/index.ts";
import { inputTensor, outputTensor, volume, type Layer, type Network } from "../network/index.ts";
import type { Target } from "./board.ts";
import { checkFolding, type Folding } from "./folding.ts";
import { layerStages, type Depths } from "./lowering.ts";
import { bufferStage, converterStage, labelStage, type Stage } from "./stage.ts";

/** The stages that a network becomes under a folding. Throws SluiceErrors for a folding that does not fit the network. */
export function pipelineStages(
  network: Network,
  folding: Folding,
  depths: Depths,
  target: Target,
): readonly Stage[] {
  checkFolding(network, folding);
  const stages: Stage[] = [];
  let input = inputTensor(network.input);
  let behind: Layer | undefined;
  for (const layer of network.layers) {
    const before = stages.at(-1);
    const own = layerStages(layer, {
      input,
      folding: folding[layer.name] ?? { pe: 1, simd: 1 },
      width: before === undefined ? undefined : bitWidth(before.output),
      depths,
      target,
    });
    const [first] = own;
    if (before !== undefined && behind !== undefined && first !== undefined)
      stages.push(...link(behind.name, before, first, depths));
    stages.push(...own);
    [input, behind] = [outputTensor(layer), layer];
  }
  const last = stages.at(-1);
  if (network.readout.kind !== "argmax" || last === undefined || behind === undefined) return stages;
  const label = labelOf(network.readout, volume(input), last);
  return [...stages, ...link(behind.name, last, label, depths), label];
}

/** Names of the width converter and of the buffer behind a layer. */
export const linkNames = (layer: string) => [`${layer}_width`, `${layer}_buffer`] as const;

/** The label select behind the last layer of a network with scores. */
export function labelOf({ classes }: Network["readout"], scores: number, last: Stage): Stage {
  return labelStage(classes, scores, last);
}

/**
 * What stands between two layers: a width converter where their beats differ, and a buffer, where the beats are wide, so
 * that the converter holds up no burst. One of them cuts the path of ready, so that none leads through two layers.
 */
export function link(name: string, before: Stage, after: Stage, depths: Depths): readonly Stage[] {
  const [width, buffered] = linkNames(name);
  const [from, to] = [bitWidth(before.output), bitWidth(after.input)];
  const converter = from === to ? [] : [converterStage(width, { from, to, lanes: 1 })];
  const [wide = before] = from < to ? converter : [];
  const depth = Math.max(depths[buffered] ?? 0, converter.length > 0 || after.cutsReady ? 0 : 2);
  const buffer = depth === 0 ? [] : [bufferStage(buffered, wide.output, depth)];
  return from < to ? [...converter, ...buffer] : [...buffer, ...converter];
}

/** The whole accelerator: stages in a row, one module each. Ports: x, beats of the first stage; y, the label or the last layer's values. */
export function accelerator(network: Network, stages: readonly Stage[]): Hardware<AcceleratorPorts> {
  return component({
    ...acceleratorTexts(network),
    ports: (): AcceleratorPorts => portsOf(stages),
    build(m, { x, y, weights }) {
      throughStages(m, x, stages, { weights }).into(y);
    },
  })();
}

/** Streams of an accelerator; `weights` has a port for each layer whose weights can be written, if there is one. */
export interface AcceleratorPorts extends PortRecord {
  readonly x: SinkPort;
  readonly y: SourcePort;
  readonly weights?: Readonly<Record<string, InputPort<PartWrite>>>;
}

function portsOf(stages: readonly Stage[]): AcceleratorPorts {
  const { input, output } = endsOf(stages);
  const weights = stages.flatMap(({ name, writable }) =>
    writable === undefined ? [] : [[name, inputPort(partWrite(writable))] as const],
  );
  return {
    x: sink(input),
    y: source(output),
    ...(weights.length === 0 ? {} : { weights: Object.fromEntries(weights) }),
  };
}

/** Ports of a `watchedAccelerator`. */
export interface WatchedPorts extends AcceleratorPorts {
  readonly stalled: OutputPort<BitsKind>;
  readonly starved: OutputPort<BitsKind>;
}

/** The stages that hand on a layer's values: what `watchedAccelerator` watches. */
export function watchedStages(stages: readonly Stage[]): readonly Stage[] {
  return stages.filter(({ layer }) => layer !== undefined);
}

/**
 * The same accelerator with two outputs more, a bit for each of `watchedStages`: `stalled`, the stage has a result that
 * is not taken in this cycle; `starved`, the stage could take values, and there are none.
 */
export function watchedAccelerator(network: Network, stages: readonly Stage[]): Hardware<WatchedPorts> {
  const watched = watchedStages(stages).map((stage) => stages.indexOf(stage));
  const flags = outputPort(bits(watched.length), {
    doc: watchedStages(stages)
      .map(({ name }) => name)
      .join(", "),
  });
  return component({
    ...acceleratorTexts(network),
    ports: (): WatchedPorts => ({ ...portsOf(stages), stalled: flags, starved: flags }),
    build(m, { x, y, weights, stalled, starved }) {
      const streams: Producer[] = [];
      const last = throughStages(m, x, stages, { weights, seen: (stream) => streams.push(stream) });
      streams.push(last);
      last.into(y);
      watched.forEach((stage, i) => {
        const [before, behind] = [streams[stage], streams[stage + 1]];
        if (before === undefined || behind === undefined) throw new Error("a stage lies between two streams");
        stalled.bit(i).set(behind.valid.and(behind.ready.not()));
        starved.bit(i).set(before.ready.and(before.valid.not()));
      });
    },
  })();
}

function endsOf(stages: readonly Stage[]): { readonly input: Kind; readonly output: Kind } {
  const [first, last] = [stages[0], stages.at(-1)];
  if (first === undefined || last === undefined) throw new Error("a pipeline has stages");
  return { input: first.input, output: last.output };
}

function acceleratorTexts(network: Network): { readonly name: string; readonly doc: string } {
  return {
    name: network.name.replaceAll(/\W/g, "_"),
    doc: [
      `Streaming accelerator for ${network.name}: ${network.layers.map(describeLayer).join(", ")}.`,
      "A frame comes in as beats of input values, lowest first; all layers work at once on successive frames.",
    ].join("\n"),
  };
}

/** What is joined to stages in a row besides their streams. */
interface StageJoins {
  /** Gets the streams in front of them. */
  readonly seen?: (stream: Producer) => void;
  /** The writes to their memories, by their names. */
  readonly weights?: Readonly<Record<string, WeightWrites>> | undefined;
}

/** The stream behind stages in a row, one instance each. */
export function throughStages(
  m: ModuleBuilder,
  x: Producer,
  stages: readonly Stage[],
  { seen, weights }: StageJoins = {},
): Producer {
  let stream = x;
  for (const { name, input, hardware } of stages) {
    seen?.(stream);
    const unit = m.instances({ [name]: hardware() })[name];
    if (unit === undefined) throw new Error(`no instance ${name}`);
    recast(stream, input).into(unit.x);
    const writes = weights?.[name];
    if (writes !== undefined) unit.weights?.set(writes);
    stream = unit.y;
  }
  return stream;
}

/** Windows and converters carry plain bits, whatever values these are. */
function recast(stream: Producer, kind: Kind): Producer {
  if (stream.kind.kind !== "bits" || kind.kind === "bits") return stream;
  return stream.map(kind, (payload) => (payload as Bits).as(kind) as never);
}

function describeLayer(layer: Layer): string {
  if (layer.kind === "dense") return `${String(layer.inputs)}x${String(layer.outputs)}`;
  const { height, width, channels } = layer.input;
  const map = `${String(height)}x${String(width)}x${String(channels)}`;
  if (layer.kind === "global-average-pool") return `average of ${map}`;
  const kernel = `${String(layer.kernel.height)}x${String(layer.kernel.width)}`;
  switch (layer.kind) {
    case "conv":
      return `${map} conv ${kernel} to ${String(layer.outChannels)}`;
    case "depthwise":
      return `${map} depthwise ${kernel}`;
    case "max-pool":
      return `${map} max pool ${kernel}`;
  }
}
