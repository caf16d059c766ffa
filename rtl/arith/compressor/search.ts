import { SluiceError } from "../../../src/error.ts";
import { chainsOf, compress, countsOf, leastLuts, type Sum, type TermCount } from "./compress.ts";
import { buildInTime, Inputs, type Netlist, type Term } from "./netlist.ts";
import { flipFlopsOf, lastStage } from "./place.ts";

/** What a sum is built for. */
export interface Aims {
  /** Of the clock to be reached by registers in between; without it there are none. */
  readonly clockMHz?: number | undefined;
  /** What is least: area; or stages (without a clock, the delay), then area. Default area. */
  readonly objective?: "area" | "depth" | undefined;
}

/** A sum as cells. */
export interface BuiltSum<I> {
  readonly netlist: Netlist;
  /** What `describe` said. */
  readonly inputs: I;
  /** Bits of the result, the lowest first; undefined is constant 0. */
  readonly outputs: readonly (Term | undefined)[];
  readonly luts: number;
  readonly flipFlops: number;
  /** Of the outputs: so many registers lie between them and the inputs. */
  readonly stage: number;
}

/**
 * Part of a clock cycle that a path of cells may take, by the delays of rtl/xilinx/delays.ts, which know no placement and
 * no clock skew: 4.0 ns at 200 MHz.
 */
export const usablePart = 0.8;

/** In LUTs. A slice has two for every LUT, most of them idle: they count only where they are many. */
const flipFlopCost = 1 / 16;

/** Full adders that XNOR and add in a row; more of them leave fewer bits, and take longer. */
export const chains = [1, 2, 3, 4, 5, 6, 7, 8, 11, 16];

/** The one that most often takes the least area at 200 MHz. */
export const usualChain = 6;

/**
 * Builds a sum in every way that differs in the length of its XNOR chains and in the operands of its final adder, and takes
 * the best, of equal ones that of more operands, then that of shorter chains. What takes more LUTs than the best has area
 * is not built.
 *
 * @throws SluiceError `clock-too-fast` where none is in time.
 */
export function searchSum<I>(
  { clockMHz, objective = "area" }: Aims,
  describe: (given: Inputs) => {
    readonly inputs: I;
    readonly sum: Pick<Sum, "columns" | "width" | "accumulator">;
  },
): BuiltSum<I> {
  const period = clockMHz === undefined ? Infinity : (1e6 / clockMHz) * usablePart;
  const given = new Inputs();
  const { inputs, sum } = describe(given);
  let best: Candidate | undefined;
  let failure: unknown;
  for (const operands of [3, 2]) {
    const counts = countsOf({ ...sum, operands });
    for (const chain of chainsFor(counts.columns)) {
      if (objective === "area" && best !== undefined && leastLuts(counts, chain) > areaOf(best)) continue;
      try {
        const found = candidate({ ...sum, chain, operands }, period, given);
        if (best === undefined || isBetter(costs(found, objective), costs(best, objective))) best = found;
      } catch (error) {
        if (!(error instanceof SluiceError) || error.code !== "clock-too-fast") throw error;
        failure = error;
      }
    }
    // Fewer operands only help where more are too slow.
    if (best !== undefined && objective === "area") break;
  }
  if (best === undefined) throw failure;
  return { ...best, inputs };
}

/** The lengths of chains that differ in what they make of a sum, the usual one first. */
function chainsFor(columns: readonly TermCount[]): readonly number[] {
  const distinct = new Map<string, number>();
  for (const chain of chains) {
    const key = columns.map(({ equalities }) => chainsOf(equalities, chain)).join(" ");
    if (!distinct.has(key)) distinct.set(key, chain);
  }
  const lengths = [...distinct.values()];
  const usual = lengths.findLast((length) => length <= usualChain) ?? 1;
  return [usual, ...lengths.filter((length) => length !== usual)];
}

interface Candidate extends Omit<BuiltSum<unknown>, "inputs"> {
  readonly chain: number;
  readonly operands: number;
}

function candidate(sum: Sum, period: number, given: Inputs): Candidate {
  const build = (netlist: Netlist) => {
    const outputs = compress(netlist, sum);
    return { netlist, outputs, stage: lastStage(outputs) };
  };
  const built = buildInTime(period, build, given);
  const { netlist, outputs } = built;
  const { chain, operands } = sum;
  return { ...built, luts: netlist.luts, flipFlops: flipFlopsOf(netlist, outputs), chain, operands };
}

const areaOf = ({ luts, flipFlops }: Candidate): number => luts + flipFlops * flipFlopCost;

function costs(found: Candidate, objective: "area" | "depth"): readonly number[] {
  const { stage, outputs, chain, operands } = found;
  const settled = Math.max(...outputs.map((term) => (term?.net.stage === stage ? term.net.at : 0)));
  const goals =
    objective === "area" ? [areaOf(found), stage] : [stage, stage === 0 ? settled : 0, areaOf(found)];
  return [...goals, -operands, chain];
}

function isBetter(a: readonly number[], b: readonly number[]): boolean {
  const differing = a.findIndex((value, i) => value !== b[i]);
  return differing >= 0 && (a[differing] ?? 0) < (b[differing] ?? 0);
}
