import { chmod, mkdir, readdir, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { withTemporaryFolder } from "../../../sim/process.ts";
import { emit } from "../../emit/index.ts";
import { SluiceError } from "../../error.ts";
import { buildAccelerator, planHardware, resolveModel } from "../../flow/index.ts";
import { replaceFile } from "../../flow/folder.ts";
import { sha256 } from "../../flow/manifest.ts";
import { elaborate } from "../../hdl/index.ts";
import type { Network } from "../../network/index.ts";
import { costOfPlan, loadBoard, serializeFolding, type Device, type Plan } from "../../plan/index.ts";
import { writeSynthesisRun } from "../synthesis-run.ts";
import { familyOf } from "../target.ts";
import { isRun, writeRun, type StrategyName } from "../vivado/index.ts";
import {
  isSweep,
  runFolder,
  runsOf,
  serializeSweep,
  sweepFile,
  type SweepDescription,
  type SweepPoint,
  type SweepTool,
} from "./description.ts";
import { pointsOf, type RequestedPoint, type SweepAxes } from "./points.ts";
import { launcherFile, runScriptFile, sweepScripts } from "./scripts.ts";

export interface WriteSweepOptions {
  /** See `resolveModel`. */
  readonly model: string;
  readonly axes: SweepAxes;
  readonly budget?: RequestedPoint["request"]["budget"];
  readonly tool: SweepTool;
  /** Of Vivado: the accelerators for themselves, without pins. */
  readonly ooc: boolean;
  readonly out: string;
  /** Of one run, where it is done by `run.sh`. */
  readonly timeoutSeconds: number;
  /** Command and arguments that start Sluice. */
  readonly launcher: readonly string[];
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((message: string) => void) | undefined;
}

/** What planning says of goals that cannot be met: such a point is part of the sweep's result. */
const refusals = ["goal-out-of-reach", "over-budget"];

const folders = ["runs", "foldings", "logs"];

/**
 * Writes the folder of a sweep: a run for each point, in `runs/` under a name by content, and what does them. Points that
 * come to the same files share a run. What is there already, results included, stays: the same sweep, and one with more
 * or fewer points, may be written over another.
 *
 * @throws SluiceErrors of the model, the boards, the foldings, the runs and the output folder; `output-not-ours`,
 * `sweep-empty`, `interrupted`.
 */
export async function writeSweep(options: WriteSweepOptions): Promise<SweepDescription> {
  const { tool, out, axes, budget, signal, onProgress: say } = options;
  const network = resolveModel(options.model);
  const empty: SweepDescription = {
    ...{ format: "sluice-sweep", version: 1, tool, model: network.name, points: [] },
  };
  await prepareFolder(out, empty);
  const requested = pointsOf(axes, budget);
  const points: SweepPoint[] = [];
  await withTemporaryFolder(
    async (temporary) => {
      const writer = new RunWriter(options, network, temporary);
      for (const point of requested) {
        say?.(`writing ${network.name}: point ${String(points.length + 1)} of ${String(requested.length)}`);
        // Planning keeps the process from hearing of an interrupt.
        await setImmediate();
        if (signal?.aborted === true) throw new SluiceError("interrupted", "interrupted");
        points.push(await writer.write(point));
      }
    },
    join(out, "runs"),
  );
  const description: SweepDescription = { ...empty, points };
  const runs = runsOf(description);
  const [first] = points;
  if (runs.length === 0 && first?.outcome.kind === "refused") {
    throw new SluiceError(
      "sweep-empty",
      `no point of the sweep can be met; the first: ${first.outcome.message}`,
      {
        where: `${first.board}, ${first.goal}`,
        hint: "ask for less, or see what plan says of one of them",
      },
    );
  }
  const { launcher, timeoutSeconds } = options;
  for (const [name, text] of sweepScripts({ tool, runs, launcher, timeoutSeconds })) {
    await replaceFile(join(out, name), text);
    if (name === launcherFile || name === runScriptFile) await chmod(join(out, name), 0o755);
  }
  await replaceFile(join(out, sweepFile), serializeSweep(description));
  return description;
}

/** Makes a new folder that of a sweep without points: one that is cut off in the writing is known as ours. */
async function prepareFolder(out: string, empty: SweepDescription): Promise<void> {
  const present = await readdir(out).catch((): string[] => []);
  if (present.length > 0 && !isSweep(out)) {
    throw new SluiceError("output-not-ours", "the output folder holds other files", {
      where: out,
      hint: "choose an empty or a new folder, or that of a sweep",
    });
  }
  try {
    await mkdir(out, { recursive: true });
    if (!isSweep(out)) await replaceFile(join(out, sweepFile), serializeSweep(empty));
    for (const name of folders) await mkdir(join(out, name), { recursive: true });
  } catch (cause) {
    throw new SluiceError("output-not-writable", "cannot write the output folder", {
      where: out,
      hint: "choose another folder with --out, or make this one writable",
      cause,
    });
  }
}

/** Writes the runs of points. Goals that come to the same folding come to the same hardware, which is made once. */
class RunWriter {
  readonly #options: WriteSweepOptions;
  readonly #network: Network;
  /** Holds builds for as long as runs are written. */
  readonly #temporary: string;
  readonly #runs = new Map<string, Promise<string>>();
  readonly #builds = new Map<string, Promise<string>>();

  constructor(options: WriteSweepOptions, network: Network, temporary: string) {
    this.#options = options;
    this.#network = network;
    this.#temporary = temporary;
  }

  async write({ request, goal, strategy }: RequestedPoint): Promise<SweepPoint> {
    const { board } = request;
    try {
      const { planned, device } = planHardware(this.#network, request);
      const { clockMHz } = device;
      const text = serializeFolding(planned.folding);
      const folding = join("foldings", `${sha256(text).slice(0, 12)}.json`);
      await replaceFile(join(this.#options.out, folding), text);
      const key = JSON.stringify([device.board.name, clockMHz, folding, strategy]);
      const run = this.#runs.get(key) ?? this.#writeRun({ planned, device, folding, strategy });
      this.#runs.set(key, run);
      const { cyclesPerFrame, latencyCycles } = planned;
      const { lut, ff, bram36, dsp } = costOfPlan(planned);
      const fps = (clockMHz * 1e6) / cyclesPerFrame;
      return {
        ...{ board, clockMHz, goal, strategy },
        outcome: {
          ...{ kind: "made", run: await run, folding },
          planned: { cyclesPerFrame, latencyCycles, fps, lut, ff, bram36, dsp },
        },
      };
    } catch (error) {
      if (!(error instanceof SluiceError) || !refusals.includes(error.code)) throw error;
      const { code, message } = error;
      const clockMHz = request.clockMHz ?? loadBoard(board).clockMHz;
      return { board, clockMHz, goal, strategy, outcome: { kind: "refused", code, message } };
    }
  }

  #writeRun(made: MadePoint): Promise<string> {
    return made.strategy === null ? this.#writeSynthesis(made) : this.#writeVivado(made, made.strategy);
  }

  #writeSynthesis({ planned, device }: MadePoint): Promise<string> {
    const { out, signal } = this.#options;
    const { files, top } = emit(elaborate(planned.hardware));
    const family = familyOf(device.board.name);
    const name = this.#network.name;
    return writeSynthesisRun({ name, files, top, family, parent: join(out, "runs"), signal });
  }

  async #writeVivado(made: MadePoint, strategy: StrategyName): Promise<string> {
    const { out, ooc, signal } = this.#options;
    const build = await this.#build(made);
    const place = join(this.#temporary, `run-${String(this.#runs.size)}`);
    const { folder, run } = await writeRun({ build, strategy, ooc, out: place, signal });
    const parts = [this.#network.name, basename(run.board), `${String(run.clockMHz)}MHz`, strategy];
    const kind = [...parts, ...(ooc ? ["ooc"] : [])].join("-").replaceAll(/[^\w.-]+/g, "-");
    const name = `${kind}-${run.key.slice(0, 12)}`;
    if (!isRun(runFolder(out, name))) await rename(folder, runFolder(out, name));
    return name;
  }

  /** Its RTL, and what results are compared with, go into the runs of all strategies. */
  #build({ device: { board, clockMHz }, folding }: MadePoint): Promise<string> {
    const { out, model, budget, signal } = this.#options;
    const key = JSON.stringify([board.name, clockMHz, folding]);
    const place = join(this.#temporary, `build-${String(this.#builds.size)}`);
    const fold = join(out, folding);
    const build =
      this.#builds.get(key) ??
      buildAccelerator({ model, board: board.name, clockMHz, fold, budget, out: place, signal }).then(
        ({ dir }) => dir,
      );
    this.#builds.set(key, build);
    return build;
  }
}

interface MadePoint {
  readonly planned: Plan;
  readonly device: Device;
  readonly folding: string;
  /** Null for Yosys. */
  readonly strategy: StrategyName | null;
}
