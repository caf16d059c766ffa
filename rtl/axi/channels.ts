import {
  bits,
  bool,
  sink,
  source,
  struct,
  uint,
  type BitsKind,
  type BoolKind,
  type SinkPort,
  type SourcePort,
  type StructKind,
  type UIntKind,
} from "../../src/hdl/index.ts";

/** A beat of AXI4-Stream. */
export type StreamBeat = StructKind<{ data: BitsKind; keep: BitsKind; last: BoolKind }>;

/** A beat of AXI4-Stream with one bit of TUSER. */
export type MarkedBeat = StructKind<{ data: BitsKind; keep: BitsKind; last: BoolKind; user: BoolKind }>;

/** A beat of `width` bits of data, a multiple of 8. */
export function streamBeat(width: number): StreamBeat {
  return struct({ data: bits(width), keep: bits(width / 8), last: bool });
}

export function markedBeat(width: number): MarkedBeat {
  return struct({ data: bits(width), keep: bits(width / 8), last: bool, user: bool });
}

/** Address channels of AXI4-Lite. */
export type AddressBeat = StructKind<{ addr: UIntKind; prot: BitsKind }>;
export type WriteBeat = StructKind<{ data: BitsKind; strb: BitsKind }>;
export type ResponseBeat = StructKind<{ resp: BitsKind }>;
export type ReadBeat = StructKind<{ data: BitsKind; resp: BitsKind }>;

/** The five channels of AXI4-Lite with 32 bits of data, as a slave has them: under key `s_axi` the standard's names. */
export interface LitePorts {
  readonly aw: SinkPort<AddressBeat>;
  readonly w: SinkPort<WriteBeat>;
  readonly b: SourcePort<ResponseBeat>;
  readonly ar: SinkPort<AddressBeat>;
  readonly r: SourcePort<ReadBeat>;
  // A port record.
  readonly [channel: string]: SinkPort | SourcePort;
}

export function litePorts(addressBits: number): LitePorts {
  const naming = "axi";
  const address = struct({ addr: uint(addressBits), prot: bits(3) });
  return {
    aw: sink(address, { naming, doc: "write address" }),
    w: sink(struct({ data: bits(32), strb: bits(4) }), { naming, doc: "write data" }),
    b: source(struct({ resp: bits(2) }), { naming, doc: "write response" }),
    ar: sink(address, { naming, doc: "read address" }),
    r: source(struct({ data: bits(32), resp: bits(2) }), { naming, doc: "read data" }),
  };
}

/** Responses of AXI4-Lite. */
export const [okay, slaveError] = [0, 2];
