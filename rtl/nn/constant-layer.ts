import { SluiceError } from "../../src/error.ts";
import { bitsFor } from "../../src/hdl/index.ts";
import {
  buildInTime,
  compress,
  flipFlopsOf,
  isInverted,
  lastStage,
  usablePart,
  type Built,
  type Net,
  type Netlist,
  type Term,
} from "../arith/compressor/index.ts";
import { shareCounts, type SharedRow } from "./shared-counts.ts";
import { rowBits, type WeightMatrix } from "./weights.ts";

/** A layer of constant weights as cells. */
export interface ConstantLayer {
  readonly netlist: Netlist;
  /** The vector, column by column. */
  readonly inputs: readonly Net[];
  /** By row, its result: whether it fires, or the bits of its count, the lowest first. A constant, or a term. */
  readonly results: readonly (readonly (Term | 0 | 1)[])[];
  readonly luts: number;
  readonly flipFlops: number;
  /** Of the results: so many registers lie between them and the inputs. */
  readonly stage: number;
}

/** What the cells do. */
export interface ConstantLayerParams {
  readonly weights: WeightMatrix;
  /** Counts from which the rows fire; without them the counts themselves are the results. */
  readonly thresholds?: ArrayLike<number> | undefined;
  /** Clock that registers are placed for; 0 is none of them. */
  readonly clockMHz: number;
}

/**
 * Builds the tables that the rows share and, for each row that can fire or not, its own tree: named after the row,
 * `row_<n>_...`. Rows with equal weights share all of it.
 *
 * @throws SluiceError `clock-too-fast`.
 */
export function constantLayer(params: ConstantLayerParams): ConstantLayer {
  const { weights, thresholds, clockMHz } = params;
  const key = `${String(clockMHz)} ${thresholds === undefined ? "" : Array.from(thresholds).join(" ")}`;
  const known = layers.get(weights) ?? new Map<string, ConstantLayer>();
  layers.set(weights, known);
  let layer = known.get(key);
  if (layer === undefined) known.set(key, (layer = build(params)));
  return layer;
}

const layers = new WeakMap<WeightMatrix, Map<string, ConstantLayer>>();

/** The least LUTs, and of as many the least flip-flops. */
function build(params: ConstantLayerParams): ConstantLayer {
  const period = params.clockMHz === 0 ? Infinity : (1e6 / params.clockMHz) * usablePart;
  let best: ConstantLayer | undefined;
  let failure: unknown;
  // A final adder of three operands takes fewer LUTs, and longer.
  for (const operands of [3, 2]) {
    for (const held of params.clockMHz === 0 ? [false] : [false, true]) {
      try {
        const layer = buildInTime(period, (netlist) => buildWith(netlist, params, { operands, held }));
        if (best === undefined || layer.flipFlops < best.flipFlops) best = layer;
      } catch (error) {
        if (!(error instanceof SluiceError) || error.code !== "clock-too-fast") throw error;
        failure = error;
      }
    }
    if (best !== undefined) return best;
  }
  throw failure;
}

function buildWith(
  netlist: Netlist,
  { weights, thresholds }: ConstantLayerParams,
  { operands, held }: { readonly operands: number; readonly held: boolean },
): ConstantLayer & Built {
  const inputs = Array.from({ length: weights.columns }, () => netlist.input());
  const isConstant = (row: number): boolean => {
    const limit = thresholds?.[row];
    return limit !== undefined && (limit <= 0 || limit > weights.columns);
  };
  const distinct = distinctRows(weights, isConstant);
  const shared = shareCounts(
    netlist,
    inputs,
    distinct.map(({ signs }) => signs),
    { isExact: thresholds === undefined, held },
  );
  const counts = new Map<number, Count>();
  distinct.forEach(({ rows }, i) => {
    const [first = 0] = rows;
    const row = shared[i];
    if (row === undefined) return;
    const count = countOf(netlist, `row_${String(first)}_`, row, { columns: weights.columns, operands });
    for (const same of rows) counts.set(same, count);
  });
  const results = Array.from({ length: weights.rows }, (_, row): readonly (Term | 0 | 1)[] => {
    const count = counts.get(row);
    const limit = thresholds?.[row];
    if (count === undefined) return [limit !== undefined && limit <= 0 ? 1 : 0];
    if (limit === undefined) return count.bits.map((bit) => bit ?? 0);
    return [{ net: reaches(netlist, `row_${String(row)}_fires`, count.bits, limit + count.excess) }];
  });
  const outputs = results.flat().filter((result) => typeof result !== "number");
  const stage = lastStage(outputs);
  return {
    netlist,
    inputs,
    results,
    outputs,
    luts: netlist.luts,
    flipFlops: flipFlopsOf(netlist, outputs, stage),
    stage,
  };
}

interface DistinctRow {
  readonly rows: number[];
  readonly signs: readonly boolean[];
}

/** Rows that do not always give the same, those of equal weights together. */
function distinctRows(weights: WeightMatrix, isConstant: (row: number) => boolean): readonly DistinctRow[] {
  const found = new Map<bigint, DistinctRow>();
  for (let row = 0; row < weights.rows; row++) {
    if (isConstant(row)) continue;
    const bits = rowBits(weights, row);
    const known = found.get(bits);
    if (known !== undefined) known.rows.push(row);
    else {
      const digits = bits.toString(2).padStart(weights.columns, "0");
      const signs = Array.from(digits, (digit) => digit === "0").reverse();
      found.set(bits, { rows: [row], signs });
    }
  }
  return [...found.values()];
}

/** A sum as bits, the lowest first; undefined is constant 0. */
interface Count {
  readonly bits: readonly (Term | undefined)[];
  /** By which it is more than the count. */
  readonly excess: number;
}

function countOf(
  netlist: Netlist,
  name: string,
  { columns, excess }: SharedRow,
  { columns: most, operands }: { readonly columns: number; readonly operands: number },
): Count {
  const width = bitsFor(most + excess);
  return { bits: compress(netlist, { columns, width, chain: 1, operands, name }), excess };
}

/** Whether a number is `limit` or more, from 1: tables of six bits each, from the lowest up, each of the one below too. */
function reaches(netlist: Netlist, name: string, bits: readonly (Term | undefined)[], limit: number): Net {
  // The lowest bits say nothing where those of the limit are 0.
  let place = Math.log2(limit & -limit);
  let below: Net | undefined;
  while (place < bits.length) {
    const terms: { readonly term: Term; readonly weight: number }[] = [];
    let end = place;
    for (; end < bits.length && terms.length < (below === undefined ? 6 : 5); end++) {
      const term = bits[end];
      if (term !== undefined) terms.push({ term, weight: 2 ** (end - place) });
    }
    const wanted = Math.floor(limit / 2 ** place) % 2 ** (end - place);
    const carried = below;
    let table = 0n;
    for (let index = 0; index < 2 ** (terms.length + (carried === undefined ? 0 : 1)); index++) {
      const value = terms.reduce(
        (sum, { term, weight }, i) => sum + (((index >> i) & 1) === (isInverted(term) ? 0 : 1) ? weight : 0),
        0,
      );
      const isReachedBelow = carried === undefined || ((index >> terms.length) & 1) === 1;
      if (value > wanted || (value === wanted && isReachedBelow)) table |= 1n << BigInt(index);
    }
    const inputs = [...terms.map(({ term }) => term.net), ...(carried === undefined ? [] : [carried])];
    below = netlist.table(`${name}_${String(place)}`, inputs, [table])[0];
    place = end;
  }
  if (below === undefined) throw new Error(`${name}: nothing to compare with ${String(limit)}`);
  return below;
}
