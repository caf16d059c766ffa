/**
 * Brings the generated parts of the documentation up to date: docs/generators.md from the types and doc comments of
 * the generators, the code blocks of README and tutorial, the picture of the pipeline, the tutorial's timing diagram.
 *
 *     npm run docs
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { generatorsMarkdown, loadCatalog } from "../src/generate/index.ts";
import { fillBlocks, pages } from "./doc-blocks.ts";
import { pipelinePicture } from "./pipeline-picture.ts";
import { movingSumDiagram, timingDiagramSvg } from "./timing-diagram.ts";

mkdirSync(new URL("../docs/", import.meta.url), { recursive: true });
writeFileSync(new URL("../docs/generators.md", import.meta.url), generatorsMarkdown(await loadCatalog()));
writeFileSync(new URL("../docs/pipeline.svg", import.meta.url), pipelinePicture("sfc"));
writeFileSync(new URL("../docs/moving-sum.svg", import.meta.url), timingDiagramSvg(await movingSumDiagram()));
for (const page of pages) writeFileSync(page, await fillBlocks(readFileSync(page, "utf8")));
