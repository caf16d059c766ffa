import { inspect } from "node:util";

/** What was tried of one parameter of a generator: how many parameter sets have each value. */
export type TriedValues = Readonly<Record<string, number>>;

/** Functional coverage of a generator's parameters. */
export interface TriedParameters {
  readonly sets: number;
  readonly values: Readonly<Record<string, TriedValues>>;
  /** Of pairs of values of two parameters (of those that have at most `pairLimit` values), how many met in a set. */
  readonly pairs: { readonly covered: number; readonly total: number };
}

/** Parameters with more values than this are no choices but numbers: their pairs are not counted. */
const pairLimit = 8;

/** Numbers, texts and truth values of parameter sets; of matrices and lists their sizes. */
export function triedParameters(sets: readonly unknown[]): TriedParameters {
  const flat = sets.map((params) => new Map(scalarsOf(params)));
  const names = [...new Set(flat.flatMap((params) => [...params.keys()]))].sort();
  const values = Object.fromEntries(
    names.map((name) => {
      const counts = new Map<string, number>();
      for (const params of flat) {
        const value = params.get(name) ?? "not given";
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
      return [
        name,
        Object.fromEntries([...counts].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }))),
      ];
    }),
  );
  const choices = names.filter((name) => {
    const count = Object.keys(values[name] ?? {}).length;
    return count > 1 && count <= pairLimit;
  });
  let [covered, total] = [0, 0];
  choices.forEach((a, i) => {
    for (const b of choices.slice(i + 1)) {
      const met = flat.map((params) => `${params.get(a) ?? "not given"}|${params.get(b) ?? "not given"}`);
      covered += new Set(met).size;
      total += Object.keys(values[a] ?? {}).length * Object.keys(values[b] ?? {}).length;
    }
  });
  return { sets: sets.length, values, pairs: { covered, total } };
}

function scalarsOf(value: unknown, name = ""): readonly (readonly [string, string])[] {
  if (value === undefined) return [];
  if (typeof value === "string") return [[name, value]];
  if (typeof value !== "object" || value === null) return [[name, inspect(value)]];
  if (ArrayBuffer.isView(value) || Array.isArray(value)) {
    const items = value as unknown as ArrayLike<unknown>;
    const short =
      Array.isArray(value) && items.length <= 4 && value.every((item) => typeof item === "number");
    return [[short ? name : `${name}.length`, short ? value.join("x") : String(items.length)]];
  }
  return Object.entries(value).flatMap(([key, part]) =>
    scalarsOf(part, name === "" ? key : `${name}.${key}`),
  );
}
