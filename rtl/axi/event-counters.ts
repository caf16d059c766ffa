import {
  bool,
  component,
  input,
  output,
  reg,
  uint,
  type BoolKind,
  type Hardware,
  type InputPort,
  type OutputPort,
  type UIntKind,
} from "../../src/hdl/index.ts";
import { only } from "./only.ts";

export interface EventCountersParams {
  /** Bits of each counter, by its name. */
  readonly widths: Readonly<Record<string, number>>;
}

const define = component({
  name: ({ widths }) => `event_counters_${String(Object.keys(widths).length)}`,
  doc: "Counts the cycles in which events are there, modulo the width; an event is counted one cycle later.",
  ports: ({ widths }: EventCountersParams) => ({
    clear: input(bool, { doc: "sets every counter to 0" }),
    event: Object.fromEntries(Object.keys(widths).map((name) => [name, input(bool)])),
    count: Object.fromEntries(Object.entries(widths).map(([name, width]) => [name, output(uint(width))])),
  }),
  build(m, { clear, event, count }, { widths }) {
    const happened = m.regs(mapped(widths, (name) => [`${name}_happened`, reg(bool)]));
    const counted = m.regs(mapped(widths, (name, width) => [name, reg(uint(width))]));
    for (const [name, width] of Object.entries(widths)) {
      const seen = only(happened, `${name}_happened`);
      const counter = only(counted, name);
      seen.next(only(event, name));
      m.when(clear, () => {
        counter.next(0);
      }).elsewhen(seen, () => {
        counter.next(counter.add(1).wrap(uint(width)));
      });
      only(count, name).set(counter);
    }
  },
});

function mapped<T>(
  widths: EventCountersParams["widths"],
  entry: (name: string, width: number) => readonly [string, T],
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(widths).map(([name, width]) => entry(name, width)));
}

/** Counters of events, one for each name. Ports: clear, event_<name> in, count_<name> out. */
export const eventCounters: (params: EventCountersParams) => Hardware<{
  clear: InputPort<BoolKind>;
  event: Readonly<Record<string, InputPort<BoolKind>>>;
  count: Readonly<Record<string, OutputPort<UIntKind>>>;
}> = define;
