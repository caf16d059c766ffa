import { bitRange, unionOfRanges, type BitSet } from "./bits.ts";
import type { Dependence } from "./reads.ts";
import type { Signal } from "./signals.ts";
import type { Guard, UnrolledBody } from "./unroll.ts";

export interface Reads {
  /** The bits of every signal that something reads. A register that nothing but its own next value reads is not read. */
  readonly signals: ReadonlyMap<Signal, BitSet>;
  readonly memories: ReadonlySet<string>;
}

export function readsOfBody(body: UnrolledBody): Reads {
  const memories = new Set<string>();
  const ranges = new Map<Signal, [number, number][]>();
  const byItself = new Map<Signal, [number, number][]>();
  const read = (sources: readonly Dependence[], self: Signal | undefined): void => {
    for (const { signal, memory, lo, hi } of sources) {
      if (memory !== undefined) memories.add(memory);
      if (signal === undefined) continue;
      const into = signal === self ? byItself : ranges;
      const own = into.get(signal);
      if (own === undefined) into.set(signal, [[lo, hi]]);
      else own.push([lo, hi]);
    }
  };
  // A condition is read on behalf of what stands under it: once for all, or while that is one signal only, for it.
  const readFor = new Map<Guard, Signal | "several">();
  const readGuards = (guards: readonly Guard[], target: Signal | undefined): void => {
    for (const guard of guards) {
      const before = readFor.get(guard);
      if (before === "several" || (before !== undefined && before === target)) continue;
      const several = before !== undefined || target === undefined;
      readFor.set(guard, several ? "several" : target);
      read(guard.sources, several ? undefined : target);
    }
  };
  for (const { stmt, signal, sources, guards } of body.assignments) {
    const self = stmt.clocked ? signal : undefined;
    read(sources, self);
    readGuards(guards, self);
  }
  for (const { sources, guards } of body.effects) {
    read(sources, undefined);
    readGuards(guards, undefined);
  }
  const signals = new Map<Signal, BitSet>();
  for (const [signal, list] of ranges) {
    const [first, ...more] = [...list, ...(byItself.get(signal) ?? [])];
    if (first !== undefined)
      signals.set(signal, more.length === 0 ? bitRange(...first) : unionOfRanges([first, ...more]));
  }
  return { signals, memories };
}
