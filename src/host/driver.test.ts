import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { runTool } from "../../sim/process.ts";
import { bridgePython, runPytest } from "../cocotb/index.ts";
import { encode, type Input } from "../network/index.ts";
import { encodeFrames } from "../plan/index.ts";
import { Random } from "../random.ts";
import { serveBoard } from "./serve.ts";
import type { SimulatedBoard } from "./board.ts";

const driver = fileURLToPath(new URL("../../host", import.meta.url));

// pytest runs once, for all of them, before vitest gets to know what there is.
const results = await runPytest({ path: join(driver, "tests") });

describe.each([...Map.groupBy(results, ({ file }) => basename(file))])("%s", (_, own) => {
  test.each(own)("$name", ({ status, failure }) => {
    expect({ status, failure }).toEqual({ status: "passed", failure: null });
  });
});

/** Frames of these images as the driver makes them, in hexadecimal. */
async function framesOfDriver(input: Input, images: readonly Uint8Array[], bytes: number): Promise<string[]> {
  const script = `
import json, sys
sys.path.insert(0, ${JSON.stringify(driver)})
from sluice_host.frames import FrameCodec
given = json.loads(sys.argv[1])
codec = FrameCodec({"input": given["input"], "readout": {"kind": "argmax", "classes": 10}}, given["bytes"], 10)
print("\\n".join(codec.encode(bytes.fromhex(image)).hex() for image in given["images"]))
`;
  const given = JSON.stringify({
    input,
    bytes,
    images: images.map((image) => Buffer.from(image).toString("hex")),
  });
  const { stdout } = await runTool({
    command: await bridgePython(),
    args: ["-c", script, given],
    cwd: tmpdir(),
  });
  return stdout.trim().split("\n");
}

const inputs: readonly (readonly [Input, frameBytes: number])[] = [
  [{ shape: [5, 7], encoding: "binary-threshold", threshold: 77, bits: 40 }, 5],
  [{ shape: [28, 28], encoding: "binary-threshold", threshold: 128, bits: 832 }, 104],
  [{ shape: [4, 8, 3], encoding: "signed-8bit" }, 96],
];

test.each(inputs)("the driver packs %j as encodeFrames does", async (input, bytes) => {
  const random = new Random(3);
  const size = input.shape.reduce((product, length) => product * length, 1);
  const images = Array.from({ length: 8 }, () => Uint8Array.from({ length: size }, () => random.below(256)));
  const packed = images.map((image) => {
    // A beat of the whole frame is its bytes.
    const limbs = encodeFrames(encode(image, input), { width: 8 * bytes, beats: 1 });
    return Buffer.from(limbs.buffer).subarray(0, bytes).toString("hex");
  });
  expect(await framesOfDriver(input, images, bytes)).toEqual(packed);
});

test.each([
  "",
  "{",
  "[]",
  '{"run": 0}',
  '{"read": -4}',
  '{"send": "0"}',
  '{"write": 4}',
  '{"read": 0, "arm": 1}',
])("a board answers %j with an error", async (line) => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const board = { cycles: 5, take: () => [] } as unknown as SimulatedBoard;
  input.end(`${line}\n`);
  await serveBoard(board, input, output);
  const [ready, answer] = (output.read() as Buffer).toString().trim().split("\n");
  expect(JSON.parse(ready ?? "")).toEqual({ cycles: 5, results: [] });
  expect(JSON.parse(answer ?? "")).toMatchObject({ error: { code: "bad-request" } });
});
