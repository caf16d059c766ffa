/** The entry of that name: of records whose names come from a register map. */
export function only<T>(record: Readonly<Record<string, T>>, name: string): T {
  const found = record[name];
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}
