/** A point that Verilator counts (`--coverage-line`, `--coverage-toggle`), with what was counted. */
export interface Point {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly kind: "line" | "branch" | "toggle";
  /** `if`, `else`, `elsif`, `case`, `block`; of a toggle the signal's bit. */
  readonly what: string;
  /** Lines that run as often as the point is passed. */
  readonly lines: readonly number[];
  readonly count: number;
}

/**
 * The points of a file that VerilatedCov::write has written: a line `C '<fields>' <count>` each, fields as \x01 name \x02
 * value. Verilator 5.006 says in `S` which lines a point stands for; its own lcov output leaves that to the reader, and
 * counts clocks that toggle as lines.
 */
export function pointsOf(text: string): readonly Point[] {
  return text.split("\n").flatMap((row): Point[] => {
    const match = /^C '(.*)' (\d+)$/.exec(row);
    if (match === null) return [];
    const [, record = "", count] = match;
    const fields = new Map(
      record
        .split("\x01")
        .slice(1)
        .map((field): [string, string] => {
          const [name = "", value = ""] = field.split("\x02");
          return [name, value];
        }),
    );
    const page = fields.get("page") ?? "";
    const what = fields.get("o") ?? "";
    const kind = page.startsWith("v_toggle")
      ? "toggle"
      : page.startsWith("v_branch") || what === "elsif" || what === "case"
        ? "branch"
        : "line";
    return [
      {
        file: fields.get("f") ?? "",
        line: Number(fields.get("l")),
        column: Number(fields.get("n")),
        kind,
        what,
        lines: rangesOf(fields.get("S") ?? ""),
        count: Number(count),
      },
    ];
  });
}

/** `3-5,8` as 3, 4, 5, 8. */
function rangesOf(text: string): readonly number[] {
  if (text === "") return [];
  return text.split(",").flatMap((range) => {
    const [from = 0, to = from] = range.split("-").map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}
