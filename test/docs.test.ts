import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fillBlocks, pages } from "../scripts/doc-blocks.ts";
import { pipelinePicture } from "../scripts/pipeline-picture.ts";
import { movingSumDiagram, timingDiagramSvg } from "../scripts/timing-diagram.ts";

test.each(pages)("%s shows the code and the RTL as they are (npm run docs)", async (page) => {
  const text = readFileSync(page, "utf8");
  expect(await fillBlocks(text)).toBe(text);
  expect(text).toMatch(/^<!-- file: /m);
});

test("docs/pipeline.svg shows the pipeline as it is (npm run docs)", () => {
  const picture = readFileSync(new URL("../docs/pipeline.svg", import.meta.url), "utf8");
  expect(pipelinePicture("sfc")).toBe(picture);
});

test("docs/moving-sum.svg shows the moving sum as it runs (npm run docs)", async () => {
  const picture = readFileSync(new URL("../docs/moving-sum.svg", import.meta.url), "utf8");
  expect(timingDiagramSvg(await movingSumDiagram())).toBe(picture);
});
