import {
  bits,
  bitsFor,
  bool,
  cat,
  component,
  input,
  output,
  reg,
  struct,
  uint,
  type BitsKind,
  type BoolKind,
  type StructKind,
  type UIntKind,
} from "../../src/hdl/index.ts";
import type { MemorySize } from "../memory-shape.ts";

/** Bits that a write carries: those of a register. */
export const partBits = 32;

/** A write to a part of a memory's word: `address` is the word's number, and below it the part's. */
export type PartWrite = StructKind<{ write: BoolKind; address: UIntKind; data: BitsKind }>;

/** The parts of a memory's words. */
export interface WordParts {
  /** Of a word, the least significant first. */
  readonly parts: number;
  /** Bits of an address that tell the part. */
  readonly partIndexBits: number;
  /** Bits of an address. */
  readonly addressBits: number;
}

export function wordParts({ words, width }: MemorySize): WordParts {
  const parts = Math.ceil(width / partBits);
  const partIndexBits = Math.ceil(Math.log2(parts));
  return { parts, partIndexBits, addressBits: bitsFor(words - 1) + partIndexBits };
}

/** What writes to a memory of at least two words. */
export function partWrite(size: MemorySize): PartWrite {
  return struct({ write: bool, address: uint(wordParts(size).addressBits), data: bits(partBits) });
}

/**
 * Puts words for a memory together from parts of 32 bits. All but a word's last part wait here; with the last the word
 * is written as a whole, so that the memory never holds half of a new one. Parts that a word does not have are ignored.
 */
export const weightWriter = component({
  name: ({ words, width }: MemorySize) => `weight_writer_${String(words)}x${String(width)}`,
  doc: (size: MemorySize) =>
    [
      `Words of ${String(size.width)} bits, ${String(wordParts(size).parts)} parts each, for a memory of ${String(size.words)}.`,
      "A word is written with its last part.",
    ].join("\n"),
  ports: (size: MemorySize) => ({
    x: input(partWrite(size)),
    write: output(bool),
    row: output(uint.below(size.words)),
    word: output(bits(size.width)),
  }),
  build(m, { x, write, row, word }, size) {
    const { parts, partIndexBits, addressBits } = wordParts(size);
    const address = x.address.asBits();
    row.set(address.slice(partIndexBits, addressBits - partIndexBits).asUInt());
    const lastBits = size.width - (parts - 1) * partBits;
    const last = x.data.slice(0, lastBits);
    if (parts === 1) {
      if (lastBits < partBits) m.unused({ data: x.data.slice(lastBits, partBits - lastBits) });
      write.set(x.write);
      word.set(last);
      return;
    }
    const part = address.slice(0, partIndexBits).asUInt();
    const names = Array.from({ length: parts - 1 }, (_, i) => `part_${String(i)}`);
    const waiting = m.regs(
      Object.fromEntries(names.map((name) => [name, reg(bits(partBits), { reset: "none" })])),
    );
    const kept = names.flatMap((name) => waiting[name] ?? []);
    kept.forEach((register, i) => {
      m.when(x.write.and(part.eq(i)), () => {
        register.next(x.data);
      });
    });
    write.set(x.write.and(part.eq(parts - 1)));
    word.set(cat(last, ...kept.toReversed()));
  },
});
