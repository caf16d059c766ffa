import type { Module } from "../ir/index.ts";

/**
 * One running design: the surface that the native simulator and Verilator (sim/verilator) share, so that the same
 * test drives either and one conformance suite holds both to the same behaviour.
 *
 * Values are bit patterns in 32-bit limbs, least significant limb first, ceil(width / 32) limbs, unused bits 0.
 *
 * Time is counted in ticks. Every clock domain rises at the end of each tick whose number plus one is a multiple of
 * the domain's period; with the default period of 1 a tick is a cycle of every clock. Within a tick: pokes take
 * effect, combinational logic settles, peeks see it; then the edge.
 */
export interface Simulator {
  readonly kind: "native" | "verilator";
  /** The top module: its ports and streams. */
  readonly top: Module;
  /** Ticks since power-up. */
  readonly ticks: number;
  /** Holds every reset active for `ticks` ticks (default 2), then releases it. Inputs keep their values. */
  reset(ticks?: number): void;
  poke(port: string, value: Uint32Array): void;
  /** The port's value now, combinational logic settled. Also reads top-level inputs back. */
  peek(port: string): Uint32Array;
  step(ticks?: number): void;
  /** Moves whole streams; the loop over cycles runs inside the simulator. */
  run(request: StreamRun): StreamResult;
  close(): void;
}

export interface SimulatorOptions {
  /** Period of each clock domain in ticks; 1 where not given. */
  readonly periods?: Readonly<Record<string, number>>;
  /** Waveform file to write: VCD from the native simulator, FST from Verilator. */
  readonly trace?: string;
}

/**
 * Random stalls of one stream. Every tick of the stream's clock draws once from a xorshift32 (13, 17, 5) seeded with
 * `(seed * 0x9e3779b1) >>> 0 || 1`; the state after the step, as uint32, below floor(probability * 2^32) means stall.
 * A stalled input does not raise valid in that cycle (but a raised valid holds until taken); a stalled output holds
 * ready low.
 */
export interface Stall {
  readonly probability: number;
  readonly seed: number;
}

export interface StreamRun {
  /** By stream name: beats to push, limbs of one beat after the other (payload leaves concatenated, first leaf least significant). */
  readonly inputs: Readonly<Record<string, { readonly beats: Uint32Array; readonly stall?: Stall }>>;
  /** By stream name: how many beats to take. */
  readonly outputs: Readonly<Record<string, { readonly count: number; readonly stall?: Stall }>>;
  /** Gives up after this many ticks without a transfer on any stream (default 100,000): the result then has `hung`. */
  readonly idleLimit?: number;
}

export interface StreamTiming {
  /** Beats transferred. */
  readonly count: number;
  /** Tick, from 0 at the start of the run, of the transfer of every beat. */
  readonly stamps: Uint32Array;
}

/** The run ends when every input is pushed and every output is taken, or when it hangs. */
export interface StreamResult {
  readonly ticks: number;
  readonly hung: boolean;
  readonly inputs: Readonly<Record<string, StreamTiming>>;
  readonly outputs: Readonly<Record<string, StreamTiming & { readonly beats: Uint32Array }>>;
}
