import { testDesign } from "../../sim/simulators.ts";
import { SluiceError } from "../error.ts";
import { elaborate } from "../hdl/index.ts";
import { encode, infer, readPicture, type Network } from "../network/index.ts";
import { decodeLabels, encodeFrames } from "../plan/index.ts";
import { planHardware, type HardwareRequest } from "./hardware.ts";
import { fits, readImages, wrongShape } from "./images.ts";
import { resolveModel } from "./model.ts";
import { outputTicks, runNative, runVerilator } from "./simulate.ts";

export interface ClassifyOptions {
  /** As in `BuildOptions`. */
  readonly model: string;
  /** A picture, or an idx or CIFAR-10 file, whose first image is taken. */
  readonly image: string;
  /** Dark becomes light: MNIST's digits are light on dark, those on paper dark on light. */
  readonly invert?: boolean | undefined;
  /** How many classes to give; all where not given. */
  readonly top?: number | undefined;
  /** Asks the accelerator as well; the software reference alone where not given. */
  readonly hardware?: HardwareOptions | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((message: string) => void) | undefined;
}

export interface HardwareOptions extends HardwareRequest {
  readonly simulator: "verilator" | "native";
}

export interface RankedClass {
  readonly class: number;
  readonly label: string;
  /** The accumulator of the class's output in the last layer, as the reference has it. */
  readonly score: number;
}

export interface HardwareAnswer {
  readonly simulator: "verilator" | "native";
  readonly board: string;
  readonly clockMHz: number;
  readonly class: number;
  readonly label: string;
  readonly latencyCycles: { readonly predicted: number; readonly measured: number };
  /** As measured. */
  readonly latencyMicroseconds: number;
}

export interface ClassifyResult {
  readonly model: string;
  readonly image: string;
  /** The network's answer first, then by score. With the readout `highest-bit` another may have a higher score. */
  readonly classes: readonly RankedClass[];
  /** The highest score that there can be: the weights of an output. Null where scores are not counts. */
  readonly highestScore: number | null;
  readonly hardware: HardwareAnswer | null;
}

/** Whether the hardware, if it was asked, gave the reference's answer in the predicted cycle. */
export function confirmed({ classes, hardware }: ClassifyResult): boolean {
  if (hardware === null) return true;
  const { measured, predicted } = hardware.latencyCycles;
  return hardware.class === classes[0]?.class && measured === predicted;
}

/**
 * What a network says of one image, by the software reference and, if asked, by the simulated accelerator.
 *
 * @throws SluiceErrors of the model, the image, the board, the folding, the tools and the simulation.
 */
export async function classify(options: ClassifyOptions): Promise<ClassifyResult> {
  const network = resolveModel(options.model);
  const image = await readImage(network, options.image);
  const pixels = options.invert === true ? image.map((pixel) => 255 - pixel) : image;
  return {
    model: network.name,
    image: options.image,
    classes: ranked(network, pixels).slice(0, options.top),
    highestScore: highestScore(network),
    hardware: options.hardware === undefined ? null : await ask(network, pixels, options.hardware, options),
  };
}

async function readImage(network: Network, path: string): Promise<Uint8Array> {
  const file = readImages(path);
  if (file !== undefined) {
    if (!fits(file, network)) throw wrongShape(network, file, path);
    if (file.frames === 0) throw new SluiceError("no-image", "the file holds no image", { where: path });
    return file.pixels.subarray(0, file.pixels.length / file.frames);
  }
  const { shape } = network.input;
  if (shape.length < 2) {
    throw new SluiceError(
      "picture-shape",
      `the network ${network.name} takes ${shape.join()} numbers, no picture`,
      {
        where: path,
        hint: "give an idx file",
      },
    );
  }
  return (await readPicture(path, shape)).data;
}

/** All classes: the answer, then by score, the first one of equals first. */
function ranked(network: Network, pixels: Uint8Array): readonly RankedClass[] {
  const { labels, scores } = infer(network, pixels);
  const [answer = 0] = labels;
  const all = Array.from(scores, (score, index) => ({ class: index, label: labelOf(network, index), score }));
  const others = all.filter((one) => one.class !== answer).sort((a, b) => b.score - a.score);
  return [...all.slice(answer, answer + 1), ...others];
}

function labelOf({ labels }: Network, index: number): string {
  return labels[index] ?? String(index);
}

function highestScore({ input, layers }: Network): number | null {
  const last = layers.at(-1);
  if (last === undefined || last.kind === "max-pool") return null;
  if (last.kind === "global-average-pool") return last.input.height * last.input.width;
  const isOnBytes = layers.length === 1 && input.encoding === "signed-8bit";
  return isOnBytes ? null : last.weights.columns;
}

type Watch = Pick<ClassifyOptions, "signal" | "onProgress">;

/** Runs the image through the accelerator of a network. */
async function ask(
  network: Network,
  pixels: Uint8Array,
  { simulator, ...request }: HardwareOptions,
  { signal, onProgress }: Watch,
): Promise<HardwareAnswer> {
  onProgress?.(`planning ${network.name}`);
  const { planned, device } = planHardware(network, request);
  const { board, clockMHz } = device;
  const design = elaborate(planned.hardware, { implementations: false });
  const beats = encodeFrames(encode(pixels, network.input), planned.input);
  const run = { planned, beats, frames: 1, signal, onProgress };
  const [done] =
    simulator === "native" ? runNative(design, run) : await runVerilator(testDesign(design), run);
  if (done === undefined) throw new Error("one frame makes one run");
  const labels = decodeLabels(network, done.result.outputs["y"]?.beats ?? beats, 1, planned.output);
  const [answer = 0] = labels;
  const measured = outputTicks(done).at(-1) ?? 0;
  return {
    simulator,
    board: board.name,
    clockMHz,
    class: answer,
    label: labelOf(network, answer),
    latencyCycles: { predicted: planned.latencyCycles, measured },
    latencyMicroseconds: measured / clockMHz,
  };
}
