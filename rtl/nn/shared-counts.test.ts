import { expect, test } from "vitest";
import { Random } from "../../src/random.ts";
import { isInverted, Netlist, type Net } from "../arith/compressor/index.ts";
import { shareCounts } from "./shared-counts.ts";

/** The value of every net of a netlist of tables, for a vector. */
function evaluate(netlist: Netlist, inputs: readonly Net[], vector: number): ReadonlyMap<Net, number> {
  const values = new Map(inputs.map((net, i) => [net, (vector >> i) & 1]));
  for (const cell of netlist.cells) {
    if (cell.kind !== "table") throw new Error(`${cell.name} is no table`);
    const index = cell.inputs.reduce((sum, net, i) => sum | ((values.get(net) ?? 0) << i), 0);
    for (const { net, table } of cell.outputs) values.set(net, Number((table >> BigInt(index)) & 1n));
  }
  return values;
}

test.each([
  // 320 rows share groups of six, with three to five left over too; 12 rows groups of three.
  ...[1, 3, 4, 5, 6, 7, 8, 9].map((columns) => ({ columns, rows: 320, isExact: false })),
  ...[2, 3, 7, 9, 10].map((columns) => ({ columns, rows: 12, isExact: false })),
  ...[3, 6, 10].map((columns) => ({ columns, rows: 320, isExact: true })),
])("terms add up to the counts of $rows rows of $columns, for every vector", ({ columns, rows, isExact }) => {
  const random = new Random(columns);
  // All patterns where there are so many rows.
  const patterns = Array.from({ length: rows }, (_, row) => (row < 64 ? row : random.below(2 ** columns)));
  const netlist = new Netlist();
  const inputs = Array.from({ length: columns }, () => netlist.input());
  const signs = patterns.map((pattern) => inputs.map((_, i) => ((pattern >> i) & 1) === 1));
  const shared = shareCounts(netlist, inputs, signs, { isExact, held: false });
  const ones = (bits: number): number => bits.toString(2).replaceAll("0", "").length;
  for (let vector = 0; vector < 2 ** columns; vector++) {
    const values = evaluate(netlist, inputs, vector);
    const counts = shared.map(({ columns: terms, excess }) =>
      terms.reduce(
        (sum, column, i) =>
          column.reduce(
            (part, term) => part + 2 ** i * ((values.get(term.net) ?? 0) ^ (isInverted(term) ? 1 : 0)),
            sum,
          ),
        -excess,
      ),
    );
    const mask = 2 ** columns - 1;
    expect(counts).toEqual(patterns.map((pattern) => ones((vector ^ pattern) & mask)));
  }
  if (isExact) expect(shared.every(({ excess }) => excess === 0)).toBe(true);
});
