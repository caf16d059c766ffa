import {
  bits,
  bool,
  cat,
  component,
  memory,
  reg,
  sink,
  source,
  type Bits,
  type Bool,
  type ModuleBuilder,
  type UInt,
} from "../../src/hdl/index.ts";
import { checkInteger } from "../parameters.ts";
import { completingTiming, type UnitTiming } from "../unit-timing.ts";

/** Parameters of the unit that lays windows side by side. */
export interface WindowDealParams {
  /**
   * Bits of a word.
   * @min 1
   * @max 65536
   */
  readonly width: number;
  /**
   * Words of a window: the SF of the matrix-vector unit behind.
   * @min 1
   * @max 65536
   */
  readonly beats: number;
  /**
   * Windows side by side at y.
   * @min 2
   * @max 65536
   */
  readonly mmv: number;
}

/** Bits that the unit stores besides its output: all windows of a group but the last. */
export const windowDealBits = ({ width, beats, mmv }: WindowDealParams): number => (mmv - 1) * beats * width;

/** Cycles from taking a word of a group's last window to offering the beat that it completes. */
export const windowDealDepth = 1;

/**
 * Tick in which each beat moves where nothing stalls, from the first word in: x takes one in every cycle; the beats of
 * a group leave in a row, each in the cycle after the word of the last window that completes it.
 */
export function windowDealTicks({ beats, mmv }: WindowDealParams): {
  readonly x: (beat: number) => number;
  readonly y: (beat: number) => number;
} {
  return {
    x: (beat) => beat,
    y: (beat) => (Math.floor(beat / beats) * mmv + mmv - 1) * beats + (beat % beats) + windowDealDepth,
  };
}

/**
 * The control of the unit, cycle by cycle, for the planner's schedule: words of a group's last window wait while a beat
 * waits to be taken, all others never.
 */
export function windowDealTiming({ beats, mmv }: WindowDealParams): UnitTiming {
  const [before, group] = [(mmv - 1) * beats, mmv * beats];
  return completingTiming(group, (word) => {
    const completes = word >= before;
    return { completes, beats: (completes ? group : before) - word };
  });
}

/**
 * Lays windows side by side, for a matrix-vector unit with MMV: takes windows one after the other as `beats` words of
 * `width` bits each, and gives for each group of MMV windows `beats` beats of [MMV][width] bits, in beat s the words s of
 * the windows, the first window in the least significant bits (a corner turn of MMV x `beats` words).
 *
 * One word in per cycle, no bubble between windows, groups or maps. Word s of the last window completes beat s and
 * passes by the store, so that (MMV - 1) * `beats` words are stored, in distributed RAM, and a place is free again as
 * soon as it is needed. A group's beats leave one per cycle during its last window; a unit behind that takes them so
 * and then computes for up to (MMV - 1) * `beats` cycles costs no cycle, and one that computes for longer never waits.
 * Words of the other windows are taken even while a beat waits. Groups run on over the ends of maps: where MMV does not
 * divide the windows of a map, a group's last window may be one of the next map. Every beat's tick: `windowDealTicks`.
 */
export const windowDeal = component({
  name: ({ width, beats, mmv }: WindowDealParams) =>
    `window_deal_${String(width)}_beats${String(beats)}_mmv${String(mmv)}`,
  doc: ({ width, beats, mmv }) =>
    [
      `Lays ${String(mmv)} windows side by side, each ${String(beats)} words of ${String(width)} bits: beat s holds word s of every window.`,
      `One word in per cycle; a beat is offered ${String(windowDealDepth)} cycle after the last window's word in it is taken.`,
    ].join("\n"),
  validate: ({ width, beats, mmv }: WindowDealParams) => {
    checkInteger({ where: "windowDeal.width", value: width }, 1, 65536);
    checkInteger({ where: "windowDeal.beats", value: beats }, 1, 65536);
    checkInteger({ where: "windowDeal.mmv", value: mmv }, 2, 65536);
  },
  ports: ({ width, mmv }: WindowDealParams) => ({ x: sink(bits(width)), y: source(bits(mmv * width)) }),
  build(m, { x, y }, params) {
    const { width, beats, mmv } = params;
    const { out_valid, out } = m.regs({ out_valid: bool, out: reg(bits(mmv * width), { reset: "none" }) });
    y.valid.set(out_valid);
    y.payload.set(out);

    m.doc("Word of the window, window of the group.");
    const { beat, window } = m.counters({ beat: beats, window: mmv });
    const advance = out_valid.not().or(y.ready);
    m.name({ completes: window.last, advance });
    m.doc("Only a word that completes a beat has to wait for room in the output register.");
    x.ready.set(window.last.not().or(advance));
    const taken = x.fire;
    m.name({ taken });
    m.when(taken, () => {
      beat.advance();
    });
    m.when(taken.and(beat.last), () => {
      window.advance();
    });

    const before = wordsBefore(m, params, { word: x.payload, beat, taken });
    const completed = taken.and(window.last);
    m.name({ completed });
    m.when(advance, () => {
      out_valid.next(completed);
    });
    m.when(completed, () => {
      out.next(cat(x.payload, before));
    });
  },
});

/** This word of the windows of the group before this one, the newest in the most significant bits. */
function wordsBefore(
  m: ModuleBuilder,
  { width, beats, mmv }: WindowDealParams,
  { word, beat, taken }: { readonly word: Bits; readonly beat: UInt; readonly taken: Bool },
): Bits {
  const kept = (mmv - 1) * width;
  const doc = `Word by word the ${mmv === 2 ? "window" : `${String(mmv - 1)} windows`} before, the newest in the most significant bits.`;
  const shifted = (before: Bits): Bits => (mmv === 2 ? word : cat(word, before.slice(width, kept - width)));
  if (beats === 1) {
    const { held } = m.regs({ held: reg(bits(kept), { reset: "none", doc }) });
    m.when(taken, () => {
      held.next(shifted(held));
    });
    return held;
  }
  const { held } = m.memories({ held: memory(beats, bits(kept), { style: "distributed", doc }) });
  const before = held.read(beat);
  m.name({ earlier: before });
  m.when(taken, () => {
    held.write(beat, shifted(before));
  });
  return before;
}
