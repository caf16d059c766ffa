import { basename, join } from "node:path";
import type { RegisterMap } from "../../../rtl/axi/index.ts";
import { compiledFiles } from "../../../sim/sources.ts";
import { SluiceError } from "../../error.ts";
import { axiDesign } from "../../flow/axi.ts";
import { writeFolder } from "../../flow/folder.ts";
import { loadImages } from "../../flow/images.ts";
import { readManifest } from "../../flow/manifest.ts";
import { outputBeats } from "../../flow/verify.ts";
import { encode, loadNetwork, pixelsPerImage, trace, type Network } from "../../network/index.ts";
import {
  encodeFrames,
  loadBoard,
  loadFolding,
  plan,
  targetOf,
  type Board,
  type FrameShape,
  type Plan,
} from "../../plan/index.ts";
import { Random } from "../../random.ts";
import { rtlOfBuild } from "../build-rtl.ts";
import { portsOf, type Port } from "../vivado/ports.ts";
import { busWords, wordsOf } from "./bench-words.ts";
import { componentXml, type ComponentFiles } from "./component-xml.ts";
import { coreFile, edamFile } from "./core-file.ts";
import { interfacesOf, isActiveLow, streamOf, type BusInterface, type Vlnv } from "./interfaces.ts";
import { streamBus } from "./stream-bus.ts";
import { testbenchFiles, type BenchStream, type Control, type Testbench } from "./testbench.ts";
import { verilogWrapper } from "./wrapper.ts";

/** Name of the file that marks the folder of a package. */
export const componentFile = "component.xml";

export interface PackageOptions {
  /** A folder that `buildAccelerator` has written. */
  readonly build: string;
  /** A folder of its own in a Vivado IP repository, or the repository itself. */
  readonly out: string;
  readonly vendor: string;
  /** Two numbers: `1.0`. */
  readonly version: string;
  /** How many images the test bench plays. */
  readonly frames: number;
  /** See `loadImages`. */
  readonly images?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PackageResult {
  readonly dir: string;
  readonly vlnv: Vlnv;
  readonly buses: readonly BusInterface[];
  readonly frames: number;
  /** What the frames of the test bench are. */
  readonly source: string;
  /** Paths in `dir`. */
  readonly files: readonly string[];
}

/** Families that a technology's cells are in, as Vivado's IP repositories name them. */
const families: Readonly<Record<Board["technology"], readonly string[]>> = {
  xilinx7: ["zynq", "artix7", "kintex7", "virtex7", "spartan7"],
  ultrascale: ["kintexu", "virtexu", "kintexuplus", "virtexuplus", "zynquplus"],
  portable: ["zynq", "artix7", "kintex7", "virtex7", "kintexu", "virtexu", "kintexuplus", "zynquplus"],
};

/**
 * Writes an accelerator as an IP: IP-XACT for a Vivado IP repository, a FuseSoC core, an EDAM description for Edalize,
 * RTL with a top level in Verilog, and a test bench that plays images of the model and checks what comes out.
 *
 * @throws SluiceErrors of the manifest, the RTL, the images and the output folder, `vendor-invalid`, `version-invalid`.
 */
export async function packageBuild(options: PackageOptions): Promise<PackageResult> {
  const { out, signal } = options;
  const { content, ...rest } = packageContent(options);
  await writeFolder(out, content, componentFile, signal);
  return { dir: out, ...rest, files: [...content.keys()] };
}

export interface PackageContent extends Pick<PackageResult, "vlnv" | "buses" | "frames" | "source"> {
  /** Texts by their paths. */
  readonly content: ReadonlyMap<string, string>;
}

/** What is in a package. Throws what `packageBuild` throws before it writes. */
export function packageContent(options: Omit<PackageOptions, "out" | "signal">): PackageContent {
  const { build } = options;
  const manifest = readManifest(build);
  const files = rtlOfBuild(build, manifest);
  const { top, clockMHz } = manifest;
  const vlnv = vlnvOf(options, top);
  const ports = portsOf(files, top);
  const buses = interfacesOf(ports);
  const board = loadBoard(manifest.board);
  const names = { wrapper: `${top}_ip`, testbench: `${top}_tb` };
  const network = loadNetwork(join(build, "model.json"));
  const planned = plan(network, loadFolding(join(build, "folding.json")), targetOf({ ...board, clockMHz }));
  const { interface: ends } = manifest;
  const registers = ends.kind === "axi" ? axiDesign(planned, { ...ends, clockMHz }).registers : undefined;
  const bench = benchOf(options, planned, { top: names.wrapper, ports, buses, registers });
  const benchFiles = testbenchFiles(names.testbench, bench);
  const sources = compiledFiles(files).map(({ name }) => name);
  const [benchSource = "", ...benchMemories] = [...benchFiles.keys()].map((name) => `sim/${name}`);
  const list: ComponentFiles = {
    rtl: sources.map((name) => `rtl/${name}`),
    wrapper: `rtl/${names.wrapper}.v`,
    memories: files
      .map(({ name }) => name)
      .filter((name) => !sources.includes(name))
      .map((name) => `rtl/${name}`),
    ...{ testbench: benchSource, testbenchMemories: benchMemories },
    gui: `xgui/${vlnv.name}_v${vlnv.version.replaceAll(".", "_")}.tcl`,
  };
  const title = `Streaming binarized network ${manifest.model}`;
  const description = `${title}: a frame every ${manifest.predicted.cyclesPerFrame} cycles, built by Sluice for ${board.title} at ${clockMHz} MHz`;
  const shared = { vlnv, description, top: names.wrapper, testbenchTop: names.testbench, files: list };
  const core = { ...shared, part: board.part };
  const content = new Map([
    [
      componentFile,
      componentXml({
        ...shared,
        title,
        clockMHz,
        families: families[board.technology],
        ports,
        buses,
        registers,
      }),
    ],
    [`${vlnv.name}.core`, coreFile(core)],
    [`${vlnv.name}.eda.yml`, edamFile(core)],
    [list.gui, guiScript],
    [list.wrapper, verilogWrapper(names.wrapper, top, ports)],
    ...files.map(({ name, text }) => [`rtl/${name}`, text] as const),
    ...[...benchFiles].map(([name, text]) => [`sim/${name}`, text] as const),
  ]);
  if (buses.some(({ kind }) => kind === "stream"))
    for (const [name, text] of streamBus()) content.set(`interfaces/${name}`, text);
  const { frames, source } = bench;
  return { vlnv, buses, frames, source, content };
}

/** What Vivado shows of an IP without parameters. */
const guiScript = `proc init_gui { IPINST } {
  ipgui::add_param $IPINST -name "Component_Name"
}
`;

function vlnvOf({ vendor, version }: Pick<PackageOptions, "vendor" | "version">, name: string): Vlnv {
  if (!/^[A-Za-z][\w.-]*$/.test(vendor)) {
    throw new SluiceError("vendor-invalid", `"${vendor}" is no vendor of an IP`, {
      where: "--vendor",
      hint: "letters, digits, dots and dashes: example.org",
    });
  }
  if (!/^\d+\.\d+$/.test(version)) {
    throw new SluiceError("version-invalid", `"${version}" is no version of an IP`, {
      where: "--ip-version",
      hint: "two numbers: 1.0",
    });
  }
  return { vendor, library: "accelerators", name, version };
}

function benchOf(
  options: Pick<PackageOptions, "frames" | "images">,
  planned: Plan,
  { top, ports, buses, registers }: Module,
): Testbench {
  const { frames } = options;
  const { network } = planned;
  const { pixels, source } = framesOf(network, options);
  const inputs = encode(pixels, network.input);
  const reset = portOf(buses, "reset", "RST");
  const [x, y] = [streamIn(buses, "slave"), streamIn(buses, "master")];
  const words = {
    x: wordsOf(encodeFrames(inputs, planned.input), planned.input.width),
    y: wordsOf(outputBeats(network, planned, trace(network, inputs)), planned.output.width),
  };
  const isAxi = x.kind === "axi-stream";
  const widthOf = (name: string): number => ports.find((port) => port.name === name)?.width ?? 1;
  const stream = (bus: BusInterface, beats: readonly bigint[], shape: FrameShape): BenchStream => {
    const [valid = "", ready = "", ...payload] = (isAxi ? axiStreamPorts : streamPorts).flatMap(
      (logical) => bus.ports[logical] ?? [],
    );
    return {
      ...{ valid, ready, payload: payload.map((name) => ({ name, width: widthOf(name) })) },
      words: isAxi ? busWords(beats, shape, widthOf(bus.ports["TDATA"] ?? "")) : beats,
    };
  };
  return {
    ...{ top, clock: portOf(buses, "clock", "CLK"), reset, resetActiveLow: isActiveLow(reset) },
    ...{ input: stream(x, words.x, planned.input), output: stream(y, words.y, planned.output) },
    ...{ source, frames, frameCycles: planned.latencyCycles },
    ticks: isAxi ? undefined : [...planned.outputTicks(frames)],
    control: registers === undefined ? undefined : startOf(registers),
  };
}

/** The module that a test bench is for. */
interface Module {
  readonly top: string;
  readonly ports: readonly Port[];
  readonly buses: readonly BusInterface[];
  readonly registers: RegisterMap | undefined;
}

/** Ports of a stream: valid, ready, and what a beat consists of, the highest bits first. */
const streamPorts = ["VALID", "READY", "PAYLOAD"] as const;
const axiStreamPorts = ["TVALID", "TREADY", "TUSER", "TLAST", "TKEEP", "TDATA"] as const;

/** What lets frames in (docs/axi.md). */
function startOf({ addressBits, registers }: RegisterMap): Control {
  const control = registers.find(({ name }) => name === "control");
  const enable = control?.fields.find(({ name }) => name === "enable");
  if (control === undefined || enable === undefined) throw new Error("nothing starts the accelerator");
  return { prefix: "s_axi", addressBits, address: control.offset, value: 2 ** enable.lsb };
}

/** Images of the model; where none come with Sluice and none are given, pixels at random. */
function framesOf(
  network: Network,
  options: Pick<PackageOptions, "frames" | "images">,
): { pixels: Uint8Array; source: string } {
  const { frames, images } = options;
  const some = frames === 1 ? "1 image" : `${frames} images`;
  try {
    const { pixels } = loadImages(network, { frames, images });
    return {
      pixels,
      source: images === undefined ? `${some} of the test set` : `${some} of ${basename(images)}`,
    };
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== "no-bundled-images") throw error;
    const random = new Random(1);
    const pixels = Uint8Array.from({ length: frames * pixelsPerImage(network.input) }, () =>
      random.below(256),
    );
    return { pixels, source: `${some} of random pixels` };
  }
}

function portOf(buses: readonly BusInterface[], kind: "clock" | "reset", logical: string): string {
  const port = buses.find((bus) => bus.kind === kind)?.ports[logical];
  if (port === undefined) throw new SluiceError("clock-missing", `the accelerator has no ${kind}`);
  return port;
}

function streamIn(buses: readonly BusInterface[], mode: "master" | "slave"): BusInterface {
  const stream = streamOf(buses, mode);
  if (stream !== undefined) return stream;
  const what = mode === "slave" ? "takes frames" : "gives results";
  throw new SluiceError("stream-missing", `the accelerator has no stream that ${what}`);
}
