import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { generatorsMarkdown, loadCatalog } from "./index.ts";
import { readSources } from "./read-sources.ts";

test("docs/generators.md is current (if not: npm run docs)", async () => {
  const path = new URL("../../docs/generators.md", import.meta.url);
  expect(await readFile(path, "utf8")).toBe(generatorsMarkdown(await loadCatalog()));
});

test("every generator and every parameter has a description", async () => {
  for (const { name, doc, parameters } of await loadCatalog()) {
    expect(doc, name).not.toBe("");
    for (const parameter of parameters) expect(parameter.doc, `${name}.${parameter.name}`).not.toBe("");
  }
});

test("every generator can be generated from texts", async () => {
  for (const { name, parameters } of await loadCatalog()) {
    for (const { name: parameter, type } of parameters)
      expect(type.kind, `${name}.${parameter}`).not.toBe("code");
  }
});

const hdl = fileURLToPath(new URL("../hdl/index.ts", import.meta.url));

/** The catalog of one generator whose parameters are `fields`. */
async function readOne(fields: string): Promise<ReturnType<typeof readSources>> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-catalog-"));
  try {
    const file = join(folder, "index.ts");
    await writeFile(
      file,
      `import { type Hardware, type Kind, type UIntKind } from ${JSON.stringify(hdl)};
      export interface WideParams<K extends Kind = Kind> {
        ${fields}
      }
      /** Makes something
       * wide. */
      export function wideThing<K extends Kind>(params: WideParams<K>): Hardware { throw new Error(String(params)); }
      export const notAGenerator = (x: number): number => x;`,
    );
    return readSources(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("reads types, limits, defaults and descriptions", async () => {
  const [wide, ...others] = await readOne(`
    /** Any kind. */ readonly kind: K;
    /** A special kind. */ readonly index: UIntKind;
    /** Kinds. */ readonly kinds: Readonly<Record<string, Kind>>;
    /** A number.
     * @min 2
     * @max 8 */ readonly n: number;
    /** A flag. @default true */ readonly flag?: boolean;
    /** Texts. @default b */ readonly text?: "a" | "b" | undefined;
    /** Some numbers. */ readonly list: ArrayLike<number>;
    /** A matrix. */ readonly matrix: readonly (readonly number[])[];
    /** A function. */ readonly map: (x: number) => number;
  `);
  expect(others).toEqual([]);
  expect(wide).toMatchObject({ name: "wide-thing", export: "wideThing", doc: "Makes something wide." });
  const required = true;
  expect(wide?.parameters).toEqual([
    { name: "kind", doc: "Any kind.", type: { kind: "kind" }, required },
    { name: "index", doc: "A special kind.", type: { kind: "kind" }, required },
    { name: "kinds", doc: "Kinds.", type: { kind: "kinds" }, required },
    { name: "n", doc: "A number.", type: { kind: "integer", min: 2, max: 8 }, required },
    { name: "flag", doc: "A flag.", type: { kind: "boolean" }, required: false, default: "true" },
    {
      name: "text",
      doc: "Texts.",
      type: { kind: "choice", values: ["a", "b"] },
      required: false,
      default: "b",
    },
    { name: "list", doc: "Some numbers.", type: { kind: "numbers", depth: 1 }, required },
    { name: "matrix", doc: "A matrix.", type: { kind: "numbers", depth: 2 }, required },
    {
      name: "map",
      doc: "A function.",
      type: { kind: "code", typescript: "(x: number) => number" },
      required,
    },
  ]);
});

test.each([
  ["a limit that is no number", "/** x @min few */ readonly n: number;", /@min is not a whole number/],
  [
    "values that are not the type's",
    '/** x @values a, c */ readonly s: "a" | "b";',
    /@values.*differ from the type/,
  ],
  ["an optional parameter without default", "/** x */ readonly n?: number;", /has a @default/],
  ["a default of what is required", "/** x @default 3 */ readonly n: number;", /has a @default/],
])("finds %s", async (_, fields, message) => {
  await expect(readOne(fields)).rejects.toThrow(message);
});
