/**
 * Writes docs/generators.md from the types and doc comments of the generators.
 *
 *     npm run docs
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { generatorsMarkdown, loadCatalog } from "../src/generate/index.ts";

mkdirSync(new URL("../docs/", import.meta.url), { recursive: true });
writeFileSync(new URL("../docs/generators.md", import.meta.url), generatorsMarkdown(await loadCatalog()));
