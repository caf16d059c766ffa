import { yosysRead } from "../../sim/lint.ts";
import { allTools, compareAll } from "./compare.ts";
import { fuzzDesign, type FuzzDesign } from "./design.ts";
import { shrink, type Failure } from "./shrink.ts";

export interface FuzzReport {
  readonly designs: number;
  /** In how many designs each feature occurs. */
  readonly coverage: ReadonlyMap<string, number>;
  /** Seeds of designs at which Verilator ended by a fault of its own. */
  readonly refused: readonly number[];
  /** One text for each design that fails, the first with the smallest failing design found. */
  readonly failures: readonly string[];
}

/**
 * Makes designs of the seeds `from` to `from + count - 1`, in batches, and runs them in all simulators and in Yosys.
 *
 * @param options.optimize Whether the C++ of Verilator's models is compiled with optimisation, which takes most of the
 *   time.
 */
export async function fuzz(
  from: number,
  count: number,
  { optimize = true }: { readonly optimize?: boolean } = {},
): Promise<FuzzReport> {
  const batch = 50;
  const coverage = new Map<string, number>();
  const failures: string[] = [];
  const refused: number[] = [];
  for (let start = from; start < from + count; start += batch) {
    const designs: FuzzDesign[] = [];
    for (let seed = start; seed < Math.min(start + batch, from + count); seed++) {
      try {
        designs.push(fuzzDesign(seed));
      } catch (error) {
        failures.push(
          `seed ${String(seed)}: ${error instanceof Error ? (error.stack ?? "") : String(error)}`,
        );
      }
    }
    for (const { features } of designs)
      for (const feature of features) coverage.set(feature, (coverage.get(feature) ?? 0) + 1);
    const results = await compareAll(designs, allTools, {
      refused: ({ seed }) => refused.push(seed),
      optimize,
    });
    for (const [i, design] of designs.entries()) {
      const disagreement = results[i];
      if (disagreement === undefined) continue;
      const failure = { design, disagreement };
      failures.push(failures.length === 0 ? await explain(failure) : headline(failure));
    }
    for (const message of await yosysFindings(designs)) failures.push(message);
  }
  return { designs: count, coverage, refused, failures };
}

/**
 * What Yosys says of designs, but for two things that are no fault of theirs: a memory that it makes of registers, as
 * its size or its reads ask for, and a signal of its own making (`$5\\name`) left over from a branch never taken.
 */
async function yosysFindings(designs: readonly FuzzDesign[]): Promise<readonly string[]> {
  const findings = await yosysRead(designs.map(({ emitted }) => emitted));
  const own = /^Warning: (?:Replacing memory |Wire \S+\.\$\d+\\\S+ (?:\[\d+\] )?is used but has no driver)/;
  return designs.flatMap(({ seed }, i) => {
    const messages = findings.filter(({ design }) => design === i).map(({ message }) => message);
    const left = messages.filter((message) => !own.test(message));
    const spared = messages.length - left.length;
    const summary = new RegExp(`^ERROR: Found ${String(spared)} problems in 'check -assert'`);
    return left
      .filter((message) => !summary.test(message))
      .map((message) => `seed ${String(seed)}: yosys: ${message}`);
  });
}

function headline({ design: { seed }, disagreement: { port, tick, values } }: Failure): string {
  const what = Object.entries(values).map(([who, value]) => `  ${who}: ${value}`);
  return [
    `seed ${String(seed)}: ${port === "" ? "does not run" : `${port} in tick ${String(tick)}`}`,
    ...what,
  ].join("\n");
}

/** What differs, and the smallest design found in which it does. */
export async function explain(failure: Failure, options: Parameters<typeof shrink>[1] = {}): Promise<string> {
  const smallest = await shrink(failure, options);
  return [
    headline(failure),
    "smallest failing design found:",
    headline(smallest),
    ...smallest.design.emitted.files.map(({ name, text }) => `// ---- ${name}\n${text}`),
    ...stimulusUpTo(smallest),
  ].join("\n");
}

/** The inputs in the ticks before the difference, few enough to read. */
function stimulusUpTo({ design: { stimulus }, disagreement: { tick, port } }: Failure): readonly string[] {
  if (port === "") return [];
  const first = Math.max(0, tick - 5);
  return Object.entries(stimulus.inputs).map(([name, limbs]) => {
    const size = limbs.length / stimulus.ticks;
    const values = Array.from({ length: tick - first + 1 }, (_, i) =>
      Array.from(limbs.subarray((first + i) * size, (first + i + 1) * size), (limb) =>
        limb.toString(16).padStart(8, "0"),
      )
        .reverse()
        .join(""),
    );
    return `// ${name} from tick ${String(first)}: ${values.join(" ")}`;
  });
}
