/**
 * Reads hostile inputs, as a process of its own that may hang or run out of memory.
 *
 *     <folder> <seed> <count> [target...]
 *
 * A line of JSON for each thing of note: that a target is begun, that it goes on, what was found.
 */
import fc from "fast-check";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SluiceError } from "../../src/error.ts";
import { materialise } from "./materialise.ts";
import { mutated, mutations, type Entry, type Mutation, type Tree } from "./mutations.ts";
import { canary } from "./strings.ts";
import { besides, targets, type Target, type TargetName } from "./targets.ts";
import type { Event } from "./fuzz.ts";

const [folder = "", seed = "0", count = "0", ...names] = process.argv.slice(2);

function say(event: Event): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

/** CPU seconds that one input may take. */
const secondsLimit = 10;

// Deep enough that no name with dots in it leads out of what is watched.
const home = join(folder, "a/b/c/d/e");
const [input, out, here] = ["input", "out", "here"].map((name) => join(home, name)) as [
  string,
  string,
  string,
];
mkdirSync(here, { recursive: true });
process.chdir(here);
materialise(home, besides);

/** Everything outside of the input and the output folder. */
function surroundings(): string {
  const outside = readdirSync(folder, { recursive: true, withFileTypes: true })
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !path.startsWith(`${input}/`) && !path.startsWith(`${out}/`));
  return [...outside.sort(), ...Object.keys(Object.prototype)].join("\n");
}

const codes = new Set<string>();
let accepted = 0;

/** Throws where an input does not end as it should. */
async function tryOne(target: Target): Promise<void> {
  const before = process.cpuUsage();
  try {
    await target.read(input, out);
    accepted++;
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    checkMessage(error);
    codes.add(error.code);
  }
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  if (seconds > secondsLimit) throw new Error(`it took ${seconds} s`);
}

function checkMessage({ code, message, where, hint }: SluiceError): void {
  const isClear =
    /^[a-z0-9]+(-[a-z0-9]+)*$/.test(code) &&
    message !== "" &&
    message.length < 4_000 &&
    (where ?? "").length < 5_000 &&
    (hint ?? "").length < 4_000 &&
    !/\n\s+at |\[object |\b(?:=|of|has|takes|at) (?:undefined|NaN)\b/.test(message);
  if (!isClear) throw new Error(`unclear: ${code}: ${message.slice(0, 300)}`);
  if (where === undefined && hint === undefined)
    throw new Error(`neither place nor hint: ${code}: ${message}`);
}

interface Input {
  readonly base: number;
  readonly isSealed: boolean;
  readonly all: readonly Mutation[];
}

async function fuzzTarget(name: TargetName, runs: number): Promise<void> {
  const target: Target = targets[name];
  const scratch = join(folder, "scratch");
  mkdirSync(scratch);
  const bases = await target.bases(scratch);
  rmSync(scratch, { recursive: true });
  let present = -1;
  let changed = new Map<string, Entry>();
  const run = async ({ base, isSealed, all }: Input): Promise<void> => {
    const tree: Tree = bases[base] ?? new Map<string, Entry>();
    if (base === present) {
      materialise(
        input,
        new Map([...changed.keys()].map((file) => [file, tree.get(file) ?? { kind: "missing" }])),
      );
    } else {
      rmSync(input, { recursive: true, force: true });
      mkdirSync(input);
      materialise(input, tree);
    }
    present = base;
    changed = mutated(tree, all);
    materialise(input, changed);
    if (isSealed) target.seal?.(input);
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
    const around = surroundings();
    try {
      await tryOne(target);
      if (surroundings() !== around) throw new Error(`files outside: ${surroundings()}`);
    } finally {
      // Readers of output folders add to their input.
      if (existsSync(join(here, canary))) rmSync(join(here, canary));
      if (isSealed || name === "journal" || name === "page") present = -1;
      progress();
    }
  };
  // As it is, it is read.
  for (const base of bases.keys()) {
    await run({ base, isSealed: true, all: [] });
  }
  const isJson = bases.some((tree) => [...tree.keys()].some((file) => /json$|^request$/.test(file)));
  const property = fc.asyncProperty(
    fc.record({ base: fc.nat(bases.length - 1), isSealed: fc.boolean(), all: mutations(isJson) }),
    run,
  );
  let left = runs;
  for (let part = 0; left > 0; part++) {
    const result = await fc.check(property, {
      seed: Number(seed) + part,
      numRuns: left,
      endOnFailure: false,
      maxSkipsPerRun: 0,
    });
    left -= result.numRuns;
    if (!result.failed) continue;
    const [failure] = result.counterexample ?? [];
    const error = result.errorInstance;
    // The least input that fails in this way is written down.
    if (failure !== undefined) await run(failure).catch(() => undefined);
    const kept = join(folder, "..", `failed-${name}-${Number(seed) + part}`);
    writeFileSync(
      `${kept}.json`,
      JSON.stringify({ name, failure, path: result.counterexamplePath }, null, 1),
    );
    say({
      what: "failed",
      target: name,
      seed: Number(seed) + part,
      error: error instanceof Error ? (error.stack ?? String(error)) : String(error),
      kept: `${kept}.json`,
      input: JSON.stringify(failure).slice(0, 600),
    });
    break;
  }
}

let said = Date.now();
let inputs = 0;

function progress(): void {
  inputs++;
  if (Date.now() - said < 500) return;
  said = Date.now();
  say({ what: "progress", inputs });
}

for (const name of Object.keys(targets) as TargetName[]) {
  if (names.length > 0 && !names.includes(name)) continue;
  const share = names.length > 0 ? 1 : targets[name].share / 1000;
  say({ what: "begun", target: name });
  const before = inputs;
  codes.clear();
  accepted = 0;
  const start = performance.now();
  await fuzzTarget(name, Math.ceil(Number(count) * share));
  say({
    what: "done",
    target: name,
    inputs: inputs - before,
    accepted,
    codes: [...codes].sort(),
    seconds: (performance.now() - start) / 1000,
  });
}
say({ what: "end", inputs, megabytes: Math.round(process.resourceUsage().maxRSS / 1024) });
