import { registerHeader, registersJson, registersMarkdown } from "../../rtl/axi/index.ts";
import { assertionFiles, emit, emitAssertions } from "../emit/index.ts";
import type { Design } from "../ir/index.ts";
import { elaborate } from "../hdl/index.ts";
import type { Plan } from "../plan/index.ts";
import { axiDesign, type AxiOptions } from "./axi.ts";
import { sha256, type Manifest } from "./manifest.ts";

/** A top module as it is written, with all that it is made of. */
export interface Top {
  readonly top: string;
  readonly interface: Manifest["interface"];
  /** By their paths in the build's folder. */
  readonly files: ReadonlyMap<string, string>;
}

/** The accelerator itself. */
export function streamTop({ hardware }: Plan): Top {
  return { ...rtlOf(elaborate(hardware)), interface: { kind: "stream" } };
}

/**
 * AXI interfaces around the accelerator, and the registers for software. The build's hash is that of `sources`, what the
 * accelerator is made from, and of its RTL, as that is with a hash of 0.
 *
 * @throws SluiceError `bus-width-unknown`.
 */
export function axiTop(
  planned: Plan,
  sources: ReadonlyMap<string, string>,
  options: Pick<AxiOptions, "busWidth" | "clockMHz">,
): Top {
  const noHash = "0".repeat(hashDigits);
  const unhashed = emit(axiDesign(planned, { ...options, buildHash: noHash }).elaborate());
  const content = JSON.stringify([...sources, unhashed.files]);
  const buildHash = sha256(content).slice(0, hashDigits);
  const { registers, accelerator, elaborate: elaborated } = axiDesign(planned, { ...options, buildHash });
  const { top, files } = rtlOf(elaborated());
  const { busWidth } = options;
  return {
    top,
    interface: {
      ...{ kind: "axi", accelerator, busWidth, buildHash },
      ...(registers.windows === undefined ? {} : { writable: true }),
    },
    files: new Map([
      ...files,
      ["host/registers.h", registerHeader(registers)],
      ["host/registers.json", registersJson(registers)],
      ["docs/registers.md", registersMarkdown(registers)],
    ]),
  };
}

/** 64 bits. */
const hashDigits = 16;

/** The RTL of a design with its source maps, and the rules of its streams beside it. */
function rtlOf(design: Design): Pick<Top, "top" | "files"> {
  const { top, files, maps } = emit(design);
  return {
    top,
    files: new Map(
      [
        ...[...files, ...maps].map(({ name, text }) => ({ name: `rtl/${name}`, text })),
        ...assertionFiles(emitAssertions(design)),
      ].map(({ name, text }) => [name, text]),
    ),
  };
}
