/** A value change dump, read back: for every signal, by its path with the range of bits, its value at any time. */
export interface Dump {
  readonly signals: readonly string[];
  /** Digits of `0`, `1`, `x`, without leading zeros, or a text; undefined before the first value. */
  valueAt(path: string, time: number): string | undefined;
}

export function readVcd(text: string): Dump {
  const ids = new Map<string, string>();
  const changes = new Map<string, { readonly time: number; readonly value: string }[]>();
  const scopes: string[] = [];
  let time = 0;
  for (const line of text.split("\n").map((raw) => raw.trim())) {
    const [, scope] = /^\$scope \w+ (\S+) \$end/.exec(line) ?? [];
    const [, id, name] = /^\$var \S+ \d+ (\S+) (\S+(?: \[\S+\])?) \$end/.exec(line) ?? [];
    const [, bit, bitId] = /^([01xz])(\S+)$/.exec(line) ?? [];
    const [, vector, vectorId] = /^[bs](\S*) (\S+)$/.exec(line) ?? [];
    if (scope !== undefined) scopes.push(scope);
    else if (line.startsWith("$upscope")) scopes.pop();
    else if (id !== undefined && name !== undefined)
      ids.set([...scopes, name.replace(" [", "[")].join("."), id);
    else if (line.startsWith("#")) time = Number(line.slice(1));
    else if (bit !== undefined && bitId !== undefined) note(bitId, bit);
    else if (vector !== undefined && vectorId !== undefined) note(vectorId, vector.replace(/^0+(?=.)/, ""));
  }
  return {
    signals: [...ids.keys()],
    valueAt: (path, at) => changes.get(ids.get(path) ?? "")?.findLast((change) => change.time <= at)?.value,
  };

  function note(id: string, value: string): void {
    const list = changes.get(id);
    if (list === undefined) changes.set(id, [{ time, value }]);
    else list.push({ time, value });
  }
}
