import { noBits, subtractBits } from "./bits.ts";
import { missingParts } from "./drivers.ts";
import type { Facts, Finding } from "./facts.ts";

/** Bits that nobody reads: of inputs, wires, registers and outputs of instances; memories that nobody reads. */
export function checkUnread(facts: Facts): readonly Finding[] {
  const { signals, read, cover, module } = facts;
  return [
    ...signals.all.flatMap((signal): Finding[] => {
      const { role, width, mayBeUnread, loc } = signal;
      if (mayBeUnread || role === "output" || role === "instance-input") return [];
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
