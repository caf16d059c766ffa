import { bits, bool, cat, component, elaborate, input, output, valueOf } from "../../../src/hdl/index.ts";
import { createNativeSimulator } from "../../../src/simulate/native.ts";
import { compress, type Sum } from "./compress.ts";
import { isInverted, Netlist, type AccumulatorBit, type Net, type Term } from "./netlist.ts";
import { lastStage, place } from "./place.ts";
import type { Fabric } from "./technology.ts";

/** A sum of the bits of a word, and its cells. */
export interface Subject {
  readonly netlist: Netlist;
  /** The bits of the word, the lowest first. */
  readonly nets: readonly Net[];
  readonly sum: Sum;
  /** What its accumulator starts from. */
  readonly start: number;
  readonly outputs: readonly (Term | undefined)[];
}

/** Builds the cells of a sum, whose description asks for the bits that it adds. */
export function subjectOf(
  describe: (next: () => Net) => Sum,
  { period, start = 0 }: { readonly period?: number | undefined; readonly start?: number } = {},
): Subject {
  const netlist = new Netlist(period);
  const nets: Net[] = [];
  const sum = describe(() => {
    const net = netlist.input();
    nets.push(net);
    return net;
  });
  return { netlist, nets, sum, start, outputs: compress(netlist, sum) };
}

/** What a sum comes to for a word, by plain arithmetic. */
export function plainSum(
  { nets, start, sum: { columns, width, accumulator = [] } }: Subject,
  word: bigint,
): bigint {
  const places = new Map(nets.map((net, i) => [net, BigInt(i)]));
  const bit = (net: Net): bigint => (word >> (places.get(net) ?? 0n)) & 1n;
  const value = (term: Term): bigint =>
    bit(term.net) ^ (term.equals === undefined ? 0n : bit(term.equals) ^ 1n) ^ (isInverted(term) ? 1n : 0n);
  const accumulated = ({ loop }: AccumulatorBit, column: number): bigint =>
    loop === undefined || bit(loop.restart) === 1n ? (BigInt(start) >> BigInt(column)) & 1n : bit(loop.net);
  const weighted = (bitsOf: readonly bigint[], column: number): bigint =>
    bitsOf.reduce((sum, each) => sum + each, 0n) << BigInt(column);
  const total = [
    ...columns.map((terms, i) => weighted(terms.map(value), i)),
    ...accumulator.map((each, i) => weighted([accumulated(each, i)], i)),
  ].reduce((sum, each) => sum + each, 0n);
  return BigInt.asUintN(width, total);
}

/** What the placed cells give for each word, in the native simulator; the word stays until its sum is there. */
export function placedSums(subject: Subject, technology: Fabric, words: readonly bigint[]): bigint[] {
  const { nets, outputs } = subject;
  const define = component({
    name: "placed",
    ports: () => ({ x: input(bits(nets.length)), y: output(bits(outputs.length)) }),
    build(m, { x, y }) {
      // A sum of few bits needs not all it could have.
      m.unused({ x });
      const inputs = new Map(nets.map((net, i) => [net, x.bit(i)]));
      const placed = place(m, subject, {
        technology,
        inputs,
        enable: valueOf(bool, true),
        start: subject.start,
      });
      y.set(cat(...placed.toReversed()));
    },
  });
  const simulator = createNativeSimulator(elaborate(define()));
  const sums = words.map((word) => {
    const limbs = Math.ceil(nets.length / 32);
    const limb = (i: number): number => Number(BigInt.asUintN(32, word >> BigInt(32 * i)));
    simulator.poke(
      "x",
      Uint32Array.from({ length: limbs }, (_, i) => limb(i)),
    );
    simulator.step(lastStage(outputs));
    return BigInt(simulator.peek("y")[0] ?? 0);
  });
  simulator.close();
  return sums;
}
