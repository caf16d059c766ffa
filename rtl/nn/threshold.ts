import { SluiceError } from "../../src/error.ts";
import { bitsFor, bool, component, reg, rom, sink, source, sum, uint, vec } from "../../src/hdl/index.ts";
import { limitKind } from "./limits.ts";

/** Parameters of the threshold unit. */
export interface ThresholdParams {
  /**
   * Thresholds of each channel, all channels with equally many, ascending: the output is how many of them the input
   * reaches (input >= threshold).
   */
  readonly thresholds: readonly (readonly number[])[];
  /**
   * Bits of an input, unsigned.
   * @min 1
   */
  readonly width: number;
  /**
   * Channels per beat. Divides the channels.
   * @min 1
   */
  readonly pe: number;
}

/** Cycles from taking a beat to offering its result. */
export const thresholdDepth = 1;

/**
 * Threshold unit alone: batch norm and activation of a quantized layer folded to thresholds (FINN, arXiv 1612.07119,
 * section 4.2; several thresholds: FINN-R, arXiv 1809.04570). Takes the channels of a position in channels / PE beats,
 * lowest first; a beat per cycle, the result one cycle later.
 */
export const threshold = component({
  name: ({ thresholds, pe, width }: ThresholdParams) =>
    `threshold_${String(thresholds.length)}_pe${String(pe)}_w${String(width)}`,
  doc: ({ thresholds, pe }) =>
    `Threshold unit: ${String(thresholds.length)} channels, ${String(pe)} per beat, ${String(thresholds[0]?.length ?? 0)} thresholds each; gives how many are reached.`,
  validate: ({ thresholds, pe, width }) => {
    const where = "threshold";
    const steps = thresholds[0]?.length ?? 0;
    if (steps === 0 || thresholds.some((t) => t.length !== steps)) {
      throw new SluiceError(
        "wrong-threshold-count",
        "every channel needs the same number of thresholds, at least one",
        { where, hint: "give one list of equal length per channel" },
      );
    }
    if (!Number.isInteger(pe) || pe < 1 || thresholds.length % pe !== 0) {
      throw new SluiceError(
        "folding-does-not-divide",
        `PE = ${String(pe)} does not divide the ${String(thresholds.length)} channels`,
        { where, hint: "give a PE that divides the number of channels" },
      );
    }
    const most = 2 ** width;
    const bad = thresholds.flat().find((t) => !Number.isInteger(t) || t < 0 || t > most);
    if (bad !== undefined) {
      throw new SluiceError(
        "threshold-out-of-range",
        `threshold ${String(bad)} is not from 0 to ${String(most)}`,
        {
          where,
          hint: `inputs of ${String(width)} bits reach thresholds from 0 (always) to ${String(most)} (never)`,
        },
      );
    }
  },
  ports: ({ thresholds, width, pe }) => ({
    x: sink(vec(pe, uint(width))),
    y: source(vec(pe, uint(bitsFor(thresholds[0]?.length ?? 1)))),
  }),
  build(m, { x, y }, { thresholds, pe }) {
    const steps = thresholds[0]?.length ?? 1;
    const groups = thresholds.length / pe;
    const level = uint(bitsFor(steps));
    const { out_valid, out } = m.regs({ out_valid: bool, out: reg(vec(pe, level), { reset: "none" }) });
    y.valid.set(out_valid);
    y.payload.set(out);
    const advance = out_valid.not().or(y.ready);
    m.name({ advance });
    x.ready.set(advance);

    // One word per group of channels: PE lists of `steps` thresholds, in the bits of the largest.
    const kind = vec(pe, vec(steps, limitKind(thresholds.flat())));
    const words = Array.from({ length: groups }, (_, g) => thresholds.slice(g * pe, (g + 1) * pe));
    const { group } = m.counters({ group: groups });
    const { limit } = m.wires({ limit: kind });
    const single = words[0];
    if (groups === 1 && single !== undefined) limit.set(single);
    else {
      const { threshold_rom } = m.roms({ threshold_rom: rom(kind, words, { style: "distributed" }) });
      limit.set(threshold_rom.read(group));
    }
    m.when(advance, () => {
      out_valid.next(x.valid);
    });
    m.when(x.valid.and(advance), () => {
      group.advance();
      m.each({ p: pe }, ({ p }) => {
        const reached = Array.from({ length: steps }, (_, s) =>
          x.payload.at(p).ge(limit.at(p).at(s)).asUInt(),
        );
        out.at(p).next(sum(reached).wrap(level));
      });
    });
  },
});
