import fc from "fast-check";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { hostileStrings, hostileValues, longTexts } from "./strings.ts";

/** A file of an input, or what stands in its place. */
export type Entry =
  | { readonly kind: "file"; readonly bytes: Uint8Array }
  | { readonly kind: "link"; readonly to: string }
  | { readonly kind: "sparse"; readonly size: number }
  | { readonly kind: "folder" | "pipe" | "missing" | "unreadable" };

/** What is done to one file. Places are fractions of what is there: 0 the first, 1 behind the last. */
export type Mutation = Readonly<
  { file: number } & (
    | { how: "truncate"; at: number }
    | { how: "flip"; at: number; bit: number }
    | { how: "insert"; at: number; bytes: Uint8Array }
    | { how: "remove"; at: number; length: number }
    | { how: "number"; at: number; value: number }
    | { how: "text"; at: number; text: string }
    | { how: "prefix"; bytes: Uint8Array }
    | { how: "utf16" | "gzip" | "twice" | "crlf" }
    | { how: "json"; at: number; change: JsonChange; value: number; from: number }
    | { how: "entry"; entry: Entry }
    | { how: "name"; name: string }
  )
>;

type JsonChange = "set" | "nudge" | "remove" | "rename" | "duplicate" | "copy" | "append";

/** Doubles of fast-check lie near 0 for the most part. */
const place = fc.integer({ min: 0, max: 10_000 }).map((part) => part / 10_000);

const hows: readonly fc.Arbitrary<DistributiveOmit<Mutation, "file">>[] = [
  fc.record({ how: fc.constant("truncate" as const), at: place }),
  fc.record({ how: fc.constant("flip" as const), at: place, bit: fc.nat(7) }),
  fc.record({ how: fc.constant("insert" as const), at: place, bytes: fc.uint8Array({ maxLength: 40 }) }),
  fc.record({ how: fc.constant("remove" as const), at: place, length: fc.integer({ min: 1, max: 300 }) }),
  fc.record({
    how: fc.constant("number" as const),
    at: fc.oneof(fc.constantFrom(0, 1e-9), place),
    value: fc.constantFrom(0, 1, 255, 2 ** 15, 2 ** 16, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1),
  }),
  fc.record({
    how: fc.constant("text" as const),
    at: place,
    text: fc.oneof(fc.constantFrom(...hostileStrings), fc.constantFrom(...longTexts)),
  }),
  fc.record({
    how: fc.constant("prefix" as const),
    bytes: fc.constantFrom(
      ...[
        [0xef, 0xbb, 0xbf],
        [0xff, 0xfe],
        [0x1f, 0x8b],
        [0, 0, 8, 3],
      ].map((bytes) => Uint8Array.from(bytes)),
    ),
  }),
  fc.record({ how: fc.constantFrom("utf16" as const, "gzip" as const, "twice" as const, "crlf" as const) }),
];

const jsonHow = fc.record({
  how: fc.constant("json" as const),
  at: place,
  change: fc.constantFrom<JsonChange>(
    "set",
    "set",
    "nudge",
    "nudge",
    "nudge",
    "remove",
    "rename",
    "duplicate",
    "copy",
    "append",
  ),
  value: fc.nat(hostileValues.length - 1),
  from: place,
});

const entryHow = fc.record({
  how: fc.constant("entry" as const),
  entry: fc.constantFrom<Entry>(
    { kind: "file", bytes: new Uint8Array() },
    { kind: "folder" },
    { kind: "pipe" },
    { kind: "missing" },
    { kind: "unreadable" },
    { kind: "link", to: "/dev/zero" },
    { kind: "link", to: "/dev/full" },
    { kind: "link", to: "/proc/self/mem" },
    { kind: "link", to: "." },
    { kind: "link", to: "/etc/passwd" },
    { kind: "link", to: "nowhere/at/all" },
    { kind: "sparse", size: 3 * 2 ** 30 },
    { kind: "sparse", size: 2 ** 40 },
  ),
});

/** What a file can be called: names as long as may be, and no path. */
const fileName = fc
  .constantFrom(...hostileStrings)
  .map((text) => `${text.replaceAll(/[/\u0000]|^\.*$|\ud800/g, "_").slice(0, 100)}.sv`);

const nameHow = fc.record({ how: fc.constant("name" as const), name: fileName });

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** One to four mutations: mostly of what a JSON file says, where there is one, else of bytes. */
export function mutations(hasJson: boolean): fc.Arbitrary<readonly Mutation[]> {
  const how = fc.oneof(
    ...(hasJson ? [{ arbitrary: jsonHow, weight: 16 }] : []),
    ...hows.map((arbitrary) => ({ arbitrary, weight: 2 })),
    { arbitrary: entryHow, weight: 1 },
    { arbitrary: nameHow, weight: 1 },
  );
  const mutation = fc.tuple(place, how).map(([file, rest]): Mutation => ({ file, ...rest }));
  return fc.oneof(
    { arbitrary: fc.array(mutation, { minLength: 1, maxLength: 1 }), weight: 3 },
    { arbitrary: fc.array(mutation, { minLength: 2, maxLength: 4 }), weight: 1 },
  );
}

export type Tree = ReadonlyMap<string, Entry>;

/** The files that mutations change. */
export function mutated(tree: Tree, all: readonly Mutation[]): Map<string, Entry> {
  const names = [...tree.keys()];
  const changed = new Map<string, Entry>();
  for (const mutation of all) {
    const name = names[indexAt(mutation.file, names.length)];
    const entry = name === undefined ? undefined : (changed.get(name) ?? tree.get(name));
    if (name === undefined || entry === undefined) continue;
    if (mutation.how === "entry") changed.set(name, mutation.entry);
    else if (mutation.how === "name") {
      changed.set(name, { kind: "missing" });
      changed.set(mutation.name, entry);
    } else if (entry.kind === "file") {
      changed.set(name, { kind: "file", bytes: changedBytes(entry.bytes, mutation) });
    }
  }
  return changed;
}

function indexAt(at: number, length: number): number {
  return Math.min(length - 1, Math.floor(at * length));
}

function changedBytes(bytes: Uint8Array, mutation: Exclude<Mutation, { how: "entry" | "name" }>): Uint8Array {
  const cut = (at: number): number => Math.floor(at * bytes.length);
  const spliced = (at: number, drop: number, added: Uint8Array): Uint8Array =>
    Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + drop)]);
  switch (mutation.how) {
    case "truncate":
      return bytes.subarray(0, cut(mutation.at));
    case "flip":
      return bytes.map((byte, i) =>
        i === indexAt(mutation.at, bytes.length) ? byte ^ (1 << mutation.bit) : byte,
      );
    case "insert":
      return spliced(cut(mutation.at), 0, mutation.bytes);
    case "remove":
      return spliced(cut(mutation.at), mutation.length, new Uint8Array());
    case "number": {
      const field = Buffer.alloc(4);
      field.writeUInt32BE(mutation.value);
      // Fields of an idx file lie at multiples of 4.
      return spliced(cut(mutation.at) & ~3, 4, field);
    }
    case "text":
      return spliced(cut(mutation.at), 0, Buffer.from(mutation.text));
    case "prefix":
      return spliced(0, 0, mutation.bytes);
    case "utf16":
      return Buffer.from(Buffer.from(bytes).toString("utf8"), "utf16le");
    case "gzip":
      return gzipSync(bytes);
    case "twice":
      return Buffer.concat([bytes, bytes]);
    case "crlf":
      return Buffer.from(Buffer.from(bytes).toString("latin1").replaceAll("\n", "\r\n"), "latin1");
    case "json":
      try {
        return changedJson(bytes, mutation);
      } catch {
        // No JSON any more, or nested too deeply to be changed.
        return bytes;
      }
  }
}

/** Numbers that may fit as well. */
const nudges: readonly ((old: number) => number)[] = [
  ...[
    (old: number) => old + 1,
    (old: number) => old - 1,
    (old: number) => 2 * old,
    (old: number) => old >> 1,
  ],
  ...[1, 2, 3, 4, 8, 16, 100].map((value) => () => value),
];

/** A place in a JSON value. */
interface Slot {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string;
}

/** Not those within what an earlier mutation has nested deeply. */
function slotsOf(value: unknown, depth = 0): Slot[] {
  if (typeof value !== "object" || value === null || depth > 10) return [];
  const holder = value as Slot["holder"];
  return Object.keys(holder).flatMap((key) => [
    { holder, key },
    ...slotsOf((holder as Record<string, unknown>)[key], depth + 1),
  ]);
}

function changedJson(bytes: Uint8Array, mutation: Extract<Mutation, { how: "json" }>): Uint8Array {
  const text = Buffer.from(bytes).toString("utf8");
  const root: unknown = JSON.parse(text);
  const value = hostileValues[mutation.value] ?? "null";
  const slots = slotsOf(root);
  const slot = slots[indexAt(mutation.at, slots.length)];
  if (slot === undefined) return Buffer.from(value);
  const holder = slot.holder as Record<string, unknown>;
  const { key } = slot;
  const mark = "sluice-raw-value";
  const write = (): string => JSON.stringify(root, null, 1);
  const raw = (json: string): string => write().replace(`"${mark}"`, () => json);
  switch (mutation.change) {
    case "set":
      holder[key] = mark;
      return resealed(raw(value));
    case "nudge": {
      const old = holder[key];
      const number = nudges[mutation.value % nudges.length] ?? ((): number => 0);
      if (typeof old === "number") holder[key] = number(old);
      else if (typeof old === "string")
        holder[key] = old.slice(0, old.length >> 1) + (mutation.value % 2 === 0 ? "" : "1");
      return resealed(write());
    }
    case "remove":
      if (Array.isArray(slot.holder)) slot.holder.splice(Number(key), 1);
      else Reflect.deleteProperty(holder, key);
      return resealed(write());
    case "rename": {
      const name = value.startsWith('"') ? value : '"constructor"';
      const old = JSON.stringify(holder[key]);
      Reflect.deleteProperty(holder, key);
      holder[mark] = mark;
      return resealed(write().replace(`"${mark}": "${mark}"`, () => `${name}: ${old}`));
    }
    case "duplicate": {
      const old = JSON.stringify(holder[key]);
      holder[key] = mark;
      return resealed(raw(`${old}, ${JSON.stringify(key)}: ${value}`));
    }
    case "copy": {
      const from = slots[indexAt(mutation.from, slots.length)];
      if (from !== undefined)
        holder[key] = structuredClone((from.holder as Record<string, unknown>)[from.key]);
      return resealed(write());
    }
    case "append":
      if (Array.isArray(slot.holder)) slot.holder.push(structuredClone(holder[key]));
      else holder[`${key}2`] = structuredClone(holder[key]);
      return resealed(write());
  }
}

/** A model file whose payloads have the checksums that belong to them: the layers behind it are reached. */
function resealed(text: string): Uint8Array {
  const payload = /"sha256": "[0-9a-f]{64}",\s*"base64": "([^"]*)"/g;
  return Buffer.from(
    text.replaceAll(payload, (_, base64: string) => {
      const sha256 = createHash("sha256").update(Buffer.from(base64, "base64")).digest("hex");
      return `"sha256": "${sha256}", "base64": "${base64}"`;
    }),
  );
}
