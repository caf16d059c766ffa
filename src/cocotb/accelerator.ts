import type { JsValue } from "../../sim/beats.ts";
import { axiReset, type RegisterMap } from "../../rtl/axi/index.ts";
import { axiDesign, loadImages, planHardware, resolveModel } from "../flow/index.ts";
import { encode, readOut, trace, type BitMatrix, type ByteMatrix, type Network } from "../network/index.ts";
import { encodeFrames, type FrameShape, type Plan } from "../plan/index.ts";
import type { ClockSpec, Hardware } from "../hdl/index.ts";
import { beatsOfRows, bytesOfRows, rowsOfBeats, type Beat } from "./rows.ts";
import type { Reference } from "./references.ts";

/** Beats of bundled test images, with the class of each, null where no file says it. */
export type Frames = (request: { readonly first: number; readonly count: number }) => {
  readonly x: readonly JsValue[];
  readonly labels: readonly number[] | null;
};

export interface AcceleratorSpec {
  readonly model: string;
  readonly board: string;
  readonly fold: string;
  readonly interface: "stream" | "axi";
}

export interface AcceleratorModel {
  readonly hardware: Hardware;
  readonly reset?: ClockSpec;
  readonly registers?: RegisterMap;
  readonly reference: Reference;
  readonly frames: Frames;
}

/**
 * A whole accelerator, as `sluice build` makes it, with the network's software reference.
 *
 * @throws SluiceErrors of the model, the board and the folding.
 */
export function acceleratorModel(spec: AcceleratorSpec): AcceleratorModel {
  const network = resolveModel(spec.model);
  const { planned, device } = planHardware(network, spec);
  return spec.interface === "axi" ? axiModel(planned, device.clockMHz) : streamModel(planned);
}

function streamModel({ network, hardware, input, output }: Plan): AcceleratorModel {
  return {
    hardware,
    reference: ({ x = [] }) => ({
      y: results(network, framesOf(network, x as readonly Beat[], input), output),
    }),
    frames: (request) => images(network, request, input),
  };
}

/** Bits of TDATA where a test asks for AXI interfaces. */
const busWidth = 64;

/** Streams of packets: a frame or a result is one number, cut into bytes. */
function axiModel(planned: Plan, clockMHz: number): AcceleratorModel {
  const { network } = planned;
  const { hardware, registers } = axiDesign(planned, { busWidth, clockMHz, buildHash: "5eedc0de5eedc0de" });
  const whole = ({ width, beats }: FrameShape): FrameShape => ({ width: width * beats, beats: 1 });
  const [input, output] = [whole(planned.input), whole(planned.output)];
  return {
    hardware,
    registers,
    reset: axiReset,
    reference: ({ s_axis_t = [] }) => {
      const frames = framesOf(network, numbersOfPackets(s_axis_t as readonly PacketBeat[]), input);
      const answers = results(network, frames, output) as readonly Beat[];
      return {
        m_axis_t: answers.flatMap((answer) =>
          packetOf(BigInt(answer), output.width).map((beat) => ({ ...beat, user: false })),
        ),
      };
    },
    frames: (request) => {
      const { x, labels } = images(network, request, input);
      return { x: x.flatMap((frame) => packetOf(frame, input.width)), labels };
    },
  };
}

/** A beat of AXI4-Stream. */
type PacketBeat = Readonly<{ data: Beat; keep: Beat; last: boolean }>;

/** The beats of a frame of so many bits. */
function packetOf(frame: bigint, bits: number): PacketBeat[] {
  const [lanes, bytes] = [busWidth / 8, Math.ceil(bits / 8)];
  const count = Math.ceil(bytes / lanes);
  return Array.from({ length: count }, (_, beat) => ({
    data: BigInt.asUintN(busWidth, frame >> BigInt(beat * busWidth)),
    keep: Number((1n << BigInt(Math.min(lanes, bytes - beat * lanes))) - 1n),
    last: beat === count - 1,
  }));
}

/** Inverse of `packetOf`, for packets in a row. */
function numbersOfPackets(beats: readonly PacketBeat[]): bigint[] {
  const numbers: bigint[] = [];
  let [frame, at] = [0n, 0n];
  for (const { data, last } of beats) {
    frame |= BigInt(data) << at;
    at += BigInt(busWidth);
    if (last) {
      numbers.push(frame);
      [frame, at] = [0n, 0n];
    }
  }
  return numbers;
}

/** Bundled images as beats of this shape, and their classes. */
function images(
  network: Network,
  { first, count }: Parameters<Frames>[0],
  shape: FrameShape,
): { readonly x: readonly bigint[]; readonly labels: readonly number[] | null } {
  const { pixels, labels } = loadImages(network, { frames: first + count });
  const size = pixels.length / (first + count);
  const limbs = encodeFrames(encode(pixels.subarray(first * size), network.input), shape);
  return {
    x: wordsOf(limbs, shape.width),
    labels: labels === undefined ? null : [...labels.subarray(first)],
  };
}

/** What the accelerator gives for frames. */
function results(network: Network, frames: BitMatrix | ByteMatrix, { width }: FrameShape): unknown[] {
  const last = trace(network, frames).at(-1);
  if (last === undefined) throw new Error("a network has a last layer");
  if (network.readout.kind === "argmax") return [...readOut(network.readout, last).labels];
  return last.activations === undefined ? [] : beatsOfRows(last.activations, width);
}

/** Inverse of `encodeFrames`. */
function framesOf(network: Network, x: readonly Beat[], shape: FrameShape): BitMatrix | ByteMatrix {
  const rows = rowsOfBeats(x, shape);
  return network.input.encoding === "signed-8bit" ? bytesOfRows(rows) : rows;
}

/** Beats of `width` bits from limbs, each beat beginning in a limb of its own. */
function wordsOf(limbs: Uint32Array, width: number): bigint[] {
  const perBeat = Math.ceil(width / 32);
  return Array.from({ length: limbs.length / perBeat }, (_, beat) =>
    limbs
      .subarray(beat * perBeat, (beat + 1) * perBeat)
      .reduceRight((word, limb) => (word << 32n) | BigInt(limb), 0n),
  );
}
