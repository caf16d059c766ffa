import {
  AxiProtocolError,
  LiteMaster,
  packetBeats,
  PacketReceiver,
  Sender,
  type Beat,
} from "../../sim/axi/index.ts";
import { buildModel, VerilatorSimulator } from "../../sim/verilator/index.ts";
import { SluiceError } from "../error.ts";
import { loadAxiBuild } from "../flow/index.ts";
import { Random } from "../random.ts";
import type { Simulator } from "../simulate/simulator.ts";

export interface BoardOptions {
  /** A folder that `sluice build --interface axi` has written. */
  readonly dir: string;
  /** Probability that a side of a stream or of AXI4-Lite does nothing in a cycle; default 0. */
  readonly stall?: number | undefined;
  /** Of the stalls; default 1. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Frames that wait in the DMA before the one that is being sent has gone. */
const sendRoom = 2;

/** Cycles after which an AXI4-Lite access without an answer is given up. */
const accessLimit = 10_000;

/**
 * An accelerator with AXI interfaces as a host sees it on a board: registers over AXI4-Lite, and a DMA at either stream,
 * which sends packets one after the other and takes a result only where one was asked for. All channels are held to the
 * rules of AXI. Time passes while registers are accessed and in `run`.
 */
export class SimulatedBoard {
  readonly #simulator: Simulator;
  readonly #bus: LiteMaster;
  readonly #frames: Sender;
  readonly #results: PacketReceiver;
  readonly #busBytes: number;
  readonly #stall: number;
  /** Beats of each packet that is not sent yet. */
  #sending: number[] = [];
  #armed = 0;
  #taken = 0;

  constructor(
    simulator: Simulator,
    { busBytes, stall = 0, seed = 1 }: { busBytes: number } & Pick<BoardOptions, "stall" | "seed">,
  ) {
    simulator.reset();
    const random = new Random(seed);
    this.#simulator = simulator;
    this.#busBytes = busBytes;
    this.#stall = stall;
    this.#bus = new LiteMaster(simulator, "s_axi", random);
    this.#frames = new Sender(simulator, "s_axis_t", random);
    this.#results = new PacketReceiver(simulator, "m_axis_t", { random, busBytes });
    const { aw, w, b, ar, r } = this.#bus;
    for (const channel of [aw, w, b, ar, r, this.#frames]) channel.stall = stall;
  }

  /** Cycles since power-up. */
  get cycles(): number {
    return this.#simulator.ticks;
  }

  /** @throws SluiceError `register-refused`, `register-hung`, `axi-protocol`. */
  read(offset: number): number {
    this.#bus.read(offset);
    return Number(this.#answered("r", offset)["data"]);
  }

  /** @throws as `read`. */
  write(offset: number, value: number): void {
    this.#bus.write(offset, value);
    this.#answered("b", offset);
  }

  /** Queues a packet; false where too many wait. */
  send(bytes: Uint8Array): boolean {
    if (this.#sending.length >= sendRoom) return false;
    const beats = packetBeats([...bytes], this.#busBytes);
    this.#frames.push(...beats);
    this.#sending.push(beats.length);
    return true;
  }

  /** Lets so many more results come. */
  arm(results: number): void {
    this.#armed += results;
  }

  /** Lets at most so many cycles pass; fewer where a packet was sent or a result came. @throws SluiceError `axi-protocol`. */
  run(cycles: number): void {
    const [packets, sending] = [this.#results.packets.length, this.#sending.length];
    for (let cycle = 0; cycle < cycles; cycle++) {
      this.#tick();
      if (this.#results.packets.length > packets || this.#sending.length < sending) return;
    }
  }

  /** The results that came since the last call. */
  take(): readonly Uint8Array[] {
    const fresh = this.#results.packets.slice(this.#taken);
    this.#taken += fresh.length;
    return fresh.map(({ bytes }) => Uint8Array.from(bytes));
  }

  close(): void {
    this.#simulator.close();
  }

  #answered(channel: "b" | "r", offset: number): Beat {
    for (let cycle = 0; cycle < accessLimit; cycle++) {
      const beat = this.#tick()[channel];
      if (beat === undefined) continue;
      if (beat["resp"] === 0n) return beat;
      throw new SluiceError("register-refused", "the accelerator answers with an error", {
        where: `register at 0x${offset.toString(16)}`,
        hint: "there is no such register, or it cannot be written",
      });
    }
    throw new SluiceError("register-hung", `no answer for ${accessLimit} cycles`, {
      where: `register at 0x${offset.toString(16)}`,
    });
  }

  /** A cycle; what moves on AXI4-Lite in it. */
  #tick(): ReturnType<LiteMaster["observe"]> {
    const packets = this.#results.packets.length;
    this.#results.stall = this.#armed > 0 ? this.#stall : 1;
    this.#bus.drive();
    this.#frames.drive();
    this.#results.drive();
    try {
      const moves = this.#bus.observe();
      if (this.#frames.observe() !== undefined) this.#beatSent();
      this.#results.observe();
      this.#armed -= this.#results.packets.length - packets;
      this.#simulator.step();
      return moves;
    } catch (cause) {
      if (!(cause instanceof AxiProtocolError)) throw cause;
      throw new SluiceError("axi-protocol", cause.message, { cause });
    }
  }

  #beatSent(): void {
    const [left = 0, ...rest] = this.#sending;
    this.#sending = left > 1 ? [left - 1, ...rest] : rest;
  }
}

/**
 * Compiles the RTL of a build and powers it up.
 *
 * @throws SluiceErrors of the folder, the tools and the simulation.
 */
export async function openBoard({ dir, stall, seed, signal }: BoardOptions): Promise<SimulatedBoard> {
  const { design, busWidth } = loadAxiBuild(dir);
  const library = await buildModel(design, signal === undefined ? {} : { abort: signal });
  return new SimulatedBoard(new VerilatorSimulator(library), { busBytes: busWidth / 8, stall, seed });
}
