import {
  bits,
  bool,
  cat,
  component,
  memory,
  reg,
  sink,
  source,
  uint,
  type Bool,
  type Handle,
  type ModuleBuilder,
  type UIntKind,
} from "../../src/hdl/index.ts";
import { checkInteger } from "../parameters.ts";
import type { UnitTiming } from "../unit-timing.ts";

/** Parameters of the unit that puts the results of windows side by side one after the other. */
export interface WindowGatherParams {
  /**
   * Bits that each window has in a beat at x: the PE of the matrix-vector unit before.
   * @min 1
   * @max 65536
   */
  readonly width: number;
  /**
   * Beats of a window: the NF of the unit before.
   * @min 2
   * @max 65536
   */
  readonly beats: number;
  /**
   * Windows side by side at x.
   * @min 2
   * @max 65536
   */
  readonly mmv: number;
}

/** Groups of windows that are stored: one is read while the next comes in. */
const groups = 2;

/** Cycles from taking a beat to offering its part of a group's first window. */
export const windowGatherDepth = 2;

/** The control of the unit, cycle by cycle, for the planner's schedule. */
export function windowGatherTiming({ beats, mmv }: WindowGatherParams): UnitTiming {
  const [room, freeing, group] = [groups * beats, (mmv - 1) * beats, mmv * beats];
  let [used, ahead, word, valid] = [0, 0, 0, false];
  /** Whether words leave the store, and for how many cycles that stays so, with what it does to the counts. */
  const flow = (taken: boolean, readyBehind: boolean) => {
    const incoming = taken ? 1 : 0;
    const waits = { steps: false, frees: 0, leads: incoming, ticks: Infinity };
    if (valid && !readyBehind) return waits;
    if (word < beats) {
      if (ahead === 0) return taken ? { ...waits, ticks: 1 } : waits;
      const ticks = taken ? beats - word : Math.min(beats - word, ahead);
      return { steps: true, frees: 0, leads: incoming - 1, ticks };
    }
    const frees = word >= freeing;
    return { steps: true, frees: frees ? 1 : 0, leads: incoming, ticks: (frees ? group : freeing) - word };
  };
  return {
    valid: () => valid,
    ready: () => used !== room,
    edge: (taken, readyBehind, ticks = 1) => {
      for (let left = ticks; left > 0;) {
        const { steps, frees, leads, ticks: steady } = flow(taken, readyBehind);
        const together = Math.min(left, steady);
        if (!valid || readyBehind) valid = steps;
        used += together * ((taken ? 1 : 0) - frees);
        ahead += together * leads;
        if (steps) word = (word + together) % group;
        left -= together;
      }
    },
    steady: (taken, readyBehind) => {
      const { steps, frees, ticks } = flow(taken, readyBehind);
      if ((!valid || readyBehind) && valid !== steps) return 1;
      if (used === room) return frees === 1 ? 1 : ticks;
      return taken && frees === 0 ? Math.min(ticks, room - used) : ticks;
    },
    state: () => [used, ahead, word, valid ? 1 : 0],
  };
}

/**
 * Puts the results of windows that lie side by side, as a matrix-vector unit with MMV gives them, one after the other:
 * takes `beats` beats of [MMV][width] bits for each group of MMV windows, the first window in the least significant
 * bits, and gives `beats` words of `width` bits for each window in turn (a corner turn of MMV x `beats` words, back from
 * what `windowDeal` does).
 *
 * Two groups are stored, in distributed RAM. A word out per cycle: a unit before that takes at least MMV cycles for each
 * beat is never held up. Beats leave from the first of a group on, `windowGatherDepth` cycles after it has come.
 */
export const windowGather = component({
  name: ({ width, beats, mmv }: WindowGatherParams) =>
    `window_gather_${String(width)}_beats${String(beats)}_mmv${String(mmv)}`,
  doc: ({ width, beats, mmv }) =>
    [
      `Puts the results of ${String(mmv)} windows side by side one after the other, each ${String(beats)} words of ${String(width)} bits.`,
      `One word out per cycle; a group's first leaves ${String(windowGatherDepth)} cycles after its first beat is taken.`,
    ].join("\n"),
  validate: ({ width, beats, mmv }: WindowGatherParams) => {
    checkInteger({ where: "windowGather.width", value: width }, 1, 65536);
    checkInteger({ where: "windowGather.beats", value: beats }, 2, 65536);
    checkInteger({ where: "windowGather.mmv", value: mmv }, 2, 65536);
  },
  ports: ({ width, mmv }: WindowGatherParams) => ({ x: sink(bits(mmv * width)), y: source(bits(width)) }),
  build(m, { x, y }, { width, beats, mmv }) {
    const stored = uint.upTo(groups * beats);
    const { used, ahead, out_valid, out } = m.regs({
      used: reg(stored, { doc: "beats stored" }),
      ahead: reg(stored, { doc: "beats stored of which the first window's word has not left" }),
      out_valid: bool,
      out: reg(bits(width), { reset: "none" }),
    });
    y.valid.set(out_valid);
    y.payload.set(out);
    x.ready.set(used.ne(groups * beats));

    m.doc("Where a beat is written: its place in its group, and the group's half of the store.");
    const { write_beat, write_half } = m.counters({ write_beat: beats, write_half: groups });
    m.doc("Which word leaves next: its place in its window, the window of the group, the group's half.");
    const { beat, window, half } = m.counters({ beat: beats, window: mmv, half: groups });
    const first = window.eq(0);
    const advance = out_valid.not().or(y.ready);
    m.name({ first, advance });
    const push = x.fire;
    const step = advance.and(first.not().or(ahead.ne(0)));
    m.name({ push, step });

    // Halves begin at a power of two, so that no address is computed.
    const { store } = m.memories({
      store: memory(groups * 2 ** beat.width, bits(mmv * width), {
        style: "distributed",
        doc: "Two groups of windows side by side.",
      }),
    });
    const addresses = uint(beat.width + 1);
    m.when(push, () => {
      store.write(cat(write_half, write_beat).as(addresses), x.payload);
      write_beat.advance();
    });
    m.when(push.and(write_beat.last), () => {
      write_half.advance();
    });
    m.when(step, () => {
      beat.advance();
    });
    m.when(step.and(beat.last), () => {
      window.advance();
    });
    m.when(step.and(beat.last).and(window.last), () => {
      half.advance();
    });
    count(m, used, push, step.and(window.last));
    count(m, ahead, push, step.and(first));

    const stands = store.read(cat(half, beat).as(addresses));
    m.name({ stands });
    m.when(advance, () => {
      out_valid.next(step);
    });
    m.when(step, () => {
      out.next(stands.word(window, width));
    });
  },
});

/** Counts what comes and what leaves. */
function count(m: ModuleBuilder, counter: Handle<UIntKind, "next">, up: Bool, down: Bool): void {
  const kind = uint(counter.width);
  m.when(up.and(down.not()), () => {
    counter.next(counter.add(1).wrap(kind));
  }).elsewhen(down.and(up.not()), () => {
    counter.next(counter.sub(1).wrap(kind));
  });
}
