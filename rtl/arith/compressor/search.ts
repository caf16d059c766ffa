import { SluiceError } from "../../../src/error.ts";
import { compress, type Sum } from "./compress.ts";
import { buildInTime, type Netlist, type Term } from "./netlist.ts";
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
const chains = [1, 2, 3, 4, 5, 6, 7, 8, 11, 16];

/**
 * Builds a sum in every way that differs in the length of its XNOR chains and in the operands of its final adder, and takes
 * the best.
 *
 * @throws SluiceError `clock-too-fast` where none is in time.
 */
export function searchSum<I>(
  { clockMHz, objective = "area" }: Aims,
  describe: (netlist: Netlist) => {
    readonly inputs: I;
    readonly sum: Pick<Sum, "columns" | "width" | "accumulator">;
  },
): BuiltSum<I> {
  const period = clockMHz === undefined ? Infinity : (1e6 / clockMHz) * usablePart;
  let best: BuiltSum<I> | undefined;
  let failure: unknown;
  for (const operands of [3, 2]) {
    for (const chain of chains) {
      try {
        const found = buildInTime(period, (netlist) => {
          const { inputs, sum } = describe(netlist);
          const outputs = compress(netlist, { ...sum, chain, operands });
          const [luts, flipFlops] = [netlist.luts, flipFlopsOf(netlist, outputs)];
          return { netlist, inputs, outputs, luts, flipFlops, stage: lastStage(outputs) };
        });
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
  return best;
}

function costs(
  { luts, flipFlops, stage, outputs }: BuiltSum<unknown>,
  objective: "area" | "depth",
): readonly number[] {
  const settled = Math.max(...outputs.map((term) => (term?.net.stage === stage ? term.net.at : 0)));
  const area = luts + flipFlops * flipFlopCost;
  return objective === "area" ? [area, stage] : [stage, stage === 0 ? settled : 0, area];
}

function isBetter(a: readonly number[], b: readonly number[]): boolean {
  const differing = a.findIndex((value, i) => value !== b[i]);
  return differing >= 0 && (a[differing] ?? 0) < (b[differing] ?? 0);
}
