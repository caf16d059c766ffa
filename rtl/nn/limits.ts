import {
  rom,
  uint,
  vec,
  type Handle,
  type ModuleBuilder,
  type UInt,
  type UIntKind,
  type VecKind,
} from "../../src/hdl/index.ts";

/** A limit in the bits that the largest of these needs. */
export const limitKind = (limits: readonly number[]): UIntKind =>
  uint.upTo(limits.reduce((largest, limit) => Math.max(largest, limit), 0));

/** Limits of a group of PE neurons or channels: as constants where there is one group, else from a ROM. */
export function limitsOfGroup(
  m: ModuleBuilder,
  group: UInt,
  { pe, limits, doc }: { readonly pe: number; readonly limits: readonly number[]; readonly doc: string },
): Handle<VecKind<UIntKind>> {
  const kind = vec(pe, limitKind(limits));
  const words = Array.from({ length: limits.length / pe }, (_, g) => limits.slice(g * pe, (g + 1) * pe));
  const { threshold } = m.wires({ threshold: kind });
  const single = words[0];
  if (words.length === 1 && single !== undefined) {
    threshold.set(single);
    return threshold;
  }
  const { threshold_rom } = m.roms({ threshold_rom: rom(kind, words, { style: "distributed", doc }) });
  threshold.set(threshold_rom.read(group));
  return threshold;
}
