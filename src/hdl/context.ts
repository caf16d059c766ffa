import type { Diagnostic } from "../ir/index.ts";
import { captureLocation } from "./location.ts";

/**
 * What one run of `elaborate` collects. Signals are plain values with no way to a builder, so a mistake in an
 * expression (mixed signedness, say) reports here; elaboration goes on and all mistakes are shown together.
 */
export interface Elaboration {
  readonly diagnostics: Diagnostic[];
  /** Where in the hierarchy we are: the top module, then the instances being built. */
  readonly places: string[];
}

let current: Elaboration | undefined;

export function withElaboration<T>(elaboration: Elaboration, body: () => T): T {
  const outer = current;
  current = elaboration;
  try {
    return body();
  } finally {
    current = outer;
  }
}

export function currentElaboration(): Elaboration | undefined {
  return current;
}

/** Reports a mistake at the author's line. Outside an elaboration there is nowhere to collect it, so it throws. */
export function report(code: string, path: string, message: string, hint: string): void {
  const loc = captureLocation();
  if (current === undefined) {
    throw new TypeError(`${loc.file}:${String(loc.line)}: ${code}: ${path}: ${message} (${hint})`);
  }
  const full = [...current.places, ...(path === "" ? [] : [path])].join(".");
  current.diagnostics.push({ code, severity: "error", path: full, message, hint, loc });
}
