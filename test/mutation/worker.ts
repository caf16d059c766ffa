import { generators } from "./generators.ts";
import { mutateGenerator, type MutationOptions, type MutationResult } from "./run.ts";

/** One generator's run, for a thread of its own. */
export default async function mutate(task: {
  readonly generator: string;
  readonly options: MutationOptions;
}): Promise<MutationResult> {
  const tests = generators.find(({ name }) => name === task.generator);
  if (tests === undefined) throw new Error(`no generator ${task.generator}`);
  return mutateGenerator(tests, task.options);
}
