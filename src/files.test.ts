import { execFileSync } from "node:child_process";
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import {
  parseJson,
  problems,
  readBytes,
  readJson,
  readLooseText,
  readText,
  readUnzipped,
  reasonOf,
} from "./files.ts";

const folder = mkdtempSync(join(tmpdir(), "sluice-files-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

function reason(work: () => unknown): string {
  try {
    return JSON.stringify(work());
  } catch (error) {
    return reasonOf(error);
  }
}

test("what is no regular file is refused at once", () => {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  symlinkSync("/dev/zero", join(folder, "zero"));
  symlinkSync("loop", join(folder, "loop"));
  expect(reason(() => readBytes(pipe, 10))).toBe("it is no regular file");
  expect(reason(() => readBytes(join(folder, "zero"), 10))).toBe("it is no regular file");
  expect(reason(() => readBytes(folder, 10))).toBe("it is a folder");
  expect(reason(() => readBytes(join(folder, "absent"), 10))).toBe("no such file or directory");
  expect(reason(() => readBytes(join(folder, "loop"), 10))).toMatch(/symbolic links/);
});

test("a file is read up to its limit", () => {
  const path = join(folder, "sparse");
  const handle = openSync(path, "w");
  ftruncateSync(handle, 2 ** 40);
  closeSync(handle);
  expect(reason(() => readBytes(path, 100))).toBe("it has 1099511627776 bytes; at most 100 are read");
  expect(readBytes(file("hundred", new Uint8Array(100)), 100)).toHaveLength(100);
});

test("what is compressed is unpacked up to the limit, too", () => {
  const bomb = file("bomb", gzipSync(new Uint8Array(2 ** 24)));
  expect(reason(() => readUnzipped(bomb, 2 ** 20))).toBe("it unpacks to more than 1048576 bytes");
  expect(readUnzipped(bomb, 2 ** 24)).toHaveLength(2 ** 24);
  expect(readUnzipped(file("plain", "text"), 10)).toEqual(Uint8Array.from(Buffer.from("text")));
});

test("text is UTF-8, with a byte order mark or without", () => {
  expect(readText(file("marked", "\ufeffé"), 10)).toBe("é");
  expect(reason(() => readText(file("latin", Uint8Array.of(0xe9)), 10))).toBe("it is not UTF-8 text");
  expect(readLooseText(file("latin", Uint8Array.of(0xe9)), 10)).toBe("\ufffd");
  expect(reason(() => readJson(file("utf16", Buffer.from("\ufeff{}", "utf16le"))))).toBe(
    "it is not UTF-8 text",
  );
});

test("JSON of too many values is not parsed; deep nesting is", () => {
  expect(reason(() => parseJson(`[${"1,".repeat(300_000)}1]`))).toBe("it has more than 200000 values");
  expect(parseJson("[".repeat(60_000) + "]".repeat(60_000))).toHaveLength(1);
  expect(reason(() => parseJson("{"))).toMatch(/^it is not JSON: /);
});

test("of what is wrong with a value, a few points are told, and shortly", () => {
  const many = z.array(z.string()).safeParse(Array.from({ length: 1000 }, (_, i) => i));
  const told = many.success ? "" : problems(many.error);
  expect(told.split("\n")).toHaveLength(11);
  expect(told).toMatch(/and 995 more$/);
  const long = z.strictObject({}).safeParse({ ["k".repeat(10_000)]: 1 });
  expect(long.success ? "" : problems(long.error)).toHaveLength(403);
});
