import type { BitsKind, Hardware, Kind, SinkPort, SourcePort } from "../../src/hdl/index.ts";

/** A component that passes beats of kind K from `x` to `y`. */
export type Pass<K extends Kind> = Hardware<{ x: SinkPort<K>; y: SourcePort<K> }>;

/**
 * Any kind, typed as bits: a component that only stores and moves payloads treats every kind alike, and this lets
 * its body be written once. The kind stays what it is, so a struct still becomes one named register per field.
 */
export function opaque(kind: Kind): BitsKind {
  return kind as BitsKind;
}
