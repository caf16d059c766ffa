import type { Design, Diagnostic, Module, SourceLocation } from "../ir/index.ts";
import { coversOf, type Cover, type Covers } from "./cover.ts";
import { combGraph, summarise, type CombGraph, type Summary } from "./graph.ts";
import { readsOfBody, type Reads } from "./readers.ts";
import { signalsOf, type SignalTable } from "./signals.ts";
import { unroll, type UnrolledBody } from "./unroll.ts";

/** All that the passes share about one module. */
export interface Facts {
  readonly design: Design;
  readonly module: Module;
  readonly signals: SignalTable;
  readonly body: UnrolledBody;
  /** What each statement drives, and what the whole body does. */
  readonly covers: Covers;
  readonly cover: Cover;
  /** What is read, by anything but itself. */
  readonly read: Reads;
  readonly graph: CombGraph;
  /** Of the modules that it instantiates, by key. */
  readonly summaries: ReadonlyMap<string, Summary>;
}

/** One finding of a pass: the path is relative to the module. */
export interface Finding {
  readonly code: string;
  readonly severity?: "warning";
  readonly path: string;
  readonly message: string;
  readonly hint: string;
  readonly loc: SourceLocation;
}

/** A check of one module. */
export type Pass = (facts: Facts) => readonly Finding[];

export function diagnosticOf(modulePath: string, finding: Finding): Diagnostic {
  const { code, severity = "error", path, message, hint, loc } = finding;
  return { code, severity, path: path === "" ? modulePath : `${modulePath}.${path}`, message, hint, loc };
}

/** Facts of one module, and its summary for those that instantiate it, whose own facts come later. */
export function factsOf(
  design: Design,
  module: Module,
  summaries: ReadonlyMap<string, Summary>,
): { readonly facts: Facts; readonly summary: Summary } {
  const signals = signalsOf(design, module);
  const body = unroll(module.body, signals);
  const graph = combGraph(module, signals, body, summaries);
  const covers = coversOf(body.tree);
  const read = readsOfBody(body);
  return {
    facts: { design, module, signals, body, covers, cover: covers.whole, read, graph, summaries },
    summary: summarise(design, module, graph, summaries),
  };
}
