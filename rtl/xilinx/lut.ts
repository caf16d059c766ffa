import { SluiceError } from "../../src/error.ts";
import {
  bits,
  bool,
  cat,
  external,
  input,
  output,
  valueOf,
  type Bool,
  type Hardware,
} from "../../src/hdl/index.ts";
import { modelFile, once } from "./cell.ts";

const lut62Ports = {
  I0: input(bool),
  I1: input(bool),
  I2: input(bool),
  I3: input(bool),
  I4: input(bool),
  I5: input(bool),
  O5: output(bool),
  O6: output(bool),
};

/**
 * LUT6_2 of 7 series and UltraScale: two functions of five inputs, or one of six. `O5` is bit {I4, ..., I0} of `init`,
 * `O6` bit {I5, ..., I0}; with `I5` at 1, `O6` is a function of its own in the upper half. UG953.
 *
 * @throws SluiceError `bad-lut` where `init` has more than 64 bits.
 */
export function lut6_2(init: bigint): Hardware<typeof lut62Ports> {
  checkInit(init, 6);
  return lut62Of(init);
}

const lut62Of = once((init: bigint) =>
  external({
    name: "LUT6_2",
    ports: lut62Ports,
    clocks: {},
    parameters: { INIT: { width: 64, value: init } },
    sources: modelFile(
      "LUT6_2",
      `
module LUT6_2 #(
    parameter logic [63:0] INIT = 64'd0
) (
    input  logic I0,
    input  logic I1,
    input  logic I2,
    input  logic I3,
    input  logic I4,
    input  logic I5,
    output logic O5,
    output logic O6
);

  assign O5 = INIT[{1'b0, I4, I3, I2, I1, I0}];
  assign O6 = INIT[{I5, I4, I3, I2, I1, I0}];

endmodule : LUT6_2
`,
    ),
    model(_, { I0, I1, I2, I3, I4, I5, O5, O6 }) {
      O5.set(lookUp(init & 0xffff_ffffn, [I0, I1, I2, I3, I4]));
      O6.set(lookUp(init, [I0, I1, I2, I3, I4, I5]));
    },
  }),
);

/** How many inputs a LUT of one output has. */
export type LutInputs = 1 | 2 | 3 | 4 | 5 | 6;

/** `I0` upwards, and `O`. */
function lutPorts(inputs: number) {
  return { I: Array.from({ length: inputs }, () => input(bool)), O: output(bool) };
}

type LutPorts = ReturnType<typeof lutPorts>;

/**
 * LUT1 to LUT6: `O` is the bit of `init` that the inputs count to, `I[0]` the least significant. UG953.
 *
 * @throws SluiceError `bad-lut` where `init` has more than 2^inputs bits.
 */
export function lut(inputs: LutInputs, init: bigint): Hardware<LutPorts> {
  checkInit(init, inputs);
  return lutsOf(inputs)(init);
}

const lutsOf = once((inputs: LutInputs) => once((init: bigint) => makeLut(inputs, init)));

function makeLut(inputs: number, init: bigint): Hardware<LutPorts> {
  const name = `LUT${inputs}`;
  const size = 2 ** inputs;
  const pins = Array.from({ length: inputs }, (_, i) => `I${i}`);
  return external({
    name,
    ports: lutPorts(inputs),
    clocks: {},
    parameters: { INIT: { width: size, value: init } },
    sources: modelFile(
      name,
      `
module ${name} #(
    parameter logic [${size - 1}:0] INIT = ${size}'d0
) (
${pins.map((pin) => `    input  logic ${pin},`).join("\n")}
    output logic O
);

  assign O = INIT[${inputs === 1 ? "I0" : `{${pins.toReversed().join(", ")}}`}];

endmodule : ${name}
`,
    ),
    model(_, { I, O }) {
      O.set(lookUp(init, I));
    },
  });
}

/** Bit {inputs} of a table, the first input least significant. */
function lookUp(table: bigint, inputs: readonly Bool[]): Bool {
  const index = cat(...inputs.toReversed()).asUInt();
  return valueOf(bits(2 ** inputs.length), table).bit(index);
}

function checkInit(init: bigint, inputs: number): void {
  if (init >= 0n && init < 1n << BigInt(2 ** inputs)) return;
  throw new SluiceError("bad-lut", `init 0x${init.toString(16)} is no table of ${inputs} inputs`, {
    hint: `it has ${2 ** inputs} bits, one for each combination of inputs`,
  });
}
