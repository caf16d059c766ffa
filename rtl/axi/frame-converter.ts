import {
  bits,
  cat,
  component,
  mux,
  sink,
  source,
  uint,
  valueOf,
  type Bits,
  type BitsKind,
  type Consumer,
  type Hardware,
  type ModuleBuilder,
  type Producer,
  type SinkPort,
  type SourcePort,
} from "../../src/hdl/index.ts";
import { checkInteger } from "../parameters.ts";
import {
  skidBuffer,
  skidBufferLatency,
  widthConverter,
  widthConverterBuffer,
  widthConverterTiming,
} from "../stream/index.ts";
import { chunkBuffer } from "../stream/width-converter.ts";

export interface FrameConverterParams {
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
  /**
   * Bits of a frame, which begins and ends with a beat at either side.
   * @min 1
   * @max 16777216
   */
  readonly frame: number;
}

/** Beats of a frame at x and at y. */
export function frameBeats({ from, to, frame }: FrameConverterParams): {
  readonly x: number;
  readonly y: number;
} {
  return { x: Math.ceil(frame / from), y: Math.ceil(frame / to) };
}

/** How a frame is converted: by what the streams have, or cut anew where frames do not fill their last beats. */
type Way =
  /** A beat at either side. */
  | "one-to-one"
  /** No beat is padded, or one beat is the whole frame: a width converter between these widths. */
  | { readonly from: number; readonly to: number }
  | "recut";

function wayOf(params: FrameConverterParams): Way {
  const { from, to, frame } = params;
  const beats = frameBeats(params);
  if (beats.x === 1 && beats.y === 1) return "one-to-one";
  if (beats.x * from === beats.y * to) return { from, to };
  if (beats.y === 1) return { from, to: beats.x * from };
  if (beats.x === 1) return { from: beats.y * to, to };
  return frame % from === 0 && frame % to === 0 ? { from, to } : "recut";
}

/** The buffer of a recut, in chunks; as that of a width converter, with room for what a frame's last beat is padded with. */
function recutBuffer(params: FrameConverterParams) {
  const { from, to } = params;
  const { chunk, limit } = widthConverterBuffer({ from, to });
  const beats = frameBeats(params);
  const [push, pop] = [from / chunk, to / chunk];
  /** Chunks that a frame's last beat at x gives. */
  const last = beats.y * pop - (beats.x - 1) * push;
  return { chunk, limit, push, pop, last, size: limit + Math.max(push, last) };
}

/**
 * Cycles in which beat `x` is taken and beat `y` (both from 0, over all frames) is given where nothing stalls, counted
 * from the cycle of the first beat at x, for so many frames.
 */
export function frameConverterTiming(
  params: FrameConverterParams,
  frames: number,
): { readonly x: readonly number[]; readonly y: readonly number[] } {
  const way = wayOf(params);
  const beats = frameBeats(params);
  const series = (count: number, at: (beat: number) => number): number[] =>
    Array.from({ length: count * frames }, (_, beat) => at(beat));
  if (way === "one-to-one")
    return { x: series(1, (beat) => beat), y: series(1, (beat) => beat + skidBufferLatency) };
  if (way !== "recut") {
    const timing = widthConverterTiming(way);
    return { x: series(beats.x, timing.x), y: series(beats.y, timing.y) };
  }
  const { limit, push, pop, last } = recutBuffer(params);
  const stamps = { x: [] as number[], y: [] as number[] };
  for (let tick = 0, fill = 0; stamps.y.length < frames * beats.y; tick++) {
    const pushes = fill <= limit && stamps.x.length < frames * beats.x;
    const pops = fill >= pop;
    if (pushes) {
      fill += (stamps.x.length + 1) % beats.x === 0 ? last : push;
      stamps.x.push(tick);
    }
    if (pops) {
      fill -= pop;
      stamps.y.push(tick);
    }
  }
  return stamps;
}

const define = component({
  name: ({ from, to, frame }) => `frame_converter_${String(from)}_${String(to)}_${String(frame)}`,
  doc: (params) => {
    const { from, to, frame } = params;
    const beats = frameBeats(params);
    return [
      `Frames of ${String(frame)} bits from ${String(beats.x)} beats of ${String(from)} bits to ${String(beats.y)} of ${String(to)}; the first bits are`,
      "the least significant. A frame's first beat begins with its first bit; what its last beat has beyond its last bit",
      "is ignored at x and 0 at y. Every path between x and y is cut.",
    ].join("\n");
  },
  validate: ({ from, to, frame }: FrameConverterParams) => {
    checkInteger({ where: "frameConverter.from", value: from }, 1, 65536);
    checkInteger({ where: "frameConverter.to", value: to }, 1, 65536);
    checkInteger({ where: "frameConverter.frame", value: frame }, 1, 2 ** 24);
  },
  ports: ({ from, to }: FrameConverterParams) => ({ x: sink(bits(from)), y: source(bits(to)) }),
  build(m, { x, y }, params) {
    const { from, to } = params;
    const way = wayOf(params);
    if (way === "recut") recut(m, x, y, params);
    else if (way === "one-to-one")
      resized(m, x, to)
        .through({ beat: skidBuffer({ kind: bits(to) }) })
        .into(y);
    else {
      const whole = way.from === from ? x : resized(m, x, way.from);
      resized(m, whole.through({ beats: widthConverter(way) }), to).into(y);
    }
  },
});

/** The stream with its beats cut, or filled up with zeros. */
function resized(m: ModuleBuilder, stream: Producer<BitsKind>, width: number): Producer<BitsKind> {
  const has = stream.kind.width;
  if (has === width) return stream;
  if (has > width) m.unused({ beyond: stream.payload.slice(width, has - width) });
  return stream.map(bits(width), (payload) =>
    has > width ? payload.slice(0, width) : cat(zeros(width - has), payload),
  );
}

/** As a width converter of any ratio; a frame's last beat counts for as many chunks as end the frame at y. */
function recut(
  m: ModuleBuilder,
  x: Producer<BitsKind>,
  y: Consumer<BitsKind>,
  params: FrameConverterParams,
): void {
  const { from, frame } = params;
  const { chunk, limit, size, push, pop, last } = recutBuffer(params);
  const beats = frameBeats(params);
  const { index } = m.counters({ index: beats.x });
  m.when(x.fire, () => {
    index.advance();
  });
  const rest = frame - (beats.x - 1) * from;
  const input =
    rest === from
      ? x.payload
      : cat(
          mux(index.last, zeros(from - rest), x.payload.slice(rest, from - rest)),
          x.payload.slice(0, rest),
        );
  const level = uint.upTo(size);
  const counts = last === push ? valueOf(level, push) : mux(index.last, valueOf(level, last), push);
  m.name({ counts });
  y.payload.set(chunkBuffer(m, { x, y, input, counts, to: pop, size, limit, chunk }));
}

const zeros = (width: number): Bits => valueOf(bits(width), 0);

/**
 * Turns frames of beats of `from` bits into frames of beats of `to` bits, each frame beginning in a beat of its own at
 * either side. Ports: x in, y out; every path between them is cut. The cycles of all beats: `frameConverterTiming`.
 */
export const frameConverter: (
  params: FrameConverterParams,
) => Hardware<{ x: SinkPort<BitsKind>; y: SourcePort<BitsKind> }> = define;
