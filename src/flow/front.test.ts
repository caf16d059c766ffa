import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cnvReport } from "../report/cnv.fixture.ts";
import { frontAround, loadExplored } from "./front.ts";

let folder: string;

const slow = {
  cyclesPerFrame: 16384,
  fps: 200e6 / 16384,
  latencyCycles: 56600,
  cost: { lut: 9330, bram36: 46.5 },
};
const fast = {
  cyclesPerFrame: 7200,
  fps: 200e6 / 7200,
  latencyCycles: 31200,
  cost: { lut: 14900, bram36: 57 },
};
const own = {
  cyclesPerFrame: cnvReport.cyclesPerFrame,
  fps: cnvReport.fps,
  latencyCycles: cnvReport.latencyCycles,
  cost: { lut: cnvReport.lut, bram36: cnvReport.bram36 },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-front-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function explored(front: readonly (typeof slow)[], board = "zc706"): Promise<string> {
  const text = JSON.stringify({ model: "cnv-cifar10", board, clockMHz: 200, front });
  await writeFile(join(folder, "front.json"), text);
  return folder;
}

const chosen = (front: ReturnType<typeof frontAround>): (number | boolean)[][] =>
  front.map(({ cyclesPerFrame, lut, chosen: is }) => [cyclesPerFrame, lut, is]);

test("the design is the chosen point of a front that has it", async () => {
  expect(chosen(frontAround(cnvReport, loadExplored(await explored([fast, own, slow]))))).toEqual([
    [16384, 9330, false],
    [8192, 12816, true],
    [7200, 14900, false],
  ]);
});

test("the design is one point more where the front does not have it", async () => {
  expect(chosen(frontAround(cnvReport, loadExplored(await explored([fast, slow]))))).toEqual([
    [16384, 9330, false],
    [8192, 12816, true],
    [7200, 14900, false],
  ]);
});

test("a front of another board is refused, and so is another folder", async () => {
  const other = loadExplored(await explored([slow], "adm-pcie-8k5"));
  expect(() => frontAround(cnvReport, other)).toThrow(/board "adm-pcie-8k5", not "zc706"/);
  expect(() => loadExplored(join(folder, "none"))).toThrow(/no front.json/);
});
