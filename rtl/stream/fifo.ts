import {
  bitWidth,
  bits,
  bool,
  cat,
  component,
  memory,
  pack,
  reg,
  sink,
  source,
  uint,
  wire,
  type Bits,
  type BitsKind,
  type Bool,
  type Handle,
  type Kind,
  type ModuleBuilder,
  type UInt,
} from "../../src/hdl/index.ts";
import { checkChoice, checkInteger } from "../parameters.ts";
import { opaque, type Pass } from "./payload.ts";

/** What holds the words: shift registers (SRL), distributed RAM (LUTRAM) or block RAM. */
export type FifoStyle = "shift" | "distributed" | "block";

export interface FifoParams<K extends Kind = Kind> {
  /** Kind of a beat. */
  readonly kind: K;
  /**
   * Beats that it can hold, at least; see `fifoCapacity` for the exact number. Shift registers go up to 64.
   * @min 1
   * @max 1048576
   */
  readonly depth: number;
  /**
   * What holds the words: shift registers (SRL), distributed RAM (LUTRAM) or block RAM.
   * @values shift distributed block
   * @default distributed
   */
  readonly style?: FifoStyle;
}

/** Cycles from a beat at x to the same beat at y of an empty FIFO. One beat per cycle at any depth. */
export function fifoLatency({ style = "distributed" }: Pick<FifoParams, "style">): number {
  return style === "block" ? 3 : 2;
}

/** Words of the memory: with a single one, its slot would be free only every other cycle. */
function wordsOf(depth: number): number {
  return Math.max(2, depth);
}

/** Beats taken at x, at most, before the first is given at y: the memory's words and the registers behind it. */
export function fifoCapacity({ depth, style = "distributed" }: Omit<FifoParams, "kind">): number {
  return wordsOf(depth) + (style === "block" ? 2 : 1);
}

const memoryNames: Readonly<Record<FifoStyle, string>> = {
  shift: "shift registers",
  distributed: "distributed RAM",
  block: "block RAM",
};

const define = component({
  name: ({ kind, depth, style = "distributed" }) =>
    `fifo_${style}_${String(depth)}x${String(bitWidth(kind))}`,
  doc: (params) =>
    [
      `First-in first-out buffer in ${memoryNames[params.style ?? "distributed"]}; its output and ready come from registers.`,
      `Latency ${String(fifoLatency(params))} cycles, one beat per cycle, holds ${String(fifoCapacity(params))} beats.`,
    ].join("\n"),
  validate: ({ depth, style = "distributed" }: FifoParams) => {
    checkChoice({ where: "fifo.style", value: style }, Object.keys(memoryNames));
    checkInteger({ where: "fifo.depth", value: depth }, 1, style === "shift" ? 64 : 1_048_576);
  },
  ports: ({ kind }: FifoParams) => ({ x: sink(opaque(kind)), y: source(opaque(kind)) }),
  build(m, { x, y }, { kind, depth, style = "distributed" }) {
    const words = wordsOf(depth);
    const { count, valid, payload } = m.regs({
      count: reg(uint.upTo(words), { doc: "words stored, without the output register" }),
      valid: bool,
      payload: reg(bits(bitWidth(kind)), { reset: "none" }),
    });
    const { pop } = m.wires({ pop: wire(bool, { doc: "a stored word moves on" }) });
    const { push, stored, advance } = m.name({
      push: x.fire,
      stored: count.ne(0),
      advance: valid.not().or(y.ready),
    });
    x.ready.set(count.ne(words));
    m.when(push.and(pop.not()), () => {
      count.next(count.add(1).wrap(uint.upTo(words)));
    }).elsewhen(pop.and(push.not()), () => {
      count.next(count.sub(1).wrap(uint.upTo(words)));
    });

    const storage = { push, pop, count, words, input: pack(x.payload), output: payload };
    if (style === "block") {
      const { fetched_valid, fetched } = m.regs({
        fetched_valid: bool,
        fetched: reg(bits(bitWidth(kind)), { reset: "none", doc: "output latch of the block RAM" }),
      });
      const { fetch } = m.name({ fetch: fetched_valid.not().or(advance) });
      pop.set(stored.and(fetch));
      inMemory(m, { ...storage, output: fetched }, style);
      m.when(fetch, () => {
        fetched_valid.next(stored);
      });
      m.when(advance, () => {
        valid.next(fetched_valid);
      });
      m.when(advance.and(fetched_valid), () => {
        payload.next(fetched);
      });
    } else {
      pop.set(stored.and(advance));
      if (style === "shift") inShiftRegisters(m, storage);
      else inMemory(m, storage, style);
      m.when(advance, () => {
        valid.next(stored);
      });
    }
    y.valid.set(valid);
    y.payload.set(payload.as(opaque(kind)));
    m.assert(
      { level_in_bounds: count.le(words) },
      { message: "more words are stored than there is room for" },
    );
    m.when(push, () => {
      m.assert({ no_write_when_full: count.ne(words) }, { message: "a word is written to a full FIFO" });
    });
    m.when(pop, () => {
      m.assert({ no_read_when_empty: stored }, { message: "a word is read from an empty FIFO" });
    });
  },
});

/** Where the words are kept: on `push` takes `input`, on `pop` the oldest word goes to the register `output`. */
interface Storage {
  readonly push: Bool;
  readonly pop: Bool;
  readonly count: UInt;
  readonly words: number;
  readonly input: Bits;
  readonly output: Handle<BitsKind, "next">;
}

/** The oldest word is never the one being written: it is read only where `count` holds one, written only where there is room. */
function inMemory(m: ModuleBuilder, storage: Storage, style: "distributed" | "block"): void {
  const { push, pop, words, input, output } = storage;
  const { store } = m.memories({ store: memory(words, bits(input.width), { style }) });
  const { write_address, read_address } = m.counters({ write_address: words, read_address: words });
  m.when(push, () => {
    store.write(write_address, input);
    write_address.advance();
  });
  m.when(pop, () => {
    output.next(store.read(read_address));
    read_address.advance();
  });
}

/**
 * One register of its own per bit: the form from which both Vivado and Yosys make SRLs. Their length is a power of
 * two, as is that of the primitives, so that no address lies outside.
 */
function inShiftRegisters(m: ModuleBuilder, { push, pop, count, words, input, output }: Storage): void {
  const addresses = uint.below(words);
  const length = 2 ** addresses.width;
  const lane = reg(bits(length), { reset: "none" });
  const lanes = Object.values(
    m.regs(Object.fromEntries(Array.from({ length: input.width }, (_, i) => [`lane_${String(i)}`, lane]))),
  );
  const { oldest } = m.name({ oldest: count.sub(1).wrap(addresses) });
  m.doc("The newest word is in bit 0 of the lanes.");
  m.when(push, () => {
    lanes.forEach((bit, i) => {
      bit.next(cat(bit.slice(0, length - 1), input.bit(i)));
    });
  });
  m.when(pop, () => {
    lanes.forEach((bit, i) => {
      output.bit(i).next(bit.bit(oldest));
    });
  });
}

/**
 * First-in first-out buffer. Ports: x in, y out; every path between them is cut. One beat per cycle at any depth,
 * latency `fifoLatency`, holds `fifoCapacity` beats.
 */
export function fifo<K extends Kind>(params: FifoParams<K>): Pass<K> {
  return define(params) as Pass<Kind> as Pass<K>;
}
