/** What the benches share: the clock, fresh processes, medians, and rows of one table. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { table } from "../src/cli/table.ts";

/** One figure, beside what it is measured against in the same run. */
export interface Row {
  readonly bench: string;
  readonly what: string;
  readonly unit: string;
  readonly sluice: number;
  readonly rival?: { readonly name: string; readonly value: number };
  /** How many times as good as the rival, or how many times a bound. */
  readonly ratio?: number;
  readonly goal?: { readonly text: string; readonly met: boolean };
}

export interface Figure {
  readonly bench: string;
  readonly what: string;
  readonly unit: string;
  readonly sluice: number;
  readonly rival?: { readonly name: string; readonly value: number };
  /** A rate is better when higher; everything else when lower. What is shown against a bound has a ratio above 1. */
  readonly better: "higher" | "lower" | "bound";
  /** Limit of the ratio, or of the figure itself. */
  readonly goal?:
    { readonly ratioAtLeast: number } | { readonly ratioAtMost: number } | { readonly atMost: number };
}

export function row({ better, goal, ...shown }: Figure): Row {
  const { sluice, rival } = shown;
  if (rival === undefined) return goal === undefined ? shown : { ...shown, goal: judge(goal, shown, 0) };
  const ratio = better === "lower" ? rival.value / sluice : sluice / rival.value;
  return { ...shown, ratio, ...(goal === undefined ? {} : { goal: judge(goal, shown, ratio) }) };
}

function judge(
  goal: NonNullable<Figure["goal"]>,
  { sluice, unit }: Pick<Figure, "sluice" | "unit">,
  ratio: number,
): NonNullable<Row["goal"]> {
  if ("atMost" in goal) return { text: `at most ${String(goal.atMost)} ${unit}`, met: sluice <= goal.atMost };
  if ("ratioAtMost" in goal)
    return { text: `ratio at most ${String(goal.ratioAtMost)}`, met: ratio <= goal.ratioAtMost };
  return { text: `ratio at least ${String(goal.ratioAtLeast)}`, met: ratio >= goal.ratioAtLeast };
}

/** Prints the rows as a table, or with `--json` as one line. A goal that is missed makes the exit status 1. */
export function report(rows: readonly Row[]): void {
  if (process.argv.includes("--json")) console.log(JSON.stringify(rows));
  else console.log(table(rows.map(cells), ["bench", "measured", "Sluice", "against", "ratio", "goal"]));
  if (rows.some(({ goal }) => goal?.met === false)) process.exitCode = 1;
}

function cells({ bench, what, unit, sluice, rival, ratio, goal }: Row): string[] {
  return [
    bench,
    what,
    `${figure(sluice)} ${unit}`,
    rival === undefined ? "" : `${figure(rival.value)} (${rival.name})`,
    ratio === undefined ? "" : figure(ratio),
    goal === undefined ? "" : `${goal.text}: ${goal.met ? "met" : "MISSED"}`,
  ];
}

function figure(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: value < 1000 ? 3 : 4 });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error("the median of nothing");
  return middle;
}

/** Seconds since an arbitrary start. */
export interface Instant {
  readonly wall: number;
  /** Used by this process and the processes that it has waited for: other load on the machine does not count. */
  readonly cpu: number;
}

export function now(): Instant {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now() / 1000, cpu: (user + system) / 1e6 + childrenSeconds() };
}

export function since(start: Instant): Instant {
  const end = now();
  return { wall: end.wall - start.wall, cpu: end.cpu - start.cpu };
}

/** Node does not tell it, Linux does: cutime and cstime of proc(5), in hundredths of a second. */
function childrenSeconds(): number {
  const fields = readFileSync("/proc/self/stat", "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** What `sample` gave to the bench when it was started, or undefined in the bench itself. */
export function sampleArguments(): readonly string[] | undefined {
  const at = process.argv.indexOf("--sample");
  return at < 0 ? undefined : process.argv.slice(at + 1);
}

/** Runs the bench again in a process of its own, where no code is compiled yet, and reads the JSON that it prints. */
export function sample(args: readonly string[], env: Readonly<Record<string, string>> = {}): unknown {
  const [node, script] = process.argv;
  if (node === undefined || script === undefined) throw new Error("no script");
  const text = execFileSync(node, [...process.execArgv, script, "--sample", ...args], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  return JSON.parse(text) as unknown;
}
