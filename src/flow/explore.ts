import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { appendFile, mkdir, readdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { z } from "zod";
import { SluiceError } from "../error.ts";
import { fileLimits, parseJson, readText, reasonOf } from "../files.ts";
import { serializeNetwork, type Network } from "../network/index.ts";
import {
  Explorer,
  loadBoard,
  paretoFront,
  serializeFolding,
  usualBudget,
  type Device,
  type Point,
  type Survey,
} from "../plan/index.ts";
import type { WorkerData } from "./explore-worker.ts";
import { notWritable, replaceFile } from "./folder.ts";
import type { HardwareRequest } from "./hardware.ts";
import { resolveModel } from "./model.ts";

export interface ExploreOptions extends Pick<HardwareRequest, "board" | "clockMHz" | "budget"> {
  /** See `resolveModel`. */
  readonly model: string;
  /** How many intervals to look at, from the fastest to the slowest that there is. */
  readonly intervals: number;
  /** Where what has been found is kept, and found again by the next run. */
  readonly out: string;
  /** As many as there are cores where not given. */
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((message: string) => void) | undefined;
}

/** A design of the front. */
export interface FrontPoint extends Point {
  readonly fps: number;
  /** Its folding file, in the output folder. */
  readonly file: string;
}

export interface Exploration {
  readonly dir: string;
  readonly model: string;
  readonly board: string;
  readonly clockMHz: number;
  readonly intervals: number;
  /** Of these, found in the output folder. */
  readonly resumed: number;
  /** Foldings of the whole network that were priced. */
  readonly candidates: number;
  /** Of these, planned to the cycle. */
  readonly planned: number;
  /** Designs of which no other is as fast, as soon done and as small in LUTs and block RAM; the fastest first. */
  readonly front: readonly FrontPoint[];
}

/** In the output folder: an `Exploration` as JSON. */
export const frontFile = "front.json";

const journalName = "surveys.jsonl";

/** Changes with what a survey means: what older versions wrote is then not taken up. */
const version = 2;

const CostSchema = z.object({ lut: z.number(), ff: z.number(), bram36: z.number(), dsp: z.number() });
const LayerFolding = z.object({
  pe: z.int().positive(),
  simd: z.int().positive(),
  mmv: z.int().positive().optional(),
  memory: z.enum(["block", "distributed"]).optional(),
});
const SurveySchema = z.object({
  interval: z.int().positive(),
  candidates: z.int().nonnegative(),
  points: z.array(
    z.object({
      folding: z.record(z.string(), LayerFolding),
      cyclesPerFrame: z.int().positive(),
      latencyCycles: z.int().positive(),
      cost: CostSchema,
    }),
  ),
});

/**
 * Finds what a board can make of a network: throughput against latency, LUTs and block RAM. Intervals are shared out
 * among workers; each that is done is appended to a journal in the output folder, and not done again.
 *
 * @throws SluiceErrors of the model, the board and the output folder; `exploration-other` where the folder holds that of
 * something else; `over-budget` where nothing fits.
 */
export async function exploreDesigns(options: ExploreOptions): Promise<Exploration> {
  const { signal, onProgress: say, out } = options;
  const network = resolveModel(options.model);
  const board = loadBoard(options.board);
  const clockMHz = options.clockMHz ?? board.clockMHz;
  const writingFailed = (cause: unknown): never => {
    throw notWritable(out, cause);
  };
  const device: Device = { board, clockMHz, budget: { ...usualBudget, ...options.budget } };
  const intervals = new Explorer(network, device).intervals(options.intervals);
  const journal = await openJournal(out, keyOf(network, device));
  const known = journal.surveys.filter(({ interval }) => intervals.includes(interval));
  const missing = intervals.filter((interval) => !known.some((survey) => survey.interval === interval));
  let done = known.length;
  const surveys = [...known];
  const onSurvey = async (survey: Survey): Promise<void> => {
    surveys.push(survey);
    done++;
    say?.(`exploring ${network.name}: ${String(done)} of ${String(intervals.length)} intervals`);
    await appendSurvey(journal.path, survey).catch(writingFailed);
  };
  await surveyAll({ network, device }, missing, options.workers, signal, onSurvey);
  const points = surveys.flatMap((survey) => survey.points);
  if (points.length === 0) {
    throw new SluiceError("over-budget", `${network.name} does not fit ${board.title} at any interval`, {
      where: board.name,
      hint: "choose a larger board, or allow more of it with --budget",
    });
  }
  const front = paretoFront(points).map((point): FrontPoint => {
    const file = `${String(point.cyclesPerFrame)}-cycles-${String(Math.round(point.cost.lut))}-luts-${foldingKey(point)}.json`;
    return { ...point, fps: (clockMHz * 1e6) / point.cyclesPerFrame, file: join("foldings", file) };
  });
  const exploration: Exploration = {
    dir: out,
    model: network.name,
    board: board.name,
    clockMHz,
    intervals: intervals.length,
    resumed: known.length,
    candidates: surveys.reduce((sum, { candidates }) => sum + candidates, 0),
    planned: points.length,
    front,
  };
  await writeResults(out, exploration).catch(writingFailed);
  return exploration;
}

/** The same designs in another order, or with other weights, are another exploration. */
function keyOf(network: Network, device: Device): string {
  const { board, clockMHz, budget } = device;
  const what = { version, clockMHz, budget, part: board.part, resources: board.resources };
  return createHash("sha256")
    .update(JSON.stringify(what))
    .update(serializeNetwork(network))
    .digest("hex")
    .slice(0, 16);
}

function foldingKey({ folding }: Point): string {
  return createHash("sha256").update(JSON.stringify(folding)).digest("hex").slice(0, 6);
}

/** What was found before. Lines that were cut off in the writing, or damaged since, are dropped. */
export async function openJournal(
  out: string,
  key: string,
): Promise<{ path: string; surveys: readonly Survey[] }> {
  const path = join(out, journalName);
  const head = JSON.stringify({ format: "sluice-exploration", version, key });
  const text = readJournal(path);
  if (text === undefined) {
    const present = await readdir(out).catch(() => []);
    if (present.length > 0) {
      throw new SluiceError("output-not-ours", "the output folder holds other files", {
        where: out,
        hint: "choose an empty or a new folder",
      });
    }
  } else if (text.split("\n", 1)[0] !== head) {
    throw new SluiceError("exploration-other", "the folder holds the exploration of something else", {
      where: path,
      hint: "network, board, clock or budget differ: choose another folder with --out, or delete this one",
    });
  }
  const surveys = text === undefined ? [] : text.split("\n").slice(1).flatMap(surveysIn);
  try {
    await mkdir(out, { recursive: true });
    // What is appended starts on a line of its own.
    await replaceFile(path, [head, ...surveys.map(journalLine), ""].join("\n"));
  } catch (cause) {
    throw notWritable(out, cause);
  }
  return { path, surveys };
}

/** Undefined where there is none. */
function readJournal(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return readText(path, fileLimits.text);
  } catch (cause) {
    throw new SluiceError("exploration-unreadable", `the journal cannot be read: ${reasonOf(cause)}`, {
      where: path,
      hint: "choose another folder with --out, or delete this one",
      cause,
    });
  }
}

export async function appendSurvey(path: string, survey: Survey): Promise<void> {
  await appendFile(path, `${journalLine(survey)}\n`);
}

/** A survey with its checksum: a damaged digit would otherwise be a result. */
function journalLine(survey: Survey): string {
  return withChecksum(JSON.stringify(survey));
}

function withChecksum(json: string): string {
  return `${createHash("sha256").update(json).digest("hex").slice(0, 16)} ${json}`;
}

/** The survey of a line; none where it is not as it was written. */
function surveysIn(line: string): readonly Survey[] {
  const json = line.slice(17);
  if (line !== withChecksum(json)) return [];
  try {
    return [SurveySchema.parse(parseJson(json))];
  } catch {
    return [];
  }
}

async function surveyAll(
  workerData: WorkerData,
  intervals: readonly number[],
  workers: number | undefined,
  signal: AbortSignal | undefined,
  onSurvey: (survey: Survey) => Promise<void>,
): Promise<void> {
  if (intervals.length === 0) return;
  const isSource = import.meta.url.endsWith(".ts");
  const pool = new Piscina<number, Survey>({
    filename: fileURLToPath(new URL(`./explore-worker.${isSource ? "ts" : "js"}`, import.meta.url)),
    workerData,
    // Threads do not run TypeScript by themselves.
    execArgv: isSource ? ["--import", import.meta.resolve("tsx")] : [],
    maxThreads: Math.min(intervals.length, workers ?? availableParallelism()),
  });
  let writing: Promise<void> = Promise.resolve();
  try {
    await Promise.all(
      intervals.map(async (interval) => {
        const survey = await pool.run(interval, signal === undefined ? {} : { signal });
        writing = writing.then(() => onSurvey(survey));
        await writing;
      }),
    );
  } catch (cause) {
    if (signal?.aborted === true) throw new SluiceError("interrupted", "interrupted", { cause });
    throw cause;
  } finally {
    await pool.destroy();
  }
}

/** The front as one JSON file, and a folding file for each of its designs, as `--fold` takes it. */
async function writeResults(out: string, exploration: Exploration): Promise<void> {
  await mkdir(join(out, "foldings"), { recursive: true });
  for (const { file, folding } of exploration.front)
    await replaceFile(join(out, file), serializeFolding(folding));
  await replaceFile(join(out, frontFile), `${JSON.stringify(exploration, null, 2)}\n`);
}
