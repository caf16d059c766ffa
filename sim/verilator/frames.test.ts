import { beforeAll, expect, test } from "vitest";
import { Random } from "../../src/random.ts";
import { fifo } from "../designs.fixture.ts";
import { buildModel, buildModels, simulateFrames, VerilatorSimulator, type ModelLibrary } from "./index.ts";

const poison = 12345;
let library: ModelLibrary;

beforeAll(async () => {
  library = await buildModels([fifo(70), fifo(20, poison)]);
}, 180_000);

const random = new Random(3);
const frames = 50;
const perFrame = 7;
const beats = Uint32Array.from(
  Array.from({ length: frames * perFrame }, () => [random.next(), random.next(), random.below(64)]).flat(),
);

test("sharded over processes, frames give what a single run gives", async () => {
  const single = new VerilatorSimulator(library);
  single.reset();
  const expected = single.run({ inputs: { x: { beats } }, outputs: { y: { count: frames * perFrame } } });
  single.close();
  for (const framesPerShard of [1, 8, 50]) {
    const result = await simulateFrames(library, {
      frames,
      inputs: { x: { beats } },
      outputs: { y: { perFrame, stall: { probability: 0.3, seed: 4 } } },
      framesPerShard,
      workers: 2,
    });
    expect(result.outputs["y"]).toEqual(expected.outputs["y"]?.beats);
    expect(result.shards).toHaveLength(Math.ceil(frames / framesPerShard));
    expect(result.shards.reduce((sum, shard) => sum + shard.frames, 0)).toBe(frames);
  }
});

test("an error in a worker is the error here, with the frames it happened in", async () => {
  const bad = new Uint32Array(40);
  bad[25] = poison;
  const run = simulateFrames(library, {
    frames: 40,
    inputs: { x: { beats: bad } },
    outputs: { y: { perFrame: 1 } },
    framesPerShard: 10,
    options: { design: 1 },
  });
  await expect(run).rejects.toMatchObject({
    code: "assertion-failed",
    message: expect.stringMatching(/^frames 20 to 29: fifo\.sv:\d+/) as string,
  });
});

test("a worker that dies is one clear error", async () => {
  const dying = fifo(8);
  const text = dying.files[0]?.text.replace(
    "assign push",
    'always_ff @(posedge clk) if (x_valid) $system("kill -9 $PPID");\n  assign push',
  );
  const deadly = await buildModel({ ...dying, files: [{ name: "fifo.sv", text: text ?? "" }] });
  const run = simulateFrames(deadly, {
    frames: 4,
    inputs: { x: { beats: new Uint32Array(4) } },
    outputs: { y: { perFrame: 1 } },
    workers: 1,
  });
  await expect(run).rejects.toMatchObject({
    code: "worker-died",
    message: "a simulation process was ended by SIGKILL during frames 0 to 3",
  });
});

test("frames that hang, frames that are cut unevenly, an abort", async () => {
  await expect(
    simulateFrames(library, {
      frames: 4,
      inputs: { x: { beats: new Uint32Array(12) } },
      outputs: { y: { perFrame: 2 } },
      framesPerShard: 2,
      workers: 1,
      idleLimit: 50,
    }),
  ).rejects.toMatchObject({
    code: "simulation-hung",
    message: "frames 0 to 1 hang: y gave 2 of 4 beats, then nothing moved",
  });
  await expect(
    simulateFrames(library, { frames: 4, inputs: { x: { beats: new Uint32Array(9) } }, outputs: {} }),
  ).rejects.toMatchObject({ code: "frames-uneven" });
  const abort = new AbortController();
  const endless = simulateFrames(library, {
    frames: 2,
    inputs: {},
    outputs: { y: { perFrame: 1 } },
    idleLimit: 2 ** 32 - 1,
    abort: abort.signal,
  });
  setTimeout(() => {
    abort.abort();
  }, 500);
  await expect(endless).rejects.toMatchObject({ code: "interrupted" });
});
