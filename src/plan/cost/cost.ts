/** What a piece of hardware takes of a device. */
export interface Cost {
  /** LUTs of logic, and those that are memory or shift registers, as `synth` counts `lut` and `lutram`. */
  readonly lut: number;
  readonly ff: number;
  /** Block RAMs of 36 Kb; one of 18 Kb is a half. */
  readonly bram36: number;
  readonly dsp: number;
}

export const noCost: Cost = { lut: 0, ff: 0, bram36: 0, dsp: 0 };

export function sumOfCosts(costs: readonly Cost[]): Cost {
  return costs.reduce(
    (sum, { lut, ff, bram36, dsp }) => ({
      lut: sum.lut + lut,
      ff: sum.ff + ff,
      bram36: sum.bram36 + bram36,
      dsp: sum.dsp + dsp,
    }),
    noCost,
  );
}
