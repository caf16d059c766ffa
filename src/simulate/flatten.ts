import { slotsOf } from "./layout.ts";
import { SluiceError } from "../error.ts";
import type { ClockDomain, Design, Memory, Module, RefExpr, Reg, Type } from "../ir/index.ts";
import { splitBody } from "../lower/split.ts";
import type { SplitBody } from "../lower/split.ts";

/** One signal of the flat design. The port of an instance is one net with what its parent sees of it. */
export interface Net {
  /** Hierarchical, without the top: `acc`, `u_mvtu.acc`. */
  readonly path: string;
  readonly type: Type;
  /** First slot of its value. */
  readonly slot: number;
  /** Set for a register: where its next value is made, and what it is reset to. */
  readonly next: NextValue | undefined;
  /** Set for a clock: index of the top-level domain. */
  readonly clock: number | undefined;
}

/**
 * The next value of a register equals its value between edges. `flag` is a slot that is set where a wide register
 * was assigned; a narrow one is always copied.
 */
export interface NextValue {
  readonly slot: number;
  readonly flag: number | undefined;
  readonly reg: Reg;
}

/** A memory of the flat design: words of `stride` slots in an array of its own, then one word of zeros. */
export interface FlatMemory {
  readonly path: string;
  readonly array: string;
  readonly memory: Memory;
  readonly stride: number;
}

/** The reset of a domain of an instance, as a net of the flat design. */
export interface FlatReset {
  readonly net: Net;
  readonly active: 0 | 1;
  readonly asynchronous: boolean;
}

export interface FlatDomain {
  /** Index of the top-level domain whose clock it runs on. */
  readonly clock: number;
  readonly reset: FlatReset | undefined;
}

/** One instance of a module, the top included. */
export interface Instance {
  /** Path of the instance, empty for the top. */
  readonly path: string;
  readonly module: Module;
  readonly split: SplitBody;
  readonly nets: ReadonlyMap<string, Net>;
  readonly memories: ReadonlyMap<string, FlatMemory>;
  readonly domains: ReadonlyMap<string, FlatDomain>;
  readonly children: ReadonlyMap<string, Instance>;
}

/** Registers of one clock that are copied as one run of slots at its edge. */
export interface ClockRegion {
  readonly start: number;
  readonly slots: number;
  /** Distance from a slot to its next value. */
  readonly toNext: number;
}

export interface FlatDesign {
  readonly top: Instance;
  /** All instances, parents first. */
  readonly instances: readonly Instance[];
  readonly nets: readonly Net[];
  readonly memories: readonly FlatMemory[];
  /** By index of the top-level domain. */
  readonly regions: readonly ClockRegion[];
  readonly storage: Storage;
}

/** Hands out slots of the one array that holds all signals. */
export class Storage {
  slots = 0;
  readonly #contents: { readonly slot: number; readonly values: readonly number[] }[] = [];

  reserve(slots: number): number {
    const start = this.slots;
    this.slots += slots;
    return start;
  }

  /** Slots that hold the same values for ever. */
  constants(values: readonly number[]): number {
    const slot = this.reserve(values.length);
    this.#contents.push({ slot, values });
    return slot;
  }

  /** The array at power-up. One slot more than needed: selects may look at the slot after a value. */
  create(): Int32Array<ArrayBuffer> {
    const array = new Int32Array(this.slots + 1);
    for (const { slot, values } of this.#contents) array.set(values, slot);
    return array;
  }
}

/** Registers of up to this many slots are copied at every edge, wider ones where they were assigned. */
const NARROW_SLOTS = 4;

/** Resolves the hierarchy: every signal becomes a net with slots of its own. */
export function flattenDesign(design: Design): FlatDesign {
  const storage = new Storage();
  const splits = new Map<Module, SplitBody>();
  const nets: Net[] = [];
  const instances: Instance[] = [];
  const memories: FlatMemory[] = [];
  const pending: {
    readonly path: string;
    readonly reg: Reg;
    readonly clock: number;
    readonly into: Map<string, Net>;
  }[] = [];

  const join = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);

  const instantiate = (
    key: string,
    path: string,
    domainOf: (domain: ClockDomain, index: number, own: Map<string, Net>) => FlatDomain,
  ): Instance => {
    const module = moduleOf(design, key);
    requireModel(module, path);
    const own = new Map<string, Net>();
    const add = (name: string, type: Type, clock?: number): void => {
      const net = {
        path: join(path, name),
        type,
        slot: storage.reserve(slotsOf(type)),
        next: undefined,
        clock,
      };
      own.set(name, net);
      nets.push(net);
    };
    for (const port of module.ports)
      if (port.role === "data" || (port.role === "reset" && path === "")) add(port.name, port.type);
    for (const wire of module.wires) add(wire.name, wire.type);

    const domains = new Map<string, FlatDomain>();
    // A module has no port for a clock that nothing in it needs.
    const ports = new Set(module.ports.map(({ name }) => name));
    for (const [index, domain] of module.domains.entries())
      if (ports.has(domain.clock)) domains.set(domain.name, domainOf(domain, index, own));
    // A clock is no value: it has a net so that waveforms can show it.
    for (const port of module.ports) {
      if (port.role !== "clock") continue;
      const domain = module.domains.find(({ clock }) => clock === port.name);
      add(port.name, port.type, domain === undefined ? undefined : domains.get(domain.name)?.clock);
    }
    for (const reg of module.regs)
      pending.push({ path: join(path, reg.name), reg, clock: known(domains, reg.domain).clock, into: own });

    const ownMemories = new Map<string, FlatMemory>();
    for (const memory of module.memories) {
      const flat: FlatMemory = {
        path: join(path, memory.name),
        array: `m${String(memories.length)}`,
        memory,
        stride: slotsOf(memory.type),
      };
      ownMemories.set(memory.name, flat);
      memories.push(flat);
    }

    let split = splits.get(module);
    if (split === undefined) splits.set(module, (split = splitBody(module)));
    const children = new Map<string, Instance>();
    const instance: Instance = { path, module, split, nets: own, memories: ownMemories, domains, children };
    instances.push(instance);
    for (const child of module.instances) {
      const bind = (domain: ClockDomain, _: number, inner: Map<string, Net>): FlatDomain => {
        const clockSignal = child.clocks[domain.clock];
        const parent = module.domains.find(({ clock }) => clock === clockSignal);
        if (parent === undefined)
          throw new SluiceError(
            "clock-not-a-port",
            `the clock ${domain.clock} is not bound to a clock port`,
            {
              where: join(path, child.name),
              hint: "the native simulator takes clocks from the top's ports only; simulate clock generators with Verilator",
            },
          );
        const resetSignal = domain.reset === undefined ? undefined : child.clocks[domain.reset];
        const net = resetSignal === undefined ? undefined : own.get(resetSignal);
        // The same net under the child's name.
        if (domain.reset !== undefined && net !== undefined) inner.set(domain.reset, net);
        return { clock: known(domains, parent.name).clock, reset: resetOf(domain, net) };
      };
      children.set(child.name, instantiate(child.module, join(path, child.name), bind));
    }
    return instance;
  };

  const top = instantiate(design.top, "", (domain, index, own) => ({
    clock: index,
    reset: resetOf(domain, domain.reset === undefined ? undefined : own.get(domain.reset)),
  }));

  // Registers of a clock lie together, narrow ones first, so that an edge is one run of copies.
  const regions = top.module.domains.map((_, clock): ClockRegion => {
    const here = pending.filter((reg) => reg.clock === clock);
    const narrow = here.filter(({ reg }) => slotsOf(reg.type) <= NARROW_SLOTS);
    const slots = narrow.reduce((sum, { reg }) => sum + slotsOf(reg.type), 0);
    const start = storage.reserve(2 * slots);
    let slot = start;
    for (const { path, reg, into } of narrow) {
      const next = { slot: slot + slots, flag: undefined, reg };
      addReg(into, { path, type: reg.type, slot, next, clock: undefined });
      slot += slotsOf(reg.type);
    }
    for (const { path, reg, into } of here) {
      const size = slotsOf(reg.type);
      if (size <= NARROW_SLOTS) continue;
      const at = storage.reserve(2 * size + 1);
      const next = { slot: at + size, flag: at + 2 * size, reg };
      addReg(into, { path, type: reg.type, slot: at, next, clock: undefined });
    }
    return { start, slots, toNext: slots };
  });
  function addReg(into: Map<string, Net>, net: Net): void {
    into.set(net.next?.reg.name ?? "", net);
    nets.push(net);
  }
  return { top, instances, nets, memories, regions, storage };
}

/** The net that a reference inside `instance` means. */
export function netOf(instance: Instance, ref: Pick<RefExpr, "name" | "instance">): Net {
  const owner = ref.instance === undefined ? instance : instance.children.get(ref.instance);
  const net = owner?.nets.get(ref.name);
  if (net === undefined)
    throw new Error(`no signal ${ref.instance ?? ""}.${ref.name} in ${instance.module.name}`);
  return net;
}

/** The value of a key that must be there. */
export function known<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key);
  if (value === undefined) throw new Error(`not in the design: ${String(key)}`);
  return value;
}

export function moduleOf(design: Design, key: string): Module {
  const module = design.modules[key];
  if (module === undefined) throw new Error(`no module ${key} in the design`);
  return module;
}

function resetOf(domain: ClockDomain, net: Net | undefined): FlatReset | undefined {
  if (domain.resetKind === "none" || net === undefined) return undefined;
  return { net, active: domain.resetActive === "high" ? 1 : 0, asynchronous: domain.resetKind === "async" };
}

function requireModel(module: Module, path: string): void {
  if (module.external === undefined || module.body.length > 0) return;
  if (module.ports.every(({ direction }) => direction === "in")) return;
  throw new SluiceError(
    "external-without-model",
    `${module.external.name} is an external module without a model`,
    {
      where: path === "" ? module.name : path,
      hint: "give the external component a build() that models it, or simulate with Verilator and its SystemVerilog",
    },
  );
}
