/**
 * Delays of 7 series logic in ps (Artix-7 as the Project X-Ray measured it), from the `specify` blocks of Yosys' cell
 * models (techlibs/xilinx/cells_sim.v). What generators pipeline by, and what `synth` times netlists with.
 */

/** From a LUT's inputs to its output, the slowest first: I0 to I5 of a LUT6; a LUT of k inputs has the last k. */
export const lutPins: readonly number[] = [642, 631, 472, 407, 238, 127];

/** From the clock to Q of a flip-flop; D has to be there at the clock. */
export const clockToQ = 303;

/** The same of a shift register in a LUT, which tools make of three flip-flops in a row and more. */
export const clockToShiftRegister = 1472;

/** How long before the clock its D has to be there. */
export const shiftRegisterSetup = 173;

/**
 * Of a net: into each input of a LUT, whether it holds logic or memory, and into S and DI of a carry cell. All other nets
 * cost nothing: into a flip-flop's D, the next carry cell, a wide multiplexer. A round figure without any placement.
 */
export const netDelay = 300;

/** Of CARRY4, to O and CO of each position: from CYINIT, CI, and DI and S of each position up to it. */
export const carryTo = {
  O: [
    { CYINIT: 482, CI: 222, DI: [], S: [223] },
    { CYINIT: 598, CI: 334, DI: [407], S: [400, 205] },
    { CYINIT: 584, CI: 239, DI: [556, 537], S: [523, 558, 226] },
    { CYINIT: 642, CI: 313, DI: [615, 596, 438], S: [582, 618, 330, 227] },
  ],
  CO: [
    { CYINIT: 536, CI: 271, DI: [379], S: [340] },
    { CYINIT: 494, CI: 157, DI: [465, 445], S: [433, 469] },
    { CYINIT: 592, CI: 228, DI: [540, 520, 356], S: [512, 548, 292] },
    { CYINIT: 580, CI: 114, DI: [526, 507, 398, 385], S: [508, 528, 378, 380] },
  ],
} as const;
