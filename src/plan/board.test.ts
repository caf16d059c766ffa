import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { boardNames, loadBoard } from "./board.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-boards-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

test("the boards that come along: every pin has a source, no pin is there twice", () => {
  expect(boardNames()).toEqual(["adm-pcie-8k5", "zc706"]);
  for (const name of boardNames()) {
    const { ports, sources, ioBytesPerSecond, ioSource } = loadBoard(name);
    const pins = Object.values(ports).map(({ pin }) => pin);
    expect(new Set(pins).size).toBe(pins.length);
    for (const { source } of Object.values(ports)) expect(sources[source]).toMatch(/ at [0-9a-f]{40}$/);
    expect(ioBytesPerSecond).toBeGreaterThan(1e9);
    expect(ioSource).toMatch(/UG585|snap/);
  }
});

/** A board of a user: a folder, anywhere. */
async function ofUser(name: string, change: (text: string) => string): Promise<string> {
  const own = join(folder, name);
  await mkdir(own, { recursive: true });
  const text = await readFile(join(loadBoard("zc706").folder, "board.json"), "utf8");
  await writeFile(join(own, "board.json"), change(text));
  return own;
}

test("a board by the path of its folder has that as its name, so that it is found again", async () => {
  const own = await ofUser("own board", (text) => text.replace("Xilinx ZC706", "My own"));
  expect(loadBoard(own)).toMatchObject({ title: "My own", name: own, folder: own });
  expect(loadBoard(`${own}/../own board`).name).toBe(own);
});

test.each([
  ["not JSON", (text: string) => text.slice(0, 100), "it is not JSON"],
  ["an unknown field", (text: string) => text.replace('"part"', '"prat"'), "prat"],
  [
    "a part that is no name",
    (text: string) => text.replace("xc7z045ffg900-2", "x; exec touch y"),
    "a Vivado part",
  ],
  ["a source that is not there", (text: string) => text.replace('"adi":', '"adl":'), '"adi" is not among'],
  [
    "a clock without a port",
    (text: string) => text.replace('"sys_clk_n": {', '"n": {'),
    '"sys_clk_n" is not among',
  ],
  ["a pin that is none", (text: string) => text.replace('"H9"', '"9H"'), "a package pin"],
])("%s", async (name, change, says) => {
  const own = await ofUser(name, change);
  expect(() => loadBoard(own)).toThrow(
    expect.objectContaining({
      code: "board-invalid",
      message: expect.stringContaining(says) as string,
    }) as Error,
  );
});

test("a board that is not there", () => {
  expect(() => loadBoard("../zc706")).toThrow('there is no board.json in "../zc706"');
  expect(() => loadBoard("zc707")).toThrow('there is no board "zc707"');
});
