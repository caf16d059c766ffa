import type { Port } from "../vivado/ports.ts";

/** Vendor, library, name and version: what IP-XACT and FuseSoC call a component by. */
export interface Vlnv {
  readonly vendor: string;
  readonly library: string;
  readonly name: string;
  readonly version: string;
}

/** Ports that belong together: one bus interface of IP-XACT. */
export interface BusInterface {
  readonly name: string;
  readonly kind: "stream" | "axi-stream" | "axi-lite" | "clock" | "reset";
  /** Of a stream, the master sends. */
  readonly mode: "master" | "slave";
  /** Names of ports by those of the bus definition: `TVALID`. */
  readonly ports: Readonly<Record<string, string>>;
}

/** What the emitter's streams are called by in the bus definition that comes along. */
const streamPorts = { valid: "VALID", ready: "READY", payload: "PAYLOAD" } as const;

/**
 * The bus interfaces that the ports of an accelerator make up, by their names: `x_valid`, `x_ready` and `x_payload` are a
 * stream, `s_axis_...` and `m_axis_...` are AXI4-Stream, `s_axi_...` is AXI4-Lite; clocks and resets by those that Sluice
 * writes. Ports that belong to none are left over.
 */
export function interfacesOf(ports: readonly Port[]): readonly BusInterface[] {
  const groups = new Map<string, { name: string; port: Port }[]>();
  for (const port of ports) {
    const [, group, name] = /^([sm]_axis?|\w+)_([a-z]+)$/.exec(port.name) ?? [];
    if (group === undefined || name === undefined) continue;
    groups.set(group, [...(groups.get(group) ?? []), { name, port }]);
  }
  const buses = [...groups].flatMap(([name, members]): BusInterface[] => {
    const has = (member: string): Port | undefined =>
      members.find((candidate) => candidate.name === member)?.port;
    const upper = (): Record<string, string> =>
      Object.fromEntries(members.map((member) => [member.name.toUpperCase(), member.port.name]));
    if (has("tvalid") !== undefined && has("tdata") !== undefined) {
      const mode = has("tvalid")?.direction === "output" ? "master" : "slave";
      return [{ name, kind: "axi-stream", mode, ports: upper() }];
    }
    if (has("awvalid") !== undefined && has("arvalid") !== undefined)
      return [{ name, kind: "axi-lite", mode: "slave", ports: upper() }];
    const valid = has("valid");
    if (valid === undefined || has("ready") === undefined) return [];
    const known = Object.entries(streamPorts).flatMap(([member, logical]) => {
      const port = has(member);
      return port === undefined ? [] : [[logical, port.name] as const];
    });
    const mode = valid.direction === "output" ? "master" : "slave";
    return [{ name, kind: "stream", mode, ports: Object.fromEntries(known) }];
  });
  const single = (names: readonly string[], kind: "clock" | "reset", logical: string): BusInterface[] =>
    ports
      .filter(({ name, direction }) => direction === "input" && names.includes(name))
      .map(({ name }) => ({ name, kind, mode: "slave", ports: { [logical]: name } }));
  return [
    ...buses,
    ...single(["clk", "aclk"], "clock", "CLK"),
    ...single(["rst", "aresetn"], "reset", "RST"),
  ];
}

/** Is a reset with this name active at 0? */
export function isActiveLow(reset: string): boolean {
  return reset.endsWith("n");
}

/** `x` of an accelerator's streams, or its AXI4-Stream: what frames come in on, or results leave on. */
export function streamOf(buses: readonly BusInterface[], mode: "master" | "slave"): BusInterface | undefined {
  return buses.find((bus) => (bus.kind === "stream" || bus.kind === "axi-stream") && bus.mode === mode);
}
