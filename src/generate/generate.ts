import { assertionFiles, emit, emitAssertions, writeDesign } from "../emit/index.ts";
import { SluiceError } from "../error.ts";
import { elaborate, type Hardware } from "../hdl/index.ts";
import { findGenerator, loadCatalog, type Generator } from "./catalog.ts";
import { expected, parseValue } from "./values.ts";

export interface GenerateOptions {
  /** Name of a generator: `fifo`. */
  readonly generator: string;
  /** `name=value` for each parameter. */
  readonly parameters: readonly string[];
  /** Output folder. */
  readonly out: string;
}

export interface GenerateResult {
  readonly generator: string;
  /** As they were given, in the generator's order. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Name of the top module. */
  readonly top: string;
  readonly dir: string;
  /** Names of the files in `dir`. */
  readonly files: readonly string[];
}

/**
 * Builds one component from texts and writes its SystemVerilog, memory files and assertions.
 *
 * Throws SluiceError `unknown-generator`, `bad-parameter`, `missing-parameter`, `unknown-parameter`,
 * `output-not-writable`, and those of the generator itself.
 */
export async function generateComponent(options: GenerateOptions): Promise<GenerateResult> {
  const { generator, texts, hardware } = await constructComponent(options);
  const design = elaborate(hardware);
  const emitted = emit(design);
  const assertions = emitAssertions(design);
  await writeDesign(emitted, options.out, assertions);
  return {
    generator: generator.name,
    parameters: texts,
    top: emitted.top,
    dir: options.out,
    files: [...emitted.files, ...emitted.maps, ...assertionFiles(assertions)].map(({ name }) => name),
  };
}

/** A component made from texts. */
export interface ConstructedComponent {
  readonly generator: Generator;
  /** The parameters as they were given, in the generator's order. */
  readonly texts: Readonly<Record<string, string>>;
  /** The parameters as the generator takes them. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly hardware: Hardware;
}

/**
 * Makes one component from texts.
 *
 * Throws SluiceError `unknown-generator`, `bad-parameter`, `missing-parameter`, `unknown-parameter`, and those of the
 * generator itself.
 */
export async function constructComponent(
  options: Omit<GenerateOptions, "out">,
): Promise<ConstructedComponent> {
  const generator = findGenerator(await loadCatalog(), options.generator);
  const texts = readAssignments(generator, options.parameters);
  const values: Record<string, unknown> = {};
  for (const parameter of generator.parameters) {
    const text = texts.get(parameter.name);
    if (text !== undefined) values[parameter.name] = parseValue(generator.name, parameter, text);
  }
  const exports: Readonly<Record<string, unknown>> = await import("../../rtl/index.ts");
  const make = exports[generator.export] as (params: unknown) => Hardware;
  return { generator, texts: Object.fromEntries(texts), values, hardware: make(values) };
}

/** What the parameters of a generator are, one per line, for messages. */
export function parameterLines({ parameters }: Generator): string[] {
  if (parameters.length === 0) return ["it has no parameters"];
  return parameters.map(({ name, type, required, default: byDefault }) => {
    const note = required ? "required" : `default ${byDefault ?? "none"}`;
    return `${name}: ${expected(type)} (${note})`;
  });
}

/** The texts of the parameters by name, in the generator's order. */
function readAssignments(generator: Generator, assignments: readonly string[]): Map<string, string> {
  const fail = (code: string, message: string): never => {
    throw new SluiceError(code, message, {
      where: `generate ${generator.name}`,
      hint: ["its parameters are", ...parameterLines(generator)].join("\n"),
    });
  };
  const given = new Map<string, string>();
  for (const assignment of assignments) {
    const match = /^([^=]+)=(.*)$/s.exec(assignment);
    if (match?.[1] === undefined || match[2] === undefined)
      return fail("bad-parameter", `"${assignment}" is not of the form name=value`);
    const [, name, text] = match;
    if (!generator.parameters.some((parameter) => parameter.name === name))
      return fail("unknown-parameter", `${generator.name} has no parameter "${name}"`);
    if (given.has(name)) return fail("bad-parameter", `${name} is given twice`);
    given.set(name, text);
  }
  const missing = generator.parameters.filter(({ name, required }) => required && !given.has(name));
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(", ");
    return fail("missing-parameter", `${generator.name} needs ${names}`);
  }
  return new Map(
    generator.parameters.flatMap(({ name }) => {
      const text = given.get(name);
      return text === undefined ? [] : [[name, text]];
    }),
  );
}
