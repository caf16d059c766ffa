/**
 * Cycles per second of the Verilator driver, called from Node with whole streams, against a bare C++ loop:
 *
 *     npx tsx bench/verilator-driver.ts
 *
 * Both run the same SystemVerilog, verilated and compiled with the same flags, on the same MNIST images, from reset to
 * the last result, in CPU seconds, by turns. Results and cycle counts must be the same. Reading the beats from a file
 * is not counted for the loop; checking and copying them is counted for the driver.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testDesign } from "../sim/simulators.ts";
import { compiledFiles, type TestDesign } from "../sim/sources.ts";
import { compilerFlags, modelFlags, runtimeClasses, verilatorFlags } from "../sim/verilator/build.ts";
import { buildModel, VerilatorSimulator } from "../sim/verilator/index.ts";
import { findToolchain } from "../sim/verilator/toolchain.ts";
import { bundledImages, resolveModel } from "../src/flow/index.ts";
import { elaborate } from "../src/hdl/index.ts";
import { binarise, readIdx } from "../src/network/index.ts";
import { encodeFrames, loadBoard, maxFolding, plan } from "../src/plan/index.ts";
import { median, now, report, row, since, type Row } from "./measure.ts";

const rounds = 9;
/** Models, and how many times the 1,000 bundled images pass in one call. */
const models = [
  { model: "sfc", passes: 20 },
  { model: "lfc", passes: 4 },
];

const bareLoop = String.raw`
#include "Bare.h"
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

std::string sluice::memoryFile(const std::string& name) { return name; }
void vl_stop(const char*, int, const char*) { std::abort(); }
void vl_finish(const char*, int, const char*) { std::abort(); }
void vl_fatal(const char*, int, const char*, const char*) { std::abort(); }

static double seconds() {
  timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec + 1e-9 * time.tv_nsec;
}

/// Arguments: file of the input beats, two 32-bit words each; file for the labels; number of frames.
int main(int, char** argv) {
  std::vector<QData> beats;
  std::FILE* in = std::fopen(argv[1], "rb");
  for (QData beat; std::fread(&beat, sizeof beat, 1, in) == 1;) beats.push_back(beat);
  std::vector<uint32_t> labels(std::atoi(argv[3]));

  Bare top;
  top.rst = 1;
  for (int tick = 0; tick < 2; ++tick) {
    top.clk = 0; top.eval();
    top.clk = 1; top.eval();
  }
  top.rst = 0;
  top.y_ready = 1;

  const double start = seconds();
  size_t given = 0, taken = 0;
  uint32_t ticks = 0;
  for (; taken < labels.size(); ++ticks) {
    top.x_valid = given < beats.size();
    if (top.x_valid) top.x_payload = beats[given];
    top.clk = 0; top.eval();
    given += top.x_valid && top.x_ready;
    if (top.y_valid) labels[taken++] = top.y_payload;
    top.clk = 1; top.eval();
  }
  const double end = seconds();

  std::FILE* out = std::fopen(argv[2], "wb");
  std::fwrite(labels.data(), sizeof labels[0], labels.size(), out);
  std::fclose(out);
  std::printf("%u %.9f\n", ticks, end - start);
}
`;

/** Compiles the loop and the model in one translation unit, as the driver does with its own model. */
async function compileBareLoop({ top, files }: TestDesign, folder: string): Promise<string> {
  const toolchain = await findToolchain();
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
  const generated = join(folder, "generated");
  mkdirSync(generated);
  const sources = compiledFiles(files).map(({ name }) => name);
  const names = ["--prefix", "Bare", "--Mdir", generated, "--top-module", top.name];
  execFileSync(toolchain.verilator, [...verilatorFlags, ...names, ...sources], { cwd: folder });
  const units = readdirSync(generated).filter((name) => name.endsWith(".cpp"));
  writeFileSync(
    join(generated, "main.cc"),
    [...units.map((name) => `#include "${name}"`), bareLoop].join("\n"),
  );
  const flags = compilerFlags({ toolchain, trace: false });
  const run = (command: string, args: readonly string[]): void => {
    execFileSync(command, args, { cwd: generated });
  };
  run(toolchain.modelCompiler.path, [...flags, ...modelFlags(true), "-c", "main.cc"]);
  const runtime = runtimeClasses(readFileSync(join(generated, "Bare_classes.mk"), "utf8"));
  const paths = runtime.map((name) => join(toolchain.include, `${name}.cpp`));
  run(toolchain.runtimeCompiler.path, [...flags, "-O3", "-c", ...paths]);
  run(toolchain.modelCompiler.path, ["main.o", ...runtime.map((name) => `${name}.o`), "-o", "bare"]);
  return join(generated, "bare");
}

/** Cycles per CPU second. */
interface Rates {
  readonly driver: number;
  readonly bare: number;
}

async function compare(model: string, passes: number, folder: string): Promise<readonly Rates[]> {
  const network = resolveModel(model);
  const planned = plan(network, maxFolding(network, loadBoard("zc706")));
  const { input, output } = planned;
  if (input.width <= 32 || input.width > 64 || output.beats !== 1)
    throw new Error("the loop is written for beats of two words and one result per frame");
  const once = encodeFrames(binarise(readIdx(bundledImages.images).data, network.input), input);
  const beats = Uint32Array.from({ length: passes * once.length }, (_, i) => once[i % once.length] ?? 0);
  const frames = beats.length / (2 * input.beats);
  const design = testDesign(elaborate(planned.hardware));
  const library = await buildModel(design);
  const program = await compileBareLoop(design, folder);
  const [beatFile, labelFile] = [join(folder, "beats"), join(folder, "labels")];
  writeFileSync(beatFile, beats);

  return Array.from({ length: rounds }, () => {
    const simulator = new VerilatorSimulator(library);
    simulator.reset();
    const start = now();
    const result = simulator.run({ inputs: { x: { beats } }, outputs: { y: { count: frames } } });
    const driver = result.ticks / since(start).cpu;
    simulator.close();
    const args = [beatFile, labelFile, String(frames)];
    const text = execFileSync(program, args, { cwd: folder, encoding: "utf8" });
    const [ticks, seconds] = text.split(" ").map(Number);
    const labels = new Uint8Array(result.outputs["y"]?.beats.buffer ?? new ArrayBuffer());
    if (ticks !== result.ticks || !readFileSync(labelFile).equals(labels))
      throw new Error(`${model}: the driver and the loop differ`);
    return { driver, bare: ticks / (seconds ?? 0) };
  });
}

const rows: Row[] = [];
for (const { model, passes } of models) {
  const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  try {
    const rates = await compare(model, passes, folder);
    rows.push(
      row({
        bench: "verilator-driver",
        what: `${model.toUpperCase()}-max, whole streams from Node`,
        unit: "cycles/CPU s",
        sluice: median(rates.map(({ driver }) => driver)),
        rival: { name: "bare C++ loop", value: median(rates.map(({ bare }) => bare)) },
        better: "higher",
        goal: { ratioAtLeast: 0.9 },
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
report(rows);
