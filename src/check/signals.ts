import { widthOf } from "../ir/index.ts";
import type { Design, Instance, Module, Port, RefExpr, SourceLocation, Type } from "../ir/index.ts";

/** Everything a module can refer to by a RefExpr, with what the checks need to know about it. */
export interface Signal {
  /** Position in the module's signal table. */
  readonly id: number;
  /** `name`, or `instance.name` for the port of an instance. */
  readonly name: string;
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
  find(ref: RefExpr): Signal | undefined;
  named(name: string): Signal | undefined;
}

export function signalsOf(design: Design, module: Module): SignalTable {
  const all: Signal[] = [];
  const byName = new Map<string, Signal>();
  const add = (signal: Omit<Signal, "id" | "width">): void => {
    const full: Signal = { ...signal, id: all.length, width: widthOf(signal.type) };
    all.push(full);
    // Of two signals of one name, which is reported, the first counts.
    if (!byName.has(full.name)) byName.set(full.name, full);
  };
  const plain = { mayBeUnread: false, reset: false };
  for (const { name, type, direction, domain, loc, role } of module.ports)
    if (role === "data")
      add({ ...plain, name, type, loc, domain, role: direction === "in" ? "input" : "output" });
  for (const { name, type, loc, mayBeUnread } of module.wires)
    add({ ...plain, name, type, loc, mayBeUnread, domain: undefined, role: "wire" });
  for (const { name, type, loc, mayBeUnread, domain, reset } of module.regs)
    add({ name, type, loc, mayBeUnread, domain, reset: reset !== undefined, role: "reg" });
  for (const instance of module.instances)
    for (const port of design.modules[instance.module]?.ports ?? [])
      if (port.role === "data")
        add({
          ...plain,
          name: `${instance.name}.${port.name}`,
          type: port.type,
          loc: instance.loc,
          domain: outerDomain(design, module, instance, port),
          role: port.direction === "in" ? "instance-input" : "instance-output",
        });
  return {
    all,
    find: ({ name, instance }) => byName.get(instance === undefined ? name : `${instance}.${name}`),
    named: (name) => byName.get(name),
  };
}

/** The domain of the outer module whose clock the port's domain is bound to. */
function outerDomain(design: Design, module: Module, instance: Instance, port: Port): string | undefined {
  return boundDomain(design, module, instance, port.domain);
}

export function boundDomain(
  design: Design,
  module: Module,
  instance: Instance,
  domain: string | undefined,
): string | undefined {
  const clock = design.modules[instance.module]?.domains.find(({ name }) => name === domain)?.clock;
  const bound = clock === undefined ? undefined : instance.clocks[clock];
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
