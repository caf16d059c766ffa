import { codecOf } from "../../sim/beats.ts";
import { mapPorts } from "../hdl/ports.ts";
import type { Kind } from "../hdl/index.ts";
import type { TestedDesign } from "./design.ts";

/** What a test bench in another language has to know of a design's ports. Plain data. */
export interface PortDescription {
  readonly top: string;
  readonly ports: readonly PortEntry[];
  readonly domains: readonly DomainEntry[];
  /** Byte offsets of an accelerator's registers by their names; none where it has no AXI interfaces. */
  readonly registers: Readonly<Record<string, number>>;
}

export interface PortEntry {
  readonly name: string;
  /** A sink is a stream into the design, a source one out of it. */
  readonly direction: "sink" | "source" | "input" | "output";
  /** Names of the ports in the RTL that hold a value, in the order of `leavesOf`. */
  readonly leaves: readonly string[];
  readonly kind: Kind;
  /** Of streams. */
  readonly valid?: string;
  readonly ready?: string;
  /** Clock domain, among `domains`. */
  readonly domain: string;
}

export interface DomainEntry {
  readonly name: string;
  /** Null where nothing in the design is clocked, or the domain has no reset. */
  readonly clock: string | null;
  readonly reset: string | null;
  readonly resetActive: "high" | "low";
}

export function describePorts({ hardware, rtl: { top }, registers: map }: TestedDesign): PortDescription {
  const has = (name: string | undefined): string | null =>
    name !== undefined && top.ports.some((port) => port.name === name) ? name : null;
  const ports: PortEntry[] = [];
  mapPorts(hardware.ports, (name, { port: direction, kind, clock }) => {
    const stream = top.streams.find((each) => each.name === name);
    const domain = stream?.domain ?? clock ?? top.domains[0]?.name ?? "clk";
    const common = { name, direction, kind, domain };
    ports.push(
      stream === undefined
        ? { ...common, leaves: codecOf(kind, name).names(name) }
        : {
            ...{ ...common, valid: stream.valid, ready: stream.ready },
            leaves: stream.payload.map(({ port }) => port),
          },
    );
  });
  const domains = top.domains.map(({ name, clock, reset, resetActive }) => {
    return { name, clock: has(clock), reset: has(reset), resetActive };
  });
  const registers = Object.fromEntries(map?.registers.map(({ name, offset }) => [name, offset]) ?? []);
  return { top: top.name, ports, domains, registers };
}
