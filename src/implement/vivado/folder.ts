import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { compiledFiles } from "../../../sim/sources.ts";
import { SluiceError } from "../../error.ts";
import { fileLimits, readJson, readLooseText, reasonOf } from "../../files.ts";
import { writeFolder } from "../../flow/folder.ts";
import { readManifest, sha256, type Manifest } from "../../flow/manifest.ts";
import { loadNetwork } from "../../network/index.ts";
import { costOfPlan, loadBoard, loadFolding, plan, targetOf, type Board } from "../../plan/index.ts";
import { rtlOfBuild } from "../build-rtl.ts";
import { packageContent } from "../package/index.ts";
import {
  blockDesign,
  designScript,
  designTcl,
  designTop,
  hasAxi,
  repositoryFolder,
} from "./block-design/index.ts";
import { boardClockMHz, fullDesign, outOfContext } from "./constraints.ts";
import { portsOf, type Port } from "./ports.ts";
import { runScript, scriptFile } from "./script.ts";
import { strategies, strategyNames, type StrategyName } from "./strategies.ts";

/** Name of the file that says what a run is of. */
const runFile = "run.json";

const Count = z.number().nonnegative();

const Resources = z.object({ lut: Count, ff: Count, bram36: Count, dsp: Count });

const Run = z.object({
  format: z.literal("sluice-implementation"),
  version: z.literal(1),
  /** sha256 of all that the run depends on. */
  key: z.string(),
  model: z.string(),
  top: z.string(),
  board: z.string(),
  part: z.string(),
  clockMHz: z.number().positive(),
  strategy: z.enum(strategyNames),
  ooc: z.boolean(),
  available: Resources,
  cyclesPerFrame: z.int().positive(),
  latencyCycles: z.int().positive(),
  /** What the planner estimates that it takes. */
  planned: Resources,
  stages: z.array(z.object({ name: z.string(), unit: z.string() })),
});

/** What a run is of: all that its results are compared with. */
export type Run = Readonly<z.infer<typeof Run>>;

export interface RunOptions {
  /** A folder that `build` wrote. */
  readonly build: string;
  /** Name, or path of a folder; the one that the accelerator was built for where not given. */
  readonly board?: string | undefined;
  readonly clockMHz?: number | undefined;
  readonly strategy: StrategyName;
  /** The accelerator for itself, without pins. */
  readonly ooc: boolean;
  /** `build/implement/` and a name with the key where not given. */
  readonly out?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Is it the folder of a run, rather than of a build? */
export function isRun(folder: string): boolean {
  return existsSync(join(folder, runFile));
}

/**
 * What a run is of.
 *
 * @throws SluiceError `run-invalid`.
 */
export function readRun(folder: string): Run {
  const where = join(folder, runFile);
  try {
    return Run.parse(readJson(where));
  } catch (cause) {
    throw new SluiceError("run-invalid", `this is not the description of a run: ${reasonOf(cause)}`, {
      where,
      hint: "give the folder of the build: the run's folder will be written anew",
      cause,
    });
  }
}

/**
 * Writes the folder of a run: RTL and memory files, constraints, the script, and what it is of. The folder's key is a
 * hash of these, so that another build, strategy or clock is another folder, and the same ones are the same: then nothing
 * is written, and what is there, checkpoints and reports, is kept.
 *
 * @throws SluiceErrors of the manifest, the board and the output folder, `build-changed`, `top-invalid`,
 * `board-mismatch`, those of the block design and the package, `memory-file-missing`, `file-name-invalid`, those of the ports and constraints, `clock-impossible`,
 * `output-other-run`.
 */
export async function writeRun(options: RunOptions): Promise<{ readonly folder: string; readonly run: Run }> {
  const manifest = readManifest(options.build);
  const files = rtlOfBuild(options.build, manifest);
  const board = loadBoard(options.board ?? manifest.board);
  checkBoard(board, manifest);
  const { strategy, ooc } = options;
  const { top } = manifest;
  const ports = portsOf(files, top);
  const asked = options.clockMHz ?? manifest.clockMHz;
  if (!ooc && hasAxi(ports)) return writeSystemRun(options, { manifest, board, ports, clockMHz: asked });
  const constraints = ooc ? outOfContext(ports, top, asked) : fullDesign(ports, top, board);
  const clockMHz = ooc ? asked : (boardClockMHz(ports, board) ?? asked);
  if (options.clockMHz !== undefined && clockMHz !== options.clockMHz) {
    throw new SluiceError(
      "clock-impossible",
      `the clock of a full design is the board's, ${clockMHz} MHz, not ${options.clockMHz} MHz`,
      { where: "--clock", hint: "--ooc takes any clock" },
    );
  }
  const content = new Map(files.map(({ name, text }) => [`rtl/${name}`, text]));
  content.set("xdc/timing.xdc", constraints);
  const ofBoard = join(board.folder, ooc ? "ooc.xdc" : "full.xdc");
  if (existsSync(ofBoard)) content.set("xdc/board.xdc", textOf(ofBoard));
  const sources = compiledFiles(files).map(({ name }) => `rtl/${name}`);
  content.set(
    scriptFile,
    runScript({
      ...{ top, part: board.part, strategy: strategies[strategy], ooc },
      files: {
        sources,
        memories: files.map(({ name }) => `rtl/${name}`).filter((name) => !sources.includes(name)),
      },
      constraints: [...content.keys()].filter((name) => name.startsWith("xdc/")),
    }),
  );
  return writeContent(options, { manifest, board, top, clockMHz, content });
}

/** A full design with AXI: the accelerator as a packaged IP, and a block design of the board around it. */
function writeSystemRun(
  options: RunOptions,
  {
    manifest,
    board,
    ports,
    clockMHz,
  }: Pick<RunContent, "manifest" | "board" | "clockMHz"> & { ports: readonly Port[] },
): ReturnType<typeof writeRun> {
  const { content: ip, vlnv } = packageContent({ build: options.build, ...runVlnv, frames: 1 });
  const design = blockDesign(ports, { vlnv: Object.values(vlnv).join(":"), clockMHz, board });
  const content = new Map([...ip].map(([name, text]) => [`${repositoryFolder}/${name}`, text]));
  content.set(designScript, designTcl(design));
  if (design.ports.length > 0) content.set("xdc/timing.xdc", fullDesign(design.ports, designTop, board));
  const ofBoard = join(board.folder, "full.xdc");
  if (existsSync(ofBoard)) content.set("xdc/board.xdc", textOf(ofBoard));
  content.set(
    scriptFile,
    runScript({
      ...{
        top: designTop,
        part: board.part,
        strategy: strategies[options.strategy],
        ooc: false,
        files: null,
      },
      constraints: [...content.keys()].filter((name) => name.startsWith("xdc/")),
    }),
  );
  return writeContent(options, { manifest, board, top: designTop, clockMHz, content });
}

/** What the accelerator is called as the IP of a run. */
const runVlnv = { vendor: "sluice", version: "1.0" } as const;

interface RunContent {
  readonly manifest: Manifest;
  readonly board: Board;
  readonly top: string;
  readonly clockMHz: number;
  readonly content: Map<string, string>;
}

async function writeContent(
  { build, out, signal, strategy, ooc }: RunOptions,
  { manifest, board, top, clockMHz, content }: RunContent,
): ReturnType<typeof writeRun> {
  const key = sha256(JSON.stringify([...content].sort(([a], [b]) => (a < b ? -1 : 1))));
  const name = { board: board.name, strategy, ooc, key };
  const folder = out ?? defaultFolder(build, name);
  if (isRun(folder)) {
    const run = readRun(folder);
    if (run.key === key) return { folder, run };
    throw new SluiceError("output-other-run", "the output folder holds another run", {
      where: folder,
      hint: "choose another folder with --out, or leave it out: then each run has a folder of its own",
    });
  }
  const run: Run = {
    ...{ format: "sluice-implementation", version: 1, ...name, model: manifest.model, top },
    ...{ part: board.part, clockMHz, available: board.resources },
    cyclesPerFrame: manifest.predicted.cyclesPerFrame,
    latencyCycles: manifest.predicted.latencyCycles,
    planned: plannedCost(build, manifest),
    stages: manifest.stages.map(({ name: stage, unit }) => ({ name: stage, unit })),
  };
  content.set(runFile, `${JSON.stringify(run, null, 2)}\n`);
  await writeFolder(folder, content, runFile, signal);
  return { folder, run };
}

function defaultFolder(
  build: string,
  { board, strategy, ooc, key }: Pick<Run, "board" | "strategy" | "ooc" | "key">,
): string {
  const kind = [basename(build), basename(board), strategy, ...(ooc ? ["ooc"] : []), key.slice(0, 12)];
  return join("build", "implement", kind.join("-"));
}

/** The planner's estimate of what was built. */
function plannedCost(build: string, { board, clockMHz }: Manifest): Run["planned"] {
  const network = loadNetwork(join(build, "model.json"));
  const folding = loadFolding(join(build, "folding.json"));
  return costOfPlan(plan(network, folding, targetOf({ ...loadBoard(board), clockMHz })));
}

function textOf(path: string): string {
  try {
    return readLooseText(path, fileLimits.text);
  } catch (cause) {
    throw new SluiceError("source-unreadable", `a file of the run cannot be read: ${reasonOf(cause)}`, {
      where: path,
      hint: "check the file",
      cause,
    });
  }
}

/** Compressor trees and carry chains are made of the cells of a family. */
function checkBoard({ technology, title, part }: Board, manifest: Manifest): void {
  const built = loadBoard(manifest.board);
  if (built.technology === technology || built.technology === "portable") return;
  throw new SluiceError(
    "board-mismatch",
    `the accelerator is made of cells of the ${built.title} (${built.technology}), which the ${title} (${part}) lacks`,
    {
      where: "--board",
      hint: `build it for that board: sluice build ... --board ${basename(manifest.board)}`,
    },
  );
}
