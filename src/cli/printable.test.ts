import { expect, test } from "vitest";
import { printable } from "./printable.ts";

test("what a terminal would obey is shown by its code", () => {
  expect(printable("a\u001b[2J\u0007\r\u009b\u202eb")).toBe("a\\u001b[2J\\u0007\\u000d\\u009b\\u202eb");
});

test("letters, lines and tables stay", () => {
  expect(printable("é ┌─┐\n\tµs")).toBe("é ┌─┐\n\tµs");
});
