/**
 * Reads hostile inputs, as a process of its own that may hang or run out of memory.
 *
 *     <folder> <seed> <count> [target...]
 *     <folder> replay <file>                 an input that failed and was written down
 *
 * A line of JSON for each thing of note: that a target is begun, that it goes on, what was found.
 */
import fc from "fast-check";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

/** The sum of what `share` says of these targets; of all where none is named. */
function shares(chosen: readonly string[]): number {
  const all = Object.entries(targets).filter(([name]) => chosen.length === 0 || chosen.includes(name));
  return all.reduce((sum, [, { share }]) => sum + share, 0);
}

/** Throws where an input does not end as it should. */
async function tryOne(target: Target): Promise<void> {
  const around = surroundings();
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
  const found = surroundings();
  rmSync(join(here, canary), { force: true });
  if (found !== around) throw new Error(`a command was run, or a file written elsewhere: ${found}`);
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
  // Errors of a design name place and hint for each finding.
  if (where === undefined && hint === undefined && code !== "design-invalid")
    throw new Error(`neither place nor hint: ${code}: ${message}`);
}

/** What is made of the files as they should be. */
interface Input {
  readonly base: number;
  readonly isSealed: boolean;
  readonly all: readonly Mutation[];
}

interface Bench {
  readonly bases: readonly Tree[];
  /** Puts an input there and has it read. */
  readonly run: (input: Input) => Promise<void>;
}

async function benchOf(name: TargetName): Promise<Bench> {
  const target: Target = targets[name];
  const scratch = join(folder, "scratch");
  mkdirSync(scratch);
  const bases = await target.bases(scratch);
  rmSync(scratch, { recursive: true });
  // Which base is there, but for these files; most inputs change one of many.
  let present: number | undefined;
  let changed: Tree = new Map();
  const run = async ({ base, isSealed, all }: Input): Promise<void> => {
    const tree = bases[base] ?? new Map<string, Entry>();
    if (base === present) {
      const missing: Entry = { kind: "missing" };
      materialise(input, new Map([...changed.keys()].map((file) => [file, tree.get(file) ?? missing])));
    } else {
      rmSync(input, { recursive: true, force: true });
      mkdirSync(input);
      materialise(input, tree);
    }
    changed = mutated(tree, all);
    materialise(input, changed);
    const writes = isSealed || target.writes === true;
    present = writes ? undefined : base;
    if (isSealed) target.seal?.(input);
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
    await tryOne(target);
    progress();
  };
  return { bases, run };
}

/** Gives the least input that fails, where one does. */
async function fuzzTarget(name: TargetName, runs: number): Promise<void> {
  const { bases, run } = await benchOf(name);
  for (const base of bases.keys()) {
    await run({ base, isSealed: true, all: [] });
    if (codes.size > 0) throw new Error(`${name}: input ${base} is refused as it is: ${[...codes].join()}`);
  }
  const isJson = bases.some((tree) => [...tree.keys()].some((file) => /json$|^request$/.test(file)));
  const inputsOf = fc.record({
    base: fc.nat(bases.length - 1),
    isSealed: fc.boolean(),
    all: mutations(isJson),
  });
  const result = await fc.check(fc.asyncProperty(inputsOf, run), { seed: Number(seed), numRuns: runs });
  const [least] = result.counterexample ?? [];
  if (!result.failed || least === undefined) return;
  const kept = join(folder, "..", `failed-${name}-${seed}.json`);
  writeFileSync(kept, JSON.stringify({ target: name, least }, null, 1));
  const { errorInstance: error } = result;
  const told = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  say({ what: "failed", target: name, seed: Number(seed), error: told, kept });
}

/** Has an input read that was written down. */
async function replay(path: string): Promise<void> {
  const { target, least } = JSON.parse(readFileSync(path, "utf8"), (key, value: unknown) =>
    key === "bytes" ? Uint8Array.from(Object.values(value as Record<string, number>)) : value,
  ) as { readonly target: TargetName; readonly least: Input };
  await (await benchOf(target)).run(least);
}

let said = Date.now();
let inputs = 0;

function progress(): void {
  inputs++;
  if (Date.now() - said < 500) return;
  said = Date.now();
  say({ what: "progress", inputs });
}

if (seed === "replay") await replay(count);
else {
  for (const name of Object.keys(targets) as TargetName[]) {
    if (names.length > 0 && !names.includes(name)) continue;
    say({ what: "begun", target: name });
    const before = inputs;
    codes.clear();
    accepted = 0;
    const start = performance.now();
    await fuzzTarget(name, Math.ceil((Number(count) * targets[name].share) / shares(names)));
    const seconds = (performance.now() - start) / 1000;
    say({ what: "done", target: name, inputs: inputs - before, accepted, codes: [...codes].sort(), seconds });
  }
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  say({ what: "end", inputs, megabytes });
}
