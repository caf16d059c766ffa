import type { Design, Module } from "../ir/index.ts";

/**
 * For every module of a design the first one that is structurally equal to it: same name, same hardware, whatever the
 * source places and comments. Children are compared by what they are equal to themselves.
 */
export function representatives(design: Design, childrenFirst: readonly string[]): Map<string, string> {
  const ids = new Interner();
  const bySignature = new Map<string, string>();
  const result = new Map<string, string>();
  const namesakes = new Map<string, number>();
  for (const key of childrenFirst) {
    const name = moduleOf(design, key).name;
    namesakes.set(name, (namesakes.get(name) ?? 0) + 1);
  }
  for (const key of childrenFirst) {
    const module = moduleOf(design, key);
    // Most modules have their name to themselves and need no comparison.
    if (namesakes.get(module.name) === 1) {
      result.set(key, key);
      continue;
    }
    const settled = (child: string): string => result.get(child) ?? child;
    const signature = ids.signature({
      ...module,
      instances: module.instances.map((instance) => ({ ...instance, module: settled(instance.module) })),
      implementation: module.implementation === undefined ? undefined : settled(module.implementation),
    });
    const first = bySignature.get(signature) ?? key;
    bySignature.set(signature, first);
    result.set(key, first);
  }
  return result;
}

export function moduleOf(design: Design, key: string): Module {
  const module = design.modules[key];
  if (module === undefined) throw new Error(`no module ${key} in the design`);
  return module;
}

/** Equal structures get equal numbers, each shared object looked at once. */
class Interner {
  readonly #idOfObject = new Map<object, number>();
  readonly #idOfText = new Map<string, number>();

  signature(value: object): string {
    return String(this.#id(value));
  }

  #id(value: object): number {
    const known = this.#idOfObject.get(value);
    if (known !== undefined) return known;
    const text = Array.isArray(value)
      ? `[${value.map((item: unknown) => this.#part(item)).join()}]`
      : `{${Object.entries(value)
          .filter(([key, item]) => key !== "loc" && key !== "doc" && item !== undefined)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, item]) => `${key}:${this.#part(item)}`)
          .join()}}`;
    const id = this.#idOfText.get(text) ?? this.#idOfText.size;
    this.#idOfText.set(text, id);
    this.#idOfObject.set(value, id);
    return id;
  }

  #part(value: unknown): string {
    return typeof value === "object" && value !== null
      ? `#${String(this.#id(value))}`
      : JSON.stringify(value);
  }
}
