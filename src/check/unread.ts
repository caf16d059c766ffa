import { noBits, subtractBits } from "./bits.ts";
import { missingParts } from "./drivers.ts";
import type { Facts, Finding } from "./facts.ts";
import type { Signal } from "./signals.ts";

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
      if (role === "instance-output" && inUse.has(instanceOf(signal))) return [];
      const idle =
        !read.signals.has(signal) && !cover.maybe.has(signal) && (role === "wire" || role === "reg");
      return missingParts(signal, subtractBits([0, width], read.signals.get(signal) ?? noBits)).map(
        (path) => ({
          code: "unread",
          path,
          message: idle ? `${path} is neither driven nor read` : `nothing reads ${path}`,
          hint: idle ? "remove it" : "remove it, or say that it is meant with m.unused({ name: signal })",
          loc,
        }),
      );
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
function cellsInUse({ signals, read, module, design }: Facts): ReadonlySet<string> {
  const cells = new Set(
    module.instances.filter((i) => design.modules[i.module]?.external !== undefined).map(({ name }) => name),
  );
  return new Set(
    signals.all
      .filter((signal) => signal.role === "instance-output" && read.signals.has(signal))
      .map(instanceOf)
      .filter((name) => cells.has(name)),
  );
}

function instanceOf({ name }: Signal): string {
  return name.slice(0, name.indexOf("."));
}
