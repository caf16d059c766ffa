import { expect, test } from "vitest";
import { surveyCommands, yosysName } from "./survey.ts";

test.each([
  "top.sv",
  "a_1$",
  "rtl/a-b+c.v",
  "$paramod\\fifo\\DEPTH=32'00000000000000000000000000000100",
  "a[0].b",
])("Yosys can name %s", (name) => {
  expect(yosysName(name)).toBe(name);
});

test.each(['a";!touch x;".sv', "a\n!touch x\n.sv", "-D.sv", "a b.sv", "!x", "a;b", ""])(
  "Yosys cannot name %j",
  (name) => {
    expect(() => yosysName(name)).toThrow(expect.objectContaining({ code: "name-not-for-yosys" }));
    expect(() => surveyCommands([{ name: `${name}.sv`, text: "" }], undefined)).toThrow(
      expect.objectContaining({ code: "name-not-for-yosys" }),
    );
    expect(() => surveyCommands([], name)).toThrow(expect.objectContaining({ code: "name-not-for-yosys" }));
  },
);
