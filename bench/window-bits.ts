/**
 * Bits in the window buffers that the planner gives, against the fewest that the schedule needs:
 *
 *     npx tsx bench/window-bits.ts
 *
 * The bound, of each window (`least-window.ts`): maps come at the plan's cycles per frame, one word per cycle, row by
 * row; the windows leave in their order, word by word in the order ky, kx, channel, or whole where the plan has a
 * parallel window. Within that, words come and leave when it suits the unit best, and keep a place only from the cycle
 * after their coming to the one in which they leave for the last time. What takes the windows is always ready: a store
 * there can let them leave sooner than the layer's unit works on them. No unit of any design does with fewer places.
 * Those that keep their words in a ring, to be overwritten in the order of their coming, need those "in stream order".
 *
 * Counted of the hardware: the row buffer of a sliding window and the delay lines of a parallel one, as elaborated; not
 * output registers and counters. A bound does not hold for the FIFOs around a window: those are not counted either.
 */
import { resolveModel } from "../src/flow/index.ts";
import { bitWidth, elaborate } from "../src/hdl/index.ts";
import { widthOf } from "../src/ir/index.ts";
import { tensors, type ConvLayer, type Network } from "../src/network/index.ts";
import { plan, type Plan, type Stage } from "../src/plan/index.ts";
import { foldingOf } from "./cnv.ts";
import { leastWindowWords, type WindowTask } from "./least-window.ts";
import { report, row, type Figure, type Row } from "./measure.ts";

const plans = [
  { model: "cnv", fold: "max" },
  { model: "cnv", fold: "9130" },
  { model: "cnv", fold: "BNN-PYNQ" },
  { model: "random:padded-cnv-2", fold: "16600" },
];

interface Window {
  readonly stage: Stage;
  /** Of the hardware, and the bounds for any unit and for a ring. */
  readonly bits: number;
  readonly least: number;
  readonly leastInOrder: number;
}

function windowsOf(network: Network, planned: Plan): readonly Window[] {
  return network.layers.flatMap((layer, index): Window[] => {
    const stage = planned.stages.find(({ name }) => name === `${layer.name}_window`);
    if (stage === undefined) return [];
    if (layer.kind !== "conv") throw new Error(`${layer.name} is no convolution`);
    const valueBits = tensors(network)[index]?.values === "int8" ? 8 : 1;
    const task = taskOf(layer, stage, planned, bitWidth(stage.input) / valueBits);
    const [least, leastInOrder] = (["any", "stream"] as const).map(
      (order) => leastWindowWords(task, order) * bitWidth(stage.input),
    ) as [number, number];
    return [{ stage, bits: storedBits(stage), least, leastInOrder }];
  });
}

function taskOf(layer: ConvLayer, stage: Stage, { cyclesPerFrame }: Plan, channels: number): WindowTask {
  const whole = stage.unit === "parallel-window";
  if (whole && channels !== layer.input.channels)
    throw new Error(`${layer.name}: the bound is for words of one pixel`);
  return { layer, channels, whole, interval: cyclesPerFrame };
}

function storedBits({ hardware }: Stage): number {
  const { top, modules } = elaborate(hardware());
  const { memories = [], regs = [] } = modules[top] ?? {};
  const lines = regs.filter(({ name }) => name.startsWith("line_"));
  const sum = (bits: readonly number[]): number => bits.reduce((total, each) => total + each, 0);
  return (
    sum(memories.map(({ depth, type }) => depth * widthOf(type))) +
    sum(lines.map(({ type }) => widthOf(type)))
  );
}

function rowsOf({ model, fold }: (typeof plans)[number]): readonly Row[] {
  const network = resolveModel(model);
  const planned = plan(network, foldingOf(network, fold));
  const all = windowsOf(network, planned);
  const name = `${model.replace("random:", "")}, ${fold}`;
  const against = (what: string, sluice: number, bound: string, value: number): Figure => ({
    ...{ bench: "window-bits", what: `${name}: ${what}`, unit: "bits", sluice },
    ...{ rival: { name: bound, value }, better: "bound" },
  });
  const total = (of: (window: Window) => number): number => all.reduce((sum, each) => sum + of(each), 0);
  const bits = total((each) => each.bits);
  return [
    ...all.map((each) => row(against(each.stage.name, each.bits, "fewest", each.least))),
    row({
      ...against(
        "all windows",
        bits,
        "fewest",
        total(({ least }) => least),
      ),
      goal: { ratioAtMost: 1.15 },
    }),
    row(
      against(
        "all windows",
        bits,
        "fewest in stream order",
        total(({ leastInOrder }) => leastInOrder),
      ),
    ),
  ];
}

report(plans.flatMap(rowsOf));
