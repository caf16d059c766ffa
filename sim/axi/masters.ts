import type { Random } from "../../src/random.ts";
import type { Simulator } from "../../src/simulate/simulator.ts";
import { Channel, type Beat } from "./channel.ts";
import { LiteChecker, StreamChecker, type LiteChannel } from "./checkers.ts";

/** Sends queued beats on a channel that the design takes; in a tick with probability `stall` none is begun. */
export class Sender {
  readonly channel: Channel;
  readonly #random: Random;
  readonly #queue: Beat[] = [];
  #offered: Beat | undefined;
  stall = 0;

  constructor(simulator: Simulator, name: string, random: Random) {
    this.channel = new Channel(simulator, name);
    this.#random = random;
  }

  get pending(): number {
    return this.#queue.length;
  }

  push(...beats: readonly Beat[]): void {
    this.#queue.push(...beats);
  }

  drive(): void {
    if (this.#offered === undefined && this.#random.float() >= this.stall) this.#offered = this.#queue[0];
    this.channel.offer(this.#offered);
  }

  observe(): Beat | undefined {
    const beat = this.channel.moved();
    if (beat === undefined) return undefined;
    this.#queue.shift();
    this.#offered = undefined;
    return beat;
  }
}

/** Takes what the design gives on a channel; in a tick with probability `stall` it is not ready. */
export class Receiver {
  readonly channel: Channel;
  readonly #random: Random;
  stall = 0;

  constructor(simulator: Simulator, name: string, random: Random) {
    this.channel = new Channel(simulator, name);
    this.#random = random;
  }

  drive(): void {
    this.channel.accept(this.#random.float() >= this.stall);
  }

  observe(): Beat | undefined {
    return this.channel.moved();
  }
}

/** What moves on an AXI4-Lite bus in a tick. */
export type LiteMoves = Partial<Record<LiteChannel, Beat | undefined>>;

/** The master of a design's AXI4-Lite bus, with every rule checked. */
export class LiteMaster {
  readonly aw: Sender;
  readonly w: Sender;
  readonly b: Receiver;
  readonly ar: Sender;
  readonly r: Receiver;
  readonly checker = new LiteChecker();

  constructor(simulator: Simulator, bus: string, random: Random) {
    this.aw = new Sender(simulator, `${bus}_aw`, random);
    this.w = new Sender(simulator, `${bus}_w`, random);
    this.b = new Receiver(simulator, `${bus}_b`, random);
    this.ar = new Sender(simulator, `${bus}_ar`, random);
    this.r = new Receiver(simulator, `${bus}_r`, random);
  }

  /** Requests that are not answered. */
  get pending(): number {
    return this.aw.pending + this.w.pending + this.ar.pending + this.checker.open;
  }

  write(address: number, data: number, strobe = 0xf): void {
    this.aw.push({ addr: BigInt(address), prot: 0n });
    this.w.push({ data: BigInt(data), strb: BigInt(strobe) });
  }

  read(address: number): void {
    this.ar.push({ addr: BigInt(address), prot: 0n });
  }

  drive(): void {
    for (const channel of [this.aw, this.w, this.b, this.ar, this.r]) channel.drive();
  }

  observe(): LiteMoves {
    const { aw, w, b, ar, r } = this;
    const moves = {
      ...{ aw: aw.observe(), w: w.observe(), b: b.observe() },
      ...{ ar: ar.observe(), r: r.observe() },
    };
    this.checker.observe(moves);
    return moves;
  }
}

/** Beats of a packet of so many bytes on a bus. */
export function packetBeats(bytes: readonly number[], busBytes: number): Beat[] {
  const beats = Math.max(1, Math.ceil(bytes.length / busBytes));
  return Array.from({ length: beats }, (_, beat) => {
    const own = bytes.slice(beat * busBytes, (beat + 1) * busBytes);
    return {
      data: own.reduceRight((all, byte) => (all << 8n) | BigInt(byte), 0n),
      keep: (1n << BigInt(own.length)) - 1n,
      last: BigInt(beat === beats - 1),
    };
  });
}

/** Takes packets. */
export class PacketReceiver extends Receiver {
  readonly #checker = new StreamChecker();
  readonly #busBytes: number;

  constructor(
    simulator: Simulator,
    name: string,
    { random, busBytes }: { random: Random; busBytes: number },
  ) {
    super(simulator, name, random);
    this.#busBytes = busBytes;
  }

  get packets(): StreamChecker["packets"] {
    return this.#checker.packets;
  }

  override observe(): Beat | undefined {
    const beat = super.observe();
    if (beat !== undefined) this.#checker.observe(beat, this.#busBytes);
    return beat;
  }
}
