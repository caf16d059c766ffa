/**
 * Delays of Xilinx cells in ps, of 7 series (Artix-7 as the Project X-Ray measured it), from the `specify` blocks of
 * Yosys' own cell models: techlibs/xilinx/cells_sim.v, installed as share/yosys/xilinx/cells_sim.v. There are none for
 * UltraScale there: CARRY8 stands as two CARRY4 in a row, and the other cells have the figures of their 7 series kin.
 */
import {
  carryTo,
  clockToQ,
  clockToShiftRegister,
  lutPins,
  netDelay,
  shiftRegisterSetup,
} from "../../rtl/xilinx/delays.ts";
import { parameter, type Cell } from "./netlist.ts";

/** From an input pin to an output pin. A pin is `I0`, or `S[2]` of a bus; a bus without an index is all its bits. */
export type Arc = readonly [from: string, to: string, ps: number];

export interface CellTiming {
  readonly arcs: readonly Arc[];
  /** Output pins, and how long after the clock they change. */
  readonly launches: readonly (readonly [pin: string, ps: number])[];
  /** Input pins, and how long before the clock they have to be there. */
  readonly captures: readonly (readonly [pin: string, ps: number])[];
}

const none = { arcs: [], launches: [], captures: [] } satisfies CellTiming;

/** The same cell behind nets: all its inputs, or those that match. */
function behindNets({ arcs, launches, captures }: CellTiming, pins = /^/): CellTiming {
  const net = (pin: string): number => (pins.test(pin) ? netDelay : 0);
  return {
    arcs: arcs.map(([from, to, ps]) => [from, to, ps + net(from)]),
    launches,
    captures: captures.map(([pin, ps]) => [pin, ps + net(pin)]),
  };
}

/** The timing of a cell; undefined where none is known. */
export function timingOf(cell: Cell): CellTiming | undefined {
  const { type } = cell;
  const shared = byType.get(type);
  if (shared !== undefined) return shared;
  if (type === "LUT6_2") return lut62(cell);
  if (/^RAMB(18|36)E[12]$/.test(type)) return blockRam(cell);
  if (/^DSP48E[12]$/.test(type)) return dsp(cell);
  return undefined;
}

function lut(inputs: number): CellTiming {
  const arcs = lutPins.slice(6 - inputs).map((ps, i): Arc => [`I${i}`, "O", ps]);
  return behindNets({ ...none, arcs });
}

/**
 * A LUT6 with two outputs, which has no delays in Yosys' models. An output has paths from those pins only that its table
 * depends on, with the pins at their constants: the others make no difference to it.
 */
function lut62(cell: Cell): CellTiming {
  const init = cell.parameters?.["INIT"];
  const table =
    typeof init === "string"
      ? init.padStart(64, "0")
      : BigInt(init ?? 0)
          .toString(2)
          .padStart(64, "0");
  const value = (index: number): string => table[63 - index] ?? "0";
  const pins = Array.from({ length: 6 }, (_, i) => cell.connections[`I${i}`]?.[0]);
  const dependsOn = (pin: number, size: 32 | 64): boolean =>
    Array.from({ length: size }, (_, index) => index).some(
      (index) =>
        ((index >> pin) & 1) === 0 &&
        pins.every(
          (bit, i) => 2 ** i >= size || (bit !== "0" && bit !== "1") || ((index >> i) & 1) === Number(bit),
        ) &&
        value(index) !== value(index | (1 << pin)),
    );
  const arcs = lutPins.flatMap((ps, i): Arc[] => [
    ...(dependsOn(i, 64) ? [[`I${i}`, "O6", ps] as const] : []),
    ...(i < 5 && dependsOn(i, 32) ? [[`I${i}`, "O5", ps] as const] : []),
  ]);
  return behindNets({ ...none, arcs });
}

/** The arcs of the four positions from `base` on, whose carry comes from the pins `carries`. */
function carryArcs(
  base: number,
  carries: Readonly<Partial<Record<"CI" | "CYINIT", string>>>,
): readonly Arc[] {
  return (["O", "CO"] as const).flatMap((output) =>
    carryTo[output].flatMap((from, i) => {
      const to = `${output}[${base + i}]`;
      return [
        ...(["CI", "CYINIT"] as const).flatMap((pin): Arc[] => {
          const name = carries[pin];
          return name === undefined ? [] : [[name, to, from[pin]]];
        }),
        ...from.DI.map((ps, k): Arc => [`DI[${base + k}]`, to, ps]),
        ...from.S.map((ps, k): Arc => [`S[${base + k}]`, to, ps]),
      ];
    }),
  );
}

/** The upper half of a CARRY8 from the pins of the lower: they reach its carry, and from there on it is a CI. */
function throughCarry8(): readonly Arc[] {
  const upper = (["O", "CO"] as const).flatMap((output) =>
    carryTo[output].map(({ CI }, i) => [`${output}[${4 + i}]`, CI] as const),
  );
  const toCarry = carryArcs(0, { CI: "CI" }).filter(([, to]) => to === "CO[3]");
  return toCarry.flatMap(([from, , ps]) => upper.map(([to, more]): Arc => [from, to, ps + more]));
}

function flipFlop(control: string): CellTiming {
  return {
    ...none,
    launches: [["Q", clockToQ]],
    captures: [
      ["D", 0],
      ["CE", 109],
      [control, 404],
    ],
  };
}

/** Its address bits are inputs of the LUT: of 16 places all but I0 and the last, of 32 all but the last. */
function shiftRegister(address: readonly string[], carryOut: string | undefined): CellTiming {
  const last = address.length;
  return behindNets({
    arcs: address.map((pin, i) => [pin, "Q", lutPins[5 - last + i] ?? 0]),
    launches: [["Q", clockToShiftRegister], ...(carryOut === undefined ? [] : [[carryOut, 1114] as const])],
    captures: [
      ["D", shiftRegisterSetup],
      ["CE", 109],
    ],
  });
}

/** RAM32M and the like: ports of a letter each, of which the last is written through. */
function multiportRam(letters: readonly string[], depthBits: number): CellTiming {
  const write = letters.at(-1) ?? "";
  const setups = [362, 245, 208, 147, 68, 66].slice(6 - depthBits);
  return behindNets({
    arcs: letters.flatMap((letter) =>
      Array.from({ length: depthBits }, (_, i): Arc => [
        `ADDR${letter}[${i}]`,
        `DO${letter}`,
        lutPins[i] ?? 127,
      ]),
    ),
    // The slowest of their bits: 1153 to 1190, and 310 to 461.
    launches: letters.map((letter) => [`DO${letter}`, 1190]),
    captures: [
      ...letters.map((letter) => [`DI${letter}`, 461] as const),
      ...setups.map((ps, i) => [`ADDR${write}[${i}]`, ps] as const),
      ["WE", 654],
    ],
  });
}

/** RAM32X1D and the like, read at A and at DPRA. */
function dualPortRam(address: readonly string[], read: readonly string[]): CellTiming {
  const wide = address.length === 7;
  const [toSpo, toDpo] = wide ? [193 + 175, 223 + 174] : [0, 0];
  const arcs = (pins: readonly string[], output: string, more: number): readonly Arc[] =>
    pins.map((pin, i) => [pin, output, (lutPins[i] ?? 100) + more]);
  const setups = [616, 362, 245, 208, 147, 68, 66].slice(7 - address.length);
  return behindNets({
    arcs: [...arcs(address, "SPO", toSpo), ...arcs(read, "DPO", toDpo)],
    launches: [
      ["SPO", wide ? 1153 + 217 + 175 : 1153],
      ["DPO", wide ? 1153 + 223 + 174 : 1153],
    ],
    captures: [["D", 453], ["WE", 654], ...address.map((pin, i) => [pin, setups[i] ?? 66] as const)],
  });
}

const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${name}${i}`);
const indexed = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${name}[${i}]`);

/** An address, and the data of a memory, are there before the clock; data follow it. */
function blockRam(cell: Cell): CellTiming {
  const isUltraScale = cell.type.endsWith("E2");
  const clockToOut = (port: "A" | "B"): number => (parameter(cell, `DO${port}_REG`) === 0 ? 2454 : 882);
  const outputs = (port: "A" | "B"): readonly string[] =>
    isUltraScale ? [`DOUT${port}DOUT`, `DOUTP${port}DOUTP`] : [`DO${port}DO`, `DOP${port}DOP`];
  const data = isUltraScale
    ? ["DINADIN", "DINPADINP", "DINBDIN", "DINPBDINP"]
    : ["DIADI", "DIPADIP", "DIBDI", "DIPBDIP"];
  return {
    ...none,
    launches: (["A", "B"] as const).flatMap((port) =>
      outputs(port).map((pin) => [pin, clockToOut(port)] as const),
    ),
    captures: [
      ...["ADDRARDADDR", "ADDRBWRADDR"].map((pin) => [pin, 566] as const),
      ...["WEA", "WEBWE"].map((pin) => [pin, 532] as const),
      ...data.map((pin) => [pin, 737] as const),
      // Yosys' models have no setup of the enables; that of the address stands for it.
      ...["ENARDEN", "ENBWREN"].map((pin) => [pin, 566] as const),
      ...["REGCEAREGCE", "REGCEB"].map((pin) => [pin, 360] as const),
      ...["RSTREGARSTREG", "RSTREGB"].map((pin) => [pin, 342] as const),
    ],
  };
}

/** Coarse: a multiplier with its registers as they are set, without the pre-adder's part. */
function dsp(cell: Cell): CellTiming {
  const has = (register: string): boolean => parameter(cell, register) !== 0;
  const inputs = ["A", "B", "C", "D"];
  const setup = (pin: string): number => (has(`${pin}REG`) ? 324 : has("MREG") ? 2400 : 3723);
  const isRegistered = has("PREG") || has("MREG");
  return {
    ...none,
    arcs: isRegistered ? [] : inputs.filter((pin) => !has(`${pin}REG`)).map((pin): Arc => [pin, "P", 3806]),
    launches: [["P", has("PREG") ? 329 : has("MREG") ? 1687 : 3935]],
    captures: inputs.map((pin) => [pin, setup(pin)] as const),
  };
}

const byType: ReadonlyMap<string, CellTiming> = new Map<string, CellTiming>([
  ...[1, 2, 3, 4, 5, 6].map((inputs) => [`LUT${inputs}`, lut(inputs)] as const),
  ["INV", behindNets({ ...none, arcs: [["I", "O", 127]] })],
  [
    "MUXF7",
    {
      ...none,
      arcs: [
        ["I0", "O", 217],
        ["I1", "O", 223],
        ["S", "O", 296],
      ],
    },
  ],
  [
    "MUXF8",
    {
      ...none,
      arcs: [
        ["I0", "O", 104],
        ["I1", "O", 94],
        ["S", "O", 273],
      ],
    },
  ],
  // No delays in Yosys' models; MUXF8's.
  [
    "MUXF9",
    {
      ...none,
      arcs: [
        ["I0", "O", 104],
        ["I1", "O", 94],
        ["S", "O", 273],
      ],
    },
  ],
  ["CARRY4", behindNets({ ...none, arcs: carryArcs(0, { CI: "CI", CYINIT: "CYINIT" }) }, /^(S|DI)/)],
  [
    "CARRY8",
    // CI_TOP is the carry into the upper half where that stands alone.
    behindNets(
      {
        ...none,
        arcs: [...carryArcs(0, { CI: "CI" }), ...carryArcs(4, { CI: "CI_TOP" }), ...throughCarry8()],
      },
      /^(S|DI)/,
    ),
  ],
  ...(["FDRE:R", "FDSE:S", "FDCE:CLR", "FDPE:PRE"] as const).flatMap((entry) => {
    const [type = "", control = ""] = entry.split(":");
    return [[type, flipFlop(control)] as const, [`${type}_1`, flipFlop(control)] as const];
  }),
  ["SRL16", shiftRegister(numbered("A", 4), undefined)],
  ["SRL16E", shiftRegister(numbered("A", 4), undefined)],
  ["SRLC16", shiftRegister(numbered("A", 4), "Q15")],
  ["SRLC16E", shiftRegister(numbered("A", 4), "Q15")],
  ["SRLC32E", shiftRegister(indexed("A", 5), "Q31")],
  ["RAM32M", multiportRam(["A", "B", "C", "D"], 5)],
  ["RAM64M", multiportRam(["A", "B", "C", "D"], 6)],
  ["RAM32M16", multiportRam(["A", "B", "C", "D", "E", "F", "G", "H"], 5)],
  ["RAM64M8", multiportRam(["A", "B", "C", "D", "E", "F", "G", "H"], 6)],
  ["RAM32X1D", dualPortRam(numbered("A", 5), numbered("DPRA", 5))],
  ["RAM64X1D", dualPortRam(numbered("A", 6), numbered("DPRA", 6))],
  ["RAM128X1D", dualPortRam(indexed("A", 7), indexed("DPRA", 7))],
  // The edge of the chip, which a part of a design never sees: the flow of the baselines puts them there.
  ...["IBUF", "OBUF", "BUFG"].map((type) => [type, { ...none, arcs: [["I", "O", 0]] }] as const),
  // Newer Yosys notes in $scopeinfo where it has flattened a part.
  ...["GND", "VCC", "$scopeinfo"].map((type) => [type, none] as const),
]);
