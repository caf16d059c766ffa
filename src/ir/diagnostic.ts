import type { SourceLocation } from "./module.ts";

/** One finding about a design. `code` is stable: users may search for it and docs list it. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: "error" | "warning";
  /** Hierarchical path, e.g. `mvtu.acc[3]`. */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
  readonly loc: SourceLocation | undefined;
}
