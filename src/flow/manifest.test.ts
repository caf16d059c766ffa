import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { manifestFile, readManifest } from "./manifest.ts";

const folder = mkdtempSync(join(tmpdir(), "sluice-manifest-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const sound = {
  ...{ format: "sluice-build", version: 1, model: "tiny", board: "zc706", clockMHz: 200, top: "tiny" },
  predicted: { cyclesPerFrame: 64, latencyCycles: 99, lanes: 8 },
  ...{ stages: [], files: { "rtl/tiny.sv": "0" } },
};

function read(manifest: unknown): unknown {
  writeFileSync(join(folder, manifestFile), JSON.stringify(manifest));
  return readManifest(folder);
}

test("as a build writes it", () => {
  expect(read(sound)).toMatchObject(sound);
});

test.each(["/etc/passwd", "../x", "rtl/../../x", "..", "a\u0000b", "a\nb", "rtl//x", "./x"])(
  "a file of a build cannot be called %j",
  (name) => {
    expect(() => read({ ...sound, files: { [name]: "0" } })).toThrow(
      expect.objectContaining({ code: "file-name-invalid", where: join(folder, manifestFile) }),
    );
  },
);

test.each(['tiny u(); initial $system("x"); tiny', "", "1a", "a b", "\\a"])(
  "a module cannot be called %j",
  (top) => {
    expect(() => read({ ...sound, top })).toThrow(expect.objectContaining({ code: "top-invalid" }));
    const axi = { kind: "axi", accelerator: top, busWidth: 64, buildHash: "0" };
    expect(() => read({ ...sound, interface: axi })).toThrow(
      expect.objectContaining({ code: "top-invalid" }),
    );
  },
);

test("a manifest of a hundred thousand wrong stages is refused in a few words", () => {
  expect(() => read({ ...sound, stages: Array<number>(100_000).fill(1) })).toThrow(
    expect.objectContaining({
      code: "manifest-invalid",
      message: expect.stringMatching(/and 99995 more$/) as string,
    }),
  );
});
