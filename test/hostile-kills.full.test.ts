import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { randomNetwork, serializeNetwork } from "../src/network/index.ts";
import { killBuilds, killWriters } from "./hostile/kills.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-kills-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

test("24 builds that are killed leave the old build or the new one", async () => {
  const model = join(folder, "model.json");
  const network = randomNetwork({ name: "tiny", shape: [16, 16, 4], seed: 3 });
  await writeFile(model, serializeNetwork(network));
  const counts = await killBuilds({ model, out: join(folder, "build") }, 24, 1);
  expect(counts.old + counts.new).toBe(24);
});

test("100 writers that are killed as they write leave the old folder or the new one", async () => {
  await killWriters(join(folder, "killed"), 100, 2);
});
