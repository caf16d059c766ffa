import { serializeNetwork } from "../network/index.ts";
import { planReport, serializeFolding, type Plan } from "../plan/index.ts";
import { writeFolder } from "./folder.ts";
import { frontAround, loadExplored } from "./front.ts";
import { planHardware, type HardwareRequest } from "./hardware.ts";
import { hostDriver } from "./host-driver.ts";
import { manifestFile, serializeManifest, sha256, type Manifest } from "./manifest.ts";
import { axiTop, streamTop } from "./tops.ts";
import { resolveModel } from "./model.ts";
import { reportFile } from "./report.ts";

export interface BuildOptions extends HardwareRequest {
  /** Name of a bundled model, path of a model file, or a BNN-PYNQ folder. */
  readonly model: string;
  readonly out: string;
  /** What the top module has at its ports; "stream" where not given. */
  readonly interface?: Manifest["interface"]["kind"] | undefined;
  /** Bits of TDATA of AXI interfaces; 64 where not given. */
  readonly busWidth?: number | undefined;
  /** A folder that `exploreDesigns` has written: its front is drawn in the report. */
  readonly front?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((message: string) => void) | undefined;
}

export interface BuildResult {
  readonly dir: string;
  readonly model: string;
  readonly board: string;
  readonly clockMHz: number;
  readonly cyclesPerFrame: number;
  readonly latencyCycles: number;
  /** Frames per second at the clock. */
  readonly fps: number;
  /** Synapses computed per cycle. */
  readonly lanes: number;
  readonly stages: Manifest["stages"];
  /** See `Plan.weightEfficiency`. */
  readonly weightEfficiency: number | null;
  readonly interface: Manifest["interface"]["kind"];
  /** Paths in `dir`. */
  readonly files: readonly string[];
}

/**
 * Writes an accelerator: `rtl/` (SystemVerilog, memory files, source maps), `model.json`, `folding.json`,
 * `manifest.json` with what is predicted of it, and `report.html`, which shows that. With AXI interfaces also the
 * registers for software, `host/registers.h`, `host/registers.json` and `docs/registers.md`, and the driver,
 * `host/sluice_host`.
 *
 * @throws SluiceErrors of the model, the board, the folding, the front and the output folder.
 */
export async function buildAccelerator(options: BuildOptions): Promise<BuildResult> {
  const { signal, onProgress: say } = options;
  const network = resolveModel(options.model);
  const explored = options.front === undefined ? undefined : loadExplored(options.front);
  say?.(`planning ${network.name}`);
  const { planned, device } = planHardware(network, options);
  const { board, clockMHz } = device;
  const report = planReport(planned, device);
  const front = explored === undefined ? undefined : frontAround(report, explored);
  say?.(`generating RTL of ${String(planned.stages.length)} stages`);
  const sources = new Map([
    ["model.json", serializeNetwork(network)],
    ["folding.json", serializeFolding(planned.folding)],
  ]);
  const made =
    options.interface === "axi"
      ? axiTop(planned, sources, { busWidth: options.busWidth ?? 64, clockMHz })
      : streamTop(planned);
  const driver = options.interface === "axi" ? hostDriver() : [];
  const files = new Map([...made.files, ...sources, ...driver]);
  const manifest: Manifest = {
    format: "sluice-build",
    version: 1,
    model: network.name,
    board: board.name,
    clockMHz,
    top: made.top,
    interface: made.interface,
    predicted: {
      cyclesPerFrame: planned.cyclesPerFrame,
      latencyCycles: planned.latencyCycles,
      lanes: planned.lanes,
    },
    stages: stageList(planned),
    files: Object.fromEntries([...files].map(([name, text]) => [name, sha256(text)])),
  };
  files.set(manifestFile, serializeManifest(manifest));
  // Loaded when a report is written: layout and plotting are large libraries.
  const { renderReport } = await import("../report/index.ts");
  files.set(reportFile, await renderReport({ plan: report, front }));
  say?.(`writing ${String(files.size)} files to ${options.out}`);
  await writeFolder(options.out, files, manifestFile, signal);
  return {
    dir: options.out,
    model: network.name,
    board: board.name,
    clockMHz,
    ...manifest.predicted,
    fps: (clockMHz * 1e6) / planned.cyclesPerFrame,
    stages: manifest.stages,
    interface: manifest.interface.kind,
    weightEfficiency: planned.weightEfficiency,
    files: [...files.keys()],
  };
}

function stageList({ stages }: Plan): Manifest["stages"] {
  return stages.map(({ name, unit, folding, cycles, depth, weightStore: weights }) => {
    return { name, unit, ...folding, cycles, depth, ...(weights === undefined ? {} : { weights }) };
  });
}
