/**
 * How many cells of each kind reduce the columns of a sum to what one final adder takes. Exact: the least LUTs that cells
 * of these kinds can do it with, found by dynamic programming over the columns, from the lowest up. All that one column
 * does to the others is bits that it hands to the next two.
 *
 * Eliminated bits per LUT: a carry atom of six terms and a carry-in 2, without carry-in 1.5, one of four and one 1.5, a
 * full adder 1, the final adder up to 2. So (N - 1) / 2 bounds the LUTs for N bits.
 */

/** What happens in a column. Terms that are left go to the final adder, or out where it begins higher up. */
export interface ColumnPlan {
  /** Carry atoms of six terms and a carry-in; of six; of four, a carry-in and one of the next column. */
  readonly sevens: number;
  readonly sixes: number;
  readonly fourOnes: number;
  readonly fullAdders: number;
  /** Two terms into one of the column and one of the next: 1 or none. */
  readonly halfAdders: number;
  /** The final adder has a place in this column. */
  readonly adder: boolean;
}

export interface SumShape {
  /** Terms in each column. */
  readonly heights: readonly number[];
  /** Bits of the result; carries beyond are dropped. */
  readonly width: number;
  /** The final adder takes a bit of an accumulator in every column. */
  readonly accumulates: boolean;
  /** Bits that the final adder adds in a column, an accumulator's counted. */
  readonly operands: number;
}

export interface SumPlan {
  readonly columns: readonly ColumnPlan[];
  readonly luts: number;
}

interface Step {
  readonly luts: number;
  readonly plan: ColumnPlan | undefined;
  readonly rest: Step | undefined;
}

const unreachable: Step = { luts: Infinity, plan: undefined, rest: undefined };
const done: Step = { luts: 0, plan: undefined, rest: undefined };

/** The best plan for a shape. The sums of a layer have few shapes between them, so that plans are kept. */
export function planColumns(shape: SumShape): SumPlan {
  const key = JSON.stringify(shape);
  let found = plans.get(key);
  if (found === undefined) plans.set(key, (found = bestPlan(shape)));
  return found;
}

const plans = new Map<string, SumPlan>();

function bestPlan({ heights, width, accumulates, operands }: SumShape): SumPlan {
  // By column and by whether the final adder has begun, then by what is handed to the column and the next.
  const known = Array.from({ length: 2 * width }, () => new Map<number, Step>());
  const bits = heights.reduce((sum, height) => sum + height, 0);
  // The lowest column of the adder has its carry-in besides.
  const room = operands - (accumulates ? 1 : 0);

  function best(column: number, handed: number, handedOn: number, begun: boolean): Step {
    const steps = known[2 * column + (begun ? 1 : 0)];
    if (steps === undefined) return done;
    const key = handed * (bits + 1) + handedOn;
    const before = steps.get(key);
    if (before !== undefined) return before;
    let found = unreachable;
    const height = (heights[column] ?? 0) + handed;
    const above = (heights[column + 1] ?? 0) + handedOn;
    const mostLeft = room + (begun ? 0 : 1);
    for (const { left, ...choice } of choicesOf(height, above, mostLeft)) {
      const { sevens, sixes, fourOnes, fullAdders, halfAdders } = choice;
      const cells = sevens + sixes;
      const adders = fullAdders + halfAdders;
      const passes = left <= 1 && !begun && !accumulates;
      for (const adder of passes ? [true, false] : [true]) {
        const here = 2 * (cells + fourOnes) + adders + (adder ? 1 : 0);
        if (here >= found.luts) continue;
        // A carry atom of four and one takes a term of the next column, and gives one there.
        const rest = best(column + 1, handedOn + cells + adders, cells + fourOnes, adder);
        const luts = here + rest.luts;
        if (luts < found.luts) found = { luts, plan: { ...choice, adder }, rest };
      }
    }
    steps.set(key, found);
    return found;
  }

  const first = best(0, 0, 0, false);
  const columns: ColumnPlan[] = [];
  for (let step: Step | undefined = first; step?.plan !== undefined; step = step.rest)
    columns.push(step.plan);
  return { columns, luts: first.luts };
}

interface Choice extends Omit<ColumnPlan, "adder"> {
  /** Terms that stay. */
  readonly left: number;
}

/** Cells for a column of so many terms that leave `mostLeft` at most; the most carry atoms first. */
function choicesOf(height: number, above: number, mostLeft: number): readonly Choice[] {
  const choices: Choice[] = [];
  const most = Math.max(0, Math.floor((height - 1) / 6));
  for (let sevens = most; sevens >= Math.max(0, most - 3); sevens--)
    for (let sixes = 0; sixes <= 1; sixes++)
      for (let fourOnes = 0; fourOnes <= (above + sevens + sixes > 0 ? 1 : 0); fourOnes++) {
        const remaining = height - 6 * sevens - 5 * sixes - 4 * fourOnes;
        if (remaining < (sevens + sixes + fourOnes > 0 ? 1 : 0)) continue;
        const least = Math.max(0, Math.floor((remaining - mostLeft) / 2));
        const mostAdders = Math.min(6, Math.max(0, Math.floor((remaining - 1) / 2)));
        for (let fullAdders = least; fullAdders <= mostAdders; fullAdders++)
          for (let halfAdders = 0; halfAdders <= (remaining - 2 * fullAdders >= 2 ? 1 : 0); halfAdders++) {
            const left = remaining - 2 * fullAdders - halfAdders;
            if (left <= mostLeft) choices.push({ sevens, sixes, fourOnes, fullAdders, halfAdders, left });
          }
      }
  return choices;
}
