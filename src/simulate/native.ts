import { known } from "./flatten.ts";
import type { Net } from "./flatten.ts";
import { generate } from "./generate.ts";
import type { CheckSite, FailureSlot, Program } from "./generate.ts";
import { chunksOf, limbsFor, pack, slotsOf, unpack } from "./layout.ts";
import type { Chunk } from "./layout.ts";
import type { Simulator, SimulatorOptions, StreamResult, StreamRun } from "./simulator.ts";
import { runStreams } from "./streams.ts";
import { VcdWriter } from "./vcd.ts";
import { Recording } from "./waveform.ts";
import type { WaveformRequest } from "./waveform.ts";
import type { WaveJson } from "./wavejson.ts";
import { SluiceError } from "../error.ts";
import { typeName, widthOf } from "../ir/index.ts";
import type { Design, Module, Port, Type } from "../ir/index.ts";

/** The simulator that needs no tool: runs code generated from the IR. */
export interface NativeSimulator extends Simulator {
  readonly kind: "native";
  /** Type of every signal by its path below the top: `acc`, `u_fifo.count`. */
  signals(): ReadonlyMap<string, Type>;
  /** Any signal's value now, combinational logic settled, by its path. */
  inspect(path: string): Uint32Array;
  /** From now on keeps the values of these signals (default: the ports of the top) for `waveform`. */
  watch(paths?: readonly string[]): void;
  /** Draws what was watched, as text. */
  waveform(request?: WaveformRequest): string;
  /** What was watched, as a timing diagram for WaveDrom. */
  timingDiagram(request?: WaveformRequest): WaveJson;
  /** How often each cover point was met, by its path. */
  covered(): Record<string, number>;
}

/** Generates and starts a simulation of `design`. Throws SluiceError where an external module has no model. */
export function createNativeSimulator(design: Design, options: SimulatorOptions = {}): NativeSimulator {
  return new GeneratedSimulator(generate(design), options);
}

/** A port of the top as slots. */
interface PortAccess {
  readonly port: Port;
  readonly chunks: readonly Chunk[];
  readonly limbs: number;
}

class GeneratedSimulator implements NativeSimulator {
  readonly kind = "native";
  readonly top: Module;
  #ticks = 0;
  readonly #program: Program;
  readonly #ports = new Map<string, PortAccess>();
  readonly #nets: ReadonlyMap<string, Net>;
  /** Period in ticks, by clock. */
  readonly #periods: readonly number[];
  readonly #clockOf: ReadonlyMap<string, number>;
  /** Something that combinational logic may depend on has changed. */
  #stale = true;
  #closed = false;
  #recording: Recording | undefined;
  readonly #vcd: VcdWriter | undefined;

  constructor(program: Program, { periods = {}, trace }: SimulatorOptions) {
    const { top } = program.flat;
    this.#program = program;
    this.top = top.module;
    this.#periods = periodsOf(top.module, periods);
    this.#clockOf = new Map(top.module.domains.map(({ name }, clock) => [name, clock]));
    for (const port of top.module.ports) {
      const chunks = chunksOf(port.type, known(top.nets, port.name).slot);
      this.#ports.set(port.name, { port, chunks, limbs: limbsFor(widthOf(port.type)) });
    }
    this.#nets = new Map(
      program.flat.instances.flatMap(({ path, nets }) =>
        [...nets].map(([name, net]) => [path === "" ? name : `${path}.${name}`, net]),
      ),
    );
    if (trace !== undefined) this.#vcd = new VcdWriter(trace, program.flat, program.slots, this.#periods);
  }

  get ticks(): number {
    return this.#ticks;
  }

  reset(ticks = 2): void {
    this.#setResets(true);
    this.step(ticks);
    this.#setResets(false);
  }

  #setResets(active: boolean): void {
    for (const { reset, resetActive } of this.top.domains)
      if (reset !== undefined && this.#ports.has(reset))
        this.poke(reset, Uint32Array.of(active === (resetActive === "high") ? 1 : 0));
  }

  poke(name: string, value: Uint32Array): void {
    this.#checkOpen();
    const { port, chunks, limbs } = this.#port(name);
    if (port.direction !== "in" || port.role === "clock")
      throw new SluiceError("not-an-input", `${name} cannot be driven from outside`, {
        where: name,
        hint: port.role === "clock" ? "clocks run by themselves: use step" : "it is an output: use peek",
      });
    const spare = 32 * limbs - widthOf(port.type);
    if (value.length !== limbs || (spare > 0 && (value[limbs - 1] ?? 0) >>> (32 - spare) !== 0))
      throw new SluiceError(
        "value-out-of-range",
        `${name} is ${typeName(port.type)}; the value has other bits`,
        {
          where: name,
          hint: `give ${String(limbs)} limbs of 32 bits, unused bits 0`,
        },
      );
    if (unpack(value, 0, chunks, this.#program.slots)) this.#stale = true;
  }

  peek(name: string): Uint32Array {
    const { chunks, limbs } = this.#port(name);
    return this.#read(chunks, limbs);
  }

  inspect(path: string): Uint32Array {
    const { type, slot } = this.#net(path);
    return this.#read(chunksOf(type, slot), limbsFor(widthOf(type)));
  }

  #read(chunks: readonly Chunk[], limbs: number): Uint32Array {
    this.#checkOpen();
    this.#settle();
    const value = new Uint32Array(limbs);
    pack(this.#program.slots, chunks, value, 0);
    return value;
  }

  signals(): ReadonlyMap<string, Type> {
    return new Map([...this.#nets].map(([path, { type }]) => [path, type]));
  }

  step(ticks = 1): void {
    this.#checkOpen();
    for (let i = 0; i < ticks; i++) {
      this.#settle();
      this.#edge();
    }
  }

  run(request: StreamRun): StreamResult {
    this.#checkOpen();
    const { slots, flat } = this.#program;
    return runStreams(
      {
        top: this.top,
        nets: flat.top.nets,
        slots,
        clockOf: (domain) => known(this.#clockOf, domain),
        rises: (clock) => this.#rises(clock),
        settle: () => {
          this.#stale = true;
          this.#settle();
        },
        edge: () => {
          this.#edge();
        },
      },
      request,
    );
  }

  watch(paths?: readonly string[]): void {
    const chosen = paths ?? this.top.ports.filter(({ role }) => role !== "clock").map(({ name }) => name);
    const watched = chosen.map((path) => ({ path, net: this.#net(path) }));
    this.#recording = new Recording(watched, this.#ticks);
  }

  waveform(request: WaveformRequest = {}): string {
    return this.#watched().draw(request);
  }

  timingDiagram(request: WaveformRequest = {}): WaveJson {
    return this.#watched().diagram(request);
  }

  #watched(): Recording {
    if (this.#recording !== undefined) return this.#recording;
    throw new SluiceError("nothing-watched", "no signals were watched, so there is no waveform", {
      hint: "call watch() before the ticks that the waveform should show",
    });
  }

  covered(): Record<string, number> {
    const { covers, coverCounts } = this.#program;
    return Object.fromEntries(covers.map((site, i) => [pathOf(this.top, site), coverCounts[i] ?? 0]));
  }

  close(): void {
    if (this.#closed) return;
    this.#settle();
    this.#closed = true;
    this.#vcd?.finish(this.#ticks);
  }

  #settle(): void {
    if (!this.#stale) return;
    const { settle, resets, commit, slots } = this.#program;
    settle();
    // An asynchronous reset acts without a clock, and may in turn cause another.
    const done = new Set<number>();
    for (;;) {
      const next = resets.findIndex(
        ({ reset: { asynchronous, net, active } }, i) =>
          asynchronous && !done.has(i) && slots[net.slot] === active,
      );
      const action = resets[next];
      if (action === undefined) break;
      done.add(next);
      action.apply();
      commit[action.clock]?.();
      settle();
    }
    this.#stale = false;
  }

  /** Ends the tick: the clocks that are due rise at once. Signals are settled. */
  #edge(): void {
    const { compute, commit, failures, slots } = this.#program;
    this.#recording?.sample(slots);
    this.#vcd?.sample(this.#ticks);
    for (let clock = 0; clock < compute.length; clock++) if (this.#rises(clock)) compute[clock]?.();
    for (const failure of failures) if (slots[failure.slot] !== 0) this.#onFailure(failure);
    for (let clock = 0; clock < commit.length; clock++) if (this.#rises(clock)) commit[clock]?.();
    this.#ticks++;
    this.#stale = true;
  }

  #rises(clock: number): boolean {
    const period = this.#periods[clock] ?? 1;
    return period === 1 || (this.#ticks + 1) % period === 0;
  }

  #onFailure({ slot, clock, reset }: FailureSlot): void {
    const { slots, checks } = this.#program;
    if (!this.#rises(clock)) return;
    if (reset !== undefined && slots[reset.net.slot] === reset.active) return;
    const site = checks[(slots[slot] ?? 0) - 1];
    if (site === undefined) return;
    this.#abandonEdge();
    const { check } = site;
    const { file, line, column } = check.loc;
    const place = `${file}:${String(line)}:${String(column)}`;
    const [code, what] =
      check.kind === "assume" ? ["assumption-failed", "assumption"] : ["assertion-failed", "assertion"];
    throw new SluiceError(code, `${what} failed: ${check.message}`, {
      where: `${pathOf(this.top, site)}, ${place}, tick ${String(this.#ticks)}`,
    });
  }

  /** Forgets what was computed for the edge: the design stands as before it. */
  #abandonEdge(): void {
    const { slots, flat, logs } = this.#program;
    for (const { slot, type, next } of flat.nets) {
      if (next === undefined) continue;
      slots.copyWithin(next.slot, slot, slot + slotsOf(type));
      if (next.flag !== undefined) slots[next.flag] = 0;
    }
    for (const log of logs) log[0] = 0;
    this.#stale = true;
  }

  #port(name: string): PortAccess {
    const access = this.#ports.get(name);
    if (access !== undefined) return access;
    throw new SluiceError("unknown-port", `${this.top.name} has no port called ${name}`, {
      where: name,
      hint: `its ports: ${[...this.#ports.keys()].join(", ")}`,
    });
  }

  #net(path: string): Net {
    const net = this.#nets.get(path);
    if (net !== undefined) return net;
    throw new SluiceError("unknown-signal", `${this.top.name} has no signal with the path ${path}`, {
      where: path,
      hint: "signals() lists all paths, e.g. acc or u_fifo.count",
    });
  }

  #checkOpen(): void {
    if (this.#closed) throw new SluiceError("simulator-closed", "the simulation was closed");
  }
}

function pathOf(top: Module, { check, instance: { path } }: CheckSite): string {
  return [top.name, ...(path === "" ? [] : [path]), check.label].join(".");
}

function periodsOf({ domains, name }: Module, periods: Readonly<Record<string, number>>): number[] {
  const names = domains.map((domain) => domain.name);
  for (const [domain, period] of Object.entries(periods)) {
    if (!names.includes(domain))
      throw new SluiceError("unknown-domain", `${name} has no clock domain called ${domain}`, {
        where: domain,
        hint: `its clock domains: ${names.join(", ")}`,
      });
    if (!Number.isInteger(period) || period < 1)
      throw new SluiceError("bad-period", `a period is a whole number of ticks, not ${String(period)}`, {
        where: domain,
      });
  }
  return names.map((domain) => periods[domain] ?? 1);
}
