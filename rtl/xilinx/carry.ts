import {
  bits,
  bool,
  cat,
  external,
  input,
  mux,
  output,
  type Bool,
  type Hardware,
  type Inside,
} from "../../src/hdl/index.ts";
import { modelFile } from "./cell.ts";

const carry4Ports = {
  /** From the cell below. */
  CI: input(bool),
  /** Start of a chain from the fabric; one of it and `CI` is 0. */
  CYINIT: input(bool),
  DI: input(bits(4)),
  S: input(bits(4)),
  O: output(bits(4)),
  CO: output(bits(4)),
};

const carry8Ports = {
  CI: input(bool),
  /** Carry into position 4 of a cell that is split in two: without effect here. */
  CI_TOP: input(bool),
  DI: input(bits(8)),
  S: input(bits(8)),
  O: output(bits(8)),
  CO: output(bits(8)),
};

/**
 * CARRY4 of 7 series: four positions of a carry chain. Position i gives `O[i] = S[i] ^ carry` and hands on
 * `CO[i] = S[i] ? carry : DI[i]`; the carry into position 0 is `CI | CYINIT`. UG953.
 */
export function carry4(): Hardware<typeof carry4Ports> {
  return carry4Cell;
}

/** CARRY8 of UltraScale and UltraScale+: eight such positions in one chain (`SINGLE_CY8`), from `CI` up. UG974. */
export function carry8(): Hardware<typeof carry8Ports> {
  return carry8Cell;
}

const carry4Cell = external({
  name: "CARRY4",
  ports: carry4Ports,
  clocks: {},
  sources: modelFile(
    "CARRY4",
    `
module CARRY4 (
    input  logic       CI,
    input  logic       CYINIT,
    input  logic [3:0] DI,
    input  logic [3:0] S,
    output logic [3:0] O,
    output logic [3:0] CO
);

  // One signal for each carry, so that no tool sees a loop in a chain that goes through LUTs in between.
  logic start, c0, c1, c2, c3;
  assign start = CI | CYINIT;
  assign c0 = S[0] ? start : DI[0];
  assign c1 = S[1] ? c0 : DI[1];
  assign c2 = S[2] ? c1 : DI[2];
  assign c3 = S[3] ? c2 : DI[3];
  assign O = S ^ {c2, c1, c0, start};
  assign CO = {c3, c2, c1, c0};

endmodule : CARRY4
`,
  ),
  model(_, { CI, CYINIT, ...chain }) {
    drivePositions(CI.or(CYINIT), chain);
  },
});

const carry8Cell = external({
  name: "CARRY8",
  ports: carry8Ports,
  clocks: {},
  parameters: { CARRY_TYPE: "SINGLE_CY8" },
  sources: modelFile(
    "CARRY8",
    `
module CARRY8 #(
    parameter CARRY_TYPE = "SINGLE_CY8"
) (
    input  logic       CI,
    input  logic       CI_TOP,
    input  logic [7:0] DI,
    input  logic [7:0] S,
    output logic [7:0] O,
    output logic [7:0] CO
);

  // One signal for each carry, so that no tool sees a loop in a chain that goes through LUTs in between.
  logic c0, c1, c2, c3, middle, c4, c5, c6, c7;
  assign c0 = S[0] ? CI : DI[0];
  assign c1 = S[1] ? c0 : DI[1];
  assign c2 = S[2] ? c1 : DI[2];
  assign c3 = S[3] ? c2 : DI[3];
  assign middle = CARRY_TYPE == "DUAL_CY4" ? CI_TOP : c3;
  assign c4 = S[4] ? middle : DI[4];
  assign c5 = S[5] ? c4 : DI[5];
  assign c6 = S[6] ? c5 : DI[6];
  assign c7 = S[7] ? c6 : DI[7];
  assign O = S ^ {c6, c5, c4, middle, c2, c1, c0, CI};
  assign CO = {c7, c6, c5, c4, c3, c2, c1, c0};

endmodule : CARRY8
`,
  ),
  model(m, { CI, CI_TOP, ...chain }) {
    m.unused({ CI_TOP });
    drivePositions(CI, chain);
  },
});

/** The positions of a carry cell, for the native simulator. */
function drivePositions(
  start: Bool,
  { DI, S, O, CO }: Inside<Omit<typeof carry8Ports, "CI" | "CI_TOP">>,
): void {
  let carry = start;
  const carries = Array.from({ length: S.width }, (_, i) => (carry = mux(S.bit(i), carry, DI.bit(i))));
  O.set(S.xor(cat(...[start, ...carries.slice(0, -1)].toReversed())));
  CO.set(cat(...carries.toReversed()));
}
