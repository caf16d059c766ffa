/**
 * What is common to all that reads files of users: nothing of them is trusted. Functions throw a plain Error whose message
 * says what is wrong; the reader of a format makes a SluiceError of it, with its code, the place and what to do.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { z } from "zod";

const MiB = 2 ** 20;

/** The most bytes that are read of a file, by what it is: far more than any has that is meant. */
export const fileLimits = { description: 16 * MiB, text: 256 * MiB, model: 128 * MiB, images: 512 * MiB };

/** Values of a JSON text: a description has thousands. */
const jsonLimit = 200_000;

/**
 * The bytes of a regular file. Pipes and devices are refused: they may have no end, or never begin.
 *
 * @param limit The most bytes that it may have.
 */
export function readBytes(path: string, limit: number): Uint8Array<ArrayBuffer> {
  const handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const state = fstatSync(handle);
    if (state.isDirectory()) throw new Error("it is a folder");
    if (!state.isFile()) throw new Error("it is no regular file");
    if (state.size > limit) throw new Error(`it has ${state.size} bytes; at most ${limit} are read`);
    const bytes = new Uint8Array(state.size);
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(handle, bytes, length, bytes.length - length, null);
      if (count === 0) break;
      length += count;
    }
    return bytes.slice(0, length);
  } finally {
    closeSync(handle);
  }
}

/** The same, unpacked where it is compressed with gzip; the limit is for what comes out, too. */
export function readUnzipped(path: string, limit: number): Uint8Array {
  const bytes = readBytes(path, limit);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    const { buffer, byteOffset, length } = gunzipSync(bytes, { maxOutputLength: limit });
    return new Uint8Array(buffer, byteOffset, length);
  } catch (cause) {
    const isBomb = cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE";
    throw isBomb ? new Error(`it unpacks to more than ${limit} bytes`, { cause }) : cause;
  }
}

/** The text of a file in UTF-8, without a byte order mark. */
export function readText(path: string, limit: number): string {
  const bytes = readBytes(path, limit);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Error("it is not UTF-8 text", { cause });
  }
}

/** The text of a file whose comments may be in any encoding: what is not UTF-8 becomes U+FFFD. */
export function readLooseText(path: string, limit: number): string {
  return new TextDecoder().decode(readBytes(path, limit));
}

/** What a JSON text says. It is not parsed where it has too many values: a schema would find as many things wrong. */
export function parseJson(text: string): unknown {
  const separator = /[,[{]/g;
  for (let values = 0; separator.test(text); values++) {
    if (values === jsonLimit) throw new Error(`it has more than ${jsonLimit} values`);
  }
  return JSON.parse(text);
}

/** Both: a JSON file. */
export function readJson(path: string, limit = fileLimits.description): unknown {
  return parseJson(readText(path, limit));
}

/** What is wrong with a value, the first few points of it. */
export function problems({ issues }: z.ZodError): string {
  const shown = issues.slice(0, 5).map((issue) => shortened(z.prettifyError({ issues: [issue] })));
  return [...shown, ...(issues.length > 5 ? [`and ${issues.length - 5} more`] : [])].join("\n");
}

/** What an error says: without the code and the path that Node puts around what the system says. */
export function reasonOf(cause: unknown): string {
  if (cause instanceof z.ZodError) return problems(cause);
  if (cause instanceof SyntaxError) return `it is not JSON: ${shortened(cause.message)}`;
  const message = cause instanceof Error ? cause.message : String(cause);
  return shortened(message.replace(/^[A-Z]+: |, \w+ '.*'$/gs, ""));
}

/** A value from a file, for a message: its beginning where it is long, and its kind where it is none that can be told. */
export function quoted(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value !== "object" || value === null) return shortened(JSON.stringify(value));
  return Array.isArray(value) ? "a list" : "an object";
}

/** The beginning of a text, for a message. */
export function shortened(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}...` : text;
}
