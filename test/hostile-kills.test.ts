import { execa } from "execa";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSluice } from "../src/cli/run.fixture.ts";
import { replaceFile, writeFolder } from "../src/flow/folder.ts";
import { changedFiles, readManifest } from "../src/flow/manifest.ts";
import { randomNetwork, serializeNetwork } from "../src/network/index.ts";
import { killWriters, leftovers, startWriter } from "./hostile/kills.ts";
import { contentOf, filesOf, marker, type Said } from "./hostile/writer.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-kills-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

test("a writer that is killed leaves the old folder or the new one", async () => {
  await killWriters(join(folder, "killed"), 3, 1);
});

test("what a killed process has left goes, and an old folder that it had moved away comes back", async () => {
  const out = join(folder, "lost");
  const left = join(folder, ".lost.sluice-abc123");
  await writeFolder(join(left, "old"), contentOf(0), marker);
  const other = join(folder, ".lost.sluice-of-the-user");
  await mkdir(other);
  // The new one cannot be written: the old one is there again.
  const tooLong = new Map([["x".repeat(300), ""]]);
  await expect(writeFolder(out, tooLong, marker)).rejects.toMatchObject({ code: "output-not-writable" });
  expect(await filesOf(out)).toEqual(new Map([...contentOf(0)].sort()));
  expect(await leftovers(out)).toEqual([".lost.sluice-of-the-user"]);
});

test("whoever writes waits for another one, and no longer than that lives", async () => {
  const parent = join(folder, "held");
  await mkdir(parent);
  const holder = startWriter(["hold", parent]);
  const said = await new Promise<Buffer>((resolve) => holder.stdout.once("data", resolve));
  expect(said.toString()).toBe("held\n");
  let isWritten = false;
  const writing = writeFolder(join(parent, "out"), contentOf(0), marker).then(() => {
    isWritten = true;
  });
  await setTimeout(300);
  expect(isWritten).toBe(false);
  holder.kill("SIGKILL");
  await writing;
});

test("who waits can be interrupted", async () => {
  const parent = join(folder, "waiting");
  await mkdir(parent);
  const holder = startWriter(["hold", parent]);
  await new Promise((resolve) => holder.stdout.once("data", resolve));
  const signal = AbortSignal.timeout(100);
  const writing = writeFolder(join(parent, "out"), contentOf(0), marker, signal);
  await expect(writing).rejects.toMatchObject({ code: "interrupted" });
  holder.kill("SIGKILL");
});

test("two builds into one folder at once: it holds one of them", async () => {
  const model = join(folder, "model.json");
  const network = randomNetwork({ name: "tiny", shape: [16, 16, 4], seed: 3 });
  await writeFile(model, serializeNetwork(network));
  const out = join(folder, "twice");
  const ended = await Promise.all(
    ["64", "256"].map((cycles) => startSluice(["build", model, "--cycles", cycles, "--out", out])),
  );
  expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  expect(changedFiles(out, readManifest(out))).toEqual([]);
  expect(await leftovers(out)).toEqual([]);
});

test("a file that would be larger than allowed", async () => {
  const out = join(folder, "limited", "out");
  const { stdout } = await startWriter(["sizes", out, "1", "200"], "ulimit -f 100");
  expectOld(JSON.parse(stdout) as Said, "file too large");
});

/** To mount a file system takes a namespace of one's own, which not every machine gives. */
const { exitCode } = await execa("unshare", ["-rm", "true"], { reject: false });

test.runIf(exitCode === 0)("a full disk", async () => {
  const disk = join(folder, "disk");
  await mkdir(disk);
  const args = ["sizes", join(disk, "out"), "1", "4000"];
  const inNamespace = `mount -t tmpfs -o size=3m tmpfs '${disk}'`;
  const { stdout } = await startWriter(args, inNamespace, ["unshare", "-rm"]);
  expectOld(JSON.parse(stdout) as Said, "no space left on device");
});

/** The second folder could not be written: the first is there, and nothing beside it. */
function expectOld({ code, message, hint, beside, files }: Said, reason: string): void {
  expect(code).toBe("output-not-writable");
  expect(message).toContain(reason);
  expect(hint).toContain("make room there");
  expect(beside).toEqual(["out"]);
  expect(files).toEqual({ ...Object.fromEntries(contentOf(0)), large: "x".repeat(1024) });
}

test("a link where a file is written is replaced, and not followed", async () => {
  const victim = join(folder, "victim");
  await writeFile(victim, "mine");
  const path = join(folder, "page.html");
  await symlink(victim, path);
  await symlink(victim, `${path}.${process.pid}.part`);
  await replaceFile(path, "new");
  expect((await readdir(folder)).filter((name) => name.startsWith("page"))).toEqual(["page.html"]);
  expect([await readFile(victim, "utf8"), await readFile(path, "utf8")]).toEqual(["mine", "new"]);
});
