import type { Design, Diagnostic } from "../ir/index.ts";

/** Everything that is wrong with a design. */
export function check(_design: Design): readonly Diagnostic[] {
  return [];
}
