import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseFolding, plan } from "../plan/index.ts";
import { appendSurvey, exploreDesigns, openJournal, type Exploration } from "./explore.ts";
import { resolveModel } from "./model.ts";

let folder: string;
let first: Exploration;
const explore = (options: { readonly intervals?: number; readonly clockMHz?: number } = {}) =>
  exploreDesigns({
    model: "sfc",
    board: "zc706",
    intervals: 5,
    workers: 2,
    out: join(folder, "sfc"),
    ...options,
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-explore-"));
  first = await explore();
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

test("the front has no design that another betters", () => {
  const { front, candidates, planned } = first;
  expect(front.length).toBeGreaterThan(4);
  expect(candidates).toBeGreaterThan(planned);
  for (const a of front) {
    const better = front.filter(
      (b) =>
        b !== a &&
        b.cyclesPerFrame <= a.cyclesPerFrame &&
        b.latencyCycles <= a.latencyCycles &&
        b.cost.lut <= a.cost.lut &&
        b.cost.bram36 <= a.cost.bram36,
    );
    expect(better).toEqual([]);
  }
});

test("its foldings are files, and give what the front says", async () => {
  const [fastest] = first.front;
  if (fastest === undefined) throw new Error("no design");
  const text = await readFile(join(folder, "sfc", fastest.file), "utf8");
  const planned = plan(resolveModel("sfc"), parseFolding(text, fastest.file));
  expect(planned.cyclesPerFrame).toBe(fastest.cyclesPerFrame);
  expect(JSON.parse(await readFile(join(folder, "sfc", "front.json"), "utf8"))).toEqual(
    JSON.parse(JSON.stringify(first)),
  );
});

test("a run that was cut off in the writing goes on, and comes to the same", async () => {
  const journal = join(folder, "sfc", "surveys.jsonl");
  const lines = (await readFile(journal, "utf8")).split("\n");
  await writeFile(journal, lines.slice(0, 3).join("\n"));
  await appendFile(journal, `\n${(lines[3] ?? "").slice(0, 40)}`);
  const again = await explore();
  expect(again.resumed).toBe(2);
  expect(again.front).toEqual(first.front);
  const third = await explore();
  expect(third.resumed).toBe(third.intervals);
});

test("a journal with a damaged digit does without that line", async () => {
  const out = join(folder, "damaged");
  const { path } = await openJournal(out, "key");
  for (const interval of [64, 128]) await appendSurvey(path, { interval, candidates: 3, points: [] });
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace('"interval":64', '"interval":65'));
  const { surveys } = await openJournal(out, "key");
  expect(surveys.map(({ interval }) => interval)).toEqual([128]);
});

test("the folder of another exploration is refused", async () => {
  await expect(explore({ clockMHz: 100 })).rejects.toMatchObject({ code: "exploration-other" });
});

test("a folder with other files is refused", async () => {
  const out = join(folder, "other");
  await exploreDesigns({ model: "sfc", board: "zc706", intervals: 1, out: join(out, "inner") });
  const refused = exploreDesigns({ model: "sfc", board: "zc706", intervals: 1, out });
  await expect(refused).rejects.toMatchObject({ code: "output-not-ours" });
});
