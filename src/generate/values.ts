import { z } from "zod";
import { SluiceError } from "../error.ts";
import { fileLimits, parseJson, readText, reasonOf } from "../files.ts";
import { Random } from "../random.ts";
import type { Parameter, ParameterType } from "./catalog.ts";
import { kindSyntax, parseKind, parseKinds } from "./kind-text.ts";

/** Binary weights as `rtl/nn` takes them: bit c of row r is bit c % 32 of words[r * wordsPerRow + (c >> 5)]. */
interface Weights {
  readonly rows: number;
  readonly columns: number;
  readonly wordsPerRow: number;
  readonly words: Uint32Array;
}

/**
 * The value of a parameter from its text on the command line.
 *
 * Throws SluiceError `bad-parameter`.
 */
export function parseValue(generator: string, parameter: Parameter, text: string): unknown {
  const { name, type } = parameter;
  const reject = (why: string, cause?: unknown): never => {
    throw new SluiceError("bad-parameter", `${name} ${why}`, {
      where: `${generator} --param ${name}=${text.length > 60 ? `${text.slice(0, 60)}...` : text}`,
      hint: `${name} is ${expected(type)}`,
      cause,
    });
  };
  switch (type.kind) {
    case "integer": {
      const value = /^-?\d+$/.test(text) ? Number(text) : undefined;
      if (value === undefined || !Number.isSafeInteger(value)) return reject(`cannot be "${text}"`);
      if (value < (type.min ?? -Infinity) || value > (type.max ?? Infinity))
        return reject(`cannot be ${text}`);
      return value;
    }
    case "word":
      return /^(\d+|0x[0-9a-fA-F]+)$/.test(text) ? BigInt(text) : reject(`cannot be "${text}"`);
    case "boolean":
      return text === "true" ? true : text === "false" ? false : reject(`cannot be "${text}"`);
    case "choice": {
      const value = type.values.find((candidate) => String(candidate) === text);
      return value ?? reject(`cannot be "${text}"`);
    }
    case "kind":
      try {
        return parseKind(text);
      } catch (error) {
        return reject(`cannot be "${text}"`, error);
      }
    case "kinds":
      try {
        return parseKinds(text);
      } catch (error) {
        return reject(`cannot be "${text}"`, error);
      }
    case "weights":
      return parseWeights(text, reject);
    case "numbers":
      return parseNumbers(text, type.depth, reject);
    case "code":
      return reject("can only be given in TypeScript");
  }
}

/** What a parameter takes, for help and messages. */
export function expected(type: ParameterType): string {
  switch (type.kind) {
    case "integer":
      if (type.min !== undefined && type.max !== undefined)
        return `a whole number from ${String(type.min)} to ${String(type.max)}`;
      if (type.min !== undefined) return `a whole number of at least ${String(type.min)}`;
      return type.max === undefined ? "a whole number" : `a whole number of at most ${String(type.max)}`;
    case "word":
      return "a whole number of any size, decimal or as 0x1f";
    case "boolean":
      return "true or false";
    case "choice":
      return `one of ${type.values.join(", ")}`;
    case "kind":
      return `a kind: ${kindSyntax}`;
    case "kinds":
      return `kinds by name, as in a:bits8,b:uint4 (${kindSyntax})`;
    case "weights":
      return 'random:SEED:ROWSxCOLUMNS, or @file.json with an array of rows of 0 and 1: ["0110...", ...]';
    case "numbers":
      return type.depth === 1
        ? "random:SEED:COUNT:MAX (each from 0 to MAX), a JSON array of whole numbers, or @file.json"
        : "a JSON array of arrays of whole numbers, or @file.json";
    case "code":
      return `a TypeScript value of type ${type.typescript}`;
  }
}

type Reject = (why: string, cause?: unknown) => never;

const RandomWeights = /^random:(\d{1,10}):([1-9]\d{0,4})x([1-9]\d{0,4})$/;
const Rows = z.array(z.string().regex(/^[01]+$/));

function parseWeights(text: string, reject: Reject): Weights {
  const random = RandomWeights.exec(text);
  if (random !== null) {
    const [seed, rows, columns] = random.slice(1).map(Number) as [number, number, number];
    const source = new Random(seed);
    return weights(
      Array.from({ length: rows }, () => source.bits(columns).toString(2).padStart(columns, "0")),
    );
  }
  const parsed = Rows.safeParse(jsonOf(text, reject));
  const columns = parsed.data?.[0]?.length;
  if (columns === undefined || parsed.data?.every((row) => row.length === columns) !== true)
    return reject("is not a matrix of 0 and 1");
  return weights(parsed.data);
}

/** Character c of a row is its column c. */
function weights(rows: readonly string[]): Weights {
  const columns = rows[0]?.length ?? 0;
  const wordsPerRow = Math.ceil(columns / 32);
  const words = new Uint32Array(rows.length * wordsPerRow);
  rows.forEach((row, r) => {
    for (let c = 0; c < columns; c++) {
      const word = r * wordsPerRow + (c >>> 5);
      if (row[c] === "1") words[word] = (words[word] ?? 0) | (1 << (c & 31));
    }
  });
  return { rows: rows.length, columns, wordsPerRow, words };
}

const RandomNumbers = /^random:(\d{1,10}):([1-9]\d{0,6}):(\d{1,9})$/;

function parseNumbers(text: string, depth: number, reject: Reject): unknown {
  const random = RandomNumbers.exec(text);
  if (random !== null && depth === 1) {
    const [seed, count, max] = random.slice(1).map(Number) as [number, number, number];
    const source = new Random(seed);
    return Array.from({ length: count }, () => source.below(max + 1));
  }
  let schema: z.ZodType = z.int();
  for (let i = 0; i < depth; i++) schema = z.array(schema);
  const parsed = schema.safeParse(jsonOf(text, reject));
  return parsed.success ? parsed.data : reject("is not such an array", parsed.error);
}

/** JSON as it stands, or from the file behind an `@`. */
function jsonOf(text: string, reject: Reject): unknown {
  if (text.startsWith("random:")) return reject("has a random form that does not fit it");
  let json = text;
  if (text.startsWith("@")) {
    try {
      json = readText(text.slice(1), fileLimits.text);
    } catch (error) {
      return reject(`names a file that cannot be read: ${reasonOf(error)}`, error);
    }
  }
  try {
    return parseJson(json);
  } catch (error) {
    return reject(error instanceof SyntaxError ? "is not JSON" : reasonOf(error), error);
  }
}
