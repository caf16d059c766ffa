import { labelSelect, labelSelectDepth, matrixVectorSchedule, mvtu, mvu } from "../../rtl/nn/index.ts";
import { fifo, skidBuffer, widthConverter, widthConverterBuffer } from "../../rtl/stream/index.ts";
import { SluiceError } from "../error.ts";
import {
  bits,
  bitsFor,
  component,
  sink,
  source,
  uint,
  vec,
  type Hardware,
  type Kind,
  type Producer,
  type SinkPort,
  type SourcePort,
} from "../hdl/index.ts";
import type { DenseLayer, DenseNetwork } from "../network/index.ts";
import { checkFolding, type Folding, type LayerFolding } from "./folding.ts";
import {
  fifoTiming,
  gatherTiming,
  matrixVectorTiming,
  skidTiming,
  widthConverterTiming,
  type StageTiming,
} from "./schedule.ts";

/** One unit of the pipeline: a layer, a buffer between layers, the label select. */
export interface Stage {
  /** Instance name in the RTL. */
  readonly name: string;
  readonly unit: "mvtu" | "mvu" | "width-converter" | "skid" | "fifo" | "label-select";
  /** Set on the stages that compute a layer. */
  readonly layer: DenseLayer | undefined;
  readonly folding: LayerFolding | undefined;
  /** Cycles per frame that the unit is busy for; 0 for a buffer. */
  readonly cycles: number;
  /** Beats that a buffer holds; 0 for others. */
  readonly depth: number;
  readonly output: Kind;
  /** A fresh timing model. */
  readonly timing: () => StageTiming;
  readonly hardware: () => Hardware<{ x: SinkPort; y: SourcePort }>;
}

/** Beats that the buffer behind a layer holds: 0 is none, 2 a skid buffer, more a FIFO. By the layer's name. */
export type BufferDepths = Readonly<Record<string, number>>;

/** The stages that a network becomes under a folding. Throws SluiceErrors for a folding that does not fit the network. */
export function pipelineStages(
  network: DenseNetwork,
  folding: Folding,
  depths: BufferDepths,
): readonly Stage[] {
  checkFolding(network, folding);
  const stages: Stage[] = [];
  network.layers.forEach((layer, i) => {
    const fold = folding[layer.name] ?? { pe: 1, simd: 1 };
    stages.push(layerStage(layer, fold));
    const next = network.layers[i + 1];
    const simd = next === undefined ? undefined : folding[next.name]?.simd;
    if (simd !== undefined && simd !== fold.pe)
      stages.push(converterStage(`${layer.name}_width`, fold.pe, simd));
    const label = next === undefined && network.readout.kind === "argmax";
    const before = stages.at(-1);
    const depth = depths[layer.name] ?? 2;
    if (before !== undefined && depth > 0 && (next !== undefined || label)) {
      stages.push(bufferStage(`${layer.name}_buffer`, before.output, depth));
    }
    if (label) stages.push(labelStage(network, layer, fold));
  });
  return stages;
}

function converterStage(name: string, from: number, to: number): Stage {
  const { chunk, limit } = widthConverterBuffer({ from, to });
  return {
    name,
    unit: "width-converter",
    layer: undefined,
    folding: undefined,
    cycles: 0,
    depth: 0,
    output: bits(to),
    timing: () => widthConverterTiming(name, { from: from / chunk, to: to / chunk, limit }),
    hardware: () => widthConverter({ from, to }),
  };
}

function layerStage(layer: DenseLayer, folding: LayerFolding): Stage {
  const { weights, thresholds } = layer;
  const params = { weights, ...folding };
  const schedule = matrixVectorSchedule(params);
  const common = {
    name: layer.name,
    layer,
    folding,
    cycles: schedule.cycles,
    depth: 0,
    timing: () => matrixVectorTiming(layer.name, schedule),
  };
  return thresholds === undefined
    ? {
        ...common,
        unit: "mvu",
        output: vec(folding.pe, uint(bitsFor(weights.columns))),
        hardware: () => mvu(params),
      }
    : {
        ...common,
        unit: "mvtu",
        output: bits(folding.pe),
        hardware: () => mvtu({ ...params, thresholds }),
      };
}

/** The memory words of a FIFO that holds `depth` beats: one more is in its output register. */
const fifoWords = (depth: number): number => depth - 1;

function bufferStage(name: string, kind: Kind, depth: number): Stage {
  const common = {
    name,
    layer: undefined,
    folding: undefined,
    cycles: 0,
    depth: Math.max(2, depth),
    output: kind,
  };
  return depth <= 2
    ? {
        ...common,
        unit: "skid",
        timing: () => skidTiming(name),
        hardware: () => skidBuffer({ kind }),
      }
    : {
        ...common,
        unit: "fifo",
        timing: () => fifoTiming(name, fifoWords(depth)),
        hardware: () => fifo({ kind, depth: fifoWords(depth), style: "distributed" }),
      };
}

function labelStage(network: DenseNetwork, layer: DenseLayer, { pe }: LayerFolding): Stage {
  const { classes } = network.readout;
  if (classes !== layer.outputs) {
    throw new SluiceError(
      "readout-unsupported",
      `the label select needs one output per class; layer ${layer.name} has ${String(layer.outputs)} for ${String(classes)} classes`,
      { where: layer.name, hint: "drop the outputs that are no class" },
    );
  }
  const name = "label_select";
  return {
    name,
    unit: "label-select",
    layer: undefined,
    folding: undefined,
    cycles: classes / pe,
    depth: labelSelectDepth,
    output: uint.below(classes),
    timing: () => gatherTiming(name, classes / pe),
    hardware: () => labelSelect({ classes, width: bitsFor(layer.inputs), pe }),
  };
}

/** The whole accelerator: stages in a row, one module each. Ports: x, beats of the first layer's SIMD bits; y, the label or the last layer's bits. */
export function accelerator(
  network: DenseNetwork,
  stages: readonly Stage[],
): Hardware<{ x: SinkPort; y: SourcePort }> {
  const first = stages[0];
  const last = stages.at(-1);
  if (first?.folding === undefined || last === undefined) throw new Error("a pipeline starts with a layer");
  const input: Kind = bits(first.folding.simd);
  return component({
    name: network.name.replaceAll(/\W/g, "_"),
    doc: [
      `Streaming accelerator for ${network.name}: ${network.layers.map((l) => `${String(l.inputs)}x${String(l.outputs)}`).join(", ")}.`,
      "A frame comes in as beats of input bits, lowest first; all layers work at once on successive frames.",
    ].join("\n"),
    ports: () => ({ x: sink(input), y: source(last.output) }),
    build(_m, { x, y }) {
      let stream: Producer = x;
      for (const stage of stages) stream = stream.through({ [stage.name]: stage.hardware() });
      stream.into(y);
    },
  })();
}
