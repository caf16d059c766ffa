import { writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PassThrough, Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { serve } from "../../src/cocotb/serve.ts";
import { serveBoard } from "../../src/host/serve.ts";
import type { SimulatedBoard } from "../../src/host/board.ts";
import { collect } from "../../src/implement/sweep/results.ts";
import { readSweep, runFolder, runsOf } from "../../src/implement/sweep/description.ts";
import { isSynthesisRun } from "../../src/implement/synthesis-run.ts";
import { emit } from "../../src/emit/index.ts";
import { elaborate } from "../../src/hdl/index.ts";
import { fileLimits, readBytes, readJson, readLooseText } from "../../src/files.ts";
import { sha256 } from "../../src/flow/manifest.ts";
import { appendSurvey, openJournal } from "../../src/flow/explore.ts";
import { frontAround, loadExplored } from "../../src/flow/front.ts";
import { loadImages } from "../../src/flow/images.ts";
import { classify, verifyBuild } from "../../src/flow/index.ts";
import { addMeasured } from "../../src/flow/report.ts";
import { readRtl } from "../../src/flow/verify.ts";
import { constructComponent } from "../../src/generate/index.ts";
import { surveyCommands } from "../../src/implement/survey.ts";
import { rtlOfFolder, targetKind } from "../../src/implement/target.ts";
import { readRun, writeRun } from "../../src/implement/vivado/folder.ts";
import {
  drcReports,
  powerReports,
  timingReports,
  utilizationReports,
} from "../../src/implement/vivado/reports/public-reports.fixture.ts";
import {
  readDesignRules,
  readPower,
  readTimingSummary,
  readUtilization,
} from "../../src/implement/vivado/reports/index.ts";
import { readResults } from "../../src/implement/vivado/results.ts";
import { sampleReports, tinyBuild } from "../../src/implement/vivado/vivado.fixture.ts";
import {
  cnv,
  infer,
  loadBnnPynq,
  loadNetwork,
  operations,
  parseNetwork,
  pixelsPerImage,
  randomNetwork,
  readCifar10,
  readIdx,
  serializeNetwork,
  type Network,
} from "../../src/network/index.ts";
import { randomLayers } from "../../src/network/random-layers.fixture.ts";
import {
  loadBoard,
  loadFolding,
  plan,
  planFor,
  targetOf,
  usualBudget,
  wholeBoard,
} from "../../src/plan/index.ts";
import { cnvReport } from "../../src/report/cnv.fixture.ts";
import { renderReport } from "../../src/report/index.ts";
import type { Entry, Tree } from "./mutations.ts";

/** Something that reads files of users. */
export interface Target {
  /** Source files whose reading it tries. */
  readonly reads: readonly string[];
  /** How many of all inputs it gets, in proportion to the others. */
  readonly share: number;
  /** Inputs that are as they should be. `scratch` is an empty folder. */
  readonly bases: (scratch: string) => Promise<readonly Tree[]> | readonly Tree[];
  /** Makes what an input says of its own files right again, so that what lies behind that check is reached. */
  readonly seal?: (folder: string) => void;
  /** It writes into its input. */
  readonly writes?: boolean;
  /** Reads an input. What it throws has to be a SluiceError. */
  readonly read: (folder: string, out: string) => Promise<void> | void;
}

function text(content: string): Entry {
  return { kind: "file", bytes: Buffer.from(content) };
}

function bytes(content: Uint8Array): Entry {
  return { kind: "file", bytes: content };
}

const one = (name: string, entry: Entry): Tree => new Map([[name, entry]]);

/** What reaches a reader of text that opens no file. */
function contentOf(path: string): string {
  try {
    return readLooseText(path, fileLimits.description);
  } catch {
    return "";
  }
}

/** The manifest of a build, with the checksums that its files have. */
function sealManifest(folder: string): void {
  const path = join(folder, "manifest.json");
  try {
    const manifest = readJson(path) as { files: Record<string, string> };
    for (const name of Object.keys(manifest.files))
      manifest.files[name] = sha256(readBytes(join(folder, name), fileLimits.text));
    writeFileSync(path, JSON.stringify(manifest));
  } catch {
    // It is none any more.
  }
}

async function treeOf(folder: string): Promise<Tree> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      files.map(async (path): Promise<[string, Entry]> => [
        path.slice(folder.length + 1),
        bytes(await readFile(path)),
      ]),
    ),
  );
}

function idx(sizes: readonly number[], fill = 7): Uint8Array {
  const fields = sizes.flatMap((size) => [size >>> 24, (size >>> 16) & 255, (size >>> 8) & 255, size & 255]);
  const length = sizes.reduce((product, size) => product * size, 1);
  return Uint8Array.from([0, 0, 8, sizes.length, ...fields, ...new Array<number>(length).fill(fill)]);
}

const tiny = randomNetwork({ name: "tiny", shape: [16, 16, 4], seed: 3 });
const squares: Network = { ...tiny, input: { ...tiny.input, shape: [4, 4] } };
const colours = cnv({ seed: 1 });
const tinyFolding = { dense0: { pe: 2, simd: 4 }, dense1: { pe: 1, simd: 4 } };
const foldingText = (layers: unknown): string =>
  JSON.stringify({ format: "sluice-folding", version: 1, layers });

/** What a network says of a grey image, and the RTL of it folded as far as can be, where that is no work. */
function tryNetwork(network: Network): void {
  if (operations(network) > 1e7 || pixelsPerImage(network.input) > 1e5) return;
  infer(network, new Uint8Array(pixelsPerImage(network.input)).fill(128));
  if (operations(network) > 1e5 || pixelsPerImage(network.input) > 1e3) return;
  const layers = network.layers.filter((layer) => "weights" in layer);
  const folding = Object.fromEntries(layers.map(({ name }) => [name, { pe: 1, simd: 1 }]));
  emit(elaborate(plan(network, folding).hardware));
}

function expectSame(a: string, b: string): void {
  if (a !== b) throw new Error("what was read is written otherwise");
}

/** A small network of layers of all kinds. */
function ofLayers(seed: number): Network {
  return { ...randomLayers(seed), readout: { kind: "argmax", classes: 2 }, labels: ["no", "yes"] };
}

export const targets = {
  model: {
    reads: ["src/network/model-file.ts"],
    share: 200,
    bases: () =>
      [tiny, squares, ...[3, 5, 8].map(ofLayers)].map((network) =>
        one("model.json", text(serializeNetwork(network))),
      ),
    read: (folder) => {
      const network = loadNetwork(join(folder, "model.json"));
      const written = serializeNetwork(network);
      expectSame(serializeNetwork(parseNetwork(written, "again")), written);
      tryNetwork(network);
    },
  },
  "bnn-pynq": {
    reads: ["src/network/bnn-pynq.ts"],
    share: 2,
    bases: () => {
      const pes = [32, 64, 32, 16];
      const names = pes.flatMap((pe, layer) =>
        Array.from({ length: pe }, (_, unit) => [
          `${layer}-${unit}-weights.bin`,
          `${layer}-${unit}-thres.bin`,
        ]).flat(),
      );
      // Words that a file lacks are 0.
      return [new Map(names.map((name) => [name, bytes(new Uint8Array(16).fill(5))]))];
    },
    read: (folder) => {
      tryNetwork(loadBnnPynq(folder));
    },
  },
  idx: {
    reads: ["src/network/images.ts", "src/flow/images.ts"],
    share: 150,
    bases: () => {
      const labels = bytes(idx([3], 1));
      return [
        new Map([
          ["images", bytes(idx([3, 4, 4]))],
          ["labels", labels],
        ]),
        new Map([
          ["images", bytes(gzipSync(idx([3, 4, 4, 1])))],
          ["labels", labels],
        ]),
      ];
    },
    read: (folder) => {
      const [images, labels] = [join(folder, "images"), join(folder, "labels")];
      const loaded = loadImages(squares, { images, labels });
      if (loaded.pixels.length !== 16 * loaded.frames) throw new Error("other pixels than images");
      readIdx(images);
    },
  },
  cifar10: {
    reads: ["src/network/cifar10.ts"],
    share: 60,
    bases: () => {
      const records = Uint8Array.from({ length: 2 * 3073 }, (_, i) => (i % 3073 === 0 ? 6 : i % 251));
      return [one("images", bytes(records)), one("images", bytes(gzipSync(records)))];
    },
    read: (folder) => {
      const images = join(folder, "images");
      const { pixels, frames } = loadImages(colours, { images });
      if (pixels.length !== 3072 * frames) throw new Error("other pixels than images");
      readCifar10(images);
    },
  },
  picture: {
    reads: ["src/network/picture.ts"],
    share: 60,
    bases: async () => {
      const { default: sharp } = await import("sharp");
      const raw = { width: 9, height: 7, channels: 3 as const };
      const picture = (): ReturnType<typeof sharp> => sharp(new Uint8Array(189).fill(90), { raw });
      const formats = [
        picture().png(),
        picture().jpeg(),
        picture().webp(),
        picture().gif(),
        picture().tiff(),
      ];
      const made = await Promise.all(formats.map((format) => format.toBuffer()));
      return made.map((content) => one("picture", bytes(content)));
    },
    read: async (folder) => {
      const model = join(folder, "..", "squares.json");
      await classify({ model, image: join(folder, "picture") });
    },
  },
  folding: {
    reads: ["src/plan/folding.ts"],
    share: 120,
    bases: () => [one("fold.json", text(foldingText(tinyFolding)))],
    read: (folder) => {
      plan(tiny, loadFolding(join(folder, "fold.json")));
    },
  },
  build: {
    reads: ["src/flow/manifest.ts", "src/flow/verify.ts", "src/flow/report.ts"],
    share: 40,
    bases: async (scratch) => [await treeOf(await tinyBuild(scratch))],
    seal: sealManifest,
    read: async (folder) => {
      readRtl(folder);
      await verifyBuild({
        dir: folder,
        simulator: "native",
        frames: 1,
        images: join(folder, "..", "vectors"),
      });
    },
  },
  run: {
    reads: ["src/implement/vivado/folder.ts", "src/implement/build-rtl.ts"],
    share: 60,
    bases: async (scratch) => {
      const build = await tinyBuild(scratch);
      const out = join(scratch, "run");
      const { folder } = await writeRun({ build, strategy: "default", ooc: true, out });
      return [await treeOf(build), one("run.json", text(await readFile(join(folder, "run.json"), "utf8")))];
    },
    seal: sealManifest,
    read: async (folder, out) => {
      if ((await readdir(folder)).includes("run.json")) readRun(folder);
      else await writeRun({ build: folder, strategy: "quick", ooc: true, out: join(out, "run") });
    },
  },
  reports: {
    reads: ["src/implement/vivado/results.ts"],
    share: 80,
    bases: async (scratch) => {
      const numbers = { slack: -0.5, from: "dense0/a/C", to: "dense1/b/D" };
      return [await treeOf(await sampleReports(scratch, "tiny", numbers))].map(
        (tree) => new Map([...tree].map(([name, entry]) => [`reports/${name}`, entry])),
      );
    },
    read: (folder) => {
      readResults(folder, "tiny", [{ name: "dense0", unit: "mvtu" }]);
    },
  },
  "public-reports": {
    reads: ["src/implement/vivado/results.ts"],
    share: 40,
    bases: () =>
      [utilizationReports, timingReports, powerReports, drcReports].flatMap((reports) =>
        Object.values(reports).map((report: { readonly text: string }) => one("report", text(report.text))),
      ),
    read: (folder) => {
      const report = contentOf(join(folder, "report"));
      const readers = { report_utilization: readUtilization, report_timing_summary: readTimingSummary };
      const others = { report_power: readPower, report_drc: readDesignRules };
      const [, read] =
        Object.entries({ ...readers, ...others }).find(([name]) => report.includes(name)) ?? [];
      read?.(report, "report");
    },
  },
  board: {
    reads: ["src/plan/board.ts"],
    share: 60,
    bases: async () => [
      await treeOf(loadBoard("zc706").folder),
      await treeOf(loadBoard("adm-pcie-8k5").folder),
    ],
    read: (folder) => {
      const board = loadBoard(folder);
      plan(tiny, tinyFolding, targetOf(board));
      const budget = { ...wholeBoard, ...usualBudget };
      planFor(tiny, {}, { board, clockMHz: board.clockMHz, budget });
    },
  },
  front: {
    reads: ["src/flow/front.ts"],
    share: 8,
    bases: () => {
      const point = {
        cyclesPerFrame: 8192,
        fps: 24414,
        latencyCycles: 38022,
        cost: { lut: 9, ff: 2, bram36: 1, dsp: 0 },
      };
      const slower = { ...point, cyclesPerFrame: 9000, fps: 22222 };
      const front = { model: cnvReport.model, board: cnvReport.board, clockMHz: 200, front: [point, slower] };
      return [one("front.json", text(JSON.stringify(front)))];
    },
    read: async (folder) => {
      await renderReport({ plan: cnvReport, front: frontAround(cnvReport, loadExplored(folder)) });
    },
  },
  journal: {
    reads: ["src/flow/explore.ts"],
    share: 60,
    writes: true,
    bases: async (scratch) => {
      const { path } = await openJournal(scratch, "key");
      for (const interval of [64, 128, 256]) await appendSurvey(path, survey(interval));
      return [one("surveys.jsonl", text(await readFile(path, "utf8")))];
    },
    read: async (folder) => {
      const { surveys } = await openJournal(folder, "key");
      for (const found of surveys) expectSame(JSON.stringify(found), JSON.stringify(survey(found.interval)));
    },
  },
  page: {
    reads: ["src/flow/report.ts"],
    share: 30,
    writes: true,
    bases: async (scratch) => [
      one("report.html", (await treeOf(await tinyBuild(scratch))).get("report.html") ?? text("")),
    ],
    read: async (folder) => {
      const compared = { predicted: 1, measured: 1 };
      const speeds = { cyclesPerFrame: compared, latencyCycles: compared, fps: 1, clockMHz: 1, lanes: 1 };
      const wrong = { mismatches: 0, timingMismatches: 0, changedFiles: [], waves: [], accuracy: null };
      const what = { model: "m", board: "b", simulator: "native" as const, frames: 1 };
      await addMeasured(folder, { ...what, ...speeds, ...wrong }, undefined);
    },
  },
  parameters: {
    reads: ["src/generate/values.ts"],
    share: 60,
    bases: () => [
      new Map([
        ["weights.json", text(JSON.stringify(["01100110", "11110000", "10101010", "00000001"]))],
        ["thresholds.json", text("[3, 4, 5, 0]")],
      ]),
    ],
    read: async (folder) => {
      const [weights, thresholds] = ["weights.json", "thresholds.json"].map(
        (name) => `@${join(folder, name)}`,
      );
      const parameters = [`weights=${weights ?? ""}`, `thresholds=${thresholds ?? ""}`, "pe=2", "simd=4"];
      await constructComponent({ generator: "mvtu", parameters });
    },
  },
  cocotb: {
    reads: ["src/cocotb/serve.ts", "src/cocotb/service.ts", "src/cocotb/json.ts"],
    share: 120,
    bases: () => {
      const fifo = { kind: "generator", name: "fifo", parameters: { kind: "uint8", depth: 3 } };
      const unit = {
        kind: "generator",
        name: "mvtu",
        parameters: { weights: "random:1:4x8", thresholds: [1, 2, 3, 4], pe: 2, simd: 4 },
      };
      const pool = {
        kind: "generator",
        name: "max-pool",
        parameters: { height: 4, width: 4, channels: 2, pe: 1, kernel: [2, 2] },
      };
      const converter = { kind: "generator", name: "width-converter", parameters: { from: 6, to: 9 } };
      const select = {
        kind: "generator",
        name: "label-select",
        parameters: { classes: 5, width: 3, pe: 2, outputs: 6 },
      };
      return [
        [fifo, [1, 2, 255]],
        [unit, [1, 15, 3, 4]],
        [pool, [0, 1, 0, 1]],
        [converter, [1, 2, 63]],
        [
          select,
          [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
        ],
      ].map(([design, x]) =>
        one("request", text(JSON.stringify({ id: "1", method: "reference", design, inputs: { x } }))),
      );
    },
    read: async (folder) => {
      const request = contentOf(join(folder, "request"));
      const answer = (await serve(request)) as
        { readonly error?: { readonly code: string; readonly message: string } } | undefined;
      if (answer?.error?.code === "internal-error") throw new Error(answer.error.message);
    },
  },
  rtl: {
    reads: ["src/implement/target.ts"],
    share: 40,
    bases: () => [
      new Map([
        ["top.sv", text('module top (input logic clk);\n  initial $readmemh("top.mem", m);\nendmodule\n')],
        ["top.mem", text("0\n")],
      ]),
    ],
    read: async (folder) => {
      if ((await targetKind(folder)) === "folder") surveyCommands(rtlOfFolder(folder).files, undefined);
    },
  },
  sweep: {
    reads: ["src/implement/sweep/description.ts", "src/implement/synthesis-run.ts"],
    share: 40,
    bases: () => {
      const area = { lut: 10, lutPaired: 9, lutram: 0, ff: 3, bram36: 0, dsp: 0, carry: 1 };
      const result = { ...area, tool: "Yosys", top: "tiny", hierarchy: "flat", depthNs: 3, modules: [] };
      const { lut, ff, bram36, dsp } = area;
      const planned = { cyclesPerFrame: 64, latencyCycles: 99, fps: 1e6, lut, ff, bram36, dsp };
      const point = { board: "zc706", clockMHz: 200, goal: "--cycles 64", strategy: null };
      const made = { kind: "made", run: "run1", folding: "foldings/a.json", planned };
      const refused = { kind: "refused", code: "goal-out-of-reach", message: "too fast" };
      const points = [made, refused].map((outcome) => ({ ...point, outcome }));
      const sweep = { format: "sluice-sweep", version: 1, tool: "yosys", model: "tiny", points };
      const run = { format: "sluice-synthesis", version: 1, key: "0", top: "tiny", family: "xc7" };
      const files = { "sweep.json": sweep, "runs/run1/result.json": result, "runs/run1/run.json": run };
      return [new Map(Object.entries(files).map(([name, value]) => [name, text(JSON.stringify(value))]))];
    },
    read: (folder) => {
      const description = readSweep(folder);
      const points = collect(folder, description, new Map());
      for (const run of runsOf(description)) isSynthesisRun(runFolder(folder, run));
      if (points.length !== description.points.length) throw new Error("points are missing");
    },
  },
  host: {
    reads: ["src/host/serve.ts"],
    share: 30,
    bases: () => {
      const requests = [{ read: 16 }, { write: 16, value: 1 }, { send: "00ff12" }, { arm: 1 }, { run: 1000 }];
      return requests.map((request) => one("request.json", text(JSON.stringify(request))));
    },
    read: async (folder) => {
      const [none, yes] = [(): number => 0, (): boolean => true];
      const board = { cycles: 0, read: none, write: none, arm: none, run: none, send: yes, take: () => [] };
      const input = Readable.from([contentOf(join(folder, "request.json"))]);
      const output = new PassThrough();
      await serveBoard(board as unknown as SimulatedBoard, input, output);
      output.end();
      for await (const line of createInterface({ input: output })) JSON.parse(line);
    },
  },
} satisfies Readonly<Record<string, Target>>;

export type TargetName = keyof typeof targets;

function survey(interval: number) {
  const cost = { lut: 100 + interval, ff: 1, bram36: 0, dsp: 0 };
  const point = { folding: tinyFolding, cyclesPerFrame: interval, latencyCycles: 2 * interval, cost };
  return { interval, candidates: 3, points: [point] };
}

/** Files beside every input, which are never changed. */
export const besides: Tree = new Map([
  ["squares.json", text(serializeNetwork(squares))],
  ["vectors", bytes(idx([1, 16]))],
]);

/** Files that read nothing from outside of Sluice, and why it needs no trying. */
export const ownReaders: Readonly<Record<string, string>> = {
  "scripts/build.ts": "reads the repo to package it",
  "scripts/doc-blocks.ts": "reads the repo's documents",
  "scripts/docs.ts": "reads the repo's documents",
  "scripts/setup.mjs": "reads the repo's lists of packages",
  "sim/cocotb/build.ts": "reads what Verilator has just written",
  "sim/verilator/build.ts": "reads what Verilator has just written",
  "sim/places.ts": "reads the source maps of a design in memory",
  "src/cli/main.ts": "reads the version of the package",
  "src/cocotb/run-tests.ts": "reads what its own pytest and vitest have just written",
  "src/files.ts": "is what the readers read with",
  "src/flow/host-driver.ts": "reads the package's own Python files",
  "src/prove/prove.ts": "reads what Yosys and z3 have just written",
  "src/generate/catalog.ts": "reads the package's own catalogue",
  "src/implement/log.ts": "reads the end of the log of a tool that runs",
  "src/implement/synthesize.ts": "reads what Yosys has written, from the cache",
  "src/implement/vivado/run.ts": "looks for messages in Vivado's log",
  "src/implement/yosys.ts": "reads the log of the Yosys that has just run",
  "src/implement/yowasp.ts": "hands the files of its folder to Yosys",
};
