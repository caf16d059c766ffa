import { describe, expect, it } from "vitest";
import { bits, bool, sint, uint, vec } from "./ir.test-helper.ts";
import { decode, encode, format } from "./values.ts";
import type { PlainValue } from "./values.ts";
import type { EnumType, Type } from "../ir/index.ts";

const state: EnumType = { kind: "enum", name: "State", labels: ["IDLE", "RUN", "DONE"] };

const cases: readonly [Type, PlainValue, readonly number[], string][] = [
  [bool, true, [1], "1"],
  [bits(12), 0xabc, [0xabc], "abc"],
  [uint(32), 0xffffffff, [0xffffffff], "4294967295"],
  [sint(5), -16, [0x10], "-16"],
  [sint(32), -1, [0xffffffff], "-1"],
  [uint(33), 1n << 32n, [0, 1], "4294967296"],
  [sint(40), -2n, [0xfffffffe, 0xff], "-2"],
  [state, "DONE", [2], "DONE"],
  [vec(3, uint(20)), [1, 2, 0xfffff], [0x200001, 0xfffff00], "[1 2 1048575]"],
  [
    vec(2, vec(2, bool)),
    [
      [true, false],
      [true, true],
    ],
    [0b1101],
    "[[1 0] [1 1]]",
  ],
];

describe("values", () => {
  it.each(cases)("%# are written, read and shown", (type, value, limbs, text) => {
    const encoded = encode(type, value, "x");
    expect([...encoded]).toEqual(limbs);
    expect(decode(type, encoded)).toEqual(value);
    expect(format(type, encoded)).toBe(text);
  });

  it("take numbers for wide integers where they are exact", () => {
    expect([...encode(uint(64), 2 ** 53 - 1, "x")]).toEqual([0xffffffff, 0x1fffff]);
    expect([...encode(sint(64), -1, "x")]).toEqual([0xffffffff, 0xffffffff]);
    expect([...encode(uint(8), 255n, "x")]).toEqual([255]);
  });

  it.each<[Type, PlainValue, string]>([
    [bool, 1, "x is bool and cannot take 1"],
    [uint(8), 256, "x is uint(8) and cannot take 256"],
    [uint(8), -1, "x is uint(8) and cannot take -1"],
    [uint(8), 0.5, "x is uint(8) and cannot take 0.5"],
    [uint(64), 2 ** 53, "x is uint(64) and cannot take 9007199254740992"],
    [sint(8), 128, "x is sint(8) and cannot take 128"],
    [sint(64), 1n << 63n, "x is sint(64) and cannot take 9223372036854775808"],
    [bits(8), "ff", 'x is bits(8) and cannot take "ff"'],
    [state, "STOP", 'x is enum State and cannot take "STOP"'],
    [vec(2, bool), [true], "x is vec(2, bool) and cannot take an array of 1"],
    [vec(2, uint(2)), [0, 4], "x[1] is uint(2) and cannot take 4"],
  ])("%# that do not fit are refused", (type, value, message) => {
    expect(() => encode(type, value, "x")).toThrow(message);
  });
});
