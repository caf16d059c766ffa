import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findTool, olderThan, requireTool } from "./tools.ts";

const path = process.env["PATH"];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-tools-"));
  process.env["PATH"] = folder;
});

afterEach(() => {
  process.env["PATH"] = path;
  rmSync(folder, { recursive: true });
});

function pretend(name: string, prints: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\necho "${prints}"\n`);
  chmodSync(join(folder, name), 0o755);
}

test("a tool that is there and new enough", async () => {
  pretend("verilator", "Verilator 5.030 2024-10-27 rev v5.030");
  expect(await findTool("verilator")).toMatchObject({
    state: "ok",
    path: join(folder, "verilator"),
    version: "5.030",
    versionLine: "Verilator 5.030 2024-10-27 rev v5.030",
  });
});

test("missing, too old and broken tools say what to install", async () => {
  await expect(requireTool("yosys")).rejects.toMatchObject({
    code: "tool-missing",
    message: expect.stringMatching(/^yosys is not on the PATH/) as string,
    hint: expect.stringContaining("apt-get install yosys") as string,
  });
  pretend("verilator", "Verilator 4.038 2020-07-11");
  await expect(requireTool("verilator")).rejects.toMatchObject({
    code: "tool-too-old",
    message: "verilator 4.038 is too old: 5.006 or newer is needed",
    where: join(folder, "verilator"),
  });
  pretend("g++", "hello");
  await expect(requireTool("g++")).rejects.toMatchObject({ code: "tool-broken" });
});

test("versions compare part by part", () => {
  expect(olderThan("0.9", "0.23")).toBe(true);
  expect(olderThan("5.006", "5.006")).toBe(false);
  expect(olderThan("12.2.0", "10")).toBe(false);
  expect(olderThan("5.6", "5.006")).toBe(false);
  expect(olderThan("3.81", "4.0")).toBe(true);
});
