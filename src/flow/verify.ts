import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { checkInert } from "../../sim/inert.ts";
import { placeOf } from "../../sim/places.ts";
import type { SourceFile } from "../../sim/sources.ts";
import { assertionsFolder } from "../emit/index.ts";
import { SluiceError } from "../error.ts";
import { fileLimits, readLooseText, reasonOf } from "../files.ts";
import { elaborate } from "../hdl/index.ts";
import type { Design, Module } from "../ir/index.ts";
import {
  encode,
  loadNetwork,
  readOut,
  trace,
  type BitMatrix,
  type ByteMatrix,
  type LayerTrace,
  type Network,
} from "../network/index.ts";
import { decodeLabels, encodeFrames, loadFolding, plan, type Plan } from "../plan/index.ts";
import { withStreamRules } from "../simulate/index.ts";
import { loadImages } from "./images.ts";
import { insideOfAxi } from "./axi.ts";
import { targetOfBuild } from "./hardware.ts";
import { changedFiles, readManifest } from "./manifest.ts";
import { addMeasured } from "./report.ts";
import { outputTicks, runNative, runVerilator, type Run } from "./simulate.ts";
import { finishWave, framesOfWave, traceOf } from "./wave.ts";
import { tapBeats, tappedTop, tapsOf, type Tap } from "./taps.ts";

export interface VerifyOptions {
  /** A folder that `buildAccelerator` has written. */
  readonly dir: string;
  /** How many of the images; all where not given. */
  readonly frames?: number | undefined;
  /** See `loadImages`. */
  readonly images?: string | undefined;
  readonly labels?: string | undefined;
  /** `verilator` runs the SystemVerilog in the folder, `native` the IR of the same model and folding. */
  readonly simulator: "verilator" | "native";
  /** Verilator processes; as many as there are cores where not given. */
  readonly workers?: number | undefined;
  /** Whether the rules of all streams are checked in every cycle, by the assertions of the build. */
  readonly assertions?: boolean | undefined;
  /** FST file to write: of `frames` frames, or of two where that is not given, in one simulation. */
  readonly wave?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((message: string) => void) | undefined;
}

export interface Compared {
  readonly predicted: number;
  /** Null where too few frames ran to tell. */
  readonly measured: number | null;
}

export interface VerifyResult {
  readonly model: string;
  readonly board: string;
  readonly clockMHz: number;
  readonly frames: number;
  /** Frames of which any output bit differs from the reference; in Verilator, of any layer. */
  readonly mismatches: number;
  /** Fraction of the frames that the hardware labels right; null without labels. */
  readonly accuracy: number | null;
  readonly cyclesPerFrame: Compared;
  readonly latencyCycles: Compared;
  /** Output beats that left in another cycle than predicted. */
  readonly timingMismatches: number;
  /** Frames per second at the clock, from the measured cycles per frame. */
  readonly fps: number;
  readonly lanes: number;
  readonly simulator: "verilator" | "native";
  /** Files of the build that are not as they were written. */
  readonly changedFiles: readonly string[];
  /** The waveform and the save files that viewers open it with. */
  readonly waves: readonly string[];
}

/** Whether everything that was measured is as it was predicted. */
export function verified(result: VerifyResult): boolean {
  const { mismatches, timingMismatches, cyclesPerFrame, latencyCycles } = result;
  const same = ({ predicted, measured }: Compared): boolean => measured === null || measured === predicted;
  return mismatches === 0 && timingMismatches === 0 && same(cyclesPerFrame) && same(latencyCycles);
}

/**
 * Runs images through a build and compares every output with the software reference and the tick of every output
 * with the plan. The report of the build then has what was measured beside what is predicted.
 *
 * @throws SluiceErrors of the folder, the images, the tools and the simulation.
 */
export async function verifyBuild(options: VerifyOptions): Promise<VerifyResult> {
  const manifest = readManifest(options.dir);
  const network = loadNetwork(join(options.dir, "model.json"));
  const target = targetOfBuild(manifest);
  const planned = plan(network, loadFolding(join(options.dir, "folding.json")), target);
  const wave = options.wave === undefined ? undefined : { file: options.wave, simulator: options.simulator };
  const { pixels, labels, frames } = loadImages(network, {
    ...options,
    frames: options.frames ?? (wave === undefined ? undefined : framesOfWave),
  });
  const inputs = encode(pixels, network.input);
  // Of a build with AXI interfaces the accelerator inside is what has images, predictions and taps.
  const { interface: ends } = manifest;
  const design =
    ends.kind === "axi" ? insideOfAxi(planned) : elaborate(planned.hardware, { implementations: false });
  const taps = options.simulator === "native" ? [] : tapsOf(planned);
  const { workers, signal, onProgress } = options;
  const beats = encodeFrames(inputs, planned.input);
  const request = {
    ...{ planned, beats, frames, taps, workers, signal, onProgress },
    trace: wave === undefined ? undefined : traceOf(wave),
  };
  const { top, file } = tappedTop(topOf(design), ends.kind === "axi" ? ends.accelerator : manifest.top, taps);
  const checked = options.assertions === true;
  const runs =
    options.simulator === "native"
      ? runNative(checked ? withStreamRules(design) : design, request)
      : await runVerilator(
          { top, files: [...readRtl(options.dir), ...(checked ? readAssertions(options.dir) : []), file] },
          request,
        ).catch((error: unknown) => {
          throw withPlace(error, options.dir);
        });
  const views =
    wave === undefined
      ? []
      : await finishWave(wave, {
          design,
          top: wave.simulator === "native" ? topOf(design).name : `TOP.${top.name}.dut`,
          ...(signal === undefined ? {} : { signal }),
        });
  const output = joined(runs, "y");
  const answers = decodeLabels(network, output, frames, planned.output);
  const [first] = runs;
  const measured =
    first === undefined ? { cyclesPerFrame: null, latencyCycles: null } : measuredTiming(first, planned);
  const { cyclesPerFrame, latencyCycles, lanes } = manifest.predicted;
  const result: VerifyResult = {
    model: manifest.model,
    board: manifest.board,
    clockMHz: manifest.clockMHz,
    frames,
    mismatches: countMismatches(runs, expectedBeats(network, planned, inputs, taps), frames),
    accuracy: labels === undefined ? null : answers.filter((label, i) => label === labels[i]).length / frames,
    cyclesPerFrame: { predicted: cyclesPerFrame, measured: measured.cyclesPerFrame },
    latencyCycles: { predicted: latencyCycles, measured: measured.latencyCycles },
    timingMismatches: runs.reduce((sum, run) => sum + countLate(run, planned), 0),
    fps: (manifest.clockMHz * 1e6) / (measured.cyclesPerFrame ?? cyclesPerFrame),
    lanes,
    simulator: options.simulator,
    changedFiles: changedFiles(options.dir, manifest),
    waves: wave === undefined ? [] : [wave.file, ...views],
  };
  await addMeasured(options.dir, result, onProgress);
  return result;
}

function topOf(design: Design): Module {
  const top = design.modules[design.top];
  if (top === undefined) throw new Error(`no module ${design.top} in the design`);
  return top;
}

/**
 * What is in the folder `rtl` of a build, to be simulated.
 *
 * @throws SluiceErrors `build-incomplete`, `rtl-not-inert`.
 */
export function readRtl(dir: string): readonly SourceFile[] {
  return readSources(join(dir, "rtl"), /\.(sv|v|mem)$/);
}

/** The assertions of a build, which bind themselves to its modules. @throws as `readRtl`. */
function readAssertions(dir: string): readonly SourceFile[] {
  return readSources(join(dir, assertionsFolder), /_assertions\.sv$/);
}

function readSources(folder: string, named: RegExp): readonly SourceFile[] {
  let files: readonly SourceFile[];
  try {
    files = readdirSync(folder)
      .filter((name) => named.test(name))
      .sort()
      .map((name) => ({ name, text: readLooseText(join(folder, name), fileLimits.text) }));
  } catch (cause) {
    throw new SluiceError("build-incomplete", `the RTL of this build cannot be read: ${reasonOf(cause)}`, {
      where: folder,
      hint: "build again",
      cause,
    });
  }
  checkInert(files, folder);
  return files;
}

/** A failure in the RTL of a build, with its place in TypeScript where the build's source maps know it. */
function withPlace(error: unknown, dir: string): unknown {
  if (!(error instanceof SluiceError)) return error;
  const place = placeOf(error.message, (file) => {
    const map = join(dir, "rtl", `${file}.map`);
    return existsSync(map) ? readLooseText(map, fileLimits.text) : undefined;
  });
  if (place === undefined) return error;
  const where = error.where === undefined ? place : `${error.where}, ${place}`;
  return new SluiceError(error.code, error.message, { where, hint: error.hint, cause: error });
}

/** The beats of a stream over all runs. */
function joined(runs: readonly Run[], stream: string): Uint32Array {
  const parts = runs.map(({ result }) => result.outputs[stream]?.beats ?? new Uint32Array());
  const all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Frames of which any beat of any stream is not the reference's. */
function countMismatches(
  runs: readonly Run[],
  expected: ReadonlyMap<string, Uint32Array>,
  frames: number,
): number {
  const wrong = new Set<number>();
  for (const [stream, wanted] of expected) {
    const got = joined(runs, stream);
    const perFrame = wanted.length / frames;
    wanted.forEach((limb, i) => {
      if (limb !== got[i]) wrong.add(Math.floor(i / perFrame));
    });
  }
  return wrong.size;
}

/** What the reference sends on y for the frames of which these are the layers' outputs; limbs of a beat, low first. */
export function outputBeats(network: Network, planned: Plan, layers: readonly LayerTrace[]): Uint32Array {
  const last = layers.at(-1);
  if (last === undefined) throw new Error("a network has layers");
  return network.readout.kind === "argmax" || last.activations === undefined
    ? Uint32Array.from(readOut(network.readout, last).labels)
    : encodeFrames(last.activations, planned.output);
}

/** What the reference sends on y, and in Verilator out of every layer. */
function expectedBeats(
  network: Network,
  planned: Plan,
  inputs: BitMatrix | ByteMatrix,
  taps: readonly Tap[],
): ReadonlyMap<string, Uint32Array> {
  const layers = trace(network, inputs);
  const y = outputBeats(network, planned, layers);
  // Streams have the dead neurons of a padded layer, too.
  const streams = planned.padded === planned.network ? layers : trace(planned.padded, inputs);
  const tapped = taps.map((tap): [string, Uint32Array] => {
    const layer = streams.find(({ name }) => name === tap.layer);
    if (layer === undefined) throw new Error(`the reference has no layer ${tap.layer}`);
    return [tap.stream, tapBeats(tap, layer, inputs.rows)];
  });
  return new Map([["y", y], ...tapped]);
}

/** The interval is measured where the plan says that it has settled: not at the first frames, nor at the last. */
function measuredTiming(
  run: Run,
  planned: Plan,
): { cyclesPerFrame: number | null; latencyCycles: number | null } {
  const end = (ticks: Uint32Array, frame: number): number | undefined =>
    ticks[(frame + 1) * planned.output.beats - 1];
  const [ticks, predicted] = [outputTicks(run), planned.outputTicks(run.frames)];
  const interval = (all: Uint32Array, frame: number): number | null => {
    const [last, before] = [end(all, frame), end(all, frame - 1)];
    return last === undefined || before === undefined ? null : last - before;
  };
  const settled = Array.from({ length: run.frames }, (_, frame) => frame).findLast(
    (frame) => interval(predicted, frame) === planned.cyclesPerFrame,
  );
  return {
    cyclesPerFrame: settled === undefined ? null : interval(ticks, settled),
    latencyCycles: end(ticks, 0) ?? null,
  };
}

function countLate(run: Run, planned: Plan): number {
  const predicted = planned.outputTicks(run.frames);
  return outputTicks(run).filter((tick, i) => tick !== predicted[i]).length;
}
