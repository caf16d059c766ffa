/** The least that a C++ program can do to run an accelerator in Verilator: the rival of the driver in Node. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compiledFiles, type TestDesign } from "../sim/sources.ts";
import { compilerFlags, modelFlags, runtimeClasses, verilatorFlags } from "../sim/verilator/build.ts";
import { findToolchain, type Toolchain } from "../sim/verilator/toolchain.ts";

const source = String.raw`
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

template <typename T> static void give(T& port, const uint32_t* beat) {
  if constexpr (sizeof(T) == 8) port = beat[0] | static_cast<QData>(beat[1]) << 32;
  else port = beat[0];
}
template <std::size_t N> static void give(VlWide<N>& port, const uint32_t* beat) {
  for (std::size_t i = 0; i < N; ++i) port[i] = beat[i];
}

/// Arguments: file of the input beats, whole 32-bit words each; file for the labels; number of frames.
int main(int, char** argv) {
  std::vector<uint32_t> words;
  std::FILE* in = std::fopen(argv[1], "rb");
  for (uint32_t word; std::fread(&word, sizeof word, 1, in) == 1;) words.push_back(word);
  std::vector<uint32_t> labels(std::atoi(argv[3]));

  Bare top;
  constexpr size_t beatWords = (sizeof top.x_payload + 3) / 4;
  const uint32_t* beat = words.data();
  const uint32_t* const end = beat + words.size();
  top.rst = 1;
  for (int tick = 0; tick < 2; ++tick) {
    top.clk = 0; top.eval();
    top.clk = 1; top.eval();
  }
  top.rst = 0;
  top.y_ready = 1;

  const double start = seconds();
  size_t taken = 0;
  uint32_t ticks = 0;
  for (; taken < labels.size(); ++ticks) {
    top.x_valid = beat != end;
    if (top.x_valid) give(top.x_payload, beat);
    top.clk = 0; top.eval();
    if (top.x_valid && top.x_ready) beat += beatWords;
    if (top.y_valid) labels[taken++] = top.y_payload;
    top.clk = 1; top.eval();
  }
  const double used = seconds() - start;

  std::FILE* out = std::fopen(argv[2], "wb");
  std::fwrite(labels.data(), sizeof labels[0], labels.size(), out);
  std::fclose(out);
  std::printf("%u %.9f\n", ticks, used);
}
`;

/** Writes the sources to `folder` and runs Verilator on them, as the driver's build does; gives the folder of the C++. */
export function verilate({ verilator }: Toolchain, { top, files }: TestDesign, folder: string): string {
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
  const generated = join(folder, "generated");
  mkdirSync(generated);
  const sources = compiledFiles(files).map(({ name }) => name);
  const names = ["--prefix", "Bare", "--Mdir", generated, "--top-module", top.name];
  execFileSync(verilator, [...verilatorFlags, ...names, ...sources], { cwd: folder });
  return generated;
}

/** Compiles the loop and the model in one translation unit, as the driver does with its own model. */
export async function compileBareLoop(design: TestDesign, folder: string): Promise<string> {
  const toolchain = await findToolchain();
  const generated = verilate(toolchain, design, folder);
  const units = readdirSync(generated).filter((name) => name.endsWith(".cpp"));
  writeFileSync(
    join(generated, "main.cc"),
    [...units.map((name) => `#include "${name}"`), source].join("\n"),
  );
  const flags = compilerFlags({ toolchain, trace: false, coverage: false });
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
