import { join } from "node:path";
import { fileLimits, readText } from "../files.ts";
import { replaceFile } from "./folder.ts";
import type { VerifyResult } from "./verify.ts";

/** Name of the report in a build folder. */
export const reportFile = "report.html";

/**
 * Sets what a simulation gave beside what the report of a build predicts. A report that is gone, is another page, or
 * cannot be written is left as it is, which `onProgress` says: it is no part of what is verified.
 */
export async function addMeasured(
  dir: string,
  { cyclesPerFrame, latencyCycles, ...result }: VerifyResult,
  onProgress: ((message: string) => void) | undefined,
): Promise<void> {
  const path = join(dir, reportFile);
  // Loaded when a report is written: layout and plotting are large libraries.
  const { withMeasured } = await import("../report/index.ts");
  try {
    const page = await withMeasured(
      readText(path, fileLimits.text),
      { cyclesPerFrame: cyclesPerFrame.predicted, latencyCycles: latencyCycles.predicted },
      { ...result, cyclesPerFrame: cyclesPerFrame.measured, latencyCycles: latencyCycles.measured },
    );
    if (page !== undefined) await replaceFile(path, page);
  } catch {
    onProgress?.(`${path} is left as it was`);
  }
}
