import {
  bits,
  cat,
  component,
  mux,
  reg,
  sink,
  source,
  uint,
  valueOf,
  type Bits,
  type BitsKind,
  type Hardware,
  type SinkPort,
  type SourcePort,
} from "../../src/hdl/index.ts";
import { checkInteger } from "../parameters.ts";

export interface WidthConverterParams {
  /**
   * Bits of a beat at x.
   * @min 1
   * @max 65536
   */
  readonly from: number;
  /**
   * Bits of a beat at y.
   * @min 1
   * @max 65536
   */
  readonly to: number;
}

/** Both widths are whole numbers of chunks; the buffer is filled and emptied by chunks. */
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

const zeros = (width: number): Bits => valueOf(bits(width), 0);

const define = component({
  name: ({ from, to }) => `width_converter_${String(from)}_${String(to)}`,
  doc: ({ from, to }) =>
    [
      `Turns a stream of ${String(from)}-bit beats into one of ${String(to)}-bit beats; the first bits are the least significant.`,
      `All outputs come from registers. A beat at y follows its last bits at x by 1 cycle; the ${from < to ? "input" : "output"}`,
      "moves a beat in every cycle.",
    ].join("\n"),
  validate: ({ from, to }: WidthConverterParams) => {
    checkInteger({ where: "widthConverter.from", value: from }, 1, 65536);
    checkInteger({ where: "widthConverter.to", value: to }, 1, 65536);
  },
  ports: ({ from, to }: WidthConverterParams) => ({ x: sink(bits(from)), y: source(bits(to)) }),
  build(m, { x, y }, params) {
    const { from, to } = params;
    const { chunk, size, limit } = widthConverterBuffer(params);
    const total = size * chunk;
    const level = uint.upTo(size);
    const { push, pop } = m.name({ push: x.fire, pop: y.fire });
    const { fill, buffer } = m.regs({
      fill: reg(level, { doc: `chunks of ${String(chunk)} bits in the buffer` }),
      buffer: reg(bits(total), { doc: "the oldest bits are the least significant, those not filled are 0" }),
    });
    x.ready.set(fill.le(limit));
    y.valid.set(fill.ge(to / chunk));
    y.payload.set(buffer.slice(0, to));

    // The beat is moved above what is in the buffer, by one power of two of chunks after the other.
    let placed = cat(zeros(total - from), x.payload);
    m.name({ beat: placed });
    for (let chunks = 1; chunks <= limit; chunks *= 2) {
      const distance = chunks * chunk;
      const moved = cat(placed.slice(0, total - distance), zeros(distance));
      placed = mux(fill.bit(Math.log2(chunks)), moved, placed);
      m.name({ [`placed_${String(chunks)}`]: placed });
    }
    const filled = mux(push, fill.add(from / chunk).wrap(level), fill);
    const joined = mux(push, buffer.or(placed), buffer);
    m.name({ filled, joined });
    m.when(push.or(pop), () => {
      fill.next(mux(pop, filled.sub(to / chunk).wrap(level), filled));
      buffer.next(mux(pop, cat(zeros(to), joined.slice(to, total - to)), joined));
    });
  },
});

/**
 * Turns a stream of `from`-bit beats into one of `to`-bit beats, in either direction and at any ratio; the first bits
 * are the least significant. Bits that do not fill a beat wait for more. Ports: x in, y out; every path between them
 * is cut. The cycles of all beats: `widthConverterTiming`.
 */
export const widthConverter: (
  params: WidthConverterParams,
) => Hardware<{ x: SinkPort<BitsKind>; y: SourcePort<BitsKind> }> = define;
