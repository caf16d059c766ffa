import { SluiceError } from "../error.ts";
import { moduleOf } from "./dedupe.ts";
import { partsOf } from "../ir/index.ts";
import type { Design } from "../ir/index.ts";

/**
 * A name for every distinct module. One that has its name to itself keeps it, and so does the top; where several
 * differ under one name, each takes that of the first instance that needs it behind its own (`fifo_input`), or as much
 * of the path to that instance as tells it apart (`fifo_layer_input`).
 */
export function settleNames(
  design: Design,
  representative: ReadonlyMap<string, string>,
): Map<string, string> {
  const top = representative.get(design.top) ?? design.top;
  const paths = firstPaths(design, representative, top);
  const keysByName = new Map<string, string[]>();
  for (const key of paths.keys()) {
    const { name, external } = moduleOf(design, key);
    // An external module is called by its own name and emits nothing that could clash.
    if (external === undefined) keysByName.set(name, [...(keysByName.get(name) ?? []), key]);
  }
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const key of paths.keys()) {
    const { name, external } = moduleOf(design, key);
    if (external !== undefined) taken.add(external.name);
    else if (key !== top && (keysByName.get(name)?.length ?? 0) > 1) continue;
    names.set(key, external?.name ?? name);
    taken.add(name);
  }
  for (const [key, path] of paths) {
    if (names.has(key)) continue;
    const { name } = moduleOf(design, key);
    const candidates = path.map((_, i) => [name, ...path.slice(path.length - 1 - i)].join("_"));
    const free = candidates.find((candidate) => !taken.has(candidate));
    if (free === undefined)
      throw new SluiceError("module-name-clash", `no free name is left for module ${name}`, {
        where: path.join("."),
        hint: "rename the component, or one of its instances",
      });
    names.set(key, free);
    taken.add(free);
  }
  return names;
}

/** For every distinct module the path of instance names to its first use, breadth first; the top has an empty one. */
function firstPaths(
  design: Design,
  representative: ReadonlyMap<string, string>,
  top: string,
): Map<string, readonly string[]> {
  const paths = new Map<string, readonly string[]>([[top, []]]);
  // A Map gives what is added during the loop as well.
  for (const [key, path] of paths)
    for (const { name, module } of partsOf(moduleOf(design, key))) {
      const child = representative.get(module) ?? module;
      if (!paths.has(child)) paths.set(child, [...path, name]);
    }
  return paths;
}
