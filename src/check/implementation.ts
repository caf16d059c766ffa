import { implementationName, sameType, typeName } from "../ir/index.ts";
import type { ClockDomain, Module, Port } from "../ir/index.ts";
import type { Facts, Finding } from "./facts.ts";

/**
 * That an implementation for synthesis can stand where its module stands: the same ports in the same clock domains. It
 * may do without a clock or reset that the module has.
 */
export function checkImplementation({ module, design }: Facts): readonly Finding[] {
  const implementation = design.modules[module.implementation ?? ""];
  if (implementation === undefined) return [];
  const differences = [
    ...portDifferences(module, implementation),
    ...clockDifferences(module, implementation),
  ];
  if (differences.length === 0) return [];
  return [
    {
      code: "implementation-mismatch",
      path: implementationName,
      message: `${implementation.name} cannot implement ${module.name}: ${differences.join("; ")}`,
      hint: "make the implementation of the same port record and clocks",
      loc: module.loc,
    },
  ];
}

function portDifferences(module: Module, implementation: Module): readonly string[] {
  const own = new Map(module.ports.map((port) => [port.name, port]));
  const other = new Map(implementation.ports.map((port) => [port.name, port]));
  const missing = module.ports
    .filter(({ name, role }) => role === "data" && !other.has(name))
    .map(({ name }) => `it has no port ${name}`);
  const different = implementation.ports.flatMap((port) => {
    const there = own.get(port.name);
    if (there === undefined) return [`${port.role === "data" ? "port" : port.role} ${port.name} is its own`];
    return samePort(there, port) ? [] : [`its ${port.name} is ${portText(port)}, not ${portText(there)}`];
  });
  return [...missing, ...different];
}

function samePort(a: Port, b: Port): boolean {
  return (
    a.direction === b.direction &&
    a.role === b.role &&
    sameType(a.type, b.type) &&
    // The ports of a cell without a clock belong to no domain.
    (b.domain === undefined || a.domain === b.domain)
  );
}

function portText({ direction, role, type, domain }: Port): string {
  const what = role === "data" ? `${typeName(type)} ${direction}put` : role;
  return domain === undefined ? what : `${what} of ${domain}`;
}

function clockDifferences(module: Module, implementation: Module): readonly string[] {
  const ports = new Set(implementation.ports.map(({ name }) => name));
  return implementation.domains
    .filter(({ clock }) => ports.has(clock))
    .flatMap((domain) => {
      const own = module.domains.find(({ name }) => name === domain.name);
      if (own === undefined || resetText(own) === resetText(domain)) return [];
      return [`its domain ${domain.name} has ${resetText(domain)}, not ${resetText(own)}`];
    });
}

function resetText({ reset, resetKind, resetActive }: ClockDomain): string {
  return reset === undefined ? "no reset" : `an active-${resetActive} ${resetKind} reset`;
}
