import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { SluiceError } from "../error.ts";
import { quoted, readJson, reasonOf } from "../files.ts";
import type { PlanReport } from "../plan/index.ts";
import type { FrontPoint } from "../report/index.ts";
import { frontFile } from "./explore.ts";

/** What is drawn of an `Exploration`. */
const FrontSchema = z.object({
  model: z.string(),
  board: z.string(),
  clockMHz: z.number(),
  front: z.array(
    z.object({
      cyclesPerFrame: z.int().positive(),
      fps: z.number().positive(),
      latencyCycles: z.int().positive(),
      cost: z.object({ lut: z.number(), bram36: z.number() }),
    }),
  ),
});

/** What is read of the front in a folder. */
export type Explored = Readonly<z.infer<typeof FrontSchema>> & { readonly dir: string };

/** The front that `exploreDesigns` left in a folder. Throws SluiceError `not-an-exploration`. */
export function loadExplored(dir: string): Explored {
  const where = join(dir, frontFile);
  try {
    return { dir, ...FrontSchema.parse(readJson(where)) };
  } catch (cause) {
    const why = existsSync(where)
      ? `its ${frontFile} is not that of an exploration: ${reasonOf(cause)}`
      : `there is no ${frontFile} of an exploration in this folder`;
    throw new SluiceError("not-an-exploration", why, {
      where: dir,
      hint: "give a folder that `sluice explore` has written",
      cause,
    });
  }
}

/**
 * A front for the report of a design: the point that the design is, or one more for it, is the chosen one.
 *
 * @throws SluiceError `exploration-other` where it is of another model, board or clock.
 */
export function frontAround(design: PlanReport, { dir, ...found }: Explored): readonly FrontPoint[] {
  const differing = (["model", "board", "clockMHz"] as const).filter((what) => found[what] !== design[what]);
  if (differing.length > 0) {
    const of = differing
      .map((what) => `${what} ${quoted(found[what])}, not ${quoted(design[what])}`)
      .join("; ");
    throw new SluiceError("exploration-other", `the folder holds the exploration of something else: ${of}`, {
      where: dir,
      hint: "give the folder that `sluice explore` wrote for this model, board and clock",
    });
  }
  const same = (point: Omit<FrontPoint, "chosen">): boolean =>
    figures.every((figure) => point[figure] === design[figure]);
  const points = found.front.map(({ cost, ...speed }) => ({ ...speed, ...cost }));
  return (points.some(same) ? points : [...points, ownPoint(design)])
    .map((point) => ({ ...point, chosen: same(point) }))
    .toSorted((a, b) => a.fps - b.fps);
}

const figures = ["cyclesPerFrame", "latencyCycles", "lut", "bram36"] as const;

function ownPoint({
  cyclesPerFrame,
  fps,
  latencyCycles,
  lut,
  bram36,
}: PlanReport): Omit<FrontPoint, "chosen"> {
  return { cyclesPerFrame, fps, latencyCycles, lut, bram36 };
}
