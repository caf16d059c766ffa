import axe from "axe-core";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cnvFront, cnvMeasured, cnvReport } from "./cnv.fixture.ts";
import { hostileReport } from "./hostile.fixture.ts";
import { renderReport, type ReportData } from "./index.ts";

let browser: Browser;
let folder: string;
/** Two reports as files. */
let cnv: string;
let hostile: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-report-"));
  const beside = { front: cnvFront, measured: cnvMeasured };
  cnv = await write("cnv.html", { plan: cnvReport, ...beside });
  hostile = await write("hostile.html", { plan: hostileReport, ...beside });
  // Debian's. As root, as in a container, Chromium starts only without its sandbox.
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
});

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

async function write(name: string, data: ReportData): Promise<string> {
  await writeFile(join(folder, name), await renderReport(data));
  return pathToFileURL(join(folder, name)).href;
}

async function open(url: string, width: number, colorScheme: "light" | "dark" = "light") {
  const page = await browser.newPage({ viewport: { width, height: 844 }, colorScheme });
  const seen: string[] = [];
  page.on("request", (request) => seen.push(request.url()));
  page.on("console", (message) => seen.push(message.text()));
  page.on("dialog", (dialog) => seen.push(dialog.message()));
  await page.goto(url);
  return { page, seen };
}

test.each([
  [390, "light"],
  [390, "dark"],
  [1280, "light"],
] as const)(
  "at %i pixels, %s: axe finds no fault, nothing is loaded, nothing sticks out",
  async (width, scheme) => {
    const { page, seen } = await open(cnv, width, scheme);
    await page.evaluate(axe.source);
    const faults = await page.evaluate(`axe.run().then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")))`);
    expect(faults).toEqual([]);
    expect(await page.evaluate("document.scrollingElement.scrollWidth")).toBeLessThanOrEqual(width);
    expect(seen).toEqual([cnv]);
    await page.close();
  },
);

test("names of any length and any characters leave the page as wide as a phone", async () => {
  const { page, seen } = await open(hostile, 390);
  expect(await page.evaluate("document.scrollingElement.scrollWidth")).toBeLessThanOrEqual(390);
  expect(seen).toEqual([hostile]);
  await page.close();
});

test("the tab key reaches every link, every box that scrolls and the list of the front", async () => {
  const { page } = await open(cnv, 390);
  const wanted = await page.evaluate(`document.querySelectorAll("nav a, .scroll, summary").length -
    document.querySelectorAll("details:not([open]) .scroll").length`);
  const reached = new Set<unknown>();
  for (let i = 0; i < Number(wanted) + 2; i++) {
    await page.keyboard.press("Tab");
    reached.add(
      await page.evaluate(
        `[...document.querySelectorAll("nav a, .scroll, summary")].indexOf(document.activeElement)`,
      ),
    );
  }
  reached.delete(-1);
  expect(reached.size).toBe(wanted);
  await page.close();
});
