import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SluiceError } from "../error.ts";
import { generateComponent, type GenerateResult } from "./index.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-generate-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

let count = 0;

function generate(generator: string, ...parameters: readonly string[]): Promise<GenerateResult> {
  return generateComponent({ generator, parameters, out: join(folder, String(count++)) });
}

test("writes the files that it names", async () => {
  const { top, dir, files, parameters } = await generate("fifo", "depth=16", "kind=vec4xuint3");
  expect(top).toBe("fifo_distributed_16x12");
  expect(parameters).toEqual({ kind: "vec4xuint3", depth: "16" });
  expect((await readdir(dir)).sort()).toEqual(["assertions", `${top}.sv`, `${top}.sv.map`]);
  const assertions = await readdir(join(dir, "assertions"));
  expect(assertions.sort()).toEqual([`${top}_assertions.sv`, `${top}_checked.sv`]);
  expect(files.toSorted()).toEqual([
    ...assertions.map((name) => `assertions/${name}`),
    ...[`${top}.sv`, `${top}.sv.map`],
  ]);
  expect(await readFile(join(dir, `${top}.sv`), "utf8")).toMatch(/input {2}logic \[11:0\] x_payload/);
});

test("takes kinds by name", async () => {
  const { top, dir } = await generate("join", "kinds=a:bool,b:sint9");
  const text = await readFile(join(dir, `${top}.sv`), "utf8");
  expect(text).toMatch(/input {2}logic +x_a_payload/);
  expect(text).toMatch(/input {2}logic signed \[8:0\] +x_b_payload/);
});

test("takes weights and thresholds from files", async () => {
  const weights = join(folder, "weights.json");
  const thresholds = join(folder, "thresholds.json");
  await writeFile(weights, JSON.stringify(["10000000", "01000000"]));
  await writeFile(thresholds, JSON.stringify([3, 5]));
  const files = [`weights=@${weights}`, `thresholds=@${thresholds}`];
  const { top, dir } = await generate("mvtu", ...files, "pe=1", "simd=8");
  // Character c of a row is its column c, and column 0 is the least significant bit.
  // Above the weights, what a threshold is short of the greatest.
  expect(await readFile(join(dir, `${top}_weight_rom.mem`), "utf8")).toBe("201\n002\n");
});

test("random weights depend on the seed alone", async () => {
  const memory = async (seed: number): Promise<string> => {
    const { top, dir } = await generate("mvu", ...[`weights=random:${String(seed)}:8x16`, "pe=2", "simd=4"]);
    return readFile(join(dir, `${top}_weight_rom.mem`), "utf8");
  };
  expect(await memory(1)).toBe(await memory(1));
  expect(await memory(1)).not.toBe(await memory(2));
});

interface Mistake {
  readonly of: readonly [generator: string, ...parameters: string[]];
  readonly code: string;
  readonly message: string;
  readonly hint: RegExp;
}

const unit = ["mvtu", "pe=4", "simd=8"] as const;

const mistakes: Readonly<Record<string, Mistake>> = {
  "an unknown generator": {
    of: ["fifi"],
    code: "unknown-generator",
    message: 'there is no generator "fifi"',
    hint: /fifo/,
  },
  "missing parameters": {
    of: ["fifo", "style=block"],
    code: "missing-parameter",
    message: "fifo needs kind, depth",
    hint: /^depth: a whole number from 1 to \d+ \(required\)$/m,
  },
  "an unknown parameter": {
    of: ["fifo", "dept=16"],
    code: "unknown-parameter",
    message: 'fifo has no parameter "dept"',
    hint: /^depth: a whole number from 1 to/m,
  },
  "a parameter twice": {
    of: ["fifo", "depth=16", "depth=17"],
    code: "bad-parameter",
    message: "depth is given twice",
    hint: /depth: a whole number/,
  },
  "no assignment": {
    of: ["fifo", "depth"],
    code: "bad-parameter",
    message: '"depth" is not of the form name=value',
    hint: /depth: a whole number/,
  },
  "a number below its limit": {
    of: ["fifo", "kind=bool", "depth=0"],
    code: "bad-parameter",
    message: "depth cannot be 0",
    hint: /from 1 to/,
  },
  "no number": {
    of: ["fifo", "kind=bool", "depth=1e3"],
    code: "bad-parameter",
    message: 'depth cannot be "1e3"',
    hint: /whole number/,
  },
  "a choice that is none": {
    of: ["fifo", "kind=bool", "depth=4", "style=flipflop"],
    code: "bad-parameter",
    message: 'style cannot be "flipflop"',
    hint: /one of .*distributed/,
  },
  "a kind that is none": {
    of: ["fifo", "kind=float32", "depth=4"],
    code: "bad-parameter",
    message: 'kind cannot be "float32"',
    hint: /vec4xuint3/,
  },
  "weights that are ragged": {
    of: [...unit, "thresholds=[1,2]", 'weights=["01","0"]'],
    code: "bad-parameter",
    message: "weights is not a matrix of 0 and 1",
    hint: /rows/,
  },
  "weights of a wrong random form": {
    of: [...unit, "thresholds=[1,2]", "weights=random:1"],
    code: "bad-parameter",
    message: "weights has a random form that does not fit it",
    hint: /random:SEED:ROWSxCOLUMNS/,
  },
  "a file that is not there": {
    of: [...unit, "weights=random:1:8x16", "thresholds=@/nowhere.json"],
    code: "bad-parameter",
    message: "thresholds names a file that cannot be read: no such file or directory",
    hint: /@file\.json/,
  },
  "what is not JSON": {
    of: [...unit, "weights=random:1:8x16", "thresholds=[1,"],
    code: "bad-parameter",
    message: "thresholds is not JSON",
    hint: /JSON array/,
  },
  "numbers that are none": {
    of: [...unit, "weights=random:1:8x16", 'thresholds=["1"]'],
    code: "bad-parameter",
    message: "thresholds is not such an array",
    hint: /JSON array of whole numbers/,
  },
  "what the generator itself refuses": {
    of: ["mvtu", "weights=random:1:8x16", "thresholds=random:2:8:17", "pe=3", "simd=8"],
    code: "folding-does-not-divide",
    message: "PE = 3 does not divide the 8 rows (neurons)",
    hint: /1, 2, 4, 8/,
  },
};

describe("refuses, and says what is expected,", () => {
  test.for(Object.entries(mistakes))(
    "%s",
    async ([
      ,
      {
        of: [generator, ...parameters],
        code,
        message,
        hint,
      },
    ]) => {
      const out = join(folder, "refused");
      const error: unknown = await generateComponent({ generator, parameters, out }).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(SluiceError);
      expect(error).toMatchObject({ code, message, hint: expect.stringMatching(hint) as string });
      expect(await readdir(folder)).not.toContain("refused");
    },
  );
});
