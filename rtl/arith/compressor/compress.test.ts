import { expect, test } from "vitest";
import { bitsFor } from "../../../src/hdl/index.ts";
import { Random } from "../../../src/random.ts";
import { countsOf, leastLuts, type Sum } from "./compress.ts";
import { isInverted, type AccumulatorBit, type Net, type Term } from "./netlist.ts";
import { lastStage } from "./place.ts";
import { placedSums, plainSum, subjectOf, type Subject } from "./sums.fixture.ts";

/**
 * Terms in several columns, some inverted, some of them XNORs, in some sums several of the same bit; an accumulator in
 * some of the sums.
 */
function anySum(random: Random, next: () => Net): Sum {
  const width = 1 + random.below(9);
  const highest = random.below(16);
  const inverted = [0, 0.5, 0.9, 1][random.below(4)] ?? 0;
  const xnors = random.below(3) === 0 ? 0.5 : 0;
  const repeated = random.below(4) === 0 ? 0.2 : 0;
  const nets: Net[] = [];
  const anyNet = (): Net => {
    const net = (random.float() < repeated ? nets[random.below(nets.length)] : undefined) ?? next();
    nets.push(net);
    return net;
  };
  const anyTerm = (): Term => ({
    net: anyNet(),
    inverted: random.float() < inverted,
    ...(random.float() < xnors ? { equals: anyNet() } : {}),
  });
  const columns = Array.from({ length: 1 + random.below(width) }, () =>
    Array.from({ length: random.below(highest + 1) }, anyTerm),
  );
  const restart = next();
  const loops = random.below(2) === 0;
  const anyBit = (): AccumulatorBit => (loops ? { loop: { net: next(), restart } } : {});
  const accumulator = random.below(2) === 0 ? undefined : Array.from({ length: width }, anyBit);
  return {
    columns,
    width,
    chain: 1 + random.below(4),
    operands: 2 + random.below(2),
    ...(accumulator === undefined ? {} : { accumulator }),
  };
}

/** What of the rarer ways to build a sum is in one. */
function waysIn({ netlist, outputs }: Subject): readonly string[] {
  return netlist.cells
    .flatMap((cell) => [
      ...(cell.kind === "carry-atom" && cell.carryIn === 1 ? ["six complemented"] : []),
      ...(cell.kind === "adder" && cell.carryIn !== 0 ? ["carry into the final adder"] : []),
      cell.name.replaceAll(/_\d+/g, ""),
    ])
    .concat(lastStage(outputs) > 0 ? ["registers"] : []);
}

test("random sums as cells, 100 of 20 words each", () => {
  const random = new Random(36);
  const ways = new Set<string>();
  for (let n = 0; n < 100; n++) {
    const subject = subjectOf((next) => anySum(random, next), {
      period: random.below(2) === 0 ? undefined : 4_000,
      start: random.below(2 ** 9),
    });
    for (const way of waysIn(subject)) ways.add(way);
    const { length } = subject.nets;
    const words = [0n, (1n << BigInt(length)) - 1n, ...Array.from({ length: 18 }, () => random.bits(length))];
    const technology = random.below(2) === 0 ? "xilinx7" : "ultrascale";
    const wanted = words.map((word) => plainSum(subject, word));
    expect(placedSums(subject, technology, words), `sum ${n}`).toEqual(wanted);
  }
  expect([...ways].sort()).toEqual([
    "carry into the final adder",
    "carry_in",
    "four_one",
    "four_one_upright",
    "full",
    "half",
    "match",
    "registers",
    "seven",
    "seven_upright",
    "six",
    "six complemented",
    "total",
  ]);
});

/** Which of the terms of two columns are inverted (1), and the cells that they make. */
test.each([
  ["0000000", "", ["seven_0_0"]],
  ["1111111", "", ["seven_0_0"]],
  ["1110111", "", ["seven_0_0_upright", "seven_0_0"]],
  ["1101111011100", "", ["seven_0_0", "seven_0_1", "half_1_0", "full_2_0"]],
  ["1111111111110", "", ["seven_0_0", "seven_0_1_upright", "seven_0_1", "half_1_0", "full_2_0"]],
  ["000000", "", ["six_0_0"]],
  ["111111", "", ["six_0_0"]],
  ["111101", "", ["six_0_0"]],
  ["11111", "1", ["four_one_0_0_upright", "four_one_0_0"]],
  ["11101", "0", ["four_one_0_0"]],
] as const)("terms inverted as in %s and %s: every word", (first, second, cells) => {
  const subject = subjectOf((next) => {
    const terms = (pattern: string): Term[] =>
      Array.from(pattern, (each) => ({ net: next(), inverted: each === "1" }));
    const width = bitsFor(first.length + 2 * second.length);
    return { columns: [terms(first), terms(second)], width, chain: 1, operands: 2 };
  });
  expect(subject.netlist.cells.map(({ name }) => name)).toEqual(cells);
  const words = Array.from({ length: 2 ** subject.nets.length }, (_, word) => BigInt(word));
  expect(placedSums(subject, "xilinx7", words)).toEqual(words.map((word) => plainSum(subject, word)));
});

test("a carry atom that adds a bit twice", () => {
  const subject = subjectOf((next) => {
    const nets = Array.from({ length: 5 }, next);
    const terms = [...nets, ...nets.slice(-1)].map((net) => ({ net }));
    return { columns: [terms], width: 3, chain: 1, operands: 2 };
  });
  expect(subject.netlist.cells.map(({ name }) => name)).toEqual(["six_0_0"]);
  const words = Array.from({ length: 32 }, (_, word) => BigInt(word));
  expect(placedSums(subject, "xilinx7", words)).toEqual(words.map((word) => plainSum(subject, word)));
});

test("sums take as many LUTs as foretold, and one more for each bit made upright", () => {
  const random = new Random(32);
  for (let n = 0; n < 200; n++) {
    const { netlist, sum } = subjectOf((next) => anySum(random, next));
    const tables = netlist.cells.filter(({ kind }) => kind === "table");
    expect(netlist.luts).toBe(leastLuts(countsOf(sum), sum.chain) + tables.length);
    if (!sum.columns.flat().some(isInverted)) expect(tables).toEqual([]);
  }
});
