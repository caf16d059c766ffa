import type { Net } from "./flatten.ts";
import { chunksOf, limbsFor, pack } from "./layout.ts";
import type { Chunk } from "./layout.ts";
import { format } from "./values.ts";
import { SluiceError } from "../error.ts";
import { widthOf } from "../ir/index.ts";

export interface WaveformRequest {
  /** Paths of watched signals, top row first; all where not given. */
  readonly signals?: readonly string[];
  /** First tick shown. */
  readonly from?: number;
  /** One past the last tick shown. */
  readonly to?: number;
}

/** Longest value that widens the columns; longer ones are cut where their run of ticks is too short. */
const MAX_CELL = 12;

interface Track {
  readonly net: Net;
  readonly chunks: readonly Chunk[];
  /** One value per tick. */
  readonly values: Uint32Array[];
}

/** Values of some signals, tick by tick, drawn as text. */
export class Recording {
  readonly #start: number;
  readonly #tracks: readonly Track[];

  constructor(nets: readonly Net[], start: number) {
    this.#start = start;
    this.#tracks = nets.map((net) => ({ net, chunks: chunksOf(net.type, net.slot), values: [] }));
  }

  sample(slots: Int32Array): void {
    for (const { net, chunks, values } of this.#tracks) {
      const value = new Uint32Array(limbsFor(widthOf(net.type)));
      pack(slots, chunks, value, 0);
      const before = values.at(-1);
      // Most values stay: keep one copy.
      values.push(before?.every((limb, i) => limb === value[i]) === true ? before : value);
    }
  }

  /**
   * One row per signal under a ruler of ticks. Bools are drawn as levels; of others the value stands where it begins,
   * marked by a bar.
   */
  draw({ signals, from = this.#start, to = Infinity }: WaveformRequest): string {
    const tracks = signals?.map((path) => this.#track(path)) ?? this.#tracks;
    const first = Math.max(from, this.#start);
    const last = Math.min(to, this.#start + (this.#tracks[0]?.values.length ?? 0));
    const ticks = Math.max(0, last - first);
    const rows = tracks.map(({ net, values }) => {
      const shown = values.slice(first - this.#start, first - this.#start + ticks);
      return { net, runs: runsOf(shown.map((value) => format(net.type, value))) };
    });
    const cell = cellWidth(rows.filter(({ net }) => net.type.kind !== "bool").flatMap(({ runs }) => runs));
    const names = Math.max(4, ...rows.map(({ net }) => net.path.length));
    const lines = rows.map(({ net, runs }) => {
      const drawn = net.type.kind === "bool" ? levels(runs, cell) : buses(runs, cell);
      return `${net.path.padEnd(names)}  ${drawn}`;
    });
    return [`${"tick".padEnd(names)}  ${ruler(first, ticks, cell)}`.trimEnd(), ...lines].join("\n");
  }

  #track(path: string): Track {
    const track = this.#tracks.find(({ net }) => net.path === path);
    if (track !== undefined) return track;
    throw new SluiceError("not-watched", `${path} was not watched`, {
      where: path,
      hint: `watched: ${this.#tracks.map(({ net }) => net.path).join(", ")}`,
    });
  }
}

/** A value and for how many ticks it stays. */
interface Run {
  readonly text: string;
  readonly ticks: number;
}

function runsOf(texts: readonly string[]): Run[] {
  const runs: { text: string; ticks: number }[] = [];
  for (const text of texts) {
    const last = runs.at(-1);
    if (last?.text === text) last.ticks++;
    else runs.push({ text, ticks: 1 });
  }
  return runs;
}

/** The narrowest column in which every value fits behind its bar. */
function cellWidth(runs: readonly Run[]): number {
  const needed = runs.map(({ text, ticks }) => Math.ceil((text.length + 1) / ticks));
  return Math.min(MAX_CELL, Math.max(2, ...needed));
}

function levels(runs: readonly Run[], cell: number): string {
  return runs.map(({ text, ticks }) => (text === "1" ? "▔" : "▁").repeat(ticks * cell)).join("");
}

function buses(runs: readonly Run[], cell: number): string {
  const drawn = runs.map(({ text, ticks }) => {
    const space = ticks * cell - 1;
    return `│${(text.length <= space ? text : `${text.slice(0, space - 1)}…`).padEnd(space)}`;
  });
  return `${drawn.join("")}│`;
}

/** Tick numbers over their columns, as many as fit. */
function ruler(first: number, ticks: number, cell: number): string {
  const every = Math.ceil((String(first + ticks).length + 1) / cell);
  let text = "";
  for (let i = 0; i < ticks; i += every) text += String(first + i).padEnd(every * cell);
  return text;
}
