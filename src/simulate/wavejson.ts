/** A timing diagram as WaveDrom reads it: https://github.com/wavedrom/schema. */
export interface WaveJson {
  readonly signal: readonly WaveLane[];
  readonly head?: { readonly tick: number };
}

export interface WaveLane {
  readonly name: string;
  /** One character per tick: a level, `=` where a value begins, `.` where nothing changes. */
  readonly wave: string;
  /** Texts of the values, in order. */
  readonly data?: readonly string[];
}

/** A signal's texts, one per tick. */
export interface Lane {
  readonly name: string;
  readonly level: boolean;
  readonly texts: readonly string[];
}

/** Lanes of equal length under a clock, as WaveJSON. `first` is the number of the first tick. */
export function waveJson(lanes: readonly Lane[], first: number): WaveJson {
  const ticks = lanes[0]?.texts.length ?? 0;
  return {
    signal: [{ name: "clk", wave: ticks === 0 ? "" : `p${".".repeat(ticks - 1)}` }, ...lanes.map(laneOf)],
    head: { tick: first },
  };
}

function laneOf({ name, level, texts }: Lane): WaveLane {
  const changes = texts.map((text, i) => text !== texts[i - 1]);
  const wave = texts.map((text, i) => (changes[i] === true ? (level ? text : "=") : ".")).join("");
  if (level) return { name, wave };
  return { name, wave, data: texts.filter((_, i) => changes[i] === true) };
}
