import { widthOf } from "../ir/index.ts";
import type { Design, Instance, Module, Port, SourceLocation, Type } from "../ir/index.ts";

/** Everything a module can refer to by a RefExpr, with what the checks need to know about it. */
export interface Signal {
  /** Position in the module's signal table. */
  readonly id: number;
  /** `name`, or `instance.name` for the port of an instance. */
  readonly name: string;
  /** Of which it is a port. */
  readonly instance?: Instance;
  readonly role: "input" | "output" | "wire" | "reg" | "instance-input" | "instance-output";
  readonly type: Type;
  readonly width: number;
  /** Domain that it is clocked by or belongs to; undefined for a wire and for a port of an instance without that clock. */
  readonly domain: string | undefined;
  readonly mayBeUnread: boolean;
  /** A register with a reset value. */
  readonly reset: boolean;
  readonly loc: SourceLocation;
}

export interface SignalTable {
  readonly all: readonly Signal[];
  find(ref: { readonly name: string; readonly instance?: string | undefined }): Signal | undefined;
}

export function signalsOf(design: Design, module: Module): SignalTable {
  const all: Signal[] = [];
  const own = new Map<string, Signal>();
  const add = (signal: Omit<Signal, "id" | "width">): void => {
    const full: Signal = { ...signal, id: all.length, width: widthOf(signal.type) };
    all.push(full);
    // Of two signals of one name, which is reported, the first counts.
    if (!own.has(full.name)) own.set(full.name, full);
  };
  const plain = { mayBeUnread: false, reset: false };
  for (const { name, type, direction, domain, loc, role } of module.ports)
    if (role === "data")
      add({ ...plain, name, type, loc, domain, role: direction === "in" ? "input" : "output" });
  for (const { name, type, loc, mayBeUnread } of module.wires)
    add({ ...plain, name, type, loc, mayBeUnread, domain: undefined, role: "wire" });
  for (const { name, type, loc, mayBeUnread, domain, reset } of module.regs)
    add({ name, type, loc, mayBeUnread, domain, reset: reset !== undefined, role: "reg" });
  // Cells come by the thousand, of few types: where a port stands among those of its instance is the type's.
  const layouts = new Map<string, Layout>();
  const placed = new Map<string, { readonly first: number; readonly layout: Layout }>();
  for (const instance of module.instances) {
    const { name, module: key, loc } = instance;
    const layout = layouts.get(key) ?? layoutOf(design.modules[key]?.ports ?? []);
    layouts.set(key, layout);
    if (!placed.has(name)) placed.set(name, { first: all.length, layout });
    for (const { name: port, direction, type, domain } of layout.ports)
      all.push({
        id: all.length,
        name: `${name}.${port}`,
        instance,
        role: direction === "in" ? "instance-input" : "instance-output",
        type,
        width: widthOf(type),
        domain: boundDomain(design, module, instance, domain),
        mayBeUnread: false,
        reset: false,
        loc,
      });
  }
  return {
    all,
    find: ({ name, instance }) => {
      if (instance === undefined) return own.get(name);
      const place = placed.get(instance);
      const offset = place?.layout.offsets.get(name);
      return place === undefined || offset === undefined ? undefined : all[place.first + offset];
    },
  };
}

/** The data ports of a module, and where each of them stands among them. */
interface Layout {
  readonly ports: readonly Port[];
  readonly offsets: ReadonlyMap<string, number>;
}

function layoutOf(all: readonly Port[]): Layout {
  const ports = all.filter(({ role }) => role === "data");
  // Of two ports of one name, which is reported, the first counts.
  return { ports, offsets: new Map(ports.map(({ name }, i): [string, number] => [name, i]).reverse()) };
}

/** The domain of the outer module whose clock a domain of an instance is bound to. */
export function boundDomain(
  design: Design,
  module: Module,
  instance: Instance,
  domain: string | undefined,
): string | undefined {
  if (domain === undefined) return undefined;
  const clock = design.modules[instance.module]?.domains.find(({ name }) => name === domain)?.clock;
  if (clock === undefined) return undefined;
  const bound = instance.clocks[clock];
  return module.domains.find(({ clock: own }) => own === bound)?.name;
}

/** The signal, or the part of it, as its author would write it: `acc`, `acc[3]`, `x[7:4]`. */
export function partName(
  signal: { readonly name: string; readonly type: Type },
  lo: number,
  hi: number,
): string {
  return signal.name + suffix(signal.type, lo, hi);
}

function suffix(type: Type, lo: number, hi: number): string {
  if (lo === 0 && hi === widthOf(type)) return "";
  if (type.kind !== "vec") return hi - lo === 1 ? `[${String(lo)}]` : `[${String(hi - 1)}:${String(lo)}]`;
  const width = widthOf(type.element);
  const [first, last] = [Math.floor(lo / width), Math.floor((hi - 1) / width)];
  if (first === last)
    return `[${String(first)}]${suffix(type.element, lo - first * width, hi - first * width)}`;
  return `[${String(last)}:${String(first)}]`;
}
