import { existsSync } from "node:fs";
import { join } from "node:path";
import { SluiceError } from "../../error.ts";
import { fileLimits, readLooseText, reasonOf, shortened } from "../../files.ts";
import { placeOf, type NamedStage, type Place } from "./place.ts";
import {
  readDesignRules,
  readPower,
  readTimingSummary,
  readUtilization,
  type BrokenRule,
  type TimingPath,
  type Used,
} from "./reports/index.ts";
import { reportFiles } from "./script.ts";

/** What Vivado says of a run that is complete. */
export interface Results {
  /** `2022.2` */
  readonly vivado: string;
  readonly utilization: {
    readonly lut: Used;
    readonly lutMemory: Used;
    readonly ff: Used;
    readonly bram36: Used;
    readonly dsp: Used;
  };
  readonly timing: {
    readonly met: boolean;
    /** Worst slack of setup and hold in ns. */
    readonly wns: number | null;
    readonly whs: number | null;
    readonly failingEndpoints: number | null;
    /** The clock at which the worst path would just be in time; null where nothing is constrained. */
    readonly fmaxMHz: number | null;
    /** Those of the shown paths that come too late, the worst first. */
    readonly failing: readonly PlacedPath[];
    /** The slowest of all, failing or not. */
    readonly worst: PlacedPath | null;
  };
  readonly power: {
    readonly totalW: number;
    readonly dynamicW: number;
    readonly staticW: number;
    readonly confidence: string;
  };
  readonly designRules: { readonly found: number; readonly rules: readonly BrokenRule[] };
}

/** A timing path in terms of the accelerator. */
export interface PlacedPath extends Pick<
  TimingPath,
  "slack" | "check" | "delay" | "logic" | "route" | "levels"
> {
  readonly from: Place;
  readonly to: Place;
}

/**
 * Reads the reports in the folder of a run.
 *
 * @throws SluiceErrors `report-missing`, `report-invalid`, `report-truncated`, `report-garbled`, `report-of-another`.
 */
export function readResults(folder: string, top: string, stages: readonly NamedStage[]): Results {
  const utilization = readUtilization(...fileIn(folder, reportFiles.utilization));
  const timing = readTimingSummary(...fileIn(folder, reportFiles.timing));
  const power = readPower(...fileIn(folder, reportFiles.power));
  const rules = readDesignRules(...fileIn(folder, reportFiles.drc));
  for (const { head } of [utilization, timing, power, rules]) {
    if (head.design === top) continue;
    throw new SluiceError(
      "report-of-another",
      `a report is of the design ${shortened(head.design)}, not of ${top}`,
      {
        where: folder,
      },
    );
  }
  const { lut, lutMemory, ff, bram36, dsp } = utilization;
  const { totalW, dynamicW, staticW, confidence } = power;
  const { met, wns, whs, failingEndpoints, clocks, paths } = timing;
  const placed = paths.map((path) => placedPath(path, stages)).sort((a, b) => a.slack - b.slack);
  const period = Math.min(...clocks.map(({ periodNs }) => periodNs));
  return {
    vivado: utilization.head.vivado,
    utilization: { lut, lutMemory, ff, bram36, dsp },
    timing: {
      met,
      wns,
      whs,
      failingEndpoints,
      fmaxMHz: wns === null || !Number.isFinite(period) ? null : 1000 / (period - wns),
      failing: placed.filter(({ slack }) => slack < 0),
      worst: placed.find(({ check }) => check === "setup") ?? null,
    },
    power: { totalW, dynamicW, staticW, confidence },
    designRules: { found: rules.found, rules: rules.rules },
  };
}

function placedPath(path: TimingPath, stages: readonly NamedStage[]): PlacedPath {
  const { slack, check, source, destination, delay, logic, route, levels } = path;
  const [from, to] = [placeOf(source, stages), placeOf(destination, stages)];
  return { slack, check, from, to, delay, logic, route, levels };
}

function fileIn(folder: string, name: string): readonly [text: string, where: string] {
  const where = join(folder, name);
  try {
    return [readLooseText(where, fileLimits.text), where];
  } catch (cause) {
    throw new SluiceError(
      "report-missing",
      existsSync(where) ? `a report cannot be read: ${reasonOf(cause)}` : "a report of the run is not there",
      {
        where,
        hint: "run it again; what it has done so far is kept",
        cause,
      },
    );
  }
}
