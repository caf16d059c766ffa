import type { Random } from "../../src/random.ts";

/** The decisions that made a design: numbers drawn in order, and parts that drew on their own. */
export interface Decisions {
  readonly values: readonly number[];
  readonly parts: readonly Decisions[];
}

interface Made {
  readonly values: number[];
  readonly parts: Made[];
}

const none: Decisions = { values: [], parts: [] };

/**
 * Where a generator takes its decisions from: random numbers, or decisions that were made before and perhaps
 * simplified since. Where those are used up every draw is 0, which generators take for the simplest choice, so that
 * any tree of decisions makes a legal design; that is what the shrinker lives on.
 */
export class Choices {
  /** Everything drawn so far: gives the same design again. */
  readonly made: Decisions;
  readonly #source: Random | undefined;
  #given: Decisions;
  #frame: Made;

  constructor(source: Random | Decisions, made: Made = { values: [], parts: [] }) {
    this.made = made;
    this.#frame = made;
    this.#source = "parts" in source ? undefined : source;
    this.#given = "parts" in source ? source : none;
  }

  /** A number from 0 to `limit` - 1. */
  below(limit: number): number {
    const drawn = this.#source?.below(limit) ?? this.#given.values[this.#frame.values.length] ?? 0;
    const value = Math.min(drawn, limit - 1);
    this.#frame.values.push(value);
    return value;
  }

  /** True once in `count` times. */
  oneIn(count: number): boolean {
    return this.below(count) === count - 1;
  }

  pick<T>(items: readonly [T, ...(readonly T[])]): T {
    return items[this.below(items.length)] ?? items[0];
  }

  /** One of any number of items, or undefined where there are none. */
  any<T>(items: readonly T[]): T | undefined {
    return items.length === 0 ? undefined : items[this.below(items.length)];
  }

  /** `width` random bits, corner cases as often as any others. */
  pattern(width: number): bigint {
    const all = (1n << BigInt(width)) - 1n;
    switch (this.below(6)) {
      case 0:
        return 0n;
      case 1:
        return 1n & all;
      case 2:
        return all;
      case 3:
        return 1n << BigInt(width - 1);
      case 4:
        return all >> 1n;
      default: {
        let value = 0n;
        for (let have = 0; have < width; have += 32) value = (value << 32n) | BigInt(this.below(2 ** 32));
        return value & all;
      }
    }
  }

  /** Draws inside `body` belong together: they can be simplified without a shift in those outside. */
  part<T>(body: () => T): T {
    const [given, frame] = [this.#given, this.#frame];
    const own: Made = { values: [], parts: [] };
    this.#given = given.parts[frame.parts.length] ?? none;
    this.#frame = own;
    frame.parts.push(own);
    try {
      return body();
    } finally {
      this.#given = given;
      this.#frame = frame;
    }
  }

  /** `min` to `max` items, each a part: a part taken away is an item less. */
  list<T>(min: number, max: number, item: (index: number) => T): T[] {
    return this.part(() => {
      const wanted =
        this.#source === undefined ? this.#given.parts.length : min + this.#source.below(max - min + 1);
      const count = Math.min(max, Math.max(min, wanted));
      return Array.from({ length: count }, (_, index) => this.part(() => item(index)));
    });
  }

  /** A part to draw from later. */
  later(): Choices {
    const own: Made = { values: [], parts: [] };
    const given = this.#given.parts[this.#frame.parts.length] ?? none;
    this.#frame.parts.push(own);
    return new Choices(this.#source ?? given, own);
  }
}
