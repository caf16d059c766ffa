import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { Node, Project, type JSDoc, type Symbol as TsSymbol, type Type } from "ts-morph";
import type { Generator, Parameter, ParameterType } from "./catalog.ts";

const rtl = fileURLToPath(new URL("../../rtl/", import.meta.url));

/**
 * Reads the generators from the types and doc comments of what `rtl/index.ts` exports. Takes a second or two; the
 * package ships the result.
 *
 * Throws an Error where a doc comment contradicts its type: a defect of the generator.
 */
export function readSources(entry = `${rtl}index.ts`): Generator[] {
  const project = new Project({
    tsConfigFilePath: fileURLToPath(new URL("../../tsconfig.json", import.meta.url)),
    skipAddingFilesFromTsConfig: true,
    // The types of Node are a third of all text and no generator has them in its parameters.
    compilerOptions: { types: [] },
  });
  const source = project.addSourceFileAtPath(entry);
  const generators: Generator[] = [];
  for (const [name, declarations] of source.getExportedDeclarations()) {
    const declaration = declarations[0];
    if (declaration === undefined) continue;
    if (!Node.isFunctionDeclaration(declaration) && !Node.isVariableDeclaration(declaration)) continue;
    const signature = declaration.getType().getCallSignatures()[0];
    if (signature?.getReturnType().getProperty("elaborateInto") === undefined) continue;
    const argument = signature.getParameters()[0]?.getTypeAtLocation(declaration);
    // What `component` gives takes its one parameter, or none, as a rest tuple.
    const params = argument?.isTuple() === true ? argument.getTupleElements()[0] : argument;
    const owner = Node.isFunctionDeclaration(declaration)
      ? declaration
      : declaration.getVariableStatementOrThrow();
    generators.push({
      name: kebabCase(name),
      export: name,
      group: relative(rtl, declaration.getSourceFile().getFilePath()).split(sep)[0] ?? "",
      doc: describe(owner.getJsDocs()),
      parameters: params?.getProperties().map((property) => readParameter(name, property)) ?? [],
    });
  }
  return generators.sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
}

function readParameter(generator: string, property: TsSymbol): Parameter {
  const where = `${generator}.${property.getName()}`;
  const declaration = property.getValueDeclarationOrThrow();
  if (!Node.isPropertySignature(declaration)) throw new Error(`${where} is not a property of an interface`);
  const docs = declaration.getJsDocs();
  const tags = new Map(
    docs.flatMap((doc) => doc.getTags()).map((tag) => [tag.getTagName(), tag.getCommentText()?.trim() ?? ""]),
  );
  const type = readType(where, declaration.getType(), tags);
  const byDefault = tags.get("default");
  const required = !declaration.hasQuestionToken();
  if (required === (byDefault !== undefined)) {
    throw new Error(`${where}: an optional parameter, and only that, has a @default`);
  }
  return {
    name: property.getName(),
    doc: describe(docs),
    type,
    required,
    ...(byDefault === undefined ? {} : { default: byDefault }),
  };
}

function readType(where: string, declared: Type, tags: ReadonlyMap<string, string>): ParameterType {
  const type = declared.isTypeParameter()
    ? (declared.getConstraint() ?? declared)
    : declared.getNonNullableType();
  const limit = (tag: "min" | "max"): number | undefined => {
    const text = tags.get(tag);
    if (text === undefined) return undefined;
    if (!/^-?\d+$/.test(text)) throw new Error(`${where}: @${tag} is not a whole number: ${text}`);
    return Number(text);
  };
  const [min, max] = [limit("min"), limit("max")];
  if (type.isBoolean()) return { kind: "boolean" };
  if (type.isBigInt()) return { kind: "word" };
  if (type.isNumber()) {
    return { kind: "integer", ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  }
  if (type.isUnion() && type.getUnionTypes().every((member) => member.isLiteral())) {
    const values = type.getUnionTypes().map((member) => member.getLiteralValueOrThrow() as string | number);
    checkValues(where, values, { listed: tags.get("values"), min, max });
    return { kind: "choice", values };
  }
  if (isKind(type)) return { kind: "kind" };
  if (type.getSymbol()?.getName() === "WeightMatrix") return { kind: "weights" };
  const named = type.getStringIndexType();
  if (named !== undefined && isKind(named)) return { kind: "kinds" };
  const depth = numbersDepth(type);
  if (depth !== undefined) return { kind: "numbers", depth };
  return { kind: "code", typescript: declaration(type) };
}

/** `Kind`, or one of them: `UIntKind`. */
function isKind(type: Type): boolean {
  return /^([A-Z][A-Za-z]*)?Kind$/.test((type.getAliasSymbol() ?? type.getSymbol())?.getName() ?? "");
}

/** 1 for a list of numbers, 2 for a list of those; undefined for anything else. */
function numbersDepth(type: Type): number | undefined {
  const element = type.getNumberIndexType();
  if (element === undefined || type.isString()) return undefined;
  if (element.isNumber()) return 1;
  const inner = numbersDepth(element);
  return inner === undefined ? undefined : inner + 1;
}

/** The type decides; a doc comment that lists its values or limits must say the same. */
function checkValues(
  where: string,
  values: readonly (string | number)[],
  { listed, min, max }: { listed: string | undefined; min: number | undefined; max: number | undefined },
): void {
  const numbers = values.filter((value) => typeof value === "number");
  const same =
    (listed === undefined || sorted(listed.split(/[\s,|]+/)) === sorted(values.map(String))) &&
    (min === undefined || min === Math.min(...numbers)) &&
    (max === undefined || max === Math.max(...numbers));
  if (!same) throw new Error(`${where}: @values, @min or @max differ from the type, ${values.join(" | ")}`);
}

const sorted = (texts: readonly string[]): string => [...texts].sort().join(" ");

const declaration = (type: Type): string => type.getText().replace(/import\("[^"]*"\)\./g, "");

/** The text before the tags, on one line per paragraph. */
function describe(docs: readonly JSDoc[]): string {
  return docs
    .map((doc) => doc.getCommentText() ?? "")
    .join("\n\n")
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim().replace(/\s*\n\s*/g, " "))
    .join("\n\n");
}

function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

const placeOf = ({ group, name }: Generator): string => `${group}/${name}`;
