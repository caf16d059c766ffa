import { noBits, subtractBits } from "./bits.ts";
import { missingParts } from "./drivers.ts";
import type { Facts, Finding } from "./facts.ts";
import type { Instance } from "../ir/index.ts";

/**
 * Bits that nobody reads: of inputs, wires, registers and outputs of instances; memories that nobody reads. An external
 * module is as it is: one output of it that is read is enough.
 */
export function checkUnread(facts: Facts): readonly Finding[] {
  const { signals, read, cover, module } = facts;
  const inUse = cellsInUse(facts);
  return [
    ...signals.all.flatMap((signal): Finding[] => {
      const { role, width, mayBeUnread, loc } = signal;
      if (mayBeUnread || role === "output" || role === "instance-input") return [];
      if (signal.instance !== undefined && inUse.has(signal.instance)) return [];
      const bits = read.signals.get(signal) ?? noBits;
      if (bits.length === 2 && bits[0] === 0 && bits[1] === width) return [];
      const idle =
        !read.signals.has(signal) && !cover.maybe.has(signal) && (role === "wire" || role === "reg");
      return missingParts(signal, subtractBits([0, width], bits)).map((path) => ({
        code: "unread",
        path,
        message: idle ? `${path} is neither driven nor read` : `nothing reads ${path}`,
        hint: idle ? "remove it" : "remove it, or say that it is meant with m.unused({ name: signal })",
        loc,
      }));
    }),
    ...module.memories
      .filter(({ name }) => !read.memories.has(name))
      .map(({ name, loc }) => ({
        code: "unread",
        path: name,
        message: `nothing reads memory ${name}`,
        hint: "remove it",
        loc,
      })),
  ];
}

/** Instances of external modules that something is read of. */
function cellsInUse({ signals, read, design }: Facts): ReadonlySet<Instance> {
  const inUse = new Set<Instance>();
  for (const signal of signals.all) {
    const { role, instance } = signal;
    if (role !== "instance-output" || instance === undefined || !read.signals.has(signal)) continue;
    if (design.modules[instance.module]?.external !== undefined) inUse.add(instance);
  }
  return inUse;
}
