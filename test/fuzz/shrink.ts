import type { Decisions } from "./choices.ts";
import { compareAll, type Disagreement, type Tool } from "./compare.ts";
import { fuzzDesign, type FuzzDesign } from "./design.ts";

export interface Failure {
  readonly design: FuzzDesign;
  readonly disagreement: Disagreement;
}

/** How many simpler designs are tried at once: they share one Verilator build and one Icarus run. */
const batch = 24;

/**
 * The smallest failing design found by taking decisions away: those of a statement, a signal, an operand. Only the
 * tools that disagree run. `alter` is what a test does to every design, before it is run, to plant a fault.
 */
export async function shrink(
  failure: Failure,
  options: { readonly rounds?: number; readonly alter?: (design: FuzzDesign) => FuzzDesign } = {},
): Promise<Failure> {
  const { rounds = 40, alter = (design) => design } = options;
  const tools = toolsOf(failure.disagreement);
  let best = failure;
  let from = 0;
  for (let round = 0; round < rounds; round++) {
    const simpler = simplerThan(best.design.decisions);
    const tried = simpler.slice(from, from + batch).flatMap((decisions) => {
      const design = attempt(best.design.seed, decisions);
      return design !== undefined && sizeOf(design) < sizeOf(best.design) ? [alter(design)] : [];
    });
    const results = await compareAll(tried, tools);
    const found = tried.flatMap((design, i): Failure[] => {
      const disagreement = results[i];
      return disagreement === undefined || kindOf(disagreement) !== kindOf(failure.disagreement)
        ? []
        : [{ design, disagreement }];
    });
    const smallest = found.sort((a, b) => sizeOf(a.design) - sizeOf(b.design))[0];
    if (smallest !== undefined) [best, from] = [smallest, 0];
    else if (from + batch < simpler.length) from += batch;
    else break;
  }
  return best;
}

/** A failure of another kind is another failure. */
function kindOf({ port, values }: Disagreement): string {
  return port === "" ? Object.keys(values).sort().join() : "values";
}

/** Those whose value nobody else has, and native beside them. */
function toolsOf({ values }: Disagreement): readonly Tool[] {
  const tools = (["native", "verilator", "icarus"] as const).filter((tool) => tool in values);
  const odd = tools.filter((tool) => tool === "native" || values[tool] !== values["native"]);
  return odd.length === 0 ? tools : [...new Set<Tool>(["native", ...odd])];
}

function sizeOf({ emitted }: FuzzDesign): number {
  return emitted.files.reduce((sum, { text }) => sum + text.length, 0);
}

function attempt(seed: number, decisions: Decisions): FuzzDesign | undefined {
  try {
    return fuzzDesign(seed, decisions);
  } catch {
    return undefined;
  }
}

/** The decisions with one part emptied or taken away, or one number made 0: large parts first. */
function simplerThan(root: Decisions): readonly Decisions[] {
  const candidates: { readonly weight: number; readonly make: () => Decisions }[] = [];
  const visit = (at: Decisions, rebuild: (changed: Decisions) => Decisions): void => {
    at.parts.forEach((part, i) => {
      const weight = weightOf(part);
      if (weight === 0) return;
      const without = at.parts.filter((_, n) => n !== i);
      candidates.push({ weight: weight + 0.5, make: () => rebuild({ ...at, parts: without }) });
      const replace = (changed: Decisions): Decisions =>
        rebuild({ ...at, parts: at.parts.map((old, n) => (n === i ? changed : old)) });
      candidates.push({ weight, make: () => replace({ values: [], parts: [] }) });
      // An operand in place of the operation.
      for (const inner of part.parts)
        if (weightOf(inner) > 0)
          candidates.push({ weight: weight - weightOf(inner), make: () => replace(inner) });
      visit(part, replace);
    });
    at.values.forEach((value, i) => {
      if (value > 0)
        candidates.push({ weight: 0.1, make: () => rebuild({ ...at, values: at.values.with(i, 0) }) });
    });
  };
  visit(root, (changed) => changed);
  return candidates.sort((a, b) => b.weight - a.weight).map(({ make }) => make());
}

function weightOf({ values, parts }: Decisions): number {
  return values.length + parts.reduce((sum, part) => sum + weightOf(part), 0);
}
