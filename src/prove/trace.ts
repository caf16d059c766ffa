/** Values of some signals, cycle by cycle: a row for each cycle, the names above. */
export interface Trace {
  readonly signals: readonly string[];
  readonly cycles: readonly (readonly string[])[];
}

/**
 * What smtbmc writes as VCD: ten time units are a cycle. Of wires of one name that of the outermost module is meant.
 * Hexadecimal; `-` where a value is any.
 */
export function readTrace(vcd: string, signals: readonly string[]): Trace {
  const codes = new Map<string, { readonly code: string; readonly depth: number }>();
  const scopes: string[] = [];
  const values = new Map<string, string>();
  const cycles: string[][] = [];
  let time: number | undefined;
  const close = (): void => {
    if (time === undefined || time % 10 !== 0) return;
    cycles[time / 10] = signals.map((name) => digits(values.get(codes.get(name)?.code ?? "")));
  };
  for (const line of vcd.split("\n")) {
    const [word = "", ...rest] = line.trim().split(/\s+/);
    if (word === "$scope") scopes.push(rest[1] ?? "");
    else if (word === "$upscope") scopes.pop();
    else if (word === "$var") {
      const path = [...scopes, rest[3] ?? ""].join(".").split(".");
      const name = path.at(-1) ?? "";
      if (path.length < (codes.get(name)?.depth ?? Infinity))
        codes.set(name, { code: rest[2] ?? "", depth: path.length });
    } else if (word.startsWith("#")) {
      close();
      time = Number(word.slice(1));
    } else if (/^b[01xz]+$/.test(word)) values.set(rest[0] ?? "", word.slice(1));
    else if (/^[01xz]\S+$/.test(word)) values.set(word.slice(1), word.slice(0, 1));
  }
  close();
  return { signals, cycles: cycles.filter((row) => row.length > 0) };
}

function digits(value: string | undefined): string {
  return value === undefined || /[xz]/.test(value) ? "-" : BigInt(`0b${value}`).toString(16);
}

/** As lines of text, a line per signal, so that time runs to the right. */
export function formatTrace({ signals, cycles }: Trace): string {
  const wide = Math.max(1, ...cycles.flat().map((value) => value.length));
  const name = Math.max(5, ...signals.map((signal) => signal.length));
  const row = (label: string, cells: readonly string[]): string =>
    `${label.padEnd(name)}  ${cells.map((cell) => cell.padStart(wide)).join(" ")}`;
  return [
    row(
      "cycle",
      cycles.map((_, i) => String(i % 10 ** wide)),
    ),
    ...signals.map((signal, i) =>
      row(
        signal,
        cycles.map((cycle) => cycle[i] ?? "-"),
      ),
    ),
  ].join("\n");
}
