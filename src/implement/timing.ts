import { timingOf, type CellTiming } from "./delays.ts";
import type { Bit, Cell, NetlistModule } from "./netlist.ts";

/** The longest path of a netlist: from a register, a memory or an input to one of these or an output. */
export interface LongestPath {
  readonly ps: number;
  /** `weight (RAMB36E1)`: a net of the RTL and what drives it; or an input port. */
  readonly from: string;
  /** `acc[3] (FDRE.D)`, or an output port. */
  readonly to: string;
  /** Every cell on the way, and where its output is a signal of the RTL, its name. */
  readonly steps: readonly { readonly cell: string; readonly net: string | null; readonly ps: number }[];
}

/** What the parent of a module has to know of it: times between its ports, the slowest bit of each. */
export interface TimedModule {
  /** Null where it has no path at all. */
  readonly longest: LongestPath | null;
  readonly timing: CellTiming;
  /** Cells without known delays; paths end at them. */
  readonly unknown: readonly string[];
  /** Nets on combinational loops, which have no time. */
  readonly looping: number;
}

/**
 * Walks all paths of a module: pin delays and nets of `delays.ts`. Inputs are there at 0, outputs have no time to keep.
 *
 * @param children timing of the modules that are cells of this one, by name
 */
export function timeModule(module: NetlistModule, children: ReadonlyMap<string, CellTiming>): TimedModule {
  const graph = new Graph(module, children);
  const inputs = Object.entries(module.ports).filter(([, { direction }]) => direction !== "output");
  const outputs = Object.entries(module.ports).filter(([, { direction }]) => direction !== "input");
  const fromClock = graph.walk(graph.launches.map(({ bit, ps }) => [bit, ps]));
  const fromInputs = inputs.map(
    ([name, { bits }]) => [name, graph.walk(bits.filter(isNet).map((bit) => [bit, 0]))] as const,
  );
  const worst = [fromClock, ...fromInputs.map(([, walk]) => walk)]
    .flatMap((walk) => graph.ends.map((end) => ({ walk, end, ps: walk.at(end.bit) + end.ps })))
    .reduce<{ walk: Walk; end: End; ps: number } | undefined>(
      (best, path) => (path.ps > (best?.ps ?? -1) ? path : best),
      undefined,
    );
  const slowest = (walk: Walk, ends: readonly End[]): number =>
    ends.reduce((max, { bit, ps }) => Math.max(max, walk.at(bit) + ps), -Infinity);
  const portEnds = outputs.map(
    ([name, { bits }]) => [name, bits.filter(isNet).map((bit): End => ({ bit, ps: 0, name }))] as const,
  );
  const captures = graph.ends.filter(({ isCapture }) => isCapture === true);
  return {
    longest: worst === undefined ? null : graph.path(worst.walk, worst.end, worst.ps),
    timing: {
      arcs: fromInputs.flatMap(([from, walk]) =>
        portEnds.map(([to, ends]) => [from, to, slowest(walk, ends)] as const).filter(isThere),
      ),
      launches: portEnds.map(([to, ends]) => [to, slowest(fromClock, ends)] as const).filter(isThere),
      captures: fromInputs.map(([from, walk]) => [from, slowest(walk, captures)] as const).filter(isThere),
    },
    unknown: graph.unknown,
    looping: graph.looping,
  };
}

const isThere = (entry: readonly (string | number)[]): boolean => Number.isFinite(entry.at(-1));

const isNet = (bit: Bit): bit is number => typeof bit === "number";

/** Where a path ends: at this net, plus a setup time. */
interface End {
  readonly bit: number;
  readonly ps: number;
  readonly name: string;
  readonly isCapture?: true;
}

interface Edge {
  readonly from: number;
  readonly to: number;
  readonly ps: number;
  readonly cell: string;
}

/** When nets are there, counted from where the walk began, and by which edge the last of what they wait for came. */
class Walk {
  readonly #times = new Map<number, number>();
  readonly #through = new Map<number, Edge>();

  at(bit: number): number {
    return this.#times.get(bit) ?? -Infinity;
  }

  through(bit: number): Edge | undefined {
    return this.#through.get(bit);
  }

  arrive(bit: number, ps: number, edge?: Edge): void {
    if (ps <= this.at(bit)) return;
    this.#times.set(bit, ps);
    if (edge !== undefined) this.#through.set(bit, edge);
  }
}

/** The nets of a module and the pin-to-pin delays between them. */
class Graph {
  readonly launches: { readonly bit: number; readonly ps: number }[] = [];
  readonly ends: End[] = [];
  readonly unknown: readonly string[];
  readonly looping: number;
  /** So that what an edge comes from is known before it. */
  readonly #ordered: readonly Edge[];
  readonly #names: ReadonlyMap<number, string>;
  readonly #drivers = new Map<number, string>();

  constructor(module: NetlistModule, children: ReadonlyMap<string, CellTiming>) {
    this.#names = rtlNames(module);
    const edges: Edge[] = [];
    const unknown = new Set<string>();
    for (const cell of Object.values(module.cells)) {
      const timing = children.get(cell.type) ?? timingOf(cell);
      if (timing === undefined) unknown.add(cell.type);
      else this.#add(cell, timing, edges);
    }
    for (const [name, { direction, bits }] of Object.entries(module.ports)) {
      if (direction === "input") continue;
      for (const [i, bit] of bits.entries()) {
        if (isNet(bit)) this.ends.push({ bit, ps: 0, name: bits.length === 1 ? name : `${name}[${i}]` });
      }
    }
    this.unknown = [...unknown].sort();
    const { ordered, looping } = inOrder(edges);
    this.#ordered = ordered;
    this.looping = looping;
  }

  #add(cell: Cell, { arcs, launches, captures }: CellTiming, edges: Edge[]): void {
    for (const [fromPin, toPin, ps] of arcs) {
      for (const from of pinNets(cell, fromPin)) {
        for (const to of pinNets(cell, toPin)) edges.push({ from, to, ps, cell: cell.type });
      }
    }
    for (const [pin, ps] of launches) {
      for (const bit of pinNets(cell, pin)) {
        this.launches.push({ bit, ps });
        this.#drivers.set(bit, cell.type);
      }
    }
    const [output] = launches.flatMap(([pin]) => pinNets(cell, pin));
    const stored = output === undefined ? undefined : this.#names.get(output);
    for (const [pin, ps] of captures) {
      const name = `${stored === undefined ? "" : `${stored} `}(${cell.type}.${pin})`;
      for (const bit of pinNets(cell, pin)) this.ends.push({ bit, ps, name, isCapture: true });
    }
  }

  walk(starts: readonly (readonly [bit: number, ps: number])[]): Walk {
    const walk = new Walk();
    for (const [bit, ps] of starts) walk.arrive(bit, ps);
    for (const edge of this.#ordered) {
      const start = walk.at(edge.from);
      if (start !== -Infinity) walk.arrive(edge.to, start + edge.ps, edge);
    }
    return walk;
  }

  path(walk: Walk, end: End, ps: number): LongestPath {
    const edges: Edge[] = [];
    let bit = end.bit;
    for (let edge = walk.through(bit); edge !== undefined; edge = walk.through(bit)) {
      edges.unshift(edge);
      bit = edge.from;
    }
    const driver = this.#drivers.get(bit);
    const name = this.#names.get(bit);
    return {
      ps,
      from: driver === undefined ? (name ?? "?") : `${name === undefined ? "" : `${name} `}(${driver})`,
      to: end.name,
      steps: edges
        .filter(({ cell }) => !/^(IBUF|OBUF|BUFG)$/.test(cell))
        .map(({ cell, to }) => ({ cell, net: this.#names.get(to) ?? null, ps: walk.at(to) })),
    };
  }
}

/** The nets at a pin: one for `S[2]`, all of the bus for `S`. */
function pinNets({ connections }: Cell, pin: string): readonly number[] {
  const [, port = pin, index] = /^(.*)\[(\d+)\]$/.exec(pin) ?? [];
  const bits = connections[port] ?? [];
  return (index === undefined ? bits : bits.slice(Number(index), Number(index) + 1)).filter(isNet);
}

/** Signals of the RTL by net. Yosys hides its own names; of several the shortest, which is the one further up. */
function rtlNames({ netnames, ports }: NetlistModule): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const entries = Object.entries(netnames)
    .map(([name, net]) => [name.replace(/^\$iopadmap\$/, ""), net] as const)
    .filter(([name, { hide_name: isHidden }]) => isHidden === 0 || Object.hasOwn(ports, name))
    .sort(([a], [b]) => a.length - b.length);
  for (const [name, { bits }] of entries) {
    for (const [i, bit] of bits.entries()) {
      if (isNet(bit) && !names.has(bit)) names.set(bit, bits.length === 1 ? name : `${name}[${i}]`);
    }
  }
  return names;
}

/** Edges sorted so that all that lead to a net come before those that leave it; those on loops are left out. */
function inOrder(edges: readonly Edge[]): { readonly ordered: readonly Edge[]; readonly looping: number } {
  const waiting = new Map<number, number>();
  const leaving = new Map<number, Edge[]>();
  for (const edge of edges) {
    waiting.set(edge.to, (waiting.get(edge.to) ?? 0) + 1);
    const others = leaving.get(edge.from);
    if (others === undefined) leaving.set(edge.from, [edge]);
    else others.push(edge);
  }
  const ready = [...leaving.keys()].filter((bit) => !waiting.has(bit));
  const ordered: Edge[] = [];
  for (let bit = ready.pop(); bit !== undefined; bit = ready.pop()) {
    for (const edge of leaving.get(bit) ?? []) {
      ordered.push(edge);
      const left = (waiting.get(edge.to) ?? 0) - 1;
      waiting.set(edge.to, left);
      if (left === 0) {
        waiting.delete(edge.to);
        ready.push(edge.to);
      }
    }
  }
  return { ordered, looping: waiting.size };
}
