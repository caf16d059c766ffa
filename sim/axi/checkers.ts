import { AxiProtocolError, type Beat } from "./channel.ts";

/** The channels of AXI4-Lite. */
export type LiteChannel = "aw" | "w" | "b" | "ar" | "r";

/**
 * What an AXI4-Lite slave owes: a response for each write whose address and data it has taken, data for each address, in
 * their order, and not before.
 */
export class LiteChecker {
  readonly #moved: Record<LiteChannel, number> = { aw: 0, w: 0, b: 0, ar: 0, r: 0 };

  /** Beats that move in a tick. @throws AxiProtocolError */
  observe(moves: Partial<Readonly<Record<LiteChannel, Beat | undefined>>>): void {
    const moved = this.#moved;
    // A response may not come in the cycle of its request.
    if (moves.b !== undefined && moved.b >= Math.min(moved.aw, moved.w))
      throw new AxiProtocolError("b: a response to a write that has no address or no data yet");
    if (moves.r !== undefined && moved.r >= moved.ar)
      throw new AxiProtocolError("r: data that no address asked for");
    for (const beat of [moves.b, moves.r])
      if (beat?.["resp"] === 1n)
        throw new AxiProtocolError("resp: there are no exclusive accesses in AXI4-Lite");
    for (const channel of Object.keys(moved) as LiteChannel[])
      if (moves[channel] !== undefined) moved[channel]++;
  }

  /** Requests that have no response yet. */
  get open(): number {
    const { aw, w, b, ar, r } = this.#moved;
    return Math.max(aw, w) - b + ar - r;
  }
}

/** A packet of AXI4-Stream. */
export interface Packet {
  readonly bytes: readonly number[];
  readonly beats: number;
  /** TUSER at TLAST. */
  readonly user: boolean;
}

/** What an AXI4-Stream master owes: bytes without gaps in packets that end. */
export class StreamChecker {
  readonly packets: Packet[] = [];
  #bytes: number[] = [];
  #beats = 0;

  /** A beat that moves. @throws AxiProtocolError */
  observe({ data = 0n, keep = 0n, last = 0n, user = 0n }: Beat, busBytes: number): void {
    const count = keep.toString(2).length;
    if (keep === 0n || keep !== (1n << BigInt(count)) - 1n)
      throw new AxiProtocolError(
        `keep ${keep.toString(2)}: the bytes of a beat are not from the first on, without gaps`,
      );
    if (last === 0n && count !== busBytes)
      throw new AxiProtocolError("keep: only the last beat may be part full");
    for (let byte = 0; byte < count; byte++) this.#bytes.push(Number((data >> BigInt(8 * byte)) & 0xffn));
    this.#beats++;
    if (last === 0n) return;
    this.packets.push({ bytes: this.#bytes, beats: this.#beats, user: user === 1n });
    this.#bytes = [];
    this.#beats = 0;
  }
}
