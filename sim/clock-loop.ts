import { SluiceError } from "../src/error.ts";
import type { StreamPort } from "../src/ir/index.ts";
import type { Simulator, Stall } from "../src/simulate/simulator.ts";
import { StallPattern } from "../src/simulate/streams.ts";
import type { Codec } from "./beats.ts";

/** Something that `await` holds up until beats have moved. */
interface Waiter {
  /** Beats moved on the stream, since power-up, when it is done. */
  readonly until: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Runs the clock for as long as someone waits for a stream. Ticks run in one go until a waiter is done; then its
 * continuation runs, which may push, poke or wait again, before the next tick.
 */
export class ClockLoop {
  readonly simulator: Simulator;
  readonly #periods: Readonly<Record<string, number>>;
  readonly #idleLimit: number;
  readonly #drivers: StreamDriver[] = [];
  #scheduled = false;
  #idleTicks = 0;

  constructor(simulator: Simulator, periods: Readonly<Record<string, number>>, idleLimit: number) {
    this.simulator = simulator;
    this.#periods = periods;
    this.#idleLimit = idleLimit;
  }

  add<D extends StreamDriver>(driver: D): D {
    this.#drivers.push(driver);
    return driver;
  }

  step(ticks: number): void {
    for (let i = 0; i < ticks; i++) this.#tick();
  }

  /** Lowers every valid and ready, so that streams can be moved without the drivers. @throws SluiceError `stream-busy`. */
  release(): void {
    for (const driver of this.#drivers) {
      if (driver.busy)
        throw new SluiceError("stream-busy", `stream ${driver.port.name} still has beats to move`, {
          where: `${this.simulator.top.name}.${driver.port.name}`,
          hint: "await the push or pop first, or reset",
        });
      driver.clear();
    }
  }

  /** Forgets queued beats and gives up what is waited for. */
  clear(): void {
    this.#giveUp(
      () =>
        new SluiceError("stream-cleared", "the testbench was reset or closed while a stream was waited for"),
    );
    for (const driver of this.#drivers) driver.clear();
  }

  /** Runs the clock until every waiter is done. */
  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#idleTicks = 0;
    // After the promises' reactions: all tasks that can go on have done so when the next tick begins.
    setImmediate(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    try {
      while (this.#drivers.some((driver) => driver.waiting)) {
        if (this.#tick()) {
          this.schedule();
          return;
        }
        if (this.#idleTicks >= this.#idleLimit) this.#giveUp((driver) => this.#hung(driver));
      }
    } catch (error) {
      this.#giveUp(() => error);
    }
  }

  /** True when a waiter is done. */
  #tick(): boolean {
    const due = this.#drivers.filter(({ port }) => this.#rises(port.domain));
    for (const driver of due) driver.offer();
    for (const driver of due) driver.observe();
    this.#idleTicks++;
    for (const driver of due) {
      if (!driver.fires()) continue;
      driver.transfer();
      this.#idleTicks = 0;
    }
    this.simulator.step();
    return this.#drivers.map((driver) => driver.settle()).includes(true);
  }

  #rises(domain: string): boolean {
    return (this.simulator.ticks + 1) % (this.#periods[domain] ?? 1) === 0;
  }

  #giveUp(reason: (driver: StreamDriver) => unknown): void {
    for (const driver of this.#drivers) driver.giveUp(reason(driver));
  }

  #hung({ port }: StreamDriver): SluiceError {
    const { name, direction } = port;
    return new SluiceError(
      "stream-hung",
      `${direction === "sink" ? "no beat was taken at" : "no beat came out of"} stream ${name} for ${String(this.#idleLimit)} ticks`,
      {
        where: `${this.simulator.top.name}.${name}, tick ${String(this.simulator.ticks)}`,
        hint: "push more beats, or give a higher idleLimit if the design needs longer",
      },
    );
  }
}

/** Drives one stream of the design, tick by tick, as Simulator.run does. */
abstract class StreamDriver {
  readonly port: StreamPort;
  protected readonly loop: ClockLoop;
  protected readonly codec: Codec;
  protected stalls: StallPattern;
  protected moved = 0;
  /** This side's half of the handshake: valid of an input, ready of an output. */
  protected driven = false;
  #waiters: Waiter[] = [];

  constructor(loop: ClockLoop, port: StreamPort, codec: Codec, stalls: Stall | undefined) {
    this.loop = loop;
    this.port = port;
    this.codec = codec;
    this.stalls = new StallPattern(stalls);
  }

  stall(probability: number, seed: number): void {
    this.stalls = new StallPattern({ probability, seed });
  }

  /** It has beats to move. */
  abstract readonly busy: boolean;

  get waiting(): boolean {
    return this.#waiters.length > 0;
  }

  /** Drives the stream's signals for a tick at whose end its clock rises. */
  abstract offer(): void;
  /** Looks at what the design does with what is driven. @throws SluiceError `stream-protocol`. */
  abstract observe(): void;
  abstract transfer(): void;
  abstract clear(): void;

  /** A beat moves at the end of this tick. */
  fires(): boolean {
    return this.driven && this.loop.simulator.peek(this.answer)[0] === 1;
  }

  /** Resolves the waiters that are done; true when there was one. */
  settle(): boolean {
    const done = this.#waiters.filter(({ until }) => until <= this.moved);
    if (done.length === 0) return false;
    this.#waiters = this.#waiters.filter(({ until }) => until > this.moved);
    for (const { resolve } of done) resolve();
    return true;
  }

  giveUp(reason: unknown): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { reject } of waiters) reject(reason);
  }

  /** Resolves when `until` beats have moved since power-up. */
  protected wait(until: number): Promise<void> {
    if (until <= this.moved) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ until, resolve, reject });
      this.loop.schedule();
    });
  }

  /** Sets this side's half of the handshake. */
  protected drive(value: boolean): void {
    if (value === this.driven) return;
    this.driven = value;
    this.loop.simulator.poke(this.offered, Uint32Array.of(Number(value)));
  }

  /** Port of this side's half of the handshake, and of the other's. */
  protected abstract readonly offered: string;
  protected abstract readonly answer: string;
}

/** The values of a stream into the design. */
export class InputDriver extends StreamDriver {
  #queue: (readonly Uint32Array[])[] = [];
  #holding = false;

  protected override get offered(): string {
    return this.port.valid;
  }

  protected override get answer(): string {
    return this.port.ready;
  }

  override get busy(): boolean {
    return this.#queue.length > 0;
  }

  get pending(): number {
    return this.#queue.length;
  }

  push(beats: unknown): PromiseLike<void> {
    const given = this.codec.isOne(beats) ? [beats] : (beats as readonly unknown[]);
    for (const beat of given) this.#queue.push(this.codec.leaves(beat));
    const until = this.moved + this.#queue.length;
    // Waits only when awaited, so that a push that nobody awaits cannot fail unheard.
    return { then: (done, failed) => this.wait(until).then(done, failed) };
  }

  override offer(): void {
    const stalled = this.stalls.draw();
    if (this.#holding) return;
    const [beat] = this.#queue;
    this.#holding = beat !== undefined && !stalled;
    this.drive(this.#holding);
    if (!this.#holding) return;
    this.port.payload.forEach(({ port }, i) => {
      const leaf = beat?.[i];
      if (leaf !== undefined) this.loop.simulator.poke(port, leaf);
    });
  }

  override observe(): void {
    // Ready may come and go.
  }

  override transfer(): void {
    this.#queue.shift();
    this.#holding = false;
    this.moved++;
  }

  override clear(): void {
    this.#queue = [];
    this.#holding = false;
    this.drive(false);
  }
}

function sameLimbs(a: Uint32Array, b: Uint32Array | undefined): boolean {
  return a.every((limb, i) => limb === b?.[i]);
}

/** The values of a stream out of the design. */
export class OutputDriver extends StreamDriver {
  /** Pops that beats are still missing for, the first asked first. */
  #requests: { readonly count: number; readonly beats: unknown[] }[] = [];
  #asked = 0;
  /** The beat that was offered in the cycle before and not taken. */
  #refused: readonly Uint32Array[] | undefined;

  protected override get offered(): string {
    return this.port.ready;
  }

  protected override get answer(): string {
    return this.port.valid;
  }

  override get busy(): boolean {
    return this.#requests.length > 0;
  }

  async pop(): Promise<unknown> {
    return (await this.popMany(1))[0];
  }

  async popMany(count: number): Promise<unknown[]> {
    const beats: unknown[] = [];
    if (count > 0) this.#requests.push({ count, beats });
    this.#asked += count;
    await this.wait(this.#asked);
    return beats;
  }

  override offer(): void {
    const stalled = this.stalls.draw();
    this.drive(!stalled && this.busy);
  }

  override observe(): void {
    const { simulator } = this.loop;
    const valid = simulator.peek(this.port.valid)[0] === 1;
    const beat = valid ? this.port.payload.map(({ port }) => simulator.peek(port)) : undefined;
    const before = this.#refused;
    if (before !== undefined && beat?.every((leaf, i) => sameLimbs(leaf, before[i])) !== true) {
      throw new SluiceError(
        "stream-protocol",
        `stream ${this.port.name} ${valid ? "changed its payload" : "took valid back"} before the beat was taken`,
        {
          where: `${simulator.top.name}.${this.port.name}, tick ${String(simulator.ticks)}`,
          hint: "once valid is raised, valid and payload have to stay until ready",
        },
      );
    }
    this.#refused = this.driven ? undefined : beat;
  }

  override transfer(): void {
    const { simulator } = this.loop;
    const request = this.#requests[0];
    if (request === undefined) return;
    request.beats.push(this.codec.fromLeaves(this.port.payload.map(({ port }) => simulator.peek(port))));
    if (request.beats.length === request.count) this.#requests.shift();
    this.moved++;
  }

  override giveUp(reason: unknown): void {
    super.giveUp(reason);
    this.#requests = [];
    this.#asked = this.moved;
  }

  override clear(): void {
    this.#requests = [];
    this.#refused = undefined;
    this.#asked = this.moved;
    this.drive(false);
  }
}
