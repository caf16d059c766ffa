import { SluiceError } from "../error.ts";
import { inputTensor, outputTensor, weightSize, type Network, type WeightedLayer } from "../network/index.ts";
import type { Board } from "./board.ts";
import { divisorsOf } from "./divisors.ts";
import { isFolded, lanesOf, loadFolding, pixelsOf, type Folding, type LayerFolding } from "./folding.ts";
import { windowCycles } from "./lowering.ts";

/** Part of the LUTs that a folding may be estimated to need: above it, designs rarely route (FINN-R, arXiv 1809.04570, section 6). */
const lutFill = 0.7;

/**
 * LUTs of a lane (one synapse per cycle): XNOR, popcount tree and accumulator, and its weight where that stays in a
 * LUT. FINN's SFC-max takes 91,131 LUTs (1612.07119) for 20,992 lanes at 16 cycles per frame, 4.3 per lane. A lane on
 * bytes adds eight bits instead of one.
 */
const lutPerLane = { logic: 3.3, byteLogic: 10, weight: 1 };
const bram36Bits = 36;

/** A layer as the search sees it. */
interface Target {
  readonly layer: WeightedLayer;
  readonly rows: number;
  readonly columns: number;
  readonly onBytes: boolean;
  readonly options: readonly Option[];
}

/** A folding of a layer and the cycles per frame that its slowest unit then takes. */
interface Option {
  readonly folding: LayerFolding;
  readonly lanes: number;
  readonly cycles: number;
}

/** The most pixels side by side that the search tries; accumulators and replay buffers are there for each. */
const mostMmv = 16;

function targetsOf(network: Network): readonly Target[] {
  let input = inputTensor(network.input);
  const targets: Target[] = [];
  for (const layer of network.layers) {
    if (isFolded(layer))
      targets.push({
        layer,
        ...weightSize(layer),
        onBytes: input.values === "int8",
        options: optionsOf(layer),
      });
    input = outputTensor(layer);
  }
  return targets;
}

/** All foldings of a layer, those of fewest lanes first. */
function optionsOf(layer: WeightedLayer): readonly Option[] {
  const { rows, columns } = weightSize(layer);
  const pixels = pixelsOf(layer);
  const sideBySide = layer.kind === "conv" ? divisorsOf(pixels).filter((mmv) => mmv <= mostMmv) : [1];
  const simds = layer.kind === "depthwise" ? [1] : divisorsOf(columns);
  const options = sideBySide.flatMap((mmv) =>
    divisorsOf(rows).flatMap((pe) =>
      simds.map((simd): Option => {
        const folding = { pe, simd, ...(mmv > 1 ? { mmv } : {}) };
        const product = (rows / pe) * (columns / simd) * (pixels / mmv);
        return { folding, lanes: lanesOf(folding), cycles: Math.max(product, windowCycles(layer, folding)) };
      }),
    ),
  );
  return options.sort((a, b) => a.lanes - b.lanes);
}

interface Cost {
  readonly lut: number;
  readonly bram36: number;
}

function costOf({ rows, columns, onBytes }: Target, folding: LayerFolding): Cost {
  const words = (rows / folding.pe) * (columns / folding.simd);
  const lut = lanesOf(folding) * (onBytes ? lutPerLane.byteLogic : lutPerLane.logic);
  const weights = folding.pe * folding.simd;
  // A memory of at most 64 words is LUTs; a deeper one is block RAM, 36 bits wide at 1,024 words, 72 at 512.
  if (words <= 64) return { lut: lut + weights * lutPerLane.weight, bram36: 0 };
  const width = words <= 512 ? 2 * bram36Bits : bram36Bits;
  return { lut, bram36: Math.ceil(weights / width) * Math.ceil(words / 1024) };
}

/**
 * The folding that a user names: "max", `maxFolding`; a number of cycles, `foldingFor`; else the path of a folding file.
 *
 * @throws SluiceErrors of these.
 */
export function resolveFolding(fold: string, network: Network, board: Board): Folding {
  if (fold === "max") return maxFolding(network, board);
  return /^[1-9]\d{0,14}$/.test(fold) ? foldingFor(network, Number(fold)) : loadFolding(fold);
}

/**
 * The fastest folding whose estimated LUTs stay under 70 % of the board's and whose block RAMs fit: the smallest
 * cycles per frame T such that every layer, folded to at most T cycles with the fewest lanes, fits together.
 *
 * @throws SluiceError `board-too-small`.
 */
export function maxFolding(network: Network, board: Board): Folding {
  const targets = targetsOf(network);
  const candidates = new Set(targets.flatMap(({ options }) => options.map(({ cycles }) => cycles)));
  const budget = { lut: lutFill * board.resources.lut, bram36: board.resources.bram36 };
  const work = targets.reduce((sum, { rows, columns, layer }) => sum + rows * columns * pixelsOf(layer), 0);
  for (const cycles of [...candidates].sort((a, b) => a - b)) {
    if ((work / cycles) * lutPerLane.logic > budget.lut) continue;
    const folding = chooseFolding(targets, cycles);
    if (folding === undefined) continue;
    const costs = targets.map((target) => costOf(target, folding[target.layer.name] ?? { pe: 1, simd: 1 }));
    const lut = costs.reduce((sum, cost) => sum + cost.lut, 0);
    const bram36 = costs.reduce((sum, cost) => sum + cost.bram36, 0);
    if (lut <= budget.lut && bram36 <= budget.bram36) return folding;
  }
  throw new SluiceError("board-too-small", `${network.name} does not fit ${board.title} at any folding`, {
    where: board.name,
    hint: "choose a larger board",
  });
}

/**
 * The folding of fewest lanes in which no layer takes more than `cycles` per frame.
 *
 * @throws SluiceError `folding-impossible`.
 */
export function foldingFor(network: Network, cycles: number): Folding {
  const targets = targetsOf(network);
  const folding = chooseFolding(targets, cycles);
  if (folding !== undefined) return folding;
  const fastest = targets.map(({ layer, options }) => {
    return { name: layer.name, cycles: Math.min(...options.map((option) => option.cycles)) };
  });
  const [slowest] = fastest.sort((a, b) => b.cycles - a.cycles);
  throw new SluiceError(
    "folding-impossible",
    `layer ${slowest?.name ?? ""} takes ${String(slowest?.cycles)} cycles per frame at its fastest`,
    { where: network.name, hint: `ask for at least that many, not ${String(cycles)}` },
  );
}

/**
 * Dense layers alternate between one neuron group (SF beats in, one wide beat out) and one beat per vector (one wide
 * beat in, NF groups out), which makes neighbouring streams equally wide and lets each layer start on its neighbour's
 * first beat. Convolutions rather give whole pixels.
 */
function chooseFolding(targets: readonly Target[], cycles: number): Folding | undefined {
  const folding: Record<string, LayerFolding> = {};
  let width: number | undefined;
  for (const [i, { layer, rows, columns, options }] of targets.entries()) {
    const wholeRow = layer.kind === "dense" && i % 2 === 1;
    const fast = options.filter((option) => option.cycles <= cycles);
    const cheapest = fast.filter(({ lanes }) => lanes === fast[0]?.lanes).map((option) => option.folding);
    const best = least(cheapest, [
      ({ mmv = 1 }) => mmv,
      // The input as wide as the output before it: no width converter.
      ({ simd }) => (width === undefined || simd === width ? 0 : 1),
      // A word of the window is what the unit takes: no width converter either.
      ({ simd }) => (layer.kind === "conv" && layer.input.channels % simd !== 0 ? 1 : 0),
      ({ pe, simd }) => (wholeRow ? columns - simd : rows - pe),
    ]);
    if (best === undefined) return undefined;
    folding[layer.name] = best;
    width = best.pe;
  }
  return folding;
}

/** The item with the smallest first key, among those the smallest second key, and so on. */
function least<T>(items: readonly T[], keys: readonly ((item: T) => number)[]): T | undefined {
  return items.reduce<T | undefined>((best, item) => {
    if (best === undefined) return item;
    for (const key of keys) if (key(item) !== key(best)) return key(item) < key(best) ? item : best;
    return best;
  }, undefined);
}
