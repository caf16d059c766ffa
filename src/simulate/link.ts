import { limbsOfHex } from "./expression.ts";
import type { FlatDesign, FlatMemory } from "./flatten.ts";
import { chunksOf, unpack } from "./layout.ts";
import { logOf } from "./statement.ts";
import { SluiceError } from "../error.ts";
import { widthOf } from "../ir/index.ts";

/** The generated text: functions, and the statements of the entry points that call them. */
export interface Routines {
  readonly functions: readonly string[];
  readonly settle: readonly string[];
  readonly compute: readonly (readonly string[])[];
  readonly commit: readonly (readonly string[])[];
  readonly resets: readonly string[];
}

/** The generated code, compiled, with the arrays that it works on. */
export interface Linked {
  readonly source: string;
  readonly slots: Int32Array;
  readonly memories: ReadonlyMap<FlatMemory, Int32Array>;
  readonly logs: readonly Int32Array[];
  readonly coverCounts: Float64Array;
  readonly settle: () => void;
  readonly compute: readonly (() => void)[];
  readonly commit: readonly (() => void)[];
  readonly resets: readonly (() => void)[];
}

type EntryPoints = Pick<Linked, "settle" | "compute" | "commit" | "resets">;

/** What generated code calls: wide products (16 bits at a time, so that doubles stay exact) and comparison of slots. */
const runtime = `
function multiply(to, a, b, count) {
  const half = (at, i) => (i & 1 ? S[at + (i >> 1)] >>> 16 : S[at + (i >> 1)] & 0xffff);
  let carry = 0;
  for (let i = 0; i < 2 * count; i++) {
    let sum = carry;
    for (let j = 0; j <= i; j++) sum += half(a, j) * half(b, i - j);
    carry = Math.floor(sum / 65536);
    const digit = sum % 65536;
    S[to + (i >> 1)] = i & 1 ? S[to + (i >> 1)] | (digit << 16) : digit;
  }
}
function same(a, b, count) {
  for (let i = 0; i < count; i++) if (S[a + i] !== S[b + i]) return false;
  return true;
}`;

export function link(
  flat: FlatDesign,
  routines: Routines,
  logSizes: ReadonlyMap<FlatMemory, number>,
  covers: number,
  signalsOfLoop: (loop: number) => readonly string[],
): Linked {
  const entry = (lines: readonly string[]): string => `() => {\n${lines.join("\n")}\n}`;
  const entries = (all: readonly (readonly string[])[]): string => `[${all.map(entry).join(", ")}]`;
  const source = [
    '"use strict";',
    runtime,
    ...routines.functions,
    "return {",
    `settle: ${entry(routines.settle)},`,
    `compute: ${entries(routines.compute)},`,
    `commit: ${entries(routines.commit)},`,
    `resets: ${entries(routines.resets.map((call) => [call]))},`,
    "};",
  ].join("\n");

  const slots = flat.storage.create();
  const memories = new Map(flat.memories.map((memory) => [memory, contentsOf(memory)]));
  const coverCounts = new Float64Array(covers);
  const logs: Int32Array[] = [];
  const unsettled = (loop: number): never => {
    throw new SluiceError(
      "does-not-settle",
      "combinational signals that depend on each other do not settle",
      {
        where: signalsOfLoop(loop).join(", "),
        hint: "break the combinational loop with a register",
      },
    );
  };
  const scope: Record<string, unknown> = { S: slots, C: coverCounts, unsettled };
  for (const [memory, array] of memories) scope[memory.array] = array;
  for (const [memory, size] of logSizes) {
    const used = new Int32Array(1);
    logs.push(used);
    scope[logOf(memory)] = new Int32Array(size);
    scope[`${logOf(memory)}n`] = used;
  }
  // The text is made of names and numbers of our own; nothing of the design's text gets into it.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const instantiate = new Function(...Object.keys(scope), source) as (...args: unknown[]) => EntryPoints;
  return { source, slots, memories, logs, coverCounts, ...instantiate(...Object.values(scope)) };
}

/** Contents at power-up, then a word of zeros and a slot more, which a select may look at. */
function contentsOf({ memory, stride }: FlatMemory): Int32Array {
  const array = new Int32Array((memory.depth + 1) * stride + 1);
  const width = widthOf(memory.type);
  const chunks = chunksOf(memory.type);
  for (const [i, word] of (memory.init ?? []).entries()) {
    const at = array.subarray(i * stride, (i + 1) * stride);
    unpack(Uint32Array.from(limbsOfHex(word, width)), 0, chunks, at);
  }
  return array;
}
