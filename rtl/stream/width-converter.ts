import {
  bits,
  bool,
  cat,
  component,
  mux,
  reg,
  sink,
  source,
  uint,
  valueOf,
  vec,
  type Bits,
  type BitsKind,
  type Consumer,
  type Hardware,
  type ModuleBuilder,
  type Producer,
  type SinkPort,
  type SourcePort,
  type UInt,
} from "../../src/hdl/index.ts";
import { checkInteger } from "../parameters.ts";

export interface WidthConverterParams {
  /**
   * Bits of a beat at x, of each lane.
   * @min 1
   * @max 65536
   */
  readonly from: number;
  /**
   * Bits of a beat at y, of each lane.
   * @min 1
   * @max 65536
   */
  readonly to: number;
  /**
   * Streams side by side in one, lane 0 in the least significant bits of a beat, each converted for itself in lock step.
   * @min 1
   * @max 65536
   * @default 1
   */
  readonly lanes?: number | undefined;
}

/** Of each lane: both widths are whole numbers of chunks; the buffer is filled and emptied by chunks. */
export interface WidthConverterBuffer {
  /** Bits of a chunk. */
  readonly chunk: number;
  /** Chunks of the buffer. */
  readonly size: number;
  /** A beat is taken while no more chunks than this are in the buffer. */
  readonly limit: number;
}

/**
 * Room for a beat at x is kept beside all that the buffer can hold when the beat before it has just come in or y has
 * not yet given one: so x can be taken, and y given, in every cycle although ready does not depend on y.
 */
export function widthConverterBuffer({ from, to }: WidthConverterParams): WidthConverterBuffer {
  const chunk = greatestCommonDivisor(from, to);
  const limit = (to + Math.min(from, to)) / chunk - 1;
  return { chunk, size: limit + from / chunk, limit };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/**
 * Cycles in which beat `x` is taken and beat `y` (both from 0) is given where nothing stalls, counted from the cycle of
 * the first beat at x. Towards wider beats x never waits; towards narrower ones y gives a beat in every cycle.
 */
export function widthConverterTiming({ from, to }: WidthConverterParams): {
  readonly x: (beat: number) => number;
  readonly y: (beat: number) => number;
} {
  if (from < to) return { x: (beat) => beat, y: (beat) => Math.ceil(((beat + 1) * to) / from) };
  const chunk = greatestCommonDivisor(from, to);
  return {
    x: (beat) => Math.max(beat, Math.ceil((beat * from + chunk) / to) - 1),
    y: (beat) => beat + 1,
  };
}

const define = component({
  name: ({ from, to, lanes = 1 }) => {
    const name = `width_converter_${String(from)}_${String(to)}`;
    return lanes === 1 ? name : `${name}_lanes${String(lanes)}`;
  },
  doc: ({ from, to, lanes = 1 }) =>
    [
      ...(lanes === 1
        ? []
        : [`${String(lanes)} lanes side by side in lock step, the first least significant.`]),
      `Turns a stream of ${String(from)}-bit beats into one of ${String(to)}-bit beats; the first bits are the least significant.`,
      `All outputs come from registers. A beat at y follows its last bits at x by 1 cycle; the ${from < to ? "input" : "output"}`,
      "moves a beat in every cycle.",
    ].join("\n"),
  validate: ({ from, to, lanes = 1 }: WidthConverterParams) => {
    checkInteger({ where: "widthConverter.from", value: from }, 1, 65536);
    checkInteger({ where: "widthConverter.to", value: to }, 1, 65536);
    checkInteger({ where: "widthConverter.lanes", value: lanes }, 1, 65536);
  },
  ports: ({ from, to, lanes = 1 }: WidthConverterParams) => ({
    x: sink(bits(lanes * from)),
    y: source(bits(lanes * to)),
  }),
  build(m, { x, y }, params) {
    // Chunk by chunk of all lanes, lanes side by side are one lane of wider chunks.
    const { lanes = 1 } = params;
    const { size, limit, ...lane } = widthConverterBuffer(params);
    const [from, to] = [params.from / lane.chunk, params.to / lane.chunk];
    const input = swapped(m, "chunk_by_chunk", x.payload, { outer: lanes, inner: from });
    const conversion = { x, y, input, from, to, size, limit, chunk: lanes * lane.chunk };
    const oldest =
      to === 1 ? narrowed(m, conversion) : from === 1 ? widened(m, conversion) : chunkBuffer(m, conversion);
    y.payload.set(swapped(m, "lane_by_lane", oldest, { outer: to, inner: lanes }));
  },
});

/** A conversion with both widths, `from` and `to`, in chunks. */
interface Conversion extends ChunkFlow {
  readonly from: number;
}

/**
 * To beats of one chunk: the next one goes to the output register, the beat that it is from waits in `held`. Nothing
 * is moved within `held`: a multiplexer of 8 chunks takes two LUTs a bit, a shift register of as many seven.
 */
function narrowed(m: ModuleBuilder, { x, y, input, from, chunk }: Conversion): Bits {
  const { ready, held, out_valid, out } = m.regs({
    ready: reg(bool, { reset: true, doc: "nothing is held" }),
    held: reg(vec(from, bits(chunk)), { reset: "none" }),
    out_valid: bool,
    out: reg(bits(chunk), { reset: "none" }),
  });
  const { index } = m.counters({ index: from });
  x.ready.set(ready);
  y.valid.set(out_valid);
  const there = x.valid.or(ready.not());
  const advance = out_valid.not().or(y.ready);
  m.name({ there, advance });
  m.when(x.fire, () => {
    held.next(input.as(vec(from, bits(chunk))));
    ready.next(false);
  });
  m.when(advance, () => {
    out_valid.next(there);
  });
  m.when(advance.and(there), () => {
    m.doc("The first chunk of a beat need not wait until it is held.");
    out.next(mux(ready, input.slice(0, chunk), held.at(index)));
    index.advance();
    m.when(index.last, () => {
      ready.next(true);
    });
  });
  return out;
}

/**
 * From beats of one chunk: the first one waits in `first`, as the output may still hold the beat before; the others
 * are shifted into the output register, and `first` goes to its place with each. No bit has a choice of sources, so
 * that there are no multiplexers.
 */
function widened(m: ModuleBuilder, { x, y, input, to, chunk }: Conversion): Bits {
  const { ready, first, out_valid, out } = m.regs({
    ready: reg(bool, { reset: true }),
    first: reg(bits(chunk), { reset: "none", doc: "first chunk of the next beat" }),
    out_valid: bool,
    out: reg(bits(to * chunk), { reset: "none" }),
  });
  const { index } = m.counters({ index: to });
  const begins = index.eq(0);
  x.ready.set(ready);
  y.valid.set(out_valid);
  m.name({ begins });
  m.doc("A second chunk finds no place while the output holds the beat before.");
  ready.next(out_valid.and(y.ready.not()).and(x.valid.or(begins.not())).not());
  m.when(y.fire, () => {
    out_valid.next(false);
  });
  m.when(x.fire, () => {
    index.advance();
    m.when(begins, () => {
      first.next(input);
    }).otherwise(() => {
      out.next(cat(input, ...(to === 2 ? [] : [out.slice(2 * chunk, (to - 2) * chunk)]), first));
    });
    m.when(index.last, () => {
      out_valid.next(true);
    });
  });
  return out;
}

/** What passes through a `chunkBuffer`. */
export interface ChunkFlow extends WidthConverterBuffer {
  readonly x: Producer<BitsKind>;
  readonly y: Consumer<BitsKind>;
  /** The beat at x, by chunks, and how many of them count where that is not all. */
  readonly input: Bits;
  readonly counts?: UInt;
  /** Chunks of a beat at y. */
  readonly to: number;
}

/**
 * Any other ratio: the beat is moved above what is in the buffer, by one power of two of chunks after the other. Gives the
 * beat at y; chunks that do not count have to be 0.
 */
export function chunkBuffer(
  m: ModuleBuilder,
  { x, y, input, counts, to, size, limit, chunk }: ChunkFlow,
): Bits {
  const total = size * chunk;
  const level = uint.upTo(size);
  const { push, pop } = m.name({ push: x.fire, pop: y.fire });
  const { fill, buffer } = m.regs({
    fill: reg(level, { doc: `chunks of ${String(chunk)} bits in the buffer` }),
    buffer: reg(bits(total), { doc: "the oldest bits are the least significant, those not filled are 0" }),
  });
  x.ready.set(fill.le(limit));
  y.valid.set(fill.ge(to));
  let placed = cat(zeros(total - input.width), input);
  m.name({ beat: placed });
  for (let count = 1; count <= limit; count *= 2) {
    const distance = count * chunk;
    const moved = cat(placed.slice(0, total - distance), zeros(distance));
    placed = mux(fill.bit(Math.log2(count)), moved, placed);
    m.name({ [`placed_${String(count)}`]: placed });
  }
  const filled = mux(push, fill.add(counts ?? input.width / chunk).wrap(level), fill);
  const joined = mux(push, buffer.or(placed), buffer);
  m.name({ filled, joined });
  m.when(push.or(pop), () => {
    fill.next(mux(pop, filled.sub(to).wrap(level), filled));
    buffer.next(mux(pop, cat(zeros(to * chunk), joined.slice(to * chunk, (size - to) * chunk)), joined));
  });
  return buffer.slice(0, to * chunk);
}

const zeros = (width: number): Bits => valueOf(bits(width), 0);

/** Lanes of chunks as chunks of lanes, or back: [outer][inner] chunks as [inner][outer]. */
function swapped(
  m: ModuleBuilder,
  name: string,
  given: Bits,
  { outer, inner }: { readonly outer: number; readonly inner: number },
): Bits {
  if (outer === 1 || inner === 1) return given;
  const chunk = bits(given.width / (outer * inner));
  const from = given.as(vec(outer, vec(inner, chunk)));
  const to = m.wires({ [name]: vec(inner, vec(outer, chunk)) })[name];
  if (to === undefined) throw new Error(`no wire ${name}`);
  m.each({ i: inner }, ({ i }) => {
    m.each({ o: outer }, ({ o }) => {
      to.at(i).at(o).set(from.at(o).at(i));
    });
  });
  return to.asBits();
}

/**
 * Turns a stream of `from`-bit beats into one of `to`-bit beats, in either direction and at any ratio; the first bits
 * are the least significant. Bits that do not fill a beat wait for more. With `lanes`, beats are [lanes][from] and
 * [lanes][to] bits, and each lane is such a stream. Ports: x in, y out; every path between them
 * is cut. The cycles of all beats: `widthConverterTiming`.
 */
export const widthConverter: (
  params: WidthConverterParams,
) => Hardware<{ x: SinkPort<BitsKind>; y: SourcePort<BitsKind> }> = define;
