import { moduleOf, representatives } from "./dedupe.ts";
import { settleNames } from "./names.ts";
import { splitBody } from "./split.ts";
import type { SplitBody } from "./split.ts";
import { SluiceError } from "../error.ts";
import { partsOf, viewOf } from "../ir/index.ts";
import type { Design, Module } from "../ir/index.ts";

export interface LoweredModule {
  /** With its final name; the instances still hold keys of Design.modules. */
  readonly module: Module;
  readonly split: SplitBody;
  /** Part of implementations for synthesis only. */
  readonly synthesisOnly: boolean;
}

export interface LoweredDesign {
  /** Name of the top module. */
  readonly top: string;
  /** Each distinct module once, under its final name, children before parents. */
  readonly modules: ReadonlyMap<string, LoweredModule>;
  readonly externals: readonly Module[];
  /** Key of Design.modules -> name of its lowered module, or of the external one. */
  readonly nameOf: ReadonlyMap<string, string>;
}

/** Merges equal modules, settles names, and takes every module apart. Pure and deterministic. */
export function lower(design: Design): LoweredDesign {
  const order = childrenFirst(design);
  const simulated = childrenFirst(viewOf(design, "plain"));
  const representative = representatives(design, order);
  const finalName = settleNames(design, representative);
  const nameOf = new Map(order.map((key) => [key, finalName.get(representative.get(key) ?? key) ?? key]));

  const used = new Set(simulated.map((key) => representative.get(key) ?? key));

  const modules = new Map<string, LoweredModule>();
  const externals: Module[] = [];
  for (const key of order) {
    if (representative.get(key) !== key) continue;
    const module = moduleOf(design, key);
    if (module.external !== undefined) {
      externals.push(module);
      continue;
    }
    const name = nameOf.get(key) ?? module.name;
    const synthesisOnly = !used.has(key);
    modules.set(name, { module: { ...module, name }, split: splitBody(module), synthesisOnly });
  }
  return { top: nameOf.get(design.top) ?? design.top, modules, externals, nameOf };
}

/** Keys of the modules that the top needs, children before parents, in the order of the instances. */
function childrenFirst(design: Design): string[] {
  const done = new Set<string>();
  const open = new Set<string>();
  const visit = (key: string): void => {
    if (done.has(key)) return;
    if (open.has(key))
      throw new SluiceError("instance-cycle", `module ${moduleOf(design, key).name} contains itself`, {
        hint: "a component cannot be its own descendant: end the recursion by a parameter",
      });
    open.add(key);
    for (const { module } of partsOf(moduleOf(design, key))) visit(module);
    open.delete(key);
    done.add(key);
  };
  visit(design.top);
  return [...done];
}
