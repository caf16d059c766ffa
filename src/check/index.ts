import { partsOf } from "../ir/index.ts";
import type { Design, Diagnostic, Module } from "../ir/index.ts";
import { checkClocks } from "./clocks.ts";
import { checkDeadAssignments, checkUndriven } from "./drivers.ts";
import { diagnosticOf, factsOf, type Finding, type Pass } from "./facts.ts";
import type { Summary } from "./graph.ts";
import { checkImplementation } from "./implementation.ts";
import { checkLatches } from "./latch.ts";
import { checkLoops, checkOrder } from "./loops.ts";
import { checkMemories } from "./memories.ts";
import { checkNames } from "./names.ts";
import { checkResets } from "./reset.ts";
import { checkReadyPaths, checkStreamEnds } from "./streams.ts";
import { checkStructure } from "./structure.ts";
import { checkUnread } from "./unread.ts";

const passes: readonly Pass[] = [
  checkDeadAssignments,
  checkLatches,
  checkLoops,
  checkOrder,
  checkReadyPaths,
  checkResets,
  checkMemories,
  checkClocks,
];

/**
 * Everything that is wrong with a design, all at once: modules from the top down, findings of a module in the order
 * of their lines. A module that occurs several times is reported at its first place in the hierarchy.
 */
export function check(design: Design): readonly Diagnostic[] {
  const paths = pathsOf(design);
  const summaries = new Map<string, Summary>();
  const found = new Map<string, readonly Finding[]>();
  for (const key of innerFirst(design)) {
    const module = design.modules[key];
    if (module === undefined) continue;
    const { facts, summary } = factsOf(design, module, summaries);
    summaries.set(key, summary);
    const { findings, sound } = checkStructure(facts);
    found.set(key, [
      ...checkNames(facts),
      ...findings,
      ...checkImplementation(facts),
      ...(isBlackBox(module) || !sound ? [] : checkBody(facts)),
    ]);
  }
  return [...paths].flatMap(([key, path]) =>
    (found.get(key) ?? [])
      .toSorted((a, b) => a.loc.line - b.loc.line)
      .map((finding) => diagnosticOf(path, finding)),
  );
}

function checkBody(facts: Parameters<Pass>[0]): readonly Finding[] {
  // A stream that is not connected is one mistake, not one for each of its signals.
  const { findings, explained } = checkStreamEnds(facts);
  const ends = [...checkUndriven(facts), ...checkUnread(facts)].filter(
    ({ path }) => !explained.has(path.replace(/\[.*$/, "")),
  );
  return [...findings, ...ends, ...passes.flatMap((pass) => pass(facts))];
}

/** An external module without a model: there is nothing to look into. */
function isBlackBox(module: Module): boolean {
  return module.external !== undefined && module.body.length === 0;
}

/** The path of the first place of every module in the hierarchy, breadth first from the top. */
function pathsOf(design: Design): ReadonlyMap<string, string> {
  const paths = new Map([[design.top, design.modules[design.top]?.name ?? design.top]]);
  for (const [key, path] of paths)
    for (const { name, module } of partsIn(design, key))
      if (!paths.has(module)) paths.set(module, `${path}.${name}`);
  return paths;
}

/** Modules of the hierarchy, each after those that it contains. */
function innerFirst(design: Design): readonly string[] {
  const order = new Set<string>();
  const entered = new Set<string>();
  const visit = (key: string): void => {
    if (entered.has(key)) return;
    entered.add(key);
    for (const { module } of partsIn(design, key)) visit(module);
    order.add(key);
  };
  visit(design.top);
  return [...order];
}

function partsIn(design: Design, key: string): ReturnType<typeof partsOf> {
  const module = design.modules[key];
  return module === undefined ? [] : partsOf(module);
}
