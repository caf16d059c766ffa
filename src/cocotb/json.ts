/**
 * JSON with whole numbers of any size: `JSON.parse` alone would round those above 2^53, and `JSON.stringify` refuses
 * bigints.
 */

/** Both are in Node 24, and not yet in the types of ES2024. */
const withSources = JSON as unknown as {
  parse(
    text: string,
    revive: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
};

/** @throws SyntaxError as `JSON.parse`. */
export function parseExact(text: string): unknown {
  return withSources.parse(text, (_key, value, { source = "" }) =>
    typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(source)
      ? BigInt(source)
      : value,
  );
}

export function stringifyExact(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "bigint" ? withSources.rawJSON(part.toString()) : part,
  );
}
