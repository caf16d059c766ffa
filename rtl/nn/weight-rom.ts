import {
  bits,
  cat,
  component,
  input,
  output,
  rom,
  uint,
  valueOf,
  bool,
  type Bool,
  type ModuleBuilder,
  type UInt,
} from "../../src/hdl/index.ts";
import type { Technology } from "../arith/index.ts";
import { pairedRomWords } from "../memory-shape.ts";
import { lut6_2 } from "../xilinx/index.ts";

/** Contents of a ROM of LUTs. */
export interface WeightRomParams {
  /** 2 to 32 of them. */
  readonly words: readonly bigint[];
  /** Bits of each. */
  readonly width: number;
}

/** Whether a unit's ROM in LUTs is a `weightRom`: where LUT6_2 can be placed and one holds two columns. */
export const hasWeightRom = (words: number, technology: Technology): boolean =>
  technology !== "portable" && words >= 2 && words <= pairedRomWords;

const ports = ({ words, width }: WeightRomParams) => ({
  address: input(uint.below(words.length)),
  word: output(bits(width)),
});

/** Each column from a LUT; two different ones to a LUT6_2, `columns_<low>_<high>`. */
const weightRomAsBuilt = component({
  name: (params: WeightRomParams) => `${nameOf(params)}_as_built`,
  doc: () =>
    "columns_<o5>_<o6>: two bits of the word from one LUT6_2. Bits that are alike come from one output.",
  ports,
  build(m, { address, word }, { words, width }) {
    const columns = columnsOf(words, width);
    const driven = withoutLuts(address, words.length);
    // The first bit of each column that is left.
    const left = [...new Map(columns.map((column, bit): [number, number] => [column, bit]).toReversed())]
      .filter(([column]) => !driven.has(column))
      .sort(([, a], [, b]) => a - b);
    // Bits of the address that no column needs.
    if (left.length === 0) m.unused({ address });
    for (let i = 0; i < left.length; i += 2) {
      const [low, high] = [left[i], left[i + 1]];
      if (low === undefined) break;
      const name =
        high === undefined ? `column_${String(low[1])}` : `columns_${String(low[1])}_${String(high[1])}`;
      const { o5, o6 } = lookUp(m, name, address, low[0], high?.[0] ?? low[0]);
      if (high === undefined) driven.set(low[0], o6);
      else driven.set(low[0], o5).set(high[0], o6);
    }
    const signals = columns.map((column) => {
      const signal = driven.get(column);
      if (signal === undefined) throw new Error(`nothing drives column ${column.toString(2)}`);
      return signal;
    });
    word.set(cat(...signals.toReversed()));
  },
});

/**
 * The words of a weight memory that has few, read in the same cycle. For synthesis each LUT6_2 holds two columns: tools
 * that infer ROMs give every column a LUT of its own.
 */
export const weightRom = component({
  name: nameOf,
  doc: ({ words, width }: WeightRomParams) => `${String(words.length)} words of ${String(width)} bits.`,
  ports,
  implementation: weightRomAsBuilt,
  build(m, { address, word }, { words, width }) {
    const { contents } = m.roms({ contents: rom(bits(width), words, { style: "distributed" }) });
    word.set(contents.read(address));
  },
});

function nameOf({ words, width }: WeightRomParams): string {
  return `weight_rom_${String(words.length)}x${String(width)}`;
}

/** What each bit of the word is at every address, address 0 in the least significant bit. */
function columnsOf(words: readonly bigint[], width: number): readonly number[] {
  const rows = words.map((word) => word.toString(2).padStart(width, "0"));
  return Array.from({ length: width }, (_, bit) =>
    rows.reduce((column, row, i) => (row[width - 1 - bit] === "1" ? column + 2 ** i : column), 0),
  );
}

/** The columns that are constant or a bit of the address. */
function withoutLuts(address: UInt, words: number): Map<number, Bool> {
  const column = (at: (row: number) => number): number =>
    Array.from({ length: words }, (_, row) => at(row) * 2 ** row).reduce((sum, bit) => sum + bit, 0);
  const pins = Array.from({ length: address.width }, (_, i) => i);
  return new Map([
    ...pins.map((i): [number, Bool] => [column((row) => (row >> i) & 1), address.asBits().bit(i)]),
    [column(() => 0), valueOf(bool, false)],
    [column(() => 1), valueOf(bool, true)],
  ]);
}

/** A LUT6_2 with `low` at O5 and `high` at O6. */
function lookUp(m: ModuleBuilder, name: string, address: UInt, low: number, high: number) {
  const cell = m.instances({ [name]: lut6_2((BigInt(high) << 32n) | BigInt(low)) })[name];
  if (cell === undefined) throw new Error(`no instance ${name}`);
  [cell.I0, cell.I1, cell.I2, cell.I3, cell.I4].forEach((pin, i) => {
    pin.set(i < address.width ? address.asBits().bit(i) : false);
  });
  cell.I5.set(true);
  return { o5: cell.O5, o6: cell.O6 };
}
