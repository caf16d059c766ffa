import type { MemoryStyle } from "../ir/index.ts";
import type { Hardware } from "./component.ts";
import type { Into } from "./handles.ts";
import type { Kind } from "./kinds.ts";
import type { PortRecord } from "./ports.ts";
import type { Bool, UInt } from "./signals.ts";

/** Clock and reset style of a domain; what is not given is as `elaborate` says. */
export interface ClockSpec {
  readonly reset?: "sync" | "async" | "none";
  readonly active?: "high" | "low";
  /** Names of its ports, where an interface standard gives them: `{ clock: "aclk", reset: "aresetn" }`. */
  readonly pins?: { readonly clock: string; readonly reset: string };
}

export interface WireSpec<K extends Kind> {
  readonly wire: K;
  readonly doc?: string;
}

export interface RegSpec<K extends Kind> {
  readonly reg: K;
  /** Value at reset (zero where not given), or "none": datapath registers need no reset. */
  readonly reset?: Into<K> | "none";
  readonly clock?: string;
  /** A stage of a synchronizer: marked ASYNC_REG, so that Vivado places the stages beside each other. */
  readonly synchronizer?: boolean;
  readonly doc?: string;
}

export interface MemorySpec<K extends Kind> {
  readonly memory: K;
  readonly depth: number;
  readonly style?: MemoryStyle;
  readonly clock?: string;
  /** Contents at power-up, one value per address. */
  readonly init?: readonly Into<K>[];
  readonly doc?: string;
}

export interface RomSpec<K extends Kind> {
  readonly rom: K;
  /** One value per address. */
  readonly contents: readonly Into<K>[];
  readonly style?: MemoryStyle;
  readonly doc?: string;
}

export interface InstanceSpec<P extends PortRecord> {
  readonly instance: Hardware<P>;
  /** Clock domain of the instance -> clock domain of this module; same names where not given. */
  readonly clocks?: Readonly<Record<string, string>>;
  readonly doc?: string;
}

/** A register with reset and options: `reg(uint(4), { reset: 3 })`, `reg(bits(64), { reset: "none" })`. */
export function reg<K extends Kind>(kind: K, options: Omit<RegSpec<K>, "reg"> = {}): RegSpec<K> {
  return { reg: kind, ...options };
}

export function wire<K extends Kind>(kind: K, options: Omit<WireSpec<K>, "wire"> = {}): WireSpec<K> {
  return { wire: kind, ...options };
}

export function memory<K extends Kind>(
  depth: number,
  kind: K,
  options: Omit<MemorySpec<K>, "memory" | "depth"> = {},
): MemorySpec<K> {
  return { memory: kind, depth, ...options };
}

export function rom<K extends Kind>(
  kind: K,
  contents: readonly Into<K>[],
  options: Omit<RomSpec<K>, "rom" | "contents"> = {},
): RomSpec<K> {
  return { rom: kind, contents, ...options };
}

export function instance<P extends PortRecord>(
  hardware: Hardware<P>,
  options: Omit<InstanceSpec<P>, "instance"> = {},
): InstanceSpec<P> {
  return { instance: hardware, ...options };
}

/** A counter modulo `count`: a number that can also be advanced, cleared and asked whether it is at its end. */
export type Counter = UInt & {
  /** The counter is at count - 1. */
  readonly last: Bool;
  /** Next value: one more, or 0 after count - 1. */
  advance(): void;
  clear(): void;
};

/** The kind that a declaration declares. */
export type KindOf<S> =
  S extends RegSpec<infer K>
    ? K
    : S extends WireSpec<infer K>
      ? K
      : S extends MemorySpec<infer K>
        ? K
        : S extends RomSpec<infer K>
          ? K
          : S extends Kind
            ? S
            : never;
