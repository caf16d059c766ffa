import type { Net } from "./flatten.ts";
import { chunksOf, limbsFor, pack } from "./layout.ts";
import type { Chunk } from "./layout.ts";
import { format } from "./values.ts";
import { waveJson } from "./wavejson.ts";
import type { Lane, WaveJson } from "./wavejson.ts";
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

/** A tick is drawn at most this wide; a longer value is cut where it does not stay for more ticks. */
const MAX_WIDTH = 20;

export interface Watched {
  readonly path: string;
  readonly net: Net;
}

interface Track extends Watched {
  readonly chunks: readonly Chunk[];
  /** One value per tick. */
  readonly values: Uint32Array[];
}

/** Values of some signals, tick by tick, drawn as text. */
export class Recording {
  readonly #start: number;
  readonly #tracks: readonly Track[];

  constructor(watched: readonly Watched[], start: number) {
    this.#start = start;
    this.#tracks = watched.map(({ path, net }) => ({
      path,
      net,
      chunks: chunksOf(net.type, net.slot),
      values: [],
    }));
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
   * marked by a bar. A tick is as wide as what has to be written in it.
   */
  draw(request: WaveformRequest): string {
    const { first, count, lanes } = this.#lanes(request);
    const ticks = Array.from({ length: count }, (_, i) => String(first + i));
    const rows = lanes.map(({ name, level, texts }) => ({ path: name, level, runs: runsOf(texts) }));
    const widths = columnWidths(
      ticks,
      rows.flatMap(({ runs, level }) => (level ? [] : runs)),
    );
    const names = Math.max(4, ...rows.map(({ path }) => path.length));
    const ruler = ticks.map((tick, i) => tick.padEnd(widths[i] ?? 0)).join("");
    return [
      `${"tick".padEnd(names)}  ${ruler}`.trimEnd(),
      ...rows.map(({ path, runs, level }) => {
        const drawn = runs.map((run) => (level ? drawLevel : drawValue)(run.text, widthOfRun(run, widths)));
        return `${path.padEnd(names)}  ${drawn.join("")}${level ? "" : "│"}`;
      }),
    ].join("\n");
  }

  /** The same as a timing diagram for WaveDrom. */
  diagram(request: WaveformRequest): WaveJson {
    const { first, lanes } = this.#lanes(request);
    return waveJson(lanes, first);
  }

  /** What a request asks for: texts of `count` ticks from `first` on. */
  #lanes({ signals, from = this.#start, to = Infinity }: WaveformRequest): {
    readonly first: number;
    readonly count: number;
    readonly lanes: readonly Lane[];
  } {
    const tracks = signals?.map((path) => this.#track(path)) ?? this.#tracks;
    const first = Math.max(from, this.#start);
    const last = Math.min(to, this.#start + (this.#tracks[0]?.values.length ?? 0));
    const count = Math.max(0, last - first);
    const lanes = tracks.map(({ path, net: { type }, values }) => {
      const shown = values.slice(first - this.#start, first - this.#start + count);
      return {
        name: path,
        level: type.kind === "bool",
        texts: shown.map((value) => format(type, value)),
      };
    });
    return { first, count, lanes };
  }

  #track(path: string): Track {
    const track = this.#tracks.find((candidate) => candidate.path === path);
    if (track !== undefined) return track;
    throw new SluiceError("not-watched", `${path} was not watched`, {
      where: path,
      hint: `watched: ${this.#tracks.map((candidate) => candidate.path).join(", ")}`,
    });
  }
}

/** A value and for which ticks it stays, counted from the first one shown. */
interface Run {
  readonly text: string;
  readonly start: number;
  end: number;
}

function runsOf(texts: readonly string[]): Run[] {
  const runs: Run[] = [];
  for (const [i, text] of texts.entries()) {
    const last = runs.at(-1);
    if (last?.text === text) last.end = i + 1;
    else runs.push({ text, start: i, end: i + 1 });
  }
  return runs;
}

/** Columns wide enough for the tick numbers, and for every value and its bar where it begins. */
function columnWidths(ticks: readonly string[], runs: readonly Run[]): number[] {
  const widths = ticks.map((tick) => tick.length + 1);
  for (const run of runs) {
    const missing = run.text.length + 1 - widthOfRun(run, widths);
    const width = widths[run.start] ?? 0;
    if (missing > 0) widths[run.start] = Math.max(width, Math.min(width + missing, MAX_WIDTH));
  }
  return widths;
}

function widthOfRun({ start, end }: Run, widths: readonly number[]): number {
  return widths.slice(start, end).reduce((sum, width) => sum + width, 0);
}

function drawLevel(text: string, width: number): string {
  return (text === "1" ? "▔" : "▁").repeat(width);
}

function drawValue(text: string, width: number): string {
  const space = width - 1;
  return `│${(text.length <= space ? text : `${text.slice(0, space - 1)}…`).padEnd(space)}`;
}
