/**
 * A small seeded generator of random numbers (splitmix32), for tests, benches and stall patterns.
 * The same seed gives the same sequence everywhere; it is not meant for secrets.
 */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** The next 32 random bits, 0 to 2^32 - 1. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }

  /** A number from 0 to `limit` - 1; `limit` is at most 2^32. */
  below(limit: number): number {
    return Math.floor(this.float() * limit);
  }

  /** A number from 0 (included) to 1 (excluded), in steps of 2^-32. */
  float(): number {
    return this.next() / 2 ** 32;
  }

  /** `count` random bits, from one up to any number of them. */
  bits(count: number): bigint {
    let value = 0n;
    for (let have = 0; have < count; have += 32) value |= BigInt(this.next()) << BigInt(have);
    return BigInt.asUintN(count, value);
  }
}
