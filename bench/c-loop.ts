/** What the two benches of the software reference share: a bit-packed C loop as their rival. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { infer, type Network } from "../src/network/index.ts";
import { median, now, row, since, type Row } from "./measure.ts";

const rounds = 7;

export interface Loop {
  /** A C program that reads its first argument, writes a class per image to its second and prints its CPU seconds. */
  readonly source: string;
  /** What it reads. */
  readonly parts: readonly ArrayBufferView[];
}

/** Images per CPU second of the reference, from pixels to classes, and of the loop, by turns; both must name the same classes. */
export function againstLoop(network: Network, pixels: Uint8Array, images: number, loop: Loop): Row {
  const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  try {
    const program = join(folder, "loop");
    const [input, output] = [`${program}.in`, `${program}.out`];
    writeFileSync(`${program}.c`, loop.source);
    execFileSync("gcc", ["-O3", "-march=native", "-o", program, `${program}.c`]);
    const bytes = loop.parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength));
    writeFileSync(input, Buffer.concat(bytes));
    const rates = Array.from({ length: rounds }, () => {
      const start = now();
      const { labels } = infer(network, pixels);
      const reference = images / since(start).cpu;
      const rival = images / Number(execFileSync(program, [input, output], { encoding: "utf8" }));
      if (!Buffer.from(labels).equals(readFileSync(output)))
        throw new Error(`${network.name}: the classes differ`);
      return { reference, rival };
    });
    return row({
      bench: "reference",
      what: `${network.name.toUpperCase()}, from pixels to classes`,
      unit: "images/CPU s",
      sluice: median(rates.map(({ reference }) => reference)),
      rival: { name: "C loop on packed bits", value: median(rates.map(({ rival }) => rival)) },
      better: "higher",
      goal: { ratioAtLeast: 0.3 },
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
