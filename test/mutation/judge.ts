import reasons from "./survivors.json" with { type: "json" };
import type { GeneratorTests } from "./generators.ts";
import type { MutationResult, Survivor } from "./run.ts";

/** Why each mutant that survives may, by generator and key. */
const reasonsOf: Readonly<Record<string, Readonly<Record<string, string>>>> = reasons;

export type JudgedResult = Omit<MutationResult, "survivors"> & {
  readonly goal: number;
  readonly survivors: readonly (Survivor & { readonly reason: string | undefined })[];
  /** What keeps the run from being good. */
  readonly problems: readonly string[];
};

/** A score below the goal, a survivor that nobody has explained, and an explanation of what does not survive. */
export function judge({ goal }: Pick<GeneratorTests, "goal">, result: MutationResult): JudgedResult {
  const { generator, score, leftOut } = result;
  const known = reasonsOf[generator] ?? {};
  const survivors = result.survivors.map((survivor) => ({ ...survivor, reason: known[survivor.key] }));
  const keys = new Set(survivors.map(({ key }) => key));
  return {
    ...result,
    goal,
    survivors,
    problems: [
      ...(score < goal
        ? [`${generator}: ${percent(score)} of the mutants killed, not ${percent(goal)}`]
        : []),
      ...survivors
        .filter(({ reason }) => reason === undefined)
        .map(
          ({ where, key }) => `${generator}: survives without a reason in survivors.json, ${where}: ${key}`,
        ),
      ...Object.keys(known)
        .filter((key) => leftOut === 0 && !keys.has(key))
        .map((key) => `${generator}: has a reason in survivors.json and does not survive: ${key}`),
    ],
  };
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
