import { bitsFor } from "../../src/hdl/index.ts";
import type { MemorySize } from "../memory-shape.ts";
import { wordParts } from "../nn/index.ts";
import type { Register, RegisterMap, Window } from "./register-map.ts";

/** Frames as they are in memory and on the bus. */
export interface FrameBytes {
  /** Bytes of a frame: its values, lowest first, packed without gaps, the rest of the last byte 0. */
  readonly bytes: number;
  /** Beats of a frame on the bus. */
  readonly beats: number;
}

/** What an accelerator says of itself. */
export interface AcceleratorFacts {
  readonly name: string;
  /** First 64 bits of the build's content hash, 16 hexadecimal digits. */
  readonly buildHash: string;
  readonly input: FrameBytes;
  readonly output: FrameBytes;
  /** Classes that a result tells apart; 0 where the result is no label. */
  readonly classes: number;
  /** Bits of TDATA. */
  readonly busWidth: number;
  readonly cyclesPerFrame: number;
  readonly latencyCycles: number;
  readonly clockMHz: number;
  /** Layers whose streams are watched, in order. */
  readonly layers: readonly string[];
  /** Layers whose weights and thresholds can be written, in order, with the size of their memory. */
  readonly writable: readonly WritableLayer[];
}

/** The memory of a layer's weights and thresholds. */
export interface WritableLayer extends MemorySize {
  readonly layer: string;
}

/** What register `id` reads: "SLUI". */
export const acceleratorId = 0x534c_5549;

/** What register `version` reads: major in the upper half, minor in the lower. Software checks the major one. */
export const registerMapVersion = 0x0001_0000;

/** Offset of the counters of the first layer; each layer has two registers. */
const layerCounters = 0x200;

const hash = (digits: string, from: number): number => Number.parseInt(digits.slice(from, from + 8), 16);

/** The registers of an accelerator with AXI interfaces. */
export function acceleratorRegisters(facts: AcceleratorFacts): RegisterMap {
  const { name, buildHash, input, output, classes, busWidth, layers } = facts;
  const constants: readonly Register[] = [
    constant(0x000, "id", acceleratorId, 'The text "SLUI": this is an accelerator by Sluice.'),
    {
      ...constant(0x004, "version", registerMapVersion, "Version of this register map."),
      fields: [
        { name: "minor", lsb: 0, width: 16, doc: "Registers were added." },
        { name: "major", lsb: 16, width: 16, doc: "Registers have another meaning." },
      ],
    },
    constant(0x008, "build_hash_low", hash(buildHash, 8), "Low half of the build's hash."),
    constant(0x00c, "build_hash_high", hash(buildHash, 0), "High half of the build's hash."),
  ];
  const control: readonly Register[] = [
    {
      ...{ name: "control", offset: 0x010, access: "rw" },
      fields: [
        { name: "enable", lsb: 0, width: 1, doc: "Frames are taken. A frame that has begun is ended." },
      ],
      doc: "Start and stop. Off after a reset.",
    },
    {
      ...{ name: "command", offset: 0x014, access: "wo" },
      fields: [{ name: "clear", lsb: 0, width: 1, doc: "Sets every counter and the latency to 0." }],
      doc: "What a written 1 does once.",
    },
    {
      ...{ name: "status", offset: 0x018, access: "ro" },
      fields: [
        { name: "busy", lsb: 0, width: 1, doc: "Frames are under way: begun at the input, no result yet." },
      ],
      doc: "What is going on.",
    },
    {
      ...{ name: "errors", offset: 0x01c, access: "w1c" },
      fields: [
        { name: "frame_short", lsb: 0, width: 1, doc: "TLAST came before a frame's last beat." },
        { name: "frame_long", lsb: 1, width: 1, doc: "A frame's last beat came without TLAST." },
        {
          name: "frame_keep",
          lsb: 2,
          width: 1,
          doc: "TKEEP left out bytes of a frame that was not cut short.",
        },
      ],
      doc: "What went wrong since it was last cleared; the results of such frames have TUSER set.",
    },
  ];
  const counters: readonly Register[] = [
    counter(0x020, "frames_in", "Frames taken, faulty ones included, modulo 2^32."),
    counter(0x024, "frames_out", "Results given, modulo 2^32."),
    counter(0x028, "frames_faulty", "Frames taken that were cut short, too long or had bytes left out."),
    counter(0x02c, "latency", "Cycles from the first beat in to the last beat out of the last result."),
    counter(
      0x030,
      "cycles_low",
      "Cycles since reset or clear, low half: read high, low, high until both high are equal.",
    ),
    counter(0x034, "cycles_high", "High half of the cycles."),
  ];
  const shape: readonly Register[] = [
    constant(0x040, "classes", classes, "Classes that a result tells apart; 0 where it is no label."),
    constant(0x044, "bus_bytes", busWidth / 8, "Bytes of TDATA."),
    constant(0x048, "input_bytes", input.bytes, "Bytes of a frame."),
    constant(0x04c, "input_beats", input.beats, "Beats of a frame on the bus."),
    constant(0x050, "output_bytes", output.bytes, "Bytes of a result."),
    constant(0x054, "output_beats", output.beats, "Beats of a result on the bus."),
    constant(0x058, "layers", layers.length, "Layers that have counters."),
    constant(
      0x05c,
      "frame_cycles",
      Math.ceil(facts.cyclesPerFrame),
      "Predicted cycles from result to result.",
    ),
    constant(
      0x060,
      "frame_latency",
      facts.latencyCycles,
      "Predicted cycles that an empty accelerator takes, without bus.",
    ),
    constant(0x064, "clock_khz", Math.round(facts.clockMHz * 1000), "Clock that it was planned for, in kHz."),
  ];
  const watched = layers.flatMap((layer, i): Register[] => [
    counter(
      layerCounters + 8 * i,
      layerRegister("stalled", layer),
      `Cycles in which ${layer} had a result that the next stage did not take.`,
    ),
    counter(
      layerCounters + 8 * i + 4,
      layerRegister("starved", layer),
      `Cycles in which ${layer} could have taken values and there were none.`,
    ),
  ]);
  const end = layerCounters + 8 * layers.length;
  const windows = weightWindows(facts.writable, end);
  const last = windows.at(-1);
  return {
    name,
    doc: `Control and status of the accelerator ${name}, over AXI4-Lite. Registers are 32 bits wide.`,
    addressBits: Math.max(12, bitsFor((last === undefined ? end : last.offset + last.size) - 1)),
    registers: [...constants, ...control, ...counters, ...shape, ...watched],
    ...(windows.length === 0 ? {} : { windows }),
  };
}

/** A window for each memory, from `free` upwards, each at a multiple of its size. */
function weightWindows(memories: readonly WritableLayer[], free: number): readonly Window[] {
  let next = free;
  return memories.map(({ layer, words, width }) => {
    const { addressBits, partIndexBits } = wordParts({ words, width });
    const size = 4 * 2 ** addressBits;
    const offset = Math.ceil(next / size) * size;
    next = offset + size;
    const stride = 4 * 2 ** partIndexBits;
    const doc = `Weights and thresholds of ${layer}: ${String(words)} words of ${String(width)} bits, write only while no frame is under way.`;
    return { name: layerRegister("weights", layer), offset, size, words, width, stride, doc };
  });
}

function constant(offset: number, name: string, value: number, doc: string): Register {
  return { name, offset, access: "ro", fields: [], value, doc };
}

function counter(offset: number, name: string, doc: string): Register {
  return { name, offset, access: "ro", fields: [], doc };
}

/** Name of a layer's register. */
export function layerRegister(what: "stalled" | "starved" | "weights", layer: string): string {
  return `${what}_${layer.toLowerCase().replaceAll(/\W/g, "_")}`;
}
