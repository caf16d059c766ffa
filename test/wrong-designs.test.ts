import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { DesignError, diagnose, elaborate } from "../src/hdl/index.ts";
import { driverMistakes } from "./wrong-designs/drivers.ts";
import { logicMistakes } from "./wrong-designs/logic.ts";
import { nameMistakes } from "./wrong-designs/names.ts";
import { rightDesigns } from "./wrong-designs/right.ts";
import { severalMistakes } from "./wrong-designs/several.ts";
import { streamMistakes } from "./wrong-designs/streams.ts";
import { valueMistakes } from "./wrong-designs/values.ts";

const corpus = [...driverMistakes, ...logicMistakes, ...streamMistakes, ...nameMistakes, ...valueMistakes];
const root = fileURLToPath(new URL("..", import.meta.url));

/** Lines that the marks in a file point at, with the codes they name. */
function marksIn(file: string): readonly { readonly code: string; readonly line: number }[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((text, i) => {
      const code = /\/\/ <- ([a-z-]+)$/.exec(text)?.[1];
      if (code === undefined) return [];
      return [{ code, line: /^\s*\/\/ <-/.test(text) ? i + 2 : i + 1 }];
    });
}

describe("wrong designs", () => {
  test("there are at least 45, and every mark belongs to one", () => {
    expect(corpus.length).toBeGreaterThanOrEqual(45);
    const files = new Set(corpus.map(({ file }) => file));
    expect([...files].flatMap(marksIn)).toHaveLength(corpus.length);
  });

  for (const { code, path, file, line, diagnose: run } of corpus)
    test(`${code} at ${path} (${file.slice(root.length)}:${String(line)})`, () => {
      const mark = marksIn(file).find((m) => m.line > line && m.code === code);
      const found = run().map((d) => ({ code: d.code, path: d.path, file: d.loc?.file, line: d.loc?.line }));
      expect(found).toEqual([{ code, path, file: file.slice(root.length), line: mark?.line }]);
    });

  test("every finding says what to do", () => {
    for (const { diagnose: run } of corpus)
      for (const { message, hint } of run()) {
        expect(message.length).toBeGreaterThan(10);
        expect(hint.length).toBeGreaterThan(5);
      }
  });

  test("all mistakes of a design are reported at once", () => {
    const { diagnostics } = diagnose(severalMistakes());
    const marks = marksIn(join(root, "test/wrong-designs/several.ts"));
    const found = diagnostics.map((d) => ({ code: d.code, line: d.loc?.line ?? 0 }));
    expect(found.toSorted((a, b) => a.line - b.line)).toEqual(marks);
    expect(diagnostics.find((d) => d.code === "truncation")?.path).toBe("several.u0.y");
    expect(() => elaborate(severalMistakes())).toThrow(DesignError);
    expect(() => elaborate(severalMistakes())).toThrow(/5 errors[^]*truncation[^]*latch[^]*hint: /);
  });
});

describe("right designs, though they look tricky", () => {
  for (const [name, design] of Object.entries(rightDesigns))
    test(name, () => {
      expect(diagnose(design()).diagnostics).toEqual([]);
    });
});

/** Codes that the sources report. */
function reportedCodes(): ReadonlySet<string> {
  const codes = new Set<string>();
  for (const folder of ["src/hdl", "src/check"])
    for (const name of readdirSync(join(root, folder))) {
      if (!name.endsWith(".ts") || name.endsWith(".test.ts")) continue;
      const text = readFileSync(join(root, folder, name), "utf8");
      const places = [
        ...text.matchAll(/\breport\(([^,]*),/g),
        ...text.matchAll(/\bcode: ([^,;]*),/g),
        ...text.matchAll(/\bconst code =([^;]*);/g),
      ];
      for (const [, expression = ""] of places)
        for (const [, code = ""] of expression.matchAll(/(?:^|[?:])\s*"([a-z-]+)"/g)) codes.add(code);
    }
  return codes;
}

describe("docs/diagnostics.md", () => {
  const text = readFileSync(join(root, "docs/diagnostics.md"), "utf8");
  const documented = new Set([...text.matchAll(/^### `([a-z-]+)`$/gm)].map(([, code]) => code));

  test("explains every code that is reported, and no other", () => {
    expect([...documented].sort()).toEqual([...reportedCodes()].sort());
  });

  test("every code has a wrong design", () => {
    expect([...new Set(corpus.map(({ code }) => code))].sort()).toEqual([...reportedCodes()].sort());
  });
});
