import type { PortRecord } from "../src/hdl/index.ts";
import { mapPorts } from "../src/hdl/ports.ts";

/** What a record shaped as `ports` gives for some of them, by flat port name. */
export function byPort(ports: PortRecord, given: unknown): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  mapPorts(ports, (name, _spec, path) => {
    const value = path.reduce<unknown>(
      (at, key) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined),
      given,
    );
    if (value !== undefined) found.set(name, value);
  });
  return found;
}
