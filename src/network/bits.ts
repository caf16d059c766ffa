/** A matrix of bits: 1 stands for +1, 0 for -1. */
export interface BitMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Words of 32 bits per row: columns / 32, rounded up. */
  readonly wordsPerRow: number;
  /** Row-major; bit c of row r is bit c % 32 of words[r * wordsPerRow + (c >> 5)]. Bits beyond the columns are 0. */
  readonly words: Uint32Array<ArrayBuffer>;
}

/** A matrix of zeros. */
export function bitMatrix(rows: number, columns: number): BitMatrix {
  const wordsPerRow = Math.ceil(columns / 32);
  return { rows, columns, wordsPerRow, words: new Uint32Array(rows * wordsPerRow) };
}

/** The bit at (`row`, `column`), 0 or 1. */
export function getBit(matrix: BitMatrix, row: number, column: number): number {
  return ((matrix.words[row * matrix.wordsPerRow + (column >>> 5)] ?? 0) >>> (column & 31)) & 1;
}

/** Sets the bit at (`row`, `column`) to 1. */
export function setBit(matrix: BitMatrix, row: number, column: number): void {
  const word = row * matrix.wordsPerRow + (column >>> 5);
  matrix.words[word] = (matrix.words[word] ?? 0) | (1 << (column & 31));
}

/** The bits of the last word of a row that lie beyond the columns: they must be 0. */
export function paddingMask(columns: number): number {
  return columns % 32 === 0 ? 0 : (-1 << (columns % 32)) >>> 0;
}

/** Copies `count` bits of a row from `column` on into whole words from `to` on; the rest of the last word becomes 0. */
export function copyBits(
  { words, wordsPerRow }: BitMatrix,
  row: number,
  column: number,
  count: number,
  target: Uint32Array,
  to: number,
): void {
  const start = row * wordsPerRow + (column >>> 5);
  const shift = column & 31;
  for (let done = 0; done < count; done += 32) {
    const index = start + (done >>> 5);
    const low = (words[index] ?? 0) >>> shift;
    const high = shift === 0 ? 0 : (words[index + 1] ?? 0) << (32 - shift);
    const mask = count - done >= 32 ? -1 : (1 << (count - done)) - 1;
    target[to + (done >>> 5)] = (low | high) & mask;
  }
}
