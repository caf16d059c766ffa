import { parseHTML } from "linkedom";
import { beforeAll, describe, expect, test } from "vitest";
import { hostile, hostileReport } from "./hostile.fixture.ts";
import { cnvFront, cnvMeasured, cnvReport } from "./cnv.fixture.ts";
import { renderReport, withMeasured } from "./index.ts";

/** What is read of the DOM, whose types the tests are compiled without. */
interface Element {
  readonly id: string;
  readonly textContent: string;
  getAttribute(name: string): string | null;
  hasAttribute(name: string): boolean;
  querySelector(selector: string): Element | null;
  querySelectorAll(selector: string): Iterable<Element>;
}

const parse = (html: string): Element => (parseHTML(html) as { document: unknown }).document as Element;
const all = (page: Element, selector: string): Element[] => [...page.querySelectorAll(selector)];
const textOf = ({ textContent }: Element): string => textContent.replaceAll(/\s+/g, " ").trim();
const texts = (page: Element, selector: string): string[] => all(page, selector).map(textOf);

/** The cells of each row, with a bar between them. */
const rowsOf = (page: Element, selector: string): string[] =>
  all(page, `${selector} tr`).map((row) => all(row, "th, td").map(textOf).join(" | "));

let html: string;
let page: Element;

beforeAll(async () => {
  html = await renderReport({ plan: cnvReport, front: cnvFront, measured: cnvMeasured });
  page = parse(html);
});

test("is one small file that loads nothing and runs nothing", () => {
  expect(html.length).toBeLessThan(200_000);
  expect(html).not.toMatch(/https?:|@import|url\((?!#)/);
  expect(all(page, "script, link, img, iframe, object, embed, base, [src], [srcset]")).toEqual([]);
  expect(all(page, "[href]").filter((link) => link.getAttribute("href")?.startsWith("#") !== true)).toEqual(
    [],
  );
});

test("is the same text for the same data", async () => {
  expect(await renderReport({ plan: cnvReport, front: cnvFront, measured: cnvMeasured })).toBe(html);
});

test("has headings, captions and names for all that is drawn", () => {
  expect(texts(page, "h1")).toEqual(["cnv-cifar10 on zc706"]);
  expect(texts(page, "h2")).toEqual([
    "Pipeline",
    "Bottleneck",
    "Resources",
    "Roofline",
    "Pareto front",
    "Predicted and measured",
    "Layers",
    "Units",
    "FIFOs",
  ]);
  expect(texts(page, "nav a")).toEqual(texts(page, "h2"));
  const ids = all(page, "[id]").map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const link of all(page, "[href], [aria-labelledby], [aria-describedby]")) {
    for (const name of ["href", "aria-labelledby", "aria-describedby"]) {
      const target = link.getAttribute(name);
      if (target !== null) expect(ids).toContain(target.replace("#", ""));
    }
  }
  for (const svg of all(page, "svg")) {
    const named =
      svg.getAttribute("role") === "img" &&
      (svg.hasAttribute("aria-label") || svg.hasAttribute("aria-labelledby"));
    expect(named || svg.getAttribute("aria-hidden") === "true" || svg.getAttribute("width") === "96").toBe(
      true,
    );
  }
  for (const table of all(page, "table")) {
    expect(table.querySelector("caption")).not.toBeNull();
    expect(all(table, "th:not([scope])")).toEqual([]);
  }
});

test("states the figures that matter, and every layer, unit and FIFO", () => {
  expect(texts(page, ".figures .value")).toEqual([
    "24,414",
    "190 us",
    "8,192",
    "2.9",
    "12,816",
    "15,028",
    "48",
    "0",
  ]);
  expect(rowsOf(page, "#layers tbody")[3]).toBe(
    "conv2 | conv | 8 | 32 | 6 | 6,912 | 84.4 % | 21,233,664 | 288 x 272 b, 4 BRAM36 | 1,705 | 1,990 | 4 | 0",
  );
  expect(rowsOf(page, "#layers tfoot")).toEqual([
    "Whole design |  |  |  |  | 8,192 |  | 118,922,752 | fill 86.5 % of their block RAM | 12,816 | 15,028 | 48 | 0",
  ]);
  expect(all(page, "#layers tbody tr")).toHaveLength(cnvReport.layers.length);
  expect(all(page, "#units tbody tr")).toHaveLength(cnvReport.stages.length - cnvReport.fifos.length);
  expect(rowsOf(page, "#fifos tbody")[0]).toBe(
    "conv0_buffer | conv0_width | conv1_window | 64 | 41 | 41 | LUT memory | 96 | 0",
  );
});

test("draws every unit and FIFO in the row of its layer, and marks the slowest layer", () => {
  const rows = all(page, ".pipeline .layer");
  expect(rows).toHaveLength(cnvReport.layers.length + 1);
  expect(all(page, ".pipeline .unit")).toHaveLength(cnvReport.stages.length - cnvReport.fifos.length);
  expect(all(page, ".pipeline .fifo")).toHaveLength(cnvReport.fifos.length);
  const conv3 = rows.find((row) => row.textContent.includes("PE 8 · SIMD 48 · MMV 5")) ?? page;
  expect(texts(conv3, ".name").slice(1)).toEqual([
    "conv3_window",
    "conv3_vectors",
    "conv3_deal",
    "conv3_store",
    "conv3",
    "conv3_gather",
    "conv3_buffer",
  ]);
  expect(texts(conv3, ".bits")).toEqual(["16 b", "48 b", "240 b", "240 b", "40 b", "8 b"]);
  expect(texts(page, ".slowest > .name")).toEqual(["conv5slowest layer"]);
});

describe("sets predicted beside measured", () => {
  test("where they are the same", () => {
    expect(rowsOf(page, "#measured tbody")).toEqual([
      "Cycles per frame | 8,192 | 8,192 | ✓ none",
      "Latency in cycles | 38,022 | 38,022 | ✓ none",
      "Frames with a wrong bit | 0 | 0 | ✓ none",
      "Output beats off schedule | 0 | 0 | ✓ none",
    ]);
  });

  test("where they differ, or too few frames ran", async () => {
    const measured = {
      ...cnvMeasured,
      frames: 1,
      mismatches: 1,
      cyclesPerFrame: null,
      latencyCycles: 38_020,
    };
    const other = parse(await renderReport({ plan: cnvReport, measured }));
    expect(rowsOf(other, "#measured tbody").slice(0, 3)).toEqual([
      "Cycles per frame | 8,192 | too few frames | ",
      "Latency in cycles | 38,022 | 38,020 | ✗ -2",
      "Frames with a wrong bit | 0 | 1 | ✗ +1",
    ]);
  });
});

test("takes a measurement in afterwards, and nothing else changes", async () => {
  const built = await renderReport({ plan: cnvReport, front: cnvFront });
  expect(await withMeasured(built, cnvReport, cnvMeasured)).toBe(html);
  expect(await withMeasured("<p>another page</p>", cnvReport, cnvMeasured)).toBeUndefined();
});

test("leaves out what is not known", async () => {
  const plan = {
    ...cnvReport,
    weightEfficiency: null,
    roofline: { ...cnvReport.roofline, ioBytesPerSecond: null },
    bottleneck: { ...cnvReport.bottleneck, next: null },
    fifos: [],
  };
  const other = parse(await renderReport({ plan }));
  expect(texts(other, "h2")).not.toContain("Pareto front");
  expect(texts(other, "#measured p")[0]).toMatch(/^Not measured yet/);
  expect(texts(other, "#bottleneck p")[1]).toBe("No folding of this network is faster.");
  expect(texts(other, "#fifos p")).toEqual(["No stream needs one."]);
  expect(texts(other, "#roofline dd")).toContain("not stated for the board");
  expect(all(other, "#roofline svg")[0]?.textContent).not.toContain("GB/s");
});

test("shows names of any characters as they are", async () => {
  const other = parse(
    await renderReport({ plan: hostileReport, measured: { ...cnvMeasured, simulator: hostile } }),
  );
  expect(all(other, "script, img, [onerror]")).toEqual([]);
  expect(texts(other, "h1")).toEqual([`${hostile} on ${hostile}`]);
  expect(texts(other, "#layers tbody th")[0]).toBe(hostileReport.layers[0]?.name);
  expect(texts(other, "#fifos tbody th")[0]).toBe(hostileReport.fifos[0]?.name);
  expect(all(other, "h2")).toHaveLength(8);
});
