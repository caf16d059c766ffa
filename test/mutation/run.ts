import type { Trial } from "../../sim/cases.ts";
import { emit } from "../../src/emit/index.ts";
import { SluiceError } from "../../src/error.ts";
import type { Design } from "../../src/ir/index.ts";
import { Random } from "../../src/random.ts";
import { createNativeSimulator } from "../../src/simulate/native.ts";
import type { GeneratorTests } from "./generators.ts";
import { sourceLine } from "../source-line.ts";
import { mutantsOf, mutated, type Mutant, type Site } from "./mutants.ts";

/** What became of the mutants of one generator. */
export interface MutationResult {
  readonly generator: string;
  /** Mutants of which score is made: without those that are the same hardware, or none. */
  readonly mutants: number;
  readonly killed: number;
  /** killed / mutants. */
  readonly score: number;
  /** Changes after which the emitted SystemVerilog is the same. */
  readonly identical: number;
  /** Changes that cannot be built. */
  readonly stillborn: number;
  /** Changes that the limit left out. */
  readonly leftOut: number;
  readonly survivors: readonly Survivor[];
  readonly seconds: number;
}

export interface Survivor {
  /** Names the mutant by the text of its line, so that lines above may come and go. */
  readonly key: string;
  /** Where the line is now: `file:line`. */
  readonly where: string;
}

export interface MutationOptions {
  /** Mutants of a generator, at most; of more, as many at random are tried. */
  readonly limit: number;
  readonly seed: number;
}

/** The variants of one mutant, each with the trial of the design that it was made of. */
interface Candidate {
  readonly site: Site;
  readonly variants: { readonly trial: Trial; readonly mutant: Mutant }[];
}

/** Tries every mutant of a generator with the generator's tests, until the first of them fails. */
export async function mutateGenerator(
  { name, trials, partial = () => [] }: GeneratorTests,
  { limit, seed }: MutationOptions,
): Promise<MutationResult> {
  const start = performance.now();
  const all = candidatesOf(trials(), partial());
  const candidates = sample(all, limit, new Random(seed));
  const keys = keysOf(all.map(({ site }) => site));
  const fates = { killed: 0, stillborn: 0, identical: 0 };
  const survivors: Survivor[] = [];
  for (const candidate of candidates) {
    const fate = await fateOf(candidate);
    if (fate !== "survives") {
      fates[fate]++;
      continue;
    }
    const { file, line } = candidate.site.loc;
    survivors.push({ key: keys.get(candidate.site) ?? "", where: `${file}:${String(line)}` });
  }
  const mutants = fates.killed + survivors.length;
  return {
    generator: name,
    mutants,
    killed: fates.killed,
    score: mutants === 0 ? 1 : fates.killed / mutants,
    identical: fates.identical,
    stillborn: fates.stillborn,
    leftOut: all.length - candidates.length,
    survivors,
    seconds: (performance.now() - start) / 1000,
  };
}

function candidatesOf(trials: readonly Trial[], partial: readonly Trial[]): readonly Candidate[] {
  const candidates = new Map<string, Candidate>();
  for (const trial of trials)
    for (const [id, mutant] of mutantsOf(trial.design)) {
      const known = candidates.get(id);
      if (known === undefined) candidates.set(id, { site: mutant.site, variants: [{ trial, mutant }] });
      else known.variants.push({ trial, mutant });
    }
  for (const trial of partial)
    for (const [id, mutant] of mutantsOf(trial.design)) candidates.get(id)?.variants.push({ trial, mutant });
  return [...candidates.values()];
}

/** `limit` of the items, in their order. */
function sample<T>(items: readonly T[], limit: number, random: Random): readonly T[] {
  const left = [...items.keys()];
  const taken = Array.from(
    { length: Math.min(limit, items.length) },
    () => left.splice(random.below(left.length), 1)[0] ?? 0,
  );
  return taken.sort((a, b) => a - b).flatMap((i) => items[i] ?? []);
}

async function fateOf({ variants }: Candidate): Promise<"killed" | "survives" | "identical" | "stillborn"> {
  let different = false;
  for (const { trial, mutant } of variants) {
    const design = mutated(trial.design, mutant);
    try {
      await trial.check(design);
    } catch {
      return canBeBuilt(design) ? "killed" : "stillborn";
    }
    different ||= rtlOf(design) !== rtlOf(trial.design);
  }
  return different ? "survives" : "identical";
}

function canBeBuilt(design: Design): boolean {
  try {
    createNativeSimulator(design).close();
    return true;
  } catch {
    return false;
  }
}

/** The SystemVerilog; that there is none for a mutant does not make it the same as another. */
function rtlOf(design: Design): string {
  try {
    return emit(design)
      .files.map(({ text }) => text)
      .join("");
  } catch (error) {
    if (error instanceof SluiceError) return error.code;
    throw error;
  }
}

/** Lines of the same text, and statements of the same line, are counted. */
function keysOf(sites: readonly Site[]): ReadonlyMap<Site, string> {
  const counts = new Map<string, number>();
  const ordered = [...sites].sort((a, b) =>
    a.loc.line === b.loc.line ? a.loc.column - b.loc.column : a.loc.line - b.loc.line,
  );
  return new Map(
    ordered.map((site) => {
      const { loc, path, what } = site;
      const name = `${loc.file} | ${sourceLine(loc.file, loc.line)} | ${path.trim()}: ${what}`;
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      return [site, count === 1 ? name : `${name} #${String(count)}`];
    }),
  );
}
