import {
  bits,
  bool,
  cat,
  component,
  input,
  output,
  reg,
  uint,
  valueOf,
  type Bool,
  type Hardware,
  type ModuleBuilder,
} from "../../src/hdl/index.ts";
import { carry4, carry8, lut6_2 } from "./index.ts";

export interface AdderParams {
  readonly cells: "carry4" | "carry8";
}

const ports = () => ({ a: input(uint(4)), b: input(uint(4)), y: output(uint(5)) });

/** Sum of two numbers of four bits, one cycle later; as cells a LUT6_2 for each position and a carry cell. */
export const adder = component({
  name: ({ cells }: AdderParams) => `adder_${cells}`,
  ports,
  build(m, { a, b, y }) {
    const { sum } = m.regs({ sum: reg(uint(5), { reset: "none" }) });
    sum.next(a.add(b));
    y.set(sum);
    // Only simulation needs the reset.
    m.assert({ below_31: a.add(b).lt(31) });
  },
  implementation: ({ cells }) => adderCells({ cells }),
});

const adderCells: (params: AdderParams) => Hardware<ReturnType<typeof ports>> = component({
  name: ({ cells }: AdderParams) => `adder_${cells}_cells`,
  doc: ({ cells }) => `Xilinx: four LUT6_2 and a ${cells.toUpperCase()}.`,
  ports,
  build(m, { a, b, y }, { cells }) {
    const { sum } = m.regs({ sum: reg(bits(5), { reset: "none" }) });
    // O6 is I0 ^ I1, O5 is I0.
    const positions = Array.from({ length: 4 }, (_, i) => {
      const { o5, o6 } = lutOf(m, `position_${i}`, 0x66666666aaaaaaaan, [a.bit(i), b.bit(i)]);
      return { s: o6, di: o5 };
    });
    sum.next(cells === "carry4" ? withCarry4(m, positions) : withCarry8(m, positions));
    y.set(sum.asUInt());
  },
});

interface Position {
  readonly s: Bool;
  readonly di: Bool;
}

const zero = valueOf(bool, false);

function lutOf(m: ModuleBuilder, name: string, init: bigint, inputs: readonly Bool[]) {
  const cell = m.instances({ [name]: lut6_2(init) })[name];
  if (cell === undefined) throw new Error(`no instance ${name}`);
  [cell.I0, cell.I1, cell.I2, cell.I3, cell.I4].forEach((pin, i) => {
    pin.set(inputs[i] ?? false);
  });
  cell.I5.set(true);
  return { o5: cell.O5, o6: cell.O6 };
}

function withCarry4(m: ModuleBuilder, positions: readonly Position[]) {
  const { carry } = m.instances({ carry: carry4() });
  carry.CI.set(false);
  carry.CYINIT.set(false);
  carry.S.set(cat(...positions.map(({ s }) => s).toReversed()));
  carry.DI.set(cat(...positions.map(({ di }) => di).toReversed()));
  return cat(carry.CO.bit(3), carry.O);
}

/** Positions above the fourth hand on its carry. */
function withCarry8(m: ModuleBuilder, positions: readonly Position[]) {
  const { carry } = m.instances({ carry: carry8() });
  carry.CI.set(false);
  carry.CI_TOP.set(false);
  const above = Array.from({ length: 8 - positions.length }, () => zero);
  carry.S.set(cat(...above, ...positions.map(({ s }) => s).toReversed()));
  carry.DI.set(cat(...above, ...positions.map(({ di }) => di).toReversed()));
  return carry.O.slice(0, 5);
}
