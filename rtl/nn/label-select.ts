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
  type Bool,
  type ModuleBuilder,
  type UInt,
} from "../../src/hdl/index.ts";
import { register } from "../pipeline-control.ts";

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

/**
 * Cycles from taking the last scores of a frame to offering its label: one for each level of the tree that finds the
 * greatest of a beat, one to compare it with those of the beats before.
 */
export function labelSelectLatency({ classes, pe, outputs = classes }: LabelSelectParams): number {
  return Math.ceil(Math.log2(Math.min(pe, classes))) + (outputs > pe ? 1 : 0);
}

/**
 * Label select (argmax) behind the last layer: takes the scores of a frame in outputs / PE beats, lowest class first,
 * gives the class of the greatest; of equal ones the first wins. One beat per cycle, no bubble between frames. Two scores
 * are compared in a cycle, so that it is as fast as it is wide: the label is offered `labelSelectLatency` cycles after the
 * last beat of the frame is taken, whether classes are in it or not.
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
    const { beat: counter } = m.counters({ beat: beats });
    m.when(x.valid.and(advance), () => {
      counter.advance();
    });

    const position = uint.below(Math.min(pe, classes));
    let { valid, beat, candidates }: Round = {
      valid: x.valid,
      beat: beats === 1 ? undefined : counter,
      candidates: participants(m, x.payload.elements(), { classes, beat: counter, beats }).map(
        (score, lane) => ({ score, lane: valueOf(position, lane) }),
      ),
    };
    for (let span = 2; candidates.length > 1; span *= 2) {
      const greater = pairs(candidates);
      const [winner] = greater;
      if (beats === 1 && greater.length === 1 && winner !== undefined) {
        const arrives = valid;
        m.when(advance, () => {
          out_valid.next(arrives);
        });
        m.when(advance.and(arrives), () => {
          out.next(winner.lane.wrap(label));
        });
        return;
      }
      ({ valid, beat, candidates } = hold(m, span, advance, { valid, beat, candidates: greater }));
    }

    const [winner] = candidates;
    if (winner === undefined || beat === undefined) throw new TypeError("the greatest of no scores");
    // Behind the classes an index may be beyond them; none of those is kept.
    const index = pe === 1 ? beat : beat.mul(pe).add(winner.lane);
    const here =
      index.width === label.width ? index : outputs === classes ? index.narrow(label) : index.wrap(label);
    m.name({ here });
    const { best, best_label } = m.regs({
      best: reg(uint(width), { reset: "none" }),
      best_label: reg(label, { reset: "none" }),
    });
    const better = beat.eq(0).or(winner.score.gt(best));
    const isLast = beat.eq(beats - 1);
    const arrives = advance.and(valid);
    const chosen = mux(better, here, best_label);
    m.name({ better, chosen, arrives });
    m.when(arrives.and(better), () => {
      best.next(winner.score);
      best_label.next(here.wrap(label));
    });
    m.when(advance, () => {
      out_valid.next(valid.and(isLast));
    });
    m.when(arrives.and(isLast), () => {
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

/** A score and its place in the beat. */
interface Candidate {
  readonly score: UInt;
  readonly lane: UInt;
}

/** What is left of a beat after some levels of the tree. */
interface Round {
  readonly valid: Bool;
  /** Of the frame; undefined where it is the only one. */
  readonly beat: UInt | undefined;
  readonly candidates: readonly Candidate[];
}

/** The greater one of each pair; of equal ones the first. */
function pairs(candidates: readonly Candidate[]): readonly Candidate[] {
  return Array.from({ length: Math.ceil(candidates.length / 2) }, (_, i) => {
    const [a, b] = candidates.slice(2 * i, 2 * i + 2);
    if (a === undefined) throw new TypeError("a pair of no scores");
    if (b === undefined) return a;
    const greater = b.score.gt(a.score);
    return { score: mux(greater, b.score, a.score), lane: mux(greater, b.lane, a.lane) };
  });
}

/** The same a cycle later, in registers named after how many scores each candidate is the greatest of. */
function hold(m: ModuleBuilder, span: number, advance: Bool, { valid, beat, candidates }: Round): Round {
  const suffix = `of_${String(span)}`;
  const [first] = candidates;
  if (first === undefined) throw new TypeError("a round of no candidates");
  const best = register(m, `best_${suffix}`, vec(candidates.length, uint(first.score.width)));
  const lane = register(m, `lane_${suffix}`, vec(candidates.length, uint(first.lane.width)));
  const arrived = register(m, `valid_${suffix}`, bool, { reset: undefined });
  const number = beat === undefined ? undefined : register(m, `beat_${suffix}`, uint(beat.width));
  m.when(advance, () => {
    arrived.next(valid);
  });
  m.when(advance.and(valid), () => {
    best.next(candidates.map(({ score }) => score));
    lane.next(candidates.map((candidate) => candidate.lane));
    if (beat !== undefined) number?.next(beat);
  });
  return {
    valid: arrived,
    beat: number,
    candidates: candidates.map((_, i) => ({ score: best.at(i), lane: lane.at(i) })),
  };
}
