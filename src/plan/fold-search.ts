import { lutsPerBlock } from "../../rtl/memory-shape.ts";
import { bitWidth } from "../hdl/index.ts";
import { inputTensor, outputTensor, type Layer, type Network, type Tensor } from "../network/index.ts";
import type { Target } from "./board.ts";
import { noCost, sumOfCosts, type Cost } from "./cost/cost.ts";
import { isFolded, type Folding, type LayerFolding } from "./folding.ts";
import { choicesOf, optionOf, rowsToTry, type Choice, type Flow, type LayerOption } from "./layer-options.ts";
import { padLayer } from "./padding.ts";
import { labelOf, link, pipelineStages } from "./pipeline.ts";
import type { Stage } from "./stage.ts";
import { slowest } from "./timing.ts";

/** A folding of the whole network with what it is estimated to take. */
export interface Candidate {
  readonly folding: Folding;
  /** Cycles per frame of the slowest layer. */
  readonly cycles: number;
  /** Of all units, converters between layers and skid buffers; deeper buffers are known only once it is planned. */
  readonly cost: Cost;
  /** Rough: from the first beat in to the last result. */
  readonly latency: number;
}

/** LUTs that a block RAM counts as: what the search exchanges them at. */
export type LutsPerBlock = number;

export const areaOf = ({ lut, bram36 }: Pick<Cost, "lut" | "bram36">, rate: LutsPerBlock): number =>
  lut + rate * bram36;

/**
 * Foldings of more lanes than so many times the fewest that are fast enough are not tried, lanes being what costs; few
 * lanes cost less than the control around them, and are.
 */
const [laneReach, fewLanes] = [4, 64];

/**
 * Of candidates whose area is within this of each other, and latency too, one stands for the other, layer by layer, so
 * that few have to be carried along.
 */
const tolerance = 0.002;

/** A layer as the search sees it. */
interface SearchedLayer {
  readonly layer: Layer;
  readonly input: Tensor;
  /** Rows that it may have: its own, and with dead ones (see `padNetwork`). */
  readonly rows: readonly number[];
  /** Its weights can be written, and have to be in a memory. */
  readonly writable: boolean;
  /** By the channels that come in. */
  readonly variants: Map<number, Variant>;
}

/** A layer behind so many channels, of which some may be dead; what it becomes is kept from one search to the next. */
interface Variant {
  readonly input: Tensor;
  readonly choices: readonly Choice[];
  /** By its rows. */
  readonly padded: ReadonlyMap<number | undefined, Layer>;
  readonly options: Map<string, LayerOption>;
}

/** A way through the first layers: what it has cost, when its results come, and how it got here. */
interface Path {
  /** Of the last layer's output, dead ones included. */
  readonly channels: number;
  readonly area: number;
  readonly cost: Cost;
  readonly cycles: number;
  /** Cycles from the first beat in to the first result of the last layer so far, and to its last. */
  readonly begin: number;
  readonly end: number;
  readonly option: LayerOption | undefined;
  readonly layer: Layer | undefined;
  readonly before: Path | undefined;
}

/** How a layer can go on behind an option of the layer before it, whatever came before that. */
interface Way {
  readonly option: LayerOption;
  /** What stands between the two. */
  readonly between: Cost;
  readonly layer: Layer | undefined;
  /** Of the layer's output, dead ones included. */
  readonly channels: number;
  /** All steps whose results are of the same beats and channels. */
  readonly alike: Front<Step>;
}

/** A path and a layer more: of many the few that are worth it become paths. */
interface Step {
  readonly before: Path;
  readonly way: Way;
  readonly area: number;
  readonly begin: number;
  readonly end: number;
}

/**
 * Searches the foldings of a network for the cheapest that are fast enough.
 *
 * Layers are a chain, and what stands between two of them depends on the beats of both alone: dynamic programming over
 * the width of the stream behind each layer finds the least area for every latency, up to `tolerance`.
 */
export class FoldSearch {
  readonly #layers: readonly SearchedLayer[];
  readonly #links = new Map<string, Cost>();
  readonly #network: Network;
  readonly #target: Target;

  constructor(network: Network, target: Target) {
    this.#network = network;
    this.#target = target;
    let input = inputTensor(network.input);
    this.#layers = network.layers.map((layer) => {
      const isHidden = layer !== network.layers.at(-1) || network.readout.kind === "argmax";
      const canBePadded = isHidden && (layer.kind === "dense" || layer.kind === "conv");
      const { channels } = outputTensor(layer);
      const rows = canBePadded ? rowsToTry(channels) : [channels];
      const searched: SearchedLayer = {
        layer,
        input,
        rows,
        writable: target.writable === true,
        variants: new Map(),
      };
      input = outputTensor(layer);
      return searched;
    });
  }

  /** Cycles per frame that some layer can take, ascending: where the cheapest folding may change. */
  intervals(): readonly number[] {
    const all = this.#layers.flatMap((searched) => plainChoices(searched).map(({ cycles }) => cycles));
    // Without weights there is nothing to fold: one interval, that of the pools.
    if (all.length === 0) return [slowest(pipelineStages(this.#network, {}, {}, this.#target))];
    const { cycles } = this.fastest();
    return [...new Set(all)].filter((interval) => interval >= cycles).sort((a, b) => a - b);
  }

  /** The layer that no folding makes faster than the others, and its cycles per frame. */
  fastest(): { readonly layer: string; readonly cycles: number } {
    const least = this.#layers
      .filter(({ layer }) => isFolded(layer))
      .map((searched) => {
        const cycles = plainChoices(searched).map((choice) => choice.cycles);
        return { layer: searched.layer.name, cycles: Math.min(...cycles) };
      });
    return least.reduce((most, next) => (next.cycles > most.cycles ? next : most), { layer: "", cycles: 0 });
  }

  /**
   * Candidates in which no layer takes more than `interval` cycles per frame: for each latency the least area, the smallest area
   * first. Empty where a layer cannot be that fast.
   */
  candidates(interval: number, rate: LutsPerBlock): readonly Candidate[] {
    const { channels } = inputTensor(this.#network.input);
    let paths: readonly Path[] = [
      {
        channels,
        area: 0,
        cost: noCost,
        cycles: 0,
        begin: 0,
        end: 0,
        option: undefined,
        layer: undefined,
        before: undefined,
      },
    ];
    for (const searched of this.#layers) paths = this.#extend(paths, searched, interval, rate);
    return this.#withLabel(paths, rate).map((path) => {
      const { cost, cycles, end } = path;
      return { folding: foldingOf(path), cost, cycles, latency: Math.ceil(end) };
    });
  }

  #extend(
    paths: readonly Path[],
    searched: SearchedLayer,
    cycles: number,
    rate: LutsPerBlock,
  ): readonly Path[] {
    const optionsBehind = new Map<number, readonly LayerOption[]>();
    const waysBehind = new Map<LayerOption | undefined, readonly Way[]>();
    const byStream = new Map<string, Front<Step>>();
    for (const before of paths) {
      let ways = waysBehind.get(before.option);
      if (ways === undefined) {
        const variant = variantOf(searched, before.channels);
        const width = before.option === undefined ? undefined : bitWidth(before.option.last.output);
        const options = isFolded(searched.layer)
          ? (optionsBehind.get(before.channels) ?? this.#foldedOptions(variant, cycles, rate))
          : [this.#option(variant, undefined, width, rate)];
        optionsBehind.set(before.channels, options);
        ways = options.map((option) => this.#way(before, option, variant, byStream));
        waysBehind.set(before.option, ways);
      }
      for (const way of ways) way.alike.add(stepOf(before, way, rate));
    }
    return [...byStream.values()].flatMap((front) => front.items().map(pathOf));
  }

  /** What is fast enough, without what another of the same streams betters in everything. */
  #foldedOptions(variant: Variant, cycles: number, rate: LutsPerBlock): readonly LayerOption[] {
    const fast = variant.choices.filter((choice) => choice.cycles <= cycles);
    const most = Math.max(fewLanes, laneReach * (fast[0]?.lanes ?? 0));
    const options = fast
      .filter(({ lanes }) => lanes <= most)
      .map(({ folding }) => this.#option(variant, folding, undefined, rate))
      .filter((option) => option.cycles <= cycles)
      .sort((a, b) => areaOf(a.cost, rate) - areaOf(b.cost, rate));
    const kept = new Map<string, LayerOption[]>();
    for (const option of options) {
      const { first, last, flow, folding } = option;
      const streams = [bitWidth(first.input), first.cutsReady, bitWidth(last.output), folding?.rows].join();
      const cheaper = kept.get(streams) ?? [];
      if (cheaper.some((other) => isSooner(other.flow, flow))) continue;
      kept.set(streams, [...cheaper, option]);
    }
    return [...kept.values()].flat();
  }

  /** With weights where they cost less at the rate. */
  #option(
    { input, padded, options }: Variant,
    folding: LayerFolding | undefined,
    width: number | undefined,
    rate: LutsPerBlock,
  ): LayerOption {
    const get = (memory?: "block" | "distributed"): LayerOption => {
      const key = `${String(folding?.pe)} ${String(folding?.simd)} ${String(folding?.mmv)} ${String(folding?.rows)} ${String(width)} ${String(memory)}`;
      const known = options.get(key);
      if (known !== undefined) return known;
      const asked = folding === undefined || memory === undefined ? folding : { ...folding, memory };
      const layer = padded.get(folding?.rows);
      if (layer === undefined) throw new Error("a folding of rows that were not tried");
      const option = optionOf(layer, input, asked, width, this.#target);
      options.set(key, option);
      return option;
    };
    const auto = get();
    const style = auto.last.weightStore?.style;
    if (rate === lutsPerBlock || style === undefined || style === "constant") return auto;
    const other = get(style === "block" ? "distributed" : "block");
    return areaOf(other.cost, rate) < areaOf(auto.cost, rate) ? other : auto;
  }

  #way(before: Path, option: LayerOption, { padded }: Variant, byStream: Map<string, Front<Step>>): Way {
    const layer = padded.get(option.folding?.rows);
    const between = before.option === undefined ? noCost : this.#link(before.option.last, option.first);
    const channels = layer === undefined ? before.channels : outputTensor(layer).channels;
    const stream = `${String(bitWidth(option.last.output))} ${String(channels)}`;
    const alike = byStream.get(stream) ?? new Front<Step>();
    byStream.set(stream, alike);
    return { option, between, layer, channels, alike };
  }

  /** What stands between two stages. */
  #link(from: Stage, to: Stage): Cost {
    const key = [bitWidth(from.output), from.output.kind, bitWidth(to.input), to.cutsReady].join();
    const known = this.#links.get(key);
    if (known !== undefined) return known;
    const cost = sumOfCosts(link("link", from, to, {}).map((stage) => stage.cost()));
    this.#links.set(key, cost);
    return cost;
  }

  #withLabel(paths: readonly Path[], rate: LutsPerBlock): readonly Path[] {
    const { readout } = this.#network;
    if (readout.kind !== "argmax") return frontOf(paths);
    return frontOf(
      paths.map((path) => {
        const last = path.option?.last;
        if (last === undefined) return path;
        const label = labelOf(this.#network.readout, path.channels, last);
        const cost = sumOfCosts([path.cost, this.#link(last, label), label.cost()]);
        return { ...path, cost, area: areaOf(cost, rate), end: path.end + 5 };
      }),
    );
  }
}

function variantOf({ layer, input, rows, writable, variants }: SearchedLayer, channels: number): Variant {
  const known = variants.get(channels);
  if (known !== undefined) return known;
  const { channels: own } = outputTensor(layer);
  const padded = new Map(
    (isFolded(layer) && layer.kind !== "depthwise" ? rows : [undefined]).map((count) => [
      count === own ? undefined : count,
      padLayer(layer, input, channels, count),
    ]),
  );
  const choices = [...padded].flatMap(([count, one]) =>
    isFolded(one) ? choicesOf(one, count === undefined ? {} : { rows: count }, writable) : [],
  );
  const variant: Variant = {
    input: { ...input, channels },
    choices: choices.sort((a, b) => a.lanes - b.lanes),
    padded,
    options: new Map(),
  };
  variants.set(channels, variant);
  return variant;
}

/** Those of a layer behind live channels alone. */
const plainChoices = (searched: SearchedLayer): readonly Choice[] =>
  variantOf(searched, searched.input.channels).choices;

function stepOf(before: Path, way: Way, rate: LutsPerBlock): Step {
  const { option, between } = way;
  const lut = before.cost.lut + between.lut + option.cost.lut;
  const bram36 = before.cost.bram36 + between.bram36 + option.cost.bram36;
  const { begin, end } = timesBehind(before, option.flow);
  return { before, way, area: areaOf({ lut, bram36 }, rate), begin, end };
}

function pathOf({ before, way: { option, between, layer, channels }, area, begin, end }: Step): Path {
  const cost = sumOfCosts([before.cost, between, option.cost]);
  const cycles = Math.max(before.cycles, option.cycles);
  return { channels, area, cost, cycles, begin, end, option, layer, before };
}

/** When the results of a layer come, by when its input does. */
function timesBehind(
  before: Path,
  { fill, work, tail, delay, intake }: Flow,
): { begin: number; end: number } {
  const inLast = Math.max(before.end, before.begin + intake - 1);
  const begin = before.begin + fill * (inLast - before.begin) + delay;
  return { begin, end: Math.max(begin + work, inLast + tail + delay) };
}

/** Whether one layer never answers later than another, but for what cannot matter. */
function isSooner(a: Flow, b: Flow): boolean {
  const slack = 1 + tolerance;
  return (
    a.work <= b.work * slack &&
    a.tail <= b.tail * slack &&
    a.delay <= b.delay * slack &&
    a.intake <= b.intake * slack
  );
}

/** What a front compares. */
interface Priced {
  readonly area: number;
  readonly end: number;
}

/** Of all that is added, what nothing else betters: nothing that has as little area ends as early. */
class Front<P extends Priced> {
  /** The smallest first, each ending earlier than those before it. */
  readonly #items: P[] = [];

  add(item: P): void {
    const items = this.#items;
    let [from, to] = [0, items.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((items[middle]?.area ?? 0) < item.area) from = middle + 1;
      else to = middle;
    }
    const [smaller, same] = [items[from - 1], items[from]];
    if (smaller !== undefined && smaller.end <= item.end) return;
    if (same?.area === item.area && same.end <= item.end) return;
    while ((items[to]?.end ?? -Infinity) >= item.end) to++;
    items.splice(from, to - from, item);
  }

  /** The smallest first, without what ends hardly earlier than a smaller one. */
  items(): readonly P[] {
    let earliest = Infinity;
    return this.#items.filter(({ end }) => {
      if (end >= earliest * (1 - tolerance)) return false;
      earliest = end;
      return true;
    });
  }
}

/** What is worth keeping, the smallest first. */
function frontOf<P extends Priced>(all: readonly P[]): readonly P[] {
  const front = new Front<P>();
  for (const item of all) front.add(item);
  return front.items();
}

function foldingOf(path: Path): Folding {
  const entries: [string, LayerFolding][] = [];
  for (let at: Path | undefined = path; at !== undefined; at = at.before) {
    if (at.layer !== undefined && at.option?.folding !== undefined)
      entries.unshift([at.layer.name, at.option.folding]);
  }
  return Object.fromEntries(entries);
}
