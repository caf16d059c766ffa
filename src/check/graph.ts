import type { AssignStmt, Design, Module } from "../ir/index.ts";
import { boundDomain, partName, type Signal, type SignalTable } from "./signals.ts";
import type { UnrolledBody } from "./unroll.ts";

/** Bits `lo` to `hi` of an output depend combinationally on bits `from` to `fromHi` of an input. */
export interface Through {
  readonly output: string;
  readonly lo: number;
  readonly hi: number;
  readonly input: string;
  readonly from: number;
  readonly fromHi: number;
  /** Only through an explicit clock domain crossing. */
  readonly crossed: boolean;
}

/** What a module's parents need to know about it. */
export interface Summary {
  readonly through: readonly Through[];
  /** Domains whose registers and memories reach an output without another register between. */
  readonly outputDomains: ReadonlyMap<string, ReadonlySet<string>>;
}

/** A piece of a signal that is driven and read as one. */
export interface Segment {
  readonly id: number;
  readonly signal: Signal;
  readonly lo: number;
  readonly hi: number;
}

/**
 * The combinational logic of a module: which segment depends on which. Registers, memories and inputs are where it
 * starts; the outputs of instances go on to the inputs that their modules' summaries name.
 */
export class CombGraph {
  readonly segments: readonly Segment[];
  /** Segments that a segment depends on, by id. */
  readonly sources: readonly (readonly number[])[];
  /** Those of them that it does not only see through an explicit clock domain crossing. */
  readonly uncrossed: readonly (readonly number[])[];
  /** Domains that reach a segment directly: through a memory read or an explicit crossing. */
  readonly domains: readonly ReadonlySet<string>[];
  private readonly bySignal: readonly (readonly Segment[])[];

  constructor(
    signals: SignalTable,
    body: UnrolledBody,
    arcs: readonly Arc[],
    memoryDomain: (name: string) => string | undefined,
  ) {
    const cuts = cutsOf(signals, body, arcs);
    const segments: Segment[] = [];
    this.bySignal = signals.all.map((signal) => {
      const inner = cuts[signal.id];
      if (inner === undefined) {
        const whole: Segment = { id: segments.length, signal, lo: 0, hi: signal.width };
        segments.push(whole);
        return [whole];
      }
      const bounds = [...inner, signal.width].sort((a, b) => a - b);
      const own: Segment[] = [];
      let lo = 0;
      for (const hi of bounds) {
        if (hi <= lo) continue;
        const segment: Segment = { id: segments.length, signal, lo, hi };
        own.push(segment);
        segments.push(segment);
        lo = hi;
      }
      return own;
    });
    this.segments = segments;
    const sources = segments.map((): number[] => []);
    const anyCrossed = arcs.some(({ crossed }) => crossed);
    const uncrossed = anyCrossed ? segments.map((): number[] => []) : sources;
    const domains = segments.map((): ReadonlySet<string> => noDomains);
    const changesIn = ({ id }: Segment, domain: string): void => {
      domains[id] = new Set([...(domains[id] ?? []), domain]);
    };
    for (const arc of arcs) {
      for (const target of this.within(arc.signal, arc.lo, arc.hi)) {
        if (arc.crossing !== undefined) changesIn(target, arc.crossing);
        if (arc.source === undefined) {
          const domain = arc.memory === undefined ? undefined : memoryDomain(arc.memory);
          if (domain !== undefined && arc.crossing === undefined) changesIn(target, domain);
          continue;
        }
        const shift = arc.aligned ? arc.from - arc.lo : 0;
        const from = arc.aligned ? target.lo + shift : arc.from;
        const fromHi = arc.aligned ? target.hi + shift : arc.fromHi;
        for (const source of this.within(arc.source, from, fromHi)) {
          sources[target.id]?.push(source.id);
          if (anyCrossed && !arc.crossed) uncrossed[target.id]?.push(source.id);
        }
      }
    }
    this.sources = sources.map(distinct);
    this.uncrossed = anyCrossed ? uncrossed.map(distinct) : this.sources;
    this.domains = domains;
  }

  within(signal: Signal, lo: number, hi: number): readonly Segment[] {
    const own = this.bySignal[signal.id] ?? [];
    if (own.length === 1) return own;
    let [first, end] = [0, own.length];
    while (first < end) {
      const middle = (first + end) >> 1;
      if ((own[middle]?.hi ?? Infinity) <= lo) first = middle + 1;
      else end = middle;
    }
    while ((own[end]?.lo ?? Infinity) < hi) end++;
    return own.slice(first, end);
  }

  /**
   * The shortest way back from any of `starts` to a segment that satisfies `isGoal`, in the direction of data: goal
   * first. Undefined where there is none. Signals on the way are followed only `within` where that is given.
   */
  pathTo(
    starts: readonly number[],
    isGoal: (segment: Segment) => boolean,
    within: (id: number) => boolean = () => true,
  ): readonly Segment[] | undefined {
    const reader = new Map<number, number>();
    const queue = [...starts];
    const seen = new Set(queue);
    for (const at of queue) {
      for (const source of this.sources[at] ?? []) {
        const segment = this.segments[source];
        if (segment === undefined || !within(source)) continue;
        if (isGoal(segment)) {
          const path = [segment];
          for (let id: number | undefined = at; id !== undefined; id = reader.get(id)) {
            const step = this.segments[id];
            if (step !== undefined) path.push(step);
          }
          return path;
        }
        if (seen.has(source)) continue;
        seen.add(source);
        reader.set(source, at);
        queue.push(source);
      }
    }
    return undefined;
  }
}

const noDomains: ReadonlySet<string> = new Set();

function distinct(ids: readonly number[]): readonly number[] {
  return ids.length < 2 ? ids : [...new Set(ids)];
}

export function segmentName({ signal, lo, hi }: Segment): string {
  return partName(signal, lo, hi);
}

/** The last assignment along a path: the one closest to its end. */
export function statementOn(path: readonly Segment[], body: UnrolledBody): AssignStmt | undefined {
  for (let i = path.length - 1; i > 0; i--) {
    const [source, target] = [path[i - 1], path[i]];
    if (source === undefined || target === undefined) continue;
    const driver = body.assignments.find(
      ({ signal, lo, hi, sources, guards }) =>
        signal === target.signal &&
        lo < target.hi &&
        target.lo < hi &&
        [sources, ...guards.map((guard) => guard.sources)].some((list) =>
          list.some((s) => s.signal === source.signal && s.lo < source.hi && source.lo < s.hi),
        ),
    );
    if (driver !== undefined) return driver.stmt;
  }
  return undefined;
}

/** Target bits, and what they depend on combinationally. */
interface Arc {
  readonly signal: Signal;
  readonly lo: number;
  readonly hi: number;
  readonly source: Signal | undefined;
  readonly memory: string | undefined;
  readonly from: number;
  readonly fromHi: number;
  readonly aligned: boolean;
  /** Seen through an explicit crossing, into domain `crossing` where that is known here. */
  readonly crossed: boolean;
  readonly crossing: string | undefined;
}

/** The combinational logic of `module`, given the summaries of the modules that it instantiates. */
export function combGraph(
  module: Module,
  signals: SignalTable,
  body: UnrolledBody,
  summaries: ReadonlyMap<string, Summary>,
): CombGraph {
  const arcs: Arc[] = [];
  for (const { stmt, signal, lo, hi, guards, sources } of body.assignments) {
    if (stmt.clocked) continue;
    for (const s of sources) {
      if (s.to === s.toHi) continue;
      const { memory, crossing, aligned } = s;
      arcs.push({
        signal,
        lo: lo + s.to,
        hi: lo + s.toHi,
        source: s.signal,
        memory,
        from: s.lo,
        fromHi: s.hi,
        aligned,
        crossed: crossing !== undefined,
        crossing,
      });
    }
    for (const guard of guards)
      for (const { signal: source, memory, lo: from, hi: fromHi, crossing } of guard.sources)
        arcs.push({
          signal,
          lo,
          hi,
          source,
          memory,
          from,
          fromHi,
          aligned: false,
          crossed: crossing !== undefined,
          crossing,
        });
  }
  for (const instance of module.instances) {
    for (const { output, lo, hi, input, from, fromHi, crossed } of summaries.get(instance.module)?.through ??
      []) {
      const signal = signals.find({ name: output, instance: instance.name });
      const source = signals.find({ name: input, instance: instance.name });
      if (signal === undefined || source === undefined) continue;
      arcs.push({
        signal,
        lo,
        hi,
        source,
        memory: undefined,
        from,
        fromHi,
        aligned: false,
        crossed,
        crossing: undefined,
      });
    }
  }
  const memories = new Map(module.memories.map(({ name, domain }) => [name, domain]));
  return new CombGraph(signals, body, arcs, (name) => memories.get(name));
}

/** Where signals must be cut so that every arc begins and ends at a cut. Registers have no inside. */
function cutsOf(
  signals: SignalTable,
  body: UnrolledBody,
  arcs: readonly Arc[],
): readonly (ReadonlySet<number> | undefined)[] {
  const cuts = signals.all.map((): Set<number> | undefined => undefined);
  const isCut = ({ role }: Signal): boolean => role !== "reg";
  const cut = (signal: Signal, at: number): boolean => {
    if (!isCut(signal) || at <= 0 || at >= signal.width) return false;
    const own = (cuts[signal.id] ??= new Set());
    if (own.has(at)) return false;
    own.add(at);
    return true;
  };
  for (const { signal, lo, hi } of body.assignments) {
    cut(signal, lo);
    cut(signal, hi);
  }
  for (const { signal, lo, hi, source, from, fromHi } of arcs) {
    cut(signal, lo);
    cut(signal, hi);
    if (source === undefined) continue;
    cut(source, from);
    cut(source, fromHi);
  }
  // What goes through bit by bit is cut alike on both sides. Inputs of the module are ends: cutting them finer gains nothing.
  const aligned = arcs.filter(
    ({ aligned: straight, source, lo, hi }) =>
      straight && hi - lo > 1 && source !== undefined && isCut(source) && source.role !== "input",
  );
  for (let changed = aligned.length > 0; changed;) {
    changed = false;
    for (const { signal, lo, hi, source, from, fromHi } of aligned) {
      if (source === undefined) continue;
      for (const at of cuts[signal.id] ?? [])
        if (lo < at && at < hi && cut(source, at - lo + from)) changed = true;
      for (const at of cuts[source.id] ?? [])
        if (from < at && at < fromHi && cut(signal, at - from + lo)) changed = true;
    }
  }
  return cuts;
}

/** The part of a graph that the parents of its module need. */
export function summarise(
  design: Design,
  module: Module,
  graph: CombGraph,
  summaries: ReadonlyMap<string, Summary>,
): Summary {
  const through: Through[] = [];
  const outputDomains = new Map<string, Set<string>>();
  const domains = segmentDomains(design, module, graph, summaries, false);
  const sources = new Walk(graph.sources);
  const uncrossed = graph.uncrossed === graph.sources ? sources : new Walk(graph.uncrossed);
  for (const { id, signal, lo, hi } of graph.segments) {
    if (signal.role !== "output") continue;
    if (uncrossed !== sources) uncrossed.from(id);
    for (const sourceId of sources.from(id)) {
      const source = graph.segments[sourceId];
      if (source?.signal.role !== "input") continue;
      const crossed = !uncrossed.reached(sourceId);
      through.push({
        output: signal.name,
        lo,
        hi,
        input: source.signal.name,
        from: source.lo,
        fromHi: source.hi,
        crossed,
      });
    }
    const own = outputDomains.get(signal.name) ?? new Set<string>();
    for (const domain of domains[id] ?? noDomains) own.add(domain);
    outputDomains.set(signal.name, own);
  }
  return { through, outputDomains };
}

/** What is reached along edges from one start after the other; a module may have a hundred thousand segments. */
class Walk {
  private readonly edges: readonly (readonly number[])[];
  /** The last start that each segment was reached from. */
  private readonly last: Int32Array;
  private start = -1;

  constructor(edges: readonly (readonly number[])[]) {
    this.edges = edges;
    this.last = new Int32Array(edges.length).fill(-1);
  }

  from(start: number): readonly number[] {
    this.start = start;
    this.last[start] = start;
    const found = [start];
    for (const id of found)
      for (const next of this.edges[id] ?? []) {
        if (this.last[next] === start) continue;
        this.last[next] = start;
        found.push(next);
      }
    return found;
  }

  /** By the last walk. */
  reached(id: number): boolean {
    return this.last[id] === this.start;
  }
}

/** The clock domains that each segment changes in; with `inputs`, those of the module's inputs count as well. */
export function segmentDomains(
  design: Design,
  module: Module,
  graph: CombGraph,
  summaries: ReadonlyMap<string, Summary>,
  inputs: boolean,
): readonly ReadonlySet<string>[] {
  const ownDomains = ({ name, role, domain, instance }: Signal): readonly string[] => {
    if (role === "reg" || (role === "input" && inputs)) return domain === undefined ? [] : [domain];
    if (role !== "instance-output" || instance === undefined) return [];
    const inner = summaries.get(instance.module)?.outputDomains.get(name.slice(instance.name.length + 1));
    if (inner === undefined || inner.size === 0) return [];
    return [...inner].flatMap((d) => boundDomain(design, module, instance, d) ?? []);
  };
  const readers = readersOf(graph.uncrossed);
  // Of the few sets that occur, each is there once.
  const sets = new Map<string, ReadonlySet<string>>();
  const extended = (set: ReadonlySet<string>, more: Iterable<string>): ReadonlySet<string> => {
    const next = new Set([...set, ...more]);
    if (next.size === set.size) return set;
    const key = [...next].join(" ");
    const known = sets.get(key) ?? next;
    sets.set(key, known);
    return known;
  };
  const result = graph.segments.map(({ id, signal }) => {
    const own = ownDomains(signal);
    const crossed = graph.domains[id] ?? noDomains;
    return own.length === 0 && crossed.size === 0 ? noDomains : extended(extended(noDomains, crossed), own);
  });
  for (const { name } of module.domains) {
    const isReached = new Uint8Array(result.length);
    const reached: number[] = [];
    const reach = (id: number): void => {
      if (isReached[id] === 1) return;
      isReached[id] = 1;
      reached.push(id);
    };
    result.forEach((domains, id) => {
      if (domains.has(name)) reach(id);
    });
    // What is added during the loop is visited as well.
    for (const id of reached) {
      const domains = result[id] ?? noDomains;
      if (!domains.has(name)) result[id] = extended(domains, [name]);
      for (const reader of readers[id] ?? []) reach(reader);
    }
  }
  return result;
}

/** The segments that depend on each segment. */
export function readersOf(sources: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const readers = sources.map((): number[] => []);
  sources.forEach((list, id) => {
    for (const source of list) readers[source]?.push(id);
  });
  return readers;
}
