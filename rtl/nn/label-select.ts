import { SluiceError } from "../../src/error.ts";
import {
  bool,
  component,
  mux,
  reg,
  sink,
  source,
  uint,
  valueOf,
  vec,
  type ModuleBuilder,
  type UInt,
} from "../../src/hdl/index.ts";

/** Parameters of the label select. */
export interface LabelSelectParams {
  /**
   * Scores that take part: the first ones of a frame.
   * @min 2
   */
  readonly classes: number;
  /**
   * Bits of a score, unsigned.
   * @min 1
   */
  readonly width: number;
  /**
   * Scores per beat.
   * @min 1
   */
  readonly pe: number;
  /**
   * Scores of a frame; a multiple of `pe`, at least `classes`. Those behind the classes are taken and ignored.
   * @min 2
   * @default classes
   */
  readonly outputs?: number | undefined;
}

/** Cycles from taking the last scores of a frame to offering its label. */
export const labelSelectDepth = 1;

/**
 * Label select (argmax) behind the last layer: takes the scores of a frame in outputs / PE beats, lowest class first,
 * gives the class of the greatest; of equal ones the first wins. One beat per cycle, no bubble between frames; the
 * label is offered one cycle after the last beat of the frame is taken, whether classes are in it or not.
 */
export const labelSelect = component({
  name: ({ classes, pe, width, outputs = classes }: LabelSelectParams) =>
    `label_select_${String(classes)}${outputs === classes ? "" : `_of_${String(outputs)}`}_pe${String(pe)}_w${String(width)}`,
  doc: ({ classes, pe, outputs = classes }) => {
    const scores = outputs === classes ? "" : `the first ${String(classes)} of `;
    return `Label select: the class of the greatest of ${scores}${String(outputs)} scores, ${String(pe)} per beat; the first of equals wins.`;
  },
  validate: ({ classes, pe, outputs = classes }) => {
    if (!Number.isInteger(classes) || classes < 2) {
      throw new SluiceError("bad-classes", `${String(classes)} classes to select from`, {
        where: "label select",
        hint: "give at least 2",
      });
    }
    if (!Number.isInteger(outputs) || outputs < classes) {
      throw new SluiceError("bad-classes", `${String(classes)} classes of ${String(outputs)} scores`, {
        where: "label select",
        hint: "give at least as many outputs as classes",
      });
    }
    if (Number.isInteger(pe) && pe >= 1 && outputs % pe === 0) return;
    const scores = outputs === classes ? "classes" : "outputs";
    throw new SluiceError(
      "folding-does-not-divide",
      `PE = ${String(pe)} does not divide the ${String(outputs)} ${scores}`,
      { where: "label select", hint: `give a PE that divides the number of ${scores}` },
    );
  },
  ports: ({ classes, width, pe }) => ({ x: sink(vec(pe, uint(width))), y: source(uint.below(classes)) }),
  build(m, { x, y }, { classes, width, pe, outputs = classes }) {
    const label = uint.below(classes);
    const beats = outputs / pe;
    const { out_valid, out } = m.regs({ out_valid: bool, out: reg(label, { reset: "none" }) });
    y.valid.set(out_valid);
    y.payload.set(out);
    const advance = out_valid.not().or(y.ready);
    m.name({ advance });
    x.ready.set(advance);
    const taken = x.valid.and(advance);
    m.name({ taken });
    const { beat } = m.counters({ beat: beats });
    m.when(taken, () => {
      beat.advance();
    });

    const winner = greatest(m, participants(m, x.payload.elements(), { classes, beat, beats }));
    const position = beats === 1 ? valueOf(label, 0) : pe === 1 ? beat : beat.mul(pe);
    // Behind the classes an index may be beyond them; none of those is kept.
    const index = winner.lane === undefined ? position : position.add(winner.lane);
    const here =
      index.width === label.width ? index : outputs === classes ? index.narrow(label) : index.wrap(label);
    if (beats === 1) {
      m.when(advance, () => {
        out_valid.next(taken);
      });
      m.when(taken, () => {
        out.next(winner.lane ?? position.wrap(label));
      });
      return;
    }
    m.name({ score: winner.score, here });
    const { best, best_label } = m.regs({
      best: reg(uint(width), { reset: "none" }),
      best_label: reg(label, { reset: "none" }),
    });
    const better = beat.eq(0).or(winner.score.gt(best));
    const chosen = mux(better, here, best_label);
    m.name({ better, chosen });
    m.when(taken.and(better), () => {
      best.next(winner.score);
      best_label.next(here.wrap(label));
    });
    m.when(advance, () => {
      out_valid.next(taken.and(beat.last));
    });
    m.when(taken.and(beat.last), () => {
      out.next(chosen.wrap(label));
    });
  },
});

/**
 * The scores of a beat that take part. A lane of which only the first beats are classes has score 0 in the others: it
 * cannot win there, since of equals the first wins and the frame's first score is always one.
 */
function participants(
  m: ModuleBuilder,
  scores: readonly UInt[],
  { classes, beat, beats }: { readonly classes: number; readonly beat: UInt; readonly beats: number },
): readonly UInt[] {
  if (scores.length * beats === classes) return scores;
  scores.slice(classes).forEach((score, lane) => {
    m.unused({ [`score_${String(classes + lane)}`]: score });
  });
  const lanes = scores.slice(0, classes).map((score, lane) => {
    const classBeats = Math.ceil((classes - lane) / scores.length);
    return classBeats === beats ? score : mux(beat.lt(classBeats), score, 0);
  });
  if (beats > 1) m.name({ class_score: lanes });
  return lanes;
}

/** The greatest of some scores and, where there are several, its position, in a tree of comparisons; the first of equals wins. */
function greatest(m: ModuleBuilder, scores: readonly UInt[]): { score: UInt; lane: UInt | undefined } {
  const position = uint.below(scores.length);
  let level: { score: UInt; lane: UInt }[] = scores.map((score, lane) => ({
    score,
    lane: valueOf(position, lane),
  }));
  for (let span = 2; level.length > 1; span *= 2) {
    const next: typeof level = [];
    for (let i = 0; i < level.length; i += 2) {
      const [a, b] = [level[i], level[i + 1]];
      if (a === undefined) continue;
      const greater = b?.score.gt(a.score);
      next.push(
        b === undefined || greater === undefined
          ? a
          : { score: mux(greater, b.score, a.score), lane: mux(greater, b.lane, a.lane) },
      );
    }
    level = next;
    if (level.length === 1) break;
    m.name({
      [`best_of_${String(span)}`]: level.map(({ score }) => score),
      [`lane_of_${String(span)}`]: level.map(({ lane }) => lane),
    });
  }
  const [winner] = level;
  if (winner === undefined) throw new TypeError("the greatest of no scores");
  return scores.length === 1 ? { ...winner, lane: undefined } : winner;
}
