import Table from "cli-table3";

/** A table with a line under its head; without a head, rows alone. Columns of numbers and gaps stand to the right. */
export function table(rows: readonly (readonly (string | number)[])[], head: readonly string[] = []): string {
  const columns = Math.max(head.length, ...rows.map((row) => row.length));
  const numeric = (column: number): boolean =>
    rows.every((row) => typeof row[column] === "number" || row[column] === "");
  const drawn = new Table({
    head: [...head],
    style: { head: [], border: [], compact: true },
    colAligns: Array.from({ length: columns }, (_, column) => (numeric(column) ? "right" : "left")),
  });
  drawn.push(...rows.map((row) => row.map((cell) => (typeof cell === "number" ? count(cell) : cell))));
  return drawn.toString();
}

/** A number with separators between thousands: 12,361. */
export function count(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}
