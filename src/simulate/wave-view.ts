import { isSlotted } from "./layout.ts";
import { widthOf } from "../ir/index.ts";
import type { Design, EnumType, Instance, Module, StreamPort, Type } from "../ir/index.ts";

/** How a waveform file names what the design holds. */
export interface WaveNames {
  /** Path of the design's top in the file: `sfc`, `TOP.sfc_tapped.dut`. */
  readonly top: string;
  /** The native simulator has an entry for each element of a vec, and labels for enums; Verilator neither. */
  readonly from: "native" | "verilator";
}

/** A signal to show. */
export interface WaveSignal {
  readonly kind: "signal";
  /** Path in the file, without a range of bits. */
  readonly path: string;
  readonly type: Type;
  /** Bits behind the binary point, where the author of the view says so. */
  readonly fractionBits: number;
}

export interface WaveGroup {
  readonly kind: "group";
  readonly name: string;
  readonly items: readonly WaveItem[];
}

export type WaveItem = WaveSignal | WaveGroup;

export interface WaveViewOptions extends WaveNames {
  /** Numbers that are fixed point: path below the top -> bits behind the point. */
  readonly fractionBits?: Readonly<Record<string, number>>;
}

/**
 * What a viewer shows of a design first: its clocks, resets and streams, then, instance by instance, as layers follow
 * each other, the streams of each with the states (registers that are enums) in it and below.
 */
export function waveView(design: Design, options: WaveViewOptions): WaveGroup {
  return new View(design, options).whole();
}

class View {
  readonly #design: Design;
  readonly #options: WaveViewOptions;

  constructor(design: Design, options: WaveViewOptions) {
    this.#design = design;
    this.#options = options;
  }

  whole(): WaveGroup {
    const top = this.#module(this.#design.top);
    const clocks = top.ports.filter(({ role }) => role !== "data");
    const inStreams = new Set(top.streams.flatMap(signalsOf));
    const others = top.ports.filter(({ name, role }) => role === "data" && !inStreams.has(name));
    return group(top.name, [
      ...clocks.flatMap(({ name, type }) => this.#signal(name, type)),
      ...others.flatMap(({ name, type }) => this.#signal(name, type)),
      ...this.#streams(top, ""),
      ...this.#states(top, ""),
      ...top.instances.flatMap((instance) => this.#layer(instance)),
    ]);
  }

  #layer({ name, module }: Instance): WaveGroup[] {
    const below = this.#module(module);
    const items = [...this.#streams(below, name), ...this.#statesBelow(below, name)];
    return items.length === 0 ? [] : [group(name, items)];
  }

  #streams(module: Module, path: string): WaveGroup[] {
    // The file has nothing of a module whose text comes from elsewhere, or names it differently.
    if (module.external !== undefined) return [];
    const types = new Map(module.ports.map(({ name, type }) => [name, type]));
    return module.streams.map((stream) =>
      group(
        joined(path, stream.name),
        signalsOf(stream).flatMap((port) => this.#signal(joined(path, port), types.get(port))),
      ),
    );
  }

  #statesBelow(module: Module, path: string): WaveSignal[] {
    return [
      ...this.#states(module, path),
      ...module.instances.flatMap((instance) =>
        this.#statesBelow(this.#module(instance.module), joined(path, instance.name)),
      ),
    ];
  }

  #states(module: Module, path: string): WaveSignal[] {
    if (module.external !== undefined) return [];
    return module.regs.flatMap(({ name, type }) =>
      type.kind === "enum" ? this.#signal(joined(path, name), type) : [],
    );
  }

  #signal(path: string, type: Type | undefined): WaveSignal[] {
    if (type === undefined) throw new Error(`no port ${path}`);
    if (this.#options.from === "native" && isSlotted(type)) {
      const { element } = type;
      return Array.from({ length: type.length }, (_, i) =>
        this.#signal(`${path}[${String(i)}]`, element),
      ).flat();
    }
    const fractionBits = this.#options.fractionBits?.[path] ?? 0;
    return [{ kind: "signal", path: `${this.#options.top}.${path}`, type, fractionBits }];
  }

  #module(key: string): Module {
    const module = this.#design.modules[key];
    if (module === undefined) throw new Error(`no module ${key} in the design`);
    return module;
  }
}

function group(name: string, items: readonly WaveItem[]): WaveGroup {
  return { kind: "group", name, items };
}

function joined(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function signalsOf({ valid, ready, payload }: StreamPort): readonly string[] {
  return [valid, ready, ...payload.map(({ port }) => port)];
}

/** All signals of a view, in order. */
export function signalsIn(item: WaveItem): readonly WaveSignal[] {
  return item.kind === "signal" ? [item] : item.items.flatMap(signalsIn);
}

/** The enums that a file has as numbers: viewers are given their labels. */
export function enumsIn(view: WaveGroup, { from }: WaveNames): readonly EnumType[] {
  if (from === "native") return [];
  const found = new Map<string, EnumType>();
  for (const { type } of signalsIn(view)) if (type.kind === "enum") found.set(type.name, type);
  return [...found.values()];
}

/** As waveform files write it: `[7:0]`, nothing for a single bit. */
export function rangeOf(type: Type): string {
  const width = widthOf(type);
  return width === 1 ? "" : `[${String(width - 1)}:0]`;
}
