import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { errorLines, withTemporaryFolder } from "../../sim/process.ts";
import { writeSources, type SourceFile } from "../../sim/sources.ts";
import { SluiceError } from "../error.ts";
import type { Property } from "./harness.ts";
import { readInvariant } from "./invariant.ts";
import { independenceCommands, outputs, proofNetlist, type ProofNetlist, type Subject } from "./netlist.ts";
import { runSolver } from "./solver.ts";
import { readTrace, type Trace } from "./trace.ts";

/** How far a proof reaches. */
export type Reach =
  /** All cycles: by induction over k cycles, with an invariant of so many clauses. */
  | { readonly kind: "inductive"; readonly k: number; readonly clauses: number }
  /** The first `depth` cycles from reset on. */
  | { readonly kind: "bounded"; readonly depth: number }
  /** All inputs of logic without registers. */
  | { readonly kind: "combinational" }
  /** No path of gates leads from one signal to another, whatever the state. */
  | { readonly kind: "structural" };

export interface Verdict {
  /** `unknown`: a solver came to no end within its limit. */
  readonly status: "holds" | "fails" | "unknown";
  readonly reach: Reach;
  /** Processor seconds of Yosys and solvers. */
  readonly cpu: number;
  /** What fails, or what went wrong. */
  readonly detail?: string;
  readonly trace?: Trace;
}

export interface Limits {
  /** Processor seconds that a solver may take. */
  readonly seconds: number;
  readonly abort?: AbortSignal | undefined;
}

/** Every question is asked anew and without functions of states, so that z3 turns all of it into bits: a hundred times faster. */
const plainQueries = ["--unroll", "--noincr"];

/** A folder with what solvers read, and the processor time that is spent in it. */
export class Bench {
  readonly folder: string;
  private readonly limits: Limits;
  cpu = 0;

  constructor(folder: string, limits: Limits) {
    this.folder = folder;
    this.limits = limits;
  }

  /** @throws SluiceError `yosys-failed`. */
  async synthesise(files: readonly SourceFile[], commands: readonly string[]): Promise<void> {
    const failed = await this.tryYosys(files, commands);
    if (failed !== undefined) throw new SluiceError("yosys-failed", `Yosys: ${failed}`);
  }

  /** Runs a script; gives what Yosys says where it fails. */
  async tryYosys(files: readonly SourceFile[], commands: readonly string[]): Promise<string | undefined> {
    await writeSources(this.folder, [...files, { name: "run.ys", text: `${commands.join("\n")}\n` }]);
    const outcome = await this.run("yosys", ["-q", "-s", "run.ys"]);
    return outcome.exitCode === 0 ? undefined : errorLines(outcome);
  }

  async run(command: "yosys" | "yosys-abc" | "yosys-smtbmc", args: readonly string[]) {
    const outcome = await runSolver({ command, args, folder: this.folder, ...this.limits });
    this.cpu += outcome.cpu;
    return outcome;
  }

  /** What z3 says of the model, in `args`' sense. */
  async smtbmc(
    args: readonly string[],
  ): Promise<{ readonly status: Verdict["status"]; readonly failing: string }> {
    const { stdout, exitCode } = await this.run("yosys-smtbmc", [
      "-s",
      "z3",
      "--noprogress",
      ...plainQueries,
      ...args,
      outputs.smt,
    ]);
    const failing = [...stdout.matchAll(/Assert failed in \w+: (\S+)/g)].map(([, name = ""]) => name);
    if (exitCode === 0 && stdout.includes("Status: PASSED")) return { status: "holds", failing: "" };
    return { status: stdout.includes("Status: FAILED") ? "fails" : "unknown", failing: failing.join(", ") };
  }

  async text(name: string): Promise<string> {
    return readFile(join(this.folder, name), "utf8");
  }
}

/** Runs `work` in a folder of its own. */
export function onBench<T>(limits: Limits, work: (bench: Bench) => Promise<T>): Promise<T> {
  return withTemporaryFolder((folder) => work(new Bench(folder, limits)));
}

/**
 * All properties of a unit, in all cycles. ABC's PDR looks for an invariant; nothing is taken from it on trust: z3 proves,
 * on the model that Yosys wrote, that it holds after reset, that it stays, and that the properties follow (k = 1).
 */
export function proveInductive(subject: Subject, limits: Limits): Promise<Verdict> {
  return onBench(limits, async (bench) => {
    const { files, commands } = proofNetlist(subject);
    await bench.synthesise(files, commands);
    const verdict = (status: Verdict["status"], clauses: number, detail?: string): Verdict => ({
      ...{ status, reach: { kind: "inductive", k: 1, clauses }, cpu: bench.cpu },
      ...(detail === undefined ? {} : { detail }),
    });
    const search = `read_aiger ${outputs.aiger}; pdr -d -e -I invariant.pla`;
    const { stdout } = await bench.run("yosys-abc", ["-c", search]);
    if (!stdout.includes("Property proved")) {
      const refuted = stdout.includes("was asserted");
      return verdict(
        refuted ? "fails" : "unknown",
        0,
        refuted ? "ABC found a counterexample" : "no invariant found",
      );
    }
    const texts = await Promise.all(
      ["invariant.pla", outputs.map, outputs.smt].map((name) => bench.text(name)),
    );
    const [pla = "", map = "", smt = ""] = texts;
    const { constraint, clauses } = readInvariant(pla, map, smt);
    await writeFile(join(bench.folder, "invariant.smtc"), constraint);
    for (const part of [
      ["-t", "2"],
      ["-i", "-t", "1"],
    ]) {
      const { status, failing } = await bench.smtbmc(["--presat", "--smtc", "invariant.smtc", ...part]);
      if (status !== "holds")
        return verdict("unknown", clauses, `z3 does not confirm the invariant ${failing}`.trim());
    }
    return verdict("holds", clauses);
  });
}

/** All properties of a unit, or some, in the first `depth` cycles from reset on. */
export function proveBounded(subject: Subject, depth: number, limits: Limits): Promise<Verdict> {
  return checkBounded(proofNetlist(subject), depth, limits);
}

/** Looks for a counterexample to some properties in a unit whose emitted RTL is edited. */
export function refute(
  subject: Subject,
  { properties, edit, depth }: Refutation,
  limits: Limits,
): Promise<Verdict> {
  return checkBounded(proofNetlist(subject, properties, edit), depth, limits);
}

export interface Refutation {
  readonly properties: readonly Property[];
  readonly edit: (files: readonly SourceFile[]) => readonly SourceFile[];
  readonly depth: number;
}

function checkBounded(
  { files, commands, traced }: ProofNetlist,
  depth: number,
  limits: Limits,
): Promise<Verdict> {
  return onBench(limits, async (bench) => {
    await bench.synthesise(files, commands);
    const { status, failing } = await bench.smtbmc([
      "--presat",
      "-t",
      String(depth),
      "--dump-vcd",
      "trace.vcd",
    ]);
    const verdict: Verdict = { status, reach: { kind: "bounded", depth }, cpu: bench.cpu };
    if (status !== "fails") return verdict;
    return { ...verdict, detail: failing, trace: readTrace(await bench.text("trace.vcd"), traced) };
  });
}

/** That no valid and no payload of a unit depends on a ready in the same cycle. */
export function proveIndependence(
  subject: Subject,
  limits: Limits,
  edit?: Refutation["edit"],
): Promise<Verdict> {
  return onBench(limits, async (bench) => {
    const netlist = proofNetlist(subject, undefined, edit);
    const said = await bench.tryYosys(netlist.files, independenceCommands(netlist));
    const verdict = { reach: { kind: "structural" }, cpu: bench.cpu } as const;
    if (said === undefined) return { ...verdict, status: "holds" };
    return {
      ...verdict,
      status: said.includes("selection is not empty") ? "fails" : "unknown",
      detail: said,
    };
  });
}
