import {
  bits,
  bool,
  cat,
  component,
  enumeration,
  input,
  mux,
  output,
  reg,
  sink,
  source,
  struct,
  uint,
  valueOf,
  type Bits,
  type BitsKind,
  type Bool,
  type BoolKind,
  type Hardware,
  type InputPort,
  type OutputPort,
  type SinkPort,
  type SourcePort,
  type StructKind,
  type UIntKind,
} from "../../src/hdl/index.ts";
import { streamBeat, type StreamBeat } from "./channels.ts";

export interface FramerParams {
  /** Bits of TDATA, a multiple of 8. */
  readonly busWidth: number;
  /** Bytes of a frame. */
  readonly bytes: number;
  /** Frames that may be under way at once. */
  readonly inFlight: number;
}

/** What is known of a frame when its last beat has been taken. */
export type FrameInfo = StructKind<{ start: UIntKind; faulty: BoolKind }>;

export const frameInfo: FrameInfo = struct({ start: uint(32), faulty: bool });

/** Beats of a frame on the bus, and the bytes that its last one keeps at least. */
export function busBeats({ busWidth, bytes }: Pick<FramerParams, "busWidth" | "bytes">): {
  readonly beats: number;
  readonly tail: number;
} {
  const beats = Math.ceil((8 * bytes) / busWidth);
  return { beats, tail: bytes - ((beats - 1) * busWidth) / 8 };
}

/** TKEEP of a beat: all bytes, of a frame's last beat `tail`. */
export function keepOf(width: number, { beats, tail }: ReturnType<typeof busBeats>, last: Bool): Bits {
  const lanes = bits(width / 8);
  const first = (bytes: number): Bits => valueOf(lanes, (1n << BigInt(bytes)) - 1n);
  if (beats === 1 || tail === lanes.width) return first(tail);
  return mux(last, first(tail), first(lanes.width));
}

const phases = enumeration("phase", ["take", "fill", "drop"]);

const define = component({
  name: ({ busWidth, bytes }) => `framer_${String(busWidth)}_${String(bytes)}`,
  doc: (params) =>
    [
      `Makes whole frames of ${String(busBeats(params).beats)} beats from packets: one that is too short is filled up with zeros,`,
      "of one that is too long the rest up to TLAST is dropped. Each packet becomes one frame, faulty or not.",
      `At most ${String(params.inFlight)} frames are under way at once. No latency; what is dropped or filled up takes a cycle per beat.`,
    ].join("\n"),
  ports: ({ busWidth }: FramerParams) => ({
    x: sink(streamBeat(busWidth)),
    y: source(bits(busWidth)),
    enable: input(bool, { doc: "frames may begin" }),
    now: input(uint(32), { doc: "number of this cycle" }),
    done: input(bool, { doc: "the result of a frame is given in this cycle" }),
    busy: output(bool, { doc: "frames are under way" }),
    ended: output(bool, { doc: "a frame was ended in the cycle before" }),
    info: output(frameInfo, { doc: "of the frame that was ended in the cycle before" }),
    errors: output(bits(3), { doc: "frame_short, frame_long, frame_keep, from bit 0" }),
  }),
  build(m, { x, y, enable, now, done, busy, ended, info, errors }, params) {
    const { busWidth, inFlight } = params;
    const frame = busBeats(params);
    const { beats } = frame;
    const under = uint.upTo(inFlight);
    const { phase, start, faulty, under_way, offered, ended_now, ended_start, ended_faulty } = m.regs({
      phase: reg(phases, { doc: "take: from x; fill: zeros to the end of the frame; drop: up to TLAST" }),
      start: reg(uint(32), { reset: "none", doc: "cycle of the frame's first beat" }),
      faulty: reg(bool, { reset: "none", doc: "of the beats of this frame so far" }),
      under_way: reg(under, { doc: "frames that have begun and whose results are not given" }),
      offered: reg(bool, { doc: "a beat was offered and not taken: it stays, whatever enable says" }),
      ended_now: bool,
      ended_start: reg(uint(32), { reset: "none" }),
      ended_faulty: reg(bool, { reset: "none" }),
    });
    const { beat } = m.counters({ beat: beats });
    const first = beats === 1 ? valueOf(bool, true) : beat.eq(0);
    const { data, keep, last } = x.payload;
    const takes = phase.eq("take");
    const fills = phase.eq("fill");
    const allowed = takes.and(
      first
        .not()
        .or(offered)
        .or(enable.and(under_way.ne(inFlight))),
    );
    m.name({ first, takes, fills, allowed });
    x.ready.set(phase.eq("drop").or(allowed.and(y.ready)));
    y.valid.set(fills.or(allowed.and(x.valid)));
    y.payload.set(mux(fills, valueOf(bits(busWidth), 0), data));

    const moves = y.fire;
    const begins = moves.and(first);
    const ends = moves.and(beat.last);
    const needed = keepOf(busWidth, frame, beat.last);
    m.name({ moves, begins, ends });
    const taken = takes.and(moves);
    const cut_short = taken.and(last).and(beat.last.not());
    const too_long = taken.and(beat.last).and(last.not());
    const left_out = taken.and(cut_short.not()).and(keep.and(needed).ne(needed));
    const fault = cut_short.or(too_long).or(left_out);
    m.name({ taken, cut_short, too_long, left_out, fault });
    errors.set(cat(left_out, too_long, cut_short));

    offered.next(y.valid.and(y.ready.not()));
    m.when(moves, () => {
      beat.advance();
    });
    m.when(begins, () => {
      start.next(now);
    });
    m.when(moves, () => {
      faulty.next(fault.or(first.not().and(faulty)));
    });
    m.when(cut_short, () => {
      phase.next("fill");
    })
      .elsewhen(too_long, () => {
        phase.next("drop");
      })
      .elsewhen(fills.and(ends), () => {
        phase.next("take");
      })
      .elsewhen(phase.eq("drop").and(x.valid).and(last), () => {
        phase.next("take");
      });
    m.when(begins.and(done.not()), () => {
      under_way.next(under_way.add(1).wrap(under));
    }).elsewhen(done.and(begins.not()), () => {
      under_way.next(under_way.sub(1).wrap(under));
    });
    ended_now.next(ends);
    m.when(ends, () => {
      ended_start.next(mux(first, now, start));
      ended_faulty.next(fault.or(first.not().and(faulty)));
    });
    busy.set(under_way.ne(0));
    ended.set(ended_now);
    info.set({ start: ended_start, faulty: ended_faulty });
  },
});

/**
 * Frames from AXI4-Stream packets, whatever their length: the policy of docs/axi.md. Ports: x in, y out, what the frames
 * are counted and marked by.
 */
export const framer: (params: FramerParams) => Hardware<{
  x: SinkPort<StreamBeat>;
  y: SourcePort<BitsKind>;
  enable: InputPort<BoolKind>;
  now: InputPort<UIntKind>;
  done: InputPort<BoolKind>;
  busy: OutputPort<BoolKind>;
  ended: OutputPort<BoolKind>;
  info: OutputPort<FrameInfo>;
  errors: OutputPort<BitsKind>;
}> = define;
