import { bitWidth } from "../hdl/index.ts";
import { operations, type Layer } from "../network/index.ts";
import { sumOfCosts, type Cost } from "./cost/cost.ts";
import type { Device } from "./device.ts";
import { nextFaster } from "./goal.ts";
import type { LayerFolding } from "./folding.ts";
import { linkNames } from "./pipeline.ts";
import type { Plan } from "./plan.ts";
import { rooflineOf, type Roofline } from "./roofline.ts";
import type { Stage } from "./stage.ts";
import type { WeightStore } from "./weight-store.ts";

/** Everything that is known of a plan on a board, as plain data: `sluice plan --json`, and what reports are drawn from. */
export interface PlanReport extends Cost {
  readonly model: string;
  readonly board: string;
  readonly clockMHz: number;
  readonly cyclesPerFrame: number;
  readonly latencyCycles: number;
  /** Frames per second at the clock. */
  readonly fps: number;
  /** Synapses computed per cycle. */
  readonly lanes: number;
  /** What the board has. */
  readonly available: Cost;
  /** See `weightEfficiency`. */
  readonly weightEfficiency: number | null;
  readonly layers: readonly LayerReport[];
  readonly stages: readonly StageReport[];
  readonly fifos: readonly FifoReport[];
  readonly roofline: Roofline;
  readonly bottleneck: Bottleneck;
}

/** A layer with all its units, and the buffers behind it. */
export interface LayerReport extends Cost {
  readonly name: string;
  /** As `Layer.kind`. */
  readonly kind: string;
  /** Of layers that have weights. */
  readonly folding: LayerFolding | null;
  /** Cycles per frame of its slowest unit. */
  readonly cycles: number;
  /** Part of the interval in which that unit is busy. */
  readonly load: number;
  /** Per frame; a synapse is two, XNOR and accumulate. */
  readonly operations: number;
  readonly weights: WeightStore | null;
}

/** A unit of the pipeline, in the order of the data. */
export interface StageReport extends Cost {
  readonly name: string;
  readonly unit: Stage["unit"];
  /** The layer that it belongs to; null for the label select. */
  readonly layer: string | null;
  readonly cycles: number;
  readonly load: number;
  /** Bits of a beat. */
  readonly inputBits: number;
  readonly outputBits: number;
}

/** A buffer between two units. */
export interface FifoReport {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Bits of a beat. */
  readonly bits: number;
  /** Beats that it holds. */
  readonly depth: number;
  /** Beats that wait in it at most when frames come at the interval. */
  readonly peak: number;
  readonly implementation: "skid" | "shift-register" | "distributed" | "block";
  readonly lut: number;
  readonly bram36: number;
}

/** The layer that holds the pipeline back, and what the next faster folding would take. */
export interface Bottleneck {
  readonly layer: string;
  readonly cycles: number;
  /** Null where no folding is faster. */
  readonly next:
    (Cost & { readonly cyclesPerFrame: number; readonly fps: number; readonly fits: boolean }) | null;
}

/** What a plan comes to on a device; see `PlanReport`. */
export function planReport(planned: Plan, device: Device): PlanReport {
  const { network, cyclesPerFrame, latencyCycles, lanes, weightEfficiency } = planned;
  const { board, clockMHz } = device;
  const stages = stageReports(planned);
  const fps = (clockMHz * 1e6) / cyclesPerFrame;
  return {
    model: network.name,
    board: board.name,
    clockMHz,
    cyclesPerFrame,
    latencyCycles,
    fps,
    lanes,
    ...sumOfCosts(stages),
    available: board.resources,
    weightEfficiency,
    layers: network.layers.map((layer) => layerReport(layer, planned, stages)),
    stages,
    fifos: fifoReports(planned),
    roofline: rooflineOf(planned, device),
    bottleneck: bottleneckOf(planned, device),
  };
}

/** Estimates are averages; LUTs and flip-flops are whole. */
function whole({ lut, ff, bram36, dsp }: Cost): Cost {
  return { lut: Math.round(lut), ff: Math.round(ff), bram36, dsp };
}

/** Stages between two layers belong to the one before. */
function stageReports({ network, stages, cyclesPerFrame }: Plan): readonly StageReport[] {
  const owners = new Map(
    network.layers.flatMap(({ name }) => linkNames(name).map((link): [string, string] => [link, name])),
  );
  let waiting: Stage[] = [];
  for (const stage of stages) {
    if (owners.has(stage.name)) continue;
    waiting.push(stage);
    if (stage.layer === undefined) continue;
    for (const { name } of waiting) owners.set(name, stage.layer.name);
    waiting = [];
  }
  return stages.map((stage) => {
    const { name, unit, cycles, input, output } = stage;
    return {
      name,
      unit,
      layer: owners.get(name) ?? null,
      cycles,
      load: cycles / cyclesPerFrame,
      inputBits: bitWidth(input),
      outputBits: bitWidth(output),
      ...whole(stage.cost()),
    };
  });
}

function layerReport(
  layer: Layer,
  { network, stages, folding, cyclesPerFrame }: Plan,
  reports: readonly StageReport[],
): LayerReport {
  const own = reports.filter((report) => report.layer === layer.name);
  const cycles = Math.max(...own.map((report) => report.cycles));
  const store = stages.find((stage) => stage.name === layer.name)?.weightStore;
  return {
    name: layer.name,
    kind: layer.kind,
    folding: folding[layer.name] ?? null,
    cycles,
    load: cycles / cyclesPerFrame,
    operations: operations({ ...network, layers: [layer] }),
    weights: store ?? null,
    ...sumOfCosts(own),
  };
}

function fifoReports(planned: Plan): readonly FifoReport[] {
  const { stages } = planned;
  const peaks = planned.bufferPeaks();
  return stages.flatMap((stage, i): FifoReport[] => {
    const { name, depth, fifoStyle } = stage;
    const peak = peaks.get(name);
    if (peak === undefined) return [];
    const { lut, bram36 } = whole(stage.cost());
    const implementation =
      fifoStyle === undefined ? "skid" : fifoStyle === "shift" ? "shift-register" : fifoStyle;
    return [
      {
        name,
        from: stages[i - 1]?.name ?? "input",
        to: stages[i + 1]?.name ?? "output",
        bits: bitWidth(stage.output),
        depth,
        peak,
        implementation,
        lut,
        bram36,
      },
    ];
  });
}

function bottleneckOf(planned: Plan, device: Device): Bottleneck {
  const { network, cyclesPerFrame } = planned;
  const reports = stageReports(planned);
  const slowest = reports.reduce((most, stage) => (stage.cycles > most.cycles ? stage : most));
  const next = nextFaster(network, cyclesPerFrame, device);
  return {
    layer: slowest.layer ?? slowest.name,
    cycles: slowest.cycles,
    next:
      next === undefined
        ? null
        : {
            ...whole(next.cost),
            cyclesPerFrame: next.cycles,
            fps: (device.clockMHz * 1e6) / next.cycles,
            fits: next.fits,
          },
  };
}
