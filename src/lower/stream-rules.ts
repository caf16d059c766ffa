import type { ClockDomain, Module, Port, SourceLocation, StreamPort } from "../ir/index.ts";

/**
 * What both sides of a stream may rely on. Sampled at the edges of its clock, from the first reset on and outside
 * reset. `stable` and `holds` are about a beat that was offered at the edge before and not taken.
 */
export const streamRules = {
  known: "valid is neither 0 nor 1",
  holds: "valid fell before the beat was taken",
  stable: "the payload changed before the beat was taken",
} as const;

export type StreamRule = keyof typeof streamRules;

/** A stream port of a module with all that its rules read. */
export interface CheckedStream {
  readonly name: string;
  /** A source is asserted; what comes in at a sink is assumed of its neighbour. */
  readonly kind: "assert" | "assume";
  readonly domain: ClockDomain;
  /** Label of each rule, as in `x_valid_holds`. */
  readonly labels: Readonly<Record<StreamRule, string>>;
  readonly valid: Port;
  readonly ready: Port;
  readonly payload: readonly Port[];
  /** Where the author declares it. */
  readonly loc: SourceLocation;
}

/**
 * The streams of a module whose rules it can be held to: those whose clock it has, and the reset of that clock where
 * there is one. A module that is all combinational, or that is not reset, cannot tell when the rules hold; its streams
 * are checked where they reach a module that can.
 */
export function checkedStreams({ streams, ports, domains }: Module): readonly CheckedStream[] {
  const byName = new Map(ports.map((port) => [port.name, port]));
  return streams.flatMap((stream) => {
    const domain = domains.find(({ name }) => name === stream.domain);
    if (domain === undefined || !byName.has(domain.clock)) return [];
    if (domain.reset !== undefined && !byName.has(domain.reset)) return [];
    const valid = byName.get(stream.valid);
    const ready = byName.get(stream.ready);
    const payload = stream.payload.map(({ port }) => byName.get(port));
    if (valid === undefined || ready === undefined || !payload.every((port) => port !== undefined)) return [];
    return [checked(stream, { domain, valid, ready, payload, loc: valid.loc })];
  });
}

function checked(
  { name, direction }: StreamPort,
  parts: Pick<CheckedStream, "domain" | "valid" | "ready" | "payload" | "loc">,
): CheckedStream {
  return {
    name,
    kind: direction === "source" ? "assert" : "assume",
    labels: { known: `${name}_valid_known`, holds: `${name}_valid_holds`, stable: `${name}_payload_stable` },
    ...parts,
  };
}

/** Clock and reset ports of these streams, then the streams' own, each once. */
export function portsOf(streams: readonly CheckedStream[], { ports }: Module): readonly Port[] {
  const wanted = new Set(
    streams.flatMap(({ domain, valid, ready, payload }) => [
      domain.clock,
      ...(domain.reset === undefined ? [] : [domain.reset]),
      ...[valid, ready, ...payload].map(({ name }) => name),
    ]),
  );
  const [clocks, others] = [true, false].map((clocked) =>
    ports.filter(({ name, role }) => wanted.has(name) && (role !== "data") === clocked),
  );
  return [...(clocks ?? []), ...(others ?? [])];
}

/** What the checker of a module is called as an instance in it. */
export function checkerInstance({ ports, wires, regs, memories, instances }: Module): string {
  return fresh(
    "assertions",
    [ports, wires, regs, memories, instances].flat().map(({ name }) => name),
  );
}

/** `wanted`, with a number where that name is taken. */
export function fresh(wanted: string, taken: Iterable<string>): string {
  const names = new Set(taken);
  let name = wanted;
  for (let n = 2; names.has(name); n++) name = `${wanted}_${String(n)}`;
  return name;
}
