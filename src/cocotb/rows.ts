import { bitMatrix, getBit, setBit, type BitMatrix, type ByteMatrix } from "../network/index.ts";

/** A stream beat of bits: a number up to 32 bits, a bigint above; either is taken. */
export type Beat = number | bigint;

/** Bits of a beat, and beats of a row. */
export interface RowShape {
  readonly width: number;
  readonly beats: number;
}

/** Rows of bits from stream beats, the first beat's least significant bit in column 0. A row that is not full is left out. */
export function rowsOfBeats(beats: readonly Beat[], { width, beats: perRow }: RowShape): BitMatrix {
  const rows = bitMatrix(Math.floor(beats.length / perRow), width * perRow);
  for (let row = 0; row < rows.rows; row++) {
    for (let beat = 0; beat < perRow; beat++) {
      const bits = fieldsOf(beats[row * perRow + beat] ?? 0, 1, width);
      bits.forEach((bit, i) => {
        if (bit === 1) setBit(rows, row, beat * width + i);
      });
    }
  }
  return rows;
}

/** Stream beats of `width` bits from rows of bits. Inverse of `rowsOfBeats`. */
export function beatsOfRows(rows: BitMatrix, width: number): Beat[] {
  return Array.from({ length: rows.rows }, (_, row) =>
    Array.from({ length: rows.columns / width }, (__, beat) =>
      wordOf(
        Array.from({ length: width }, (___, i) => getBit(rows, row, beat * width + i)),
        1,
      ),
    ),
  ).flat();
}

/** Rows of signed bytes, each from eight columns of bits, in two's complement. */
export function bytesOfRows({ rows, columns, wordsPerRow, words }: BitMatrix): ByteMatrix {
  const bytes = columns / 8;
  const values = new Int8Array(rows * bytes);
  for (let i = 0; i < values.length; i++) {
    const [row, byte] = [Math.floor(i / bytes), i % bytes];
    values[i] = (words[row * wordsPerRow + (byte >>> 2)] ?? 0) >>> (8 * (byte & 3));
  }
  return { rows, columns: bytes, values };
}

/** `count` numbers of `bits` bits from a beat, the least significant first. */
export function fieldsOf(beat: Beat, bits: number, count: number): number[] {
  const word = BigInt(beat);
  const mask = (1n << BigInt(bits)) - 1n;
  return Array.from({ length: count }, (_, i) => Number((word >> BigInt(i * bits)) & mask));
}

/** A beat from numbers of `bits` bits, the first least significant. */
export function wordOf(fields: readonly number[], bits: number): bigint {
  return fields.reduceRight((word, field) => (word << BigInt(bits)) | BigInt(field), 0n);
}

export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
