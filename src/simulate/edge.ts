import { limbsOfHex } from "./expression.ts";
import { known } from "./flatten.ts";
import type { FlatDesign, FlatMemory, FlatReset, Net, Storage } from "./flatten.ts";
import { chunksOf, slotsOf, unpack } from "./layout.ts";
import { logOf } from "./statement.ts";
import { widthOf } from "../ir/index.ts";

/** A reset and the registers of one clock that it resets. */
export interface ResetGroup {
  readonly reset: FlatReset;
  readonly clock: number;
  readonly nets: readonly Net[];
}

export function resetGroups({ instances }: FlatDesign): ResetGroup[] {
  const groups = new Map<string, ResetGroup & { readonly nets: Net[] }>();
  for (const { module, domains, nets } of instances)
    for (const reg of module.regs) {
      const { clock, reset } = known(domains, reg.domain);
      if (reset === undefined || reg.reset === undefined) continue;
      const key = [clock, reset.net.slot, reset.active, reset.asynchronous].join(" ");
      let group = groups.get(key);
      if (group === undefined) groups.set(key, (group = { reset, clock, nets: [] }));
      group.nets.push(known(nets, reg.name));
    }
  return [...groups.values()];
}

/** Makes the reset values the next values. */
export function resetLines(nets: readonly Net[], storage: Storage): string[] {
  return nets.flatMap(({ next, type }) => {
    if (next?.reg.reset === undefined) return [];
    const values = new Int32Array(slotsOf(type));
    unpack(Uint32Array.from(limbsOfHex(next.reg.reset.value, widthOf(type))), 0, chunksOf(type), values);
    const end = next.slot + values.length;
    const flag = next.flag === undefined ? [] : [`S[${String(next.flag)}] = 1;`];
    if (values.length <= 8)
      return [
        ...Array.from(values, (value, i) => `S[${String(next.slot + i)}] = ${String(value)};`),
        ...flag,
      ];
    if (values.every((value) => value === 0))
      return [`S.fill(0, ${String(next.slot)}, ${String(end)});`, ...flag];
    const from = storage.constants([...values]);
    return [`S.copyWithin(${[next.slot, from, from + values.length].map(String).join(", ")});`, ...flag];
  });
}

/** Next values become values, waiting writes go to memory. */
export function commitLines(flat: FlatDesign, clock: number, written: readonly FlatMemory[]): string[] {
  const lines: string[] = [];
  const region = flat.regions[clock];
  if (region !== undefined) {
    const { start, slots, toNext } = region;
    if (slots <= 16)
      for (let i = 0; i < slots; i++)
        lines.push(`S[${String(start + i)}] = S[${String(start + toNext + i)}];`);
    else
      lines.push(
        `for (let i = ${String(start)}; i < ${String(start + slots)}; i++) S[i] = S[i + ${String(toNext)}];`,
      );
  }
  for (const { instance, net } of registers(flat)) {
    if (net.next?.flag === undefined || known(instance.domains, net.next.reg.domain).clock !== clock)
      continue;
    const flag = `S[${String(net.next.flag)}]`;
    const end = net.slot + slotsOf(net.type);
    lines.push(
      `if (${flag} !== 0) {`,
      `${flag} = 0;`,
      `for (let i = ${String(net.slot)}; i < ${String(end)}; i++) S[i] = S[i + ${String(net.next.slot - net.slot)}];`,
      "}",
    );
  }
  for (const memory of written) {
    const { array, stride } = memory;
    const log = logOf(memory);
    lines.push(
      `for (let at = 0; at < ${log}n[0]; at += ${String(stride + 1)}) {`,
      `const to = Math.imul(${log}[at], ${String(stride)});`,
      stride <= 4
        ? Array.from(
            { length: stride },
            (_, i) => `${array}[to + ${String(i)}] = ${log}[at + ${String(i + 1)}];`,
          ).join(" ")
        : `for (let i = 0; i < ${String(stride)}; i++) ${array}[to + i] = ${log}[at + 1 + i];`,
      "}",
      `${log}n[0] = 0;`,
    );
  }
  return lines;
}

function registers({ instances }: FlatDesign) {
  return instances.flatMap((instance) =>
    instance.module.regs.map((reg) => ({ instance, net: known(instance.nets, reg.name) })),
  );
}
