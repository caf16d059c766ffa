import koffi from "koffi";
import { dirname } from "node:path";
import { SluiceError } from "../../src/error.ts";

/** A model instance on the C++ side. */
export type Handle = object & { readonly __handle: unique symbol };

/** The functions of harness.cpp; status 0 is success. */
export interface Native {
  create(
    index: number,
    folder: string,
    trace: string | null,
    clocks: Uint32Array,
    clockCount: number,
    high: Uint32Array,
    highCount: number,
  ): Handle;
  writeCoverage(handle: Handle, path: string): number;
  free(handle: Handle): void;
  status(handle: Handle): number;
  message(handle: Handle): string;
  ticks(handle: Handle): number;
  poke(handle: Handle, port: number, limbs: Uint32Array): void;
  peek(handle: Handle, port: number, limbs: Uint32Array): number;
  step(handle: Handle, ticks: number): number;
  clearStreams(handle: Handle): void;
  addInput(
    handle: Handle,
    valid: number,
    ready: number,
    clock: number,
    leaves: Uint32Array,
    leafCount: number,
    count: number,
    stallBelow: number,
    seed: number,
    beats: Uint32Array,
  ): void;
  addOutput(
    handle: Handle,
    valid: number,
    ready: number,
    clock: number,
    leaves: Uint32Array,
    leafCount: number,
    count: number,
    stallBelow: number,
    seed: number,
  ): void;
  run(handle: Handle, idleLimit: number, result: Uint32Array): number;
  /** As `run`, on another thread; `result` must stay reachable until the promise settles. */
  runAsync(handle: Handle, idleLimit: number, result: Uint32Array): Promise<number>;
  count(handle: Handle, output: boolean, index: number): number;
  take(handle: Handle, output: boolean, index: number, stamps: Uint32Array, beats: Uint32Array): void;
}

const loaded = new Map<string, Native>();

/**
 * Loads a library of models, once per process and path.
 *
 * @throws SluiceError `model-not-loadable`.
 */
export function loadNative(path: string): Native {
  const known = loaded.get(path);
  if (known !== undefined) return known;
  const library = loadLibrary(path);
  const streamArguments =
    "void *h, uint32_t valid, uint32_t ready, uint32_t clock, const uint32_t *leaves, uint32_t leafCount, " +
    "uint32_t count, double stallBelow, uint32_t seed";
  const run = library.func("int sluice_run(void *h, uint32_t idleLimit, uint32_t *result)");
  const functions: Record<keyof Native, unknown> = {
    create: library.func(
      "void *sluice_new(uint32_t index, const char *folder, const char *trace, " +
        "const uint32_t *clocks, uint32_t clockCount, const uint32_t *high, uint32_t highCount)",
    ),
    writeCoverage: library.func("int sluice_write_coverage(void *h, const char *path)"),
    free: library.func("void sluice_free(void *h)"),
    status: library.func("int sluice_status(void *h)"),
    message: library.func("const char *sluice_message(void *h)"),
    ticks: library.func("double sluice_ticks(void *h)"),
    poke: library.func("void sluice_poke(void *h, uint32_t port, const uint32_t *limbs)"),
    peek: library.func("int sluice_peek(void *h, uint32_t port, uint32_t *limbs)"),
    step: library.func("int sluice_step(void *h, double ticks)"),
    clearStreams: library.func("void sluice_clear_streams(void *h)"),
    addInput: library.func(`void sluice_add_input(${streamArguments}, const uint32_t *beats)`),
    addOutput: library.func(`void sluice_add_output(${streamArguments})`),
    run,
    runAsync: (handle: Handle, idleLimit: number, result: Uint32Array) =>
      new Promise<number>((resolve, reject) => {
        run.async(handle, idleLimit, result, (error: unknown, status: number) => {
          if (error === null || error === undefined) resolve(status);
          else reject(error instanceof Error ? error : new Error("koffi call failed", { cause: error }));
        });
      }),
    count: library.func("uint32_t sluice_count(void *h, bool output, uint32_t index)"),
    take: library.func(
      "void sluice_take(void *h, bool output, uint32_t index, uint32_t *stamps, uint32_t *beats)",
    ),
  };
  const native = functions as unknown as Native;
  loaded.set(path, native);
  return native;
}

function loadLibrary(path: string): ReturnType<typeof koffi.load> {
  try {
    return koffi.load(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SluiceError("model-not-loadable", `cannot load a compiled model: ${reason}`, {
      where: path,
      hint: `remove ${dirname(path)}, so that it is built again`,
      cause: error,
    });
  }
}
