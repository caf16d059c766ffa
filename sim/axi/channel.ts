import { widthOf, type StreamPort } from "../../src/ir/index.ts";
import type { Simulator } from "../../src/simulate/simulator.ts";
import { limbsOf } from "../vectors.ts";

/** A beat's signals by their names behind the channel's: `{ addr: 16n, prot: 0n }`. */
export type Beat = Readonly<Record<string, bigint>>;

interface Signal {
  readonly field: string;
  readonly port: string;
  readonly limbs: number;
}

/** A rule of AXI that a design broke. */
export class AxiProtocolError extends Error {
  override readonly name = "AxiProtocolError";
}

/**
 * One AXI channel of a running design, driven and watched tick by tick. What the design gives is held to the rules of
 * valid: once high, it and the beat stay until ready.
 */
export class Channel {
  readonly name: string;
  readonly #simulator: Simulator;
  readonly #valid: string;
  readonly #ready: string;
  readonly #signals: readonly Signal[];
  /** What was offered in the tick before and not taken. */
  #refused: Beat | undefined;

  /** `name` is the stream's: `s_axi_aw`, `m_axis_t`. */
  constructor(simulator: Simulator, name: string) {
    const stream = simulator.top.streams.find((each) => each.name === name);
    if (stream === undefined) throw new Error(`no channel ${name} in ${simulator.top.name}`);
    this.name = name;
    this.#simulator = simulator;
    this.#valid = stream.valid;
    this.#ready = stream.ready;
    this.#signals = signalsOf(simulator, stream);
  }

  /** Offers a beat to the design, or none. */
  offer(beat: Beat | undefined): void {
    this.#simulator.poke(this.#valid, Uint32Array.of(Number(beat !== undefined)));
    for (const { field, port, limbs } of this.#signals)
      if (beat !== undefined) this.#simulator.poke(port, limbsOfValue(beat[field] ?? 0n, limbs));
  }

  /** Sets ready of a channel that the design gives beats to. */
  accept(ready: boolean): void {
    this.#simulator.poke(this.#ready, Uint32Array.of(Number(ready)));
  }

  /** The beat that moves at the end of this tick. @throws AxiProtocolError */
  moved(): Beat | undefined {
    const bit = (port: string): boolean => this.#simulator.peek(port)[0] === 1;
    const beat = bit(this.#valid) ? this.#beat() : undefined;
    const moves = beat !== undefined && bit(this.#ready);
    const before = this.#refused;
    if (
      before !== undefined &&
      (beat === undefined || this.#signals.some(({ field }) => beat[field] !== before[field]))
    )
      throw new AxiProtocolError(
        `${this.name} in tick ${String(this.#simulator.ticks)}: ${beat === undefined ? "valid fell" : "the beat changed"} before ready`,
      );
    this.#refused = moves ? undefined : beat;
    return moves ? beat : undefined;
  }

  #beat(): Beat {
    return Object.fromEntries(
      this.#signals.map(({ field, port }) => [field, valueOfLimbs(this.#simulator.peek(port))]),
    );
  }
}

function signalsOf({ top }: Simulator, { payload }: StreamPort): readonly Signal[] {
  return payload.map(({ path, port }) => {
    const type = top.ports.find(({ name }) => name === port)?.type;
    if (type === undefined) throw new Error(`no port ${port} in ${top.name}`);
    return { field: path.join("_"), port, limbs: limbsOf(widthOf(type)) };
  });
}

function limbsOfValue(value: bigint, limbs: number): Uint32Array {
  return Uint32Array.from({ length: limbs }, (_, i) => Number((value >> BigInt(32 * i)) & 0xffff_ffffn));
}

function valueOfLimbs(limbs: Uint32Array): bigint {
  return limbs.reduceRight((value, limb) => (value << 32n) | BigInt(limb), 0n);
}
