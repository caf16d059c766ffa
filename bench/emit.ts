/**
 * Seconds from an LFC-max plan to its SystemVerilog, and what Yosys takes to read those files:
 *
 *     npx tsx bench/emit.ts
 *
 * CPU seconds, each sample in a process of its own, so that nothing is compiled or cached from the sample before.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check } from "../src/check/index.ts";
import { emit, type EmittedFile } from "../src/emit/index.ts";
import { planHardware, resolveModel } from "../src/flow/index.ts";
import { elaborate } from "../src/hdl/index.ts";
import { median, now, report, row, sample, sampleArguments, since } from "./measure.ts";

const rounds = 5;

/** CPU seconds. */
interface Sample {
  readonly plan: number;
  /** Build and checks. */
  readonly elaborate: number;
  /** The checks alone, run a second time. */
  readonly check: number;
  readonly emit: number;
  readonly yosys: number;
}

function measure(): Sample {
  let start = now();
  const network = resolveModel("lfc");
  const { hardware } = planHardware(network, { board: "zc706" }).planned;
  const planned = since(start).cpu;
  start = now();
  const design = elaborate(hardware);
  const elaborated = since(start).cpu;
  start = now();
  const { top, files } = emit(design);
  const emitted = since(start).cpu;
  start = now();
  check(design);
  const checked = since(start).cpu;
  return {
    plan: planned,
    elaborate: elaborated,
    check: checked,
    emit: emitted,
    yosys: yosysSeconds(top, files),
  };
}

function yosysSeconds(top: string, files: readonly EmittedFile[]): number {
  const cwd = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  try {
    for (const { name, text } of files) writeFileSync(join(cwd, name), text);
    const sources = files.map(({ name }) => name).filter((name) => name.endsWith(".sv"));
    const script = `read_verilog -sv ${sources.join(" ")}; hierarchy -check -top ${top}`;
    const start = now();
    execFileSync("yosys", ["-q", "-p", script], { cwd });
    return since(start).cpu;
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

if (sampleArguments() !== undefined) console.log(JSON.stringify(measure()));
else {
  const samples = Array.from({ length: rounds }, () => sample([]) as Sample);
  const middle = (of: (sample: Sample) => number): number => median(samples.map(of));
  const figure = { bench: "emit", unit: "CPU s", better: "lower" } as const;
  report([
    row({
      ...figure,
      what: "LFC-max: elaborate, check, emit",
      sluice: middle((each) => each.elaborate + each.emit),
      rival: { name: "Yosys reads the files", value: middle(({ yosys }) => yosys) },
      goal: { atMost: 1 },
    }),
    row({ ...figure, what: "before it: read the model, fold, plan", sluice: middle((each) => each.plan) }),
    row({ ...figure, what: "of it: elaborate and check", sluice: middle((each) => each.elaborate) }),
    row({ ...figure, what: "of it: emit", sluice: middle((each) => each.emit) }),
    row({ ...figure, what: "checks alone, a second time", sluice: middle((each) => each.check) }),
  ]);
}
