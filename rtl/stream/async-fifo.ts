import {
  bitWidth,
  bits,
  bool,
  cat,
  component,
  crossing,
  instance,
  memory,
  pack,
  reg,
  sink,
  source,
  uint,
  type Kind,
  type UInt,
} from "../../src/hdl/index.ts";
import { SluiceError } from "../../src/error.ts";
import { checkInteger } from "../parameters.ts";
import { opaque, type Pass } from "./payload.ts";
import { synchronizer } from "./synchronizer.ts";

export interface AsyncFifoParams<K extends Kind = Kind> {
  /** Kind of a beat. */
  readonly kind: K;
  /**
   * Words of the memory; a power of two. From 2 * stages + 2 on there is a beat in every cycle of the
   * slower clock.
   * @min 2
   * @max 4096
   */
  readonly depth: number;
  /**
   * Flip-flops of each synchronizer.
   * @min 2
   * @max 8
   * @default 2
   */
  readonly stages?: number;
}

/** The two clocks: a clock rises at the end of every tick whose number plus one is a multiple of its period. */
export interface AsyncFifoClocks {
  /** Ticks from one rise of the writing clock to the next. */
  readonly write: number;
  /** Ticks from one rise of the reading clock to the next. */
  readonly read: number;
}

/**
 * Ticks in which each of `count` beats is taken at x and given at y where nothing stalls, the first one offered at
 * tick `start`. A beat needs `stages` + 2 rises of the reading clock; a slot is free again `stages` + 1 rises of the
 * writing clock after its beat has gone to the output register.
 */
export function asyncFifoTiming(
  { depth, stages = 2 }: Omit<AsyncFifoParams, "kind">,
  { write, read }: AsyncFifoClocks,
  count: number,
  start = 0,
): { readonly x: readonly number[]; readonly y: readonly number[] } {
  const x: number[] = [];
  const fetched: number[] = [];
  const y: number[] = [];
  for (let beat = 0; beat < count; beat++) {
    const freed = fetched[beat - depth];
    const room = freed === undefined ? start : riseFrom(freed + 1, write) + stages * write;
    const taken = riseFrom(Math.max(room, (x.at(-1) ?? start - 1) + 1), write);
    x.push(taken);
    const seen = riseFrom(taken + 1, read) + stages * read;
    const moved = riseFrom(Math.max(seen, y.at(-1) ?? 0), read);
    fetched.push(moved);
    y.push(moved + read);
  }
  return { x, y };
}

/** The first tick from `tick` on at whose end a clock rises. */
function riseFrom(tick: number, period: number): number {
  return Math.ceil((tick + 1) / period) * period - 1;
}

const define = component({
  name: ({ kind, depth }) => `async_fifo_${String(depth)}x${String(bitWidth(kind))}`,
  doc: ({ depth, stages = 2 }) =>
    [
      "First-in first-out buffer between two clocks. Each side sees the other's pointer in Gray code, of which one bit",
      `changes at a time, through ${String(stages)} flip-flops. Latency ${String(stages + 2)} cycles of the reading clock, holds ${String(depth + 1)} beats.`,
    ].join("\n"),
  validate: ({ depth, stages = 2 }: AsyncFifoParams) => {
    checkInteger({ where: "asyncFifo.depth", value: depth }, 2, 4096);
    checkInteger({ where: "asyncFifo.stages", value: stages }, 2, 8);
    if (Number.isInteger(Math.log2(depth))) return;
    throw new SluiceError(
      "parameter-not-power-of-two",
      `asyncFifo.depth is ${String(depth)}, which is not a power of two`,
      {
        where: "asyncFifo.depth",
        hint: `use ${String(2 ** Math.ceil(Math.log2(depth)))}: a Gray-coded pointer wraps only at powers of two`,
      },
    );
  },
  clocks: { write: {}, read: {} },
  ports: ({ kind }: AsyncFifoParams) => ({
    x: sink(opaque(kind), { clock: "write" }),
    y: source(opaque(kind), { clock: "read" }),
  }),
  build(m, { x, y }, { kind, depth, stages = 2 }) {
    const address = uint.below(depth);
    const pointer = uint(address.width + 1);
    const word = bits(bitWidth(kind));
    const { write_pointer, write_gray } = m.regs({
      write_pointer: reg(pointer, { clock: "write" }),
      write_gray: reg(bits(pointer.width), { clock: "write" }),
    });
    const { read_pointer, read_gray, valid, payload } = m.regs({
      read_pointer: reg(pointer, { clock: "read" }),
      read_gray: reg(bits(pointer.width), { clock: "read" }),
      valid: reg(bool, { clock: "read" }),
      payload: reg(word, { clock: "read", reset: "none" }),
    });
    const { store } = m.memories({ store: memory(depth, word, { style: "distributed", clock: "write" }) });
    const { write_sync, read_sync } = m.instances({
      write_sync: instance(synchronizer({ width: pointer.width, stages }), {
        clocks: { from: "write", to: "read" },
        doc: "write pointer for the reading side",
      }),
      read_sync: instance(synchronizer({ width: pointer.width, stages }), {
        clocks: { from: "read", to: "write" },
        doc: "read pointer for the writing side",
      }),
    });
    write_sync.d.set(write_gray);
    read_sync.d.set(read_gray);

    const low = pointer.width - 2;
    const lapped = read_sync.q.slice(low, 2).not();
    const full = write_gray.eq(low === 0 ? lapped : cat(lapped, read_sync.q.slice(0, low)));
    m.name({ full });
    x.ready.set(full.not());
    const write_next = write_pointer.add(1).wrap(pointer);
    m.name({ write_next });
    m.when(x.fire, () => {
      store.write(write_pointer.wrap(address), pack(x.payload));
      write_pointer.next(write_next);
      write_gray.next(gray(write_next));
      m.assert(
        { no_write_when_full: full.not() },
        { clock: "write", message: "a word is written to a full FIFO" },
      );
    });

    const { empty, advance } = m.name({
      empty: read_gray.eq(write_sync.q),
      advance: valid.not().or(y.ready),
    });
    const read_next = read_pointer.add(1).wrap(pointer);
    m.name({ read_next });
    m.when(advance, () => {
      valid.next(empty.not());
    });
    m.when(advance.and(empty.not()), () => {
      m.doc("Written long before its pointer came across.");
      payload.next(crossing(store.read(read_pointer.wrap(address)), "read"));
      read_pointer.next(read_next);
      read_gray.next(gray(read_next));
      m.assert(
        { no_read_when_empty: empty.not() },
        { clock: "read", message: "a word is read from an empty FIFO" },
      );
    });
    y.valid.set(valid);
    y.payload.set(payload.as(opaque(kind)));
  },
});

/** Numbers whose codes follow each other differ in one bit. */
function gray(number: UInt) {
  return number.xor(number.shr(1)).asBits();
}

/**
 * First-in first-out buffer from clock domain `write` to clock domain `read`. Ports: x in (write), y out (read). The
 * cycles of all beats: `asyncFifoTiming`. Both sides have to be reset together.
 */
export function asyncFifo<K extends Kind>(params: AsyncFifoParams<K>): Pass<K> {
  return define(params) as Pass<Kind> as Pass<K>;
}
