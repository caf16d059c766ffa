import { expect, test } from "vitest";
import { simulatorsOf } from "../../sim/simulators.ts";
import { sampleSimulator, type Stimulus } from "../../sim/vectors.ts";
import { elaborate } from "../../src/hdl/index.ts";
import { Random } from "../../src/random.ts";
import { weightRom, type WeightRomParams } from "./weight-rom.ts";

const random = new Random(17);

/** Few words have columns that are alike, constant or a bit of the address. */
const roms = [2, 3, 4, 7, 16, 25, 32].flatMap((count) =>
  [1, 2, 31, 75].map((width): WeightRomParams => ({
    words: Array.from({ length: count }, () => random.bits(width)),
    width,
  })),
);

test("every word at its address, from a ROM and from LUT6_2", { timeout: 300_000 }, async () => {
  const designs = roms.map((params) => elaborate(weightRom(params)));
  for (const view of ["plain", "implementation"] as const)
    for (const kind of ["native", "verilator"] as const)
      for (const [i, start] of (await simulatorsOf(designs, kind, { view })).entries()) {
        const words = roms[i]?.words ?? [];
        const stimulus: Stimulus = {
          ticks: words.length,
          inputs: { address: Uint32Array.from(words.keys()) },
        };
        const simulator = start();
        const { word } = sampleSimulator(simulator, stimulus);
        const read = words.map((_, row) => wordOf(word ?? new Uint32Array(), row, roms[i]?.width ?? 0));
        expect(read).toEqual(words);
        simulator.close();
      }
});

/** A sample, least significant 32 bits first. */
function wordOf(samples: Uint32Array, row: number, width: number): bigint {
  const size = Math.ceil(width / 32);
  return samples
    .subarray(row * size, (row + 1) * size)
    .reduceRight((word, limb) => (word << 32n) | BigInt(limb), 0n);
}
