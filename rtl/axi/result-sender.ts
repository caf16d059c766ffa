import {
  bits,
  bool,
  component,
  input,
  output,
  reg,
  sink,
  source,
  uint,
  type BitsKind,
  type BoolKind,
  type Hardware,
  type InputPort,
  type OutputPort,
  type SinkPort,
  type SourcePort,
  type UIntKind,
} from "../../src/hdl/index.ts";
import { markedBeat, type MarkedBeat } from "./channels.ts";
import { busBeats, frameInfo, keepOf, type FrameInfo } from "./framer.ts";

export interface ResultSenderParams {
  /** Bits of TDATA, a multiple of 8. */
  readonly busWidth: number;
  /** Bytes of a result. */
  readonly bytes: number;
}

const define = component({
  name: ({ busWidth, bytes }) => `result_sender_${String(busWidth)}_${String(bytes)}`,
  doc: ({ bytes }) =>
    [
      `Gives results of ${String(bytes)} bytes TKEEP and TLAST, and at TLAST as TUSER whether the frame was faulty.`,
      "No latency.",
    ].join("\n"),
  ports: ({ busWidth }: ResultSenderParams) => ({
    x: sink(bits(busWidth)),
    info: sink(frameInfo),
    y: source(markedBeat(busWidth)),
    now: input(uint(32), { doc: "number of this cycle" }),
    clear: input(bool, { doc: "sets the latency to 0" }),
    done: output(bool, { doc: "the last beat of a result is given in this cycle" }),
    latency: output(uint(32), { doc: "cycles from the first beat of the last result's frame to its last" }),
  }),
  build(m, { x, info, y, now, clear, done, latency }, params) {
    const frame = busBeats(params);
    const { taken } = m.regs({ taken: reg(uint(32), { doc: "latency of the last result" }) });
    const { beat } = m.counters({ beat: frame.beats });
    const { last } = beat;
    m.doc("What is known of a frame comes before its result; where it does not, the result waits.");
    const may = last.not().or(info.valid);
    m.name({ may });
    y.valid.set(x.valid.and(may));
    y.payload.set({
      data: x.payload,
      keep: keepOf(params.busWidth, frame, last),
      last,
      user: last.and(info.payload.faulty),
    });
    x.ready.set(may.and(y.ready));
    const ends = y.fire.and(last);
    m.name({ ends });
    info.ready.set(ends);
    done.set(ends);
    m.when(y.fire, () => {
      beat.advance();
    });
    m.when(clear, () => {
      taken.next(0);
    }).elsewhen(ends, () => {
      taken.next(now.sub(info.payload.start).wrap(uint(32)));
    });
    latency.set(taken);
  },
});

/** Results as AXI4-Stream packets. Ports: x in, y out; info in, one for each result. */
export const resultSender: (params: ResultSenderParams) => Hardware<{
  x: SinkPort<BitsKind>;
  info: SinkPort<FrameInfo>;
  y: SourcePort<MarkedBeat>;
  now: InputPort<UIntKind>;
  clear: InputPort<BoolKind>;
  done: OutputPort<BoolKind>;
  latency: OutputPort<UIntKind>;
}> = define;
